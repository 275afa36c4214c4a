"""What another office sees of a case: asked of row security itself in its place, and kept to what the one who looks sees too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from opennrm.access import audit, looking
from opennrm.access import queries as access
from opennrm.access.looking import Rows
from opennrm.access.scope import Actor
from opennrm.casefile.queries import CaseCard
from opennrm.sharing.policies import DOOR
from opennrm.sharing.preview_rules import TABLES, Opening, Section, class_of, opening


@dataclass(frozen=True, slots=True)
class Preview:
    """What an office sees of a case now: the data classes with their end, the sections, and which rows both see."""

    office: int
    classes: Mapping[str, datetime | None]
    sections: Mapping[Section, Opening]
    rows: Rows

    @property
    def opens_case(self) -> bool:
        """Whether the pages of the case open to this office."""
        return bool(self.rows.get("casefile_case"))


def preview(*, case: CaseCard, office: int, by: Actor) -> Preview:
    """What row security gives somebody of another office of this case; which rows she sees herself bounds what is told."""
    DOOR.require(by, "sharing.preview", case)
    names = [name for tables in TABLES.values() for name in tables]
    i_see, mine = looking.sight_now(case.id), looking.rows_seen(case.id, names)
    with looking.in_place_of(office):
        it_sees, its = looking.sight_now(case.id), looking.rows_seen(case.id, names)
        # Where nobody is excluded no row tells it: who is excluded is for offices that owe something.
        only_owing = set() if access.may_write(case.id) else {Section.EXCLUSIONS}
    both = {name: rows & its.get(name, frozenset()) for name, rows in mine.items()}
    audit.record("sharing.preview", case=case.id, subject=str(office))
    return Preview(
        office=office,
        classes=it_sees,
        sections={
            section: opening(
                mine=_keys(mine, section),
                both=_keys(both, section),
                i_see_class=class_of(section) in i_see,
                it_sees_class=class_of(section) in it_sees and section not in only_owing,
            )
            for section in TABLES
        },
        rows=both,
    )


def _keys(rows: Rows, section: Section) -> frozenset[str]:
    return frozenset(f"{name} {key}" for name in TABLES[section] for key in rows.get(name, ()))
