"""Pages, components and navigation. No rule, no table, no query of its own."""
