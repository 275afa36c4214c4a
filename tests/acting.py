"""Short ways for tests to act as the people of the small world."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from opennrm.access.scope import Actor, acting
from opennrm.agencies import queries as agencies
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import Fork
from opennrm.duties.models import Duty
from opennrm.identification import actions as identification
from opennrm.identification import referral_queries, referrals, rerouting
from opennrm.identification.interview_rules import Side
from opennrm.identification.referral_rules import AgainReason
from opennrm.identification.rules import Channel
from opennrm.lib import clock
from opennrm.people.actions import NewPerson

BESA = NewPerson(
    sex="Feminine",
    citizenship=("AL",),
    languages=("sq",),
    age=24,
    age_on=clock.today(),
    age_basis="declared",
    first_name="Besa",
    second_name="Shembulli",
)
SOCIAL_SERVICE = {"AL-11": "social-sara", "AL-12": "social-vera"}


def person(username: str) -> Actor:
    """The actor of an account of the small world."""
    actor = agencies.actor_for_username(username, clock.today())
    assert actor is not None
    return actor


@contextmanager
def by(username: str) -> Iterator[Actor]:
    """A scope in the name of a person of the small world."""
    with acting(person(username)) as actor:
        yield actor


@cache
def _office(code: str) -> int:
    card = agencies.office_by_code(code)
    assert card is not None
    return card.id


def office(code: str) -> int:
    """The id of an office of the small world."""
    return _office(code)


def new_case(
    fork: Fork = Fork.CONSENTS,
    *,
    who: NewPerson = BESA,
    region: str = "AL-11",
    needs: tuple[str, ...] = (),
    at: datetime | None = None,
    note: str = "",
) -> identification.NewCase:
    """What a first responder might enter."""
    return identification.NewCase(
        person=who,
        fork=fork,
        channel=Channel.BORDER,
        region=region,
        identified_at=at or clock.now() - timedelta(minutes=5),
        needs=needs,
        note=note,
    )


def opened(username: str = "border-ana", **changes: object) -> CaseCard:
    """A case of Besa Shembulli, opened by a border officer unless said otherwise."""
    with by(username) as actor:
        return identification.open_case(new=new_case(**changes), by=actor)  # type: ignore[arg-type]


def refer(case: CaseCard, side: Side, *, by_whom: str = "border-ana") -> UUID:
    """The person is referred to one of the two addressees, which has not answered; to the same again where it was told before."""
    with by(by_whom) as actor:
        told = rerouting.told_before(case.id, side)
        before = {"office": told[-1].office, "again": AgainReason.OTHER} if told else {}
        referrals.refer(case=case, side=side, by=actor, **before)  # type: ignore[arg-type]
        return next(one.id for one in referral_queries.referrals(case.id) if one.side == side)


def accept(case: CaseCard, side: Side, *, by_whom: str = "border-ana") -> None:
    """One addressee is told and accepts."""
    asked = refer(case, side, by_whom=by_whom)
    with by("police-petra" if side is Side.POLICE else SOCIAL_SERVICE[case.region or ""]) as actor:
        referrals.answer(referral=asked, accepts=True, by=actor)


def told(username: str = "border-ana", **changes: object) -> CaseCard:
    """A case as `opened` makes it, of which both addressees were told and which both accepted."""
    case = opened(username, **changes)
    for side in Side:
        accept(case, side, by_whom=username)
    return case


def duty(case: UUID, kind: str) -> Duty:
    """The newest duty of a kind on a case, as the open scope sees it."""
    return Duty.objects.filter(case=case, kind=kind).latest("started_at")
