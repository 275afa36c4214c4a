"""The reference country as files, its invented caseload, a simulated one. Must never hold a real person."""
