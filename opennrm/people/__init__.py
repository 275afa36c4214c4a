"""Persons, their names, documents, contacts and guardians: the most guarded tables.

Must never hand out a plain value without a data key.
"""
