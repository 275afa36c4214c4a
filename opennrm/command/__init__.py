"""The command line: reads arguments, calls one action or query, prints. No rule, no table."""
