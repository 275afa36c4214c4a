"""Who opened a case in an emergency, what reading stands out, and how another office looked at it; never what a case holds."""
