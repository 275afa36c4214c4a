"""The case spine: the case, its dated facts and its journal. Must never know a stage or a duty."""
