from __future__ import annotations

from opennrm.access.words import Door, for_purpose

DOOR = Door({"agencies.establish": [[for_purpose("setup")]]})
