"""Organisations, offices, posts, people at work and what each office is competent for. Must never know a case."""
