"""Many open cases with everything offices owe on them: some are worked through the actions, the rest are copies of these."""
