"""OpenNRM: who owes what to whom, by when, in a country's National Referral Mechanism."""

__version__ = "0.1.0"
