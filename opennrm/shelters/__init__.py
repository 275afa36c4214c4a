"""Places where a person can stay in safety, and who stays there; must never keep a number of free places."""
