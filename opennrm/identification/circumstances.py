"""What was learned of a person after the case was opened, and what the rules ask anew because of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import Fork, JournalKind
from opennrm.duties import actions as duties
from opennrm.duties import queries as ledger
from opennrm.identification.policies import DOOR
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.people import queries as people


class Circumstance(StrEnum):
    """Something that was learned; each has another that takes it back."""

    IN_DANGER = "in_danger"
    IS_SAFE = "is_safe"
    ASYLUM_ASKED = "asylum_asked"
    ASYLUM_ENDED = "asylum_ended"
    GUARDIAN_SUSPECTED = "guardian_suspected"
    GUARDIAN_CLEARED = "guardian_cleared"


# Each matter: what makes it so, and what takes it back.
MATTERS: dict[str, tuple[Circumstance, Circumstance]] = {
    "danger": (Circumstance.IN_DANGER, Circumstance.IS_SAFE),
    "asylum": (Circumstance.ASYLUM_ASKED, Circumstance.ASYLUM_ENDED),
    "guardian": (Circumstance.GUARDIAN_SUSPECTED, Circumstance.GUARDIAN_CLEARED),
}


def learn(*, case: CaseCard, what: Circumstance, on: date, by: Actor) -> None:
    """Records what was learned and since which day; the duties of the case are computed anew at once."""
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, "identification.learn", case)
    if on > clock.today():
        raise Problem("day_in_future", _("The day must not be in the future."))
    _check(case, what)
    at = _instant(case, what, on)
    casefile.write_journal(
        case=case.id, kind=JournalKind.CIRCUMSTANCE, happened_at=at, subject=str(what), by=by
    )
    audit.record("identification.learn", case=case.id, detail={"what": str(what)})
    duties.note(case=case.id, event=str(what), at=at, by=by)


def stands(case: CaseCard) -> dict[str, tuple[bool, datetime | None]]:
    """How each matter stands, and since when somebody said so."""
    found: dict[str, tuple[bool, datetime | None]] = {}
    for name, (yes, no) in MATTERS.items():
        if name == "guardian" and case.fork != Fork.CHILD:
            continue
        last = ledger.last_of(case.id, yes, no)
        found[name] = (bool(last and last[0] == yes), last[1] if last else None)
    return found


def open_to(case: CaseCard) -> list[Circumstance]:
    """What may be recorded next: of each matter what does not stand."""
    return [
        MATTERS[name][1] if is_so else MATTERS[name][0]
        for name, (is_so, _at) in stands(case).items()
        if not (is_so and name == "guardian" and _a_recorded_guardian_is_suspected(case.id))
    ]


def _instant(case: CaseCard, what: Circumstance, on: date) -> datetime:
    """The instant from which it is so: never before the case was opened, nor before what it takes back."""
    last = ledger.last_of(case.id, *_matter(what))
    earliest = max(case.opened_at, last[1]) if last else case.opened_at
    if on < clock.local_day(earliest):
        raise Problem(
            "day_too_early", _("Choose a day after the case was opened and after the last change to this.")
        )
    noon = timezone.make_aware(datetime.combine(on, time(12)))
    return clock.now() if on == clock.today() else max(noon, earliest + timedelta(seconds=1))


def _check(case: CaseCard, what: Circumstance) -> None:
    if what in MATTERS["guardian"] and case.fork != Fork.CHILD:
        raise Problem("not_a_child", _("Only of a child it is recorded that a guardian may be involved."))
    if what is Circumstance.GUARDIAN_CLEARED and _a_recorded_guardian_is_suspected(case.id):
        raise Problem(
            "guardian_still_suspected",
            _("A guardian who is recorded on this case may be involved. That stands with the guardian."),
            409,
        )
    if what not in open_to(case):
        raise Problem("stands_already", _("This is already recorded."), 409)


def _matter(what: Circumstance) -> tuple[Circumstance, Circumstance]:
    return next(pair for pair in MATTERS.values() if what in pair)


def _a_recorded_guardian_is_suspected(case: UUID) -> bool:
    return people.guardians_counted(case)[1] > 0
