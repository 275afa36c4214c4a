"""The ledger of responsibility: procedures as data, who owes what by when, hand-overs, lapses. Must never know a stage."""
