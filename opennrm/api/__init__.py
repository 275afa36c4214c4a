"""The HTTP API under /api/v1/: the acts and reads of the pages, for other agencies' systems; it holds no rule and no table."""
