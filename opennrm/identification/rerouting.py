"""Telling another office after one declined or was asked no longer: which offices can be told, and who was told before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.agencies import queries as agencies
from opennrm.casefile.queries import CaseCard
from opennrm.duties.routing import kept_out
from opennrm.identification.interview_rules import Side
from opennrm.identification.models import Referral
from opennrm.identification.referral_rules import ROLES, AgainReason, ReferralState
from opennrm.lib import clock
from opennrm.lib.problems import Problem


@dataclass(frozen=True, slots=True)
class Told:
    """An office that was told of a person before, and what came of it."""

    office: int
    state: ReferralState


def told_before(case: UUID, side: Side) -> list[Told]:
    """Who was told of the person on this side so far, the earliest first."""
    rows = Referral.objects.filter(case=case, side=side).order_by("made_at")
    return [Told(office, ReferralState(state)) for office, state in rows.values_list("office_id", "state")]


def has_it(told: list[Told]) -> bool:
    """Whether an office has the referral or is still to answer it."""
    return any(one.state in (ReferralState.OPEN, ReferralState.ACCEPTED) for one in told)


def offices_to_tell(case: CaseCard, side: Side) -> list[int]:
    """The offices of that kind, those competent where the person is first; none that is kept out of the case."""
    able = [one for one in agencies.competences(clock.today()) if one.role == ROLES[side]]
    able.sort(key=lambda one: one.region not in (None, case.region))
    barred = kept_out(case.id)
    return [office for office in dict.fromkeys(one.office for one in able) if office not in barred]


def offices_to_tell_now(case: CaseCard, side: Side, told: list[Told]) -> list[int]:
    """The same without those whose decline is still looked at; who was told before stands last."""
    before = {one.office: one.state for one in told}
    able = [
        office for office in offices_to_tell(case, side) if before.get(office) is not ReferralState.DECLINED
    ]
    return sorted(able, key=lambda office: office in before)


def chosen_for(
    case: CaseCard, side: Side, told: list[Told], *, office: int | None, again: AgainReason | None
) -> Mapping[str, int] | None:
    """Who owes the answer: by the procedure the first time; later the office that is named, never unawares the same again."""
    if office is None and not told:
        return None
    if office is None:
        raise Problem("choose_an_office", _("Choose which office is told: one was told before."))
    if office not in offices_to_tell(case, side):
        raise Problem("not_an_addressee", _("Choose an office that can be told."))
    before = [one.state for one in told if one.office == office]
    if before and before[-1] is ReferralState.DECLINED:
        raise Problem(
            "decline_is_reviewed", _("Another office still looks at why this office declined."), 409
        )
    if before and again is None:
        raise Problem("again_needs_a_reason", _("This office was told before. Say why it is told again."))
    return {ROLES[side]: office}
