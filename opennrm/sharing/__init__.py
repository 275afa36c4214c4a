"""What is shared with another office because the person agreed, or because a legal order says so."""
