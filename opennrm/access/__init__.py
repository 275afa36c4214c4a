"""Who may see and do what: row security, data classes, keys, audit.

Knows ids only; must never import a room above or hold a foreign key.
"""
