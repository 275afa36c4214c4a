from __future__ import annotations

from functools import cache

from opennrm.duties.pack import Pack, load_pack, packs

DEFAULT_SOP = "al-2018-499"


@cache
def sop(pack_id: str) -> Pack:
    """A procedure by its id, read once."""
    return load_pack(packs()[pack_id])
