"""The yearly account, each figure computed from case data. Must never see a name or store a figure."""
