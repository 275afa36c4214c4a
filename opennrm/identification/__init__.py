"""When and by whom a person was identified, and what was decided on her status. Must never hold a duty."""
