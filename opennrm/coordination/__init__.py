"""Bodies of the mechanism, their meetings and decisions, and agreements between organisations. Must never name a case."""
