"""People at work on the same few duties at once: what each may try, on a connection of her own that commits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from uuid import UUID

from opennrm.access import queries as sight
from opennrm.access.scope import Actor, acting, as_system
from opennrm.casefile import queries as cases
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import (
    actions,
    adopting,
    closing,
    exclusion,
    giving,
    handover,
    planning,
    reviewing,
    sops,
    sweep,
)
from opennrm.duties.models import Duty, Offer, PlannedAdoption, Review
from opennrm.lib import clock
from opennrm.lib.problems import NotFound
from tests.acting import office, person

PEOPLE = (
    *("border-ana", "border-ben", "police-petra", "social-sara", "authority-rita"),
    *("coordinator-kim", "shelter-sam", "health-hana", "labour-lea"),
)
OFFICES = ("border", "police-tirana", "social-tirana", "authority", "coordinator", "shelter", "labour")
NEEDS = ("food", "health_care", "legal_assistance", "employment")
Act = Callable[[UUID, Random, Actor], None]


def own_duty(case: UUID, dice: Random, by: Actor) -> Duty:
    """One of the duties that her office holds on the case as she sees it now."""
    rows = list(
        Duty.objects.filter(case=case, holder__in=list(by.offices), ended_at__isnull=True).order_by("id")
    )
    if not rows:
        raise NotFound()
    return dice.choice(rows)


def offer(case: UUID, dice: Random, by: Actor) -> None:
    soon = clock.now() + timedelta(milliseconds=dice.choice([5, 40, 3_600_000]))
    handover.offer(
        duty=own_duty(case, dice, by).id, to_office=office(dice.choice(OFFICES)), answer_by=soon, by=by
    )


def answer(case: UUID, dice: Random, by: Actor) -> None:
    waiting = list(Offer.objects.filter(case_id=case).order_by("-offered_at")[:4])
    if not waiting:
        raise NotFound()
    made = dice.choice(waiting)
    if made.from_office_id in by.offices:
        handover.withdraw(offer=made.id, by=by)
    elif dice.random() < 0.7:
        handover.accept(offer=made.id, by=by)
    else:
        handover.decline(offer=made.id, reason="no_capacity", by=by)


def fulfil(case: UUID, dice: Random, by: Actor) -> None:
    actions.fulfil(duty=own_duty(case, dice, by).id, by=by)


def waive(case: UUID, dice: Random, by: Actor) -> None:
    actions.waive(duty=own_duty(case, dice, by).id, reason="declined", by=by)


def pause(case: UUID, dice: Random, by: Actor) -> None:
    mine = own_duty(case, dice, by)
    if mine.state == "suspended":
        actions.resume(duty=mine.id, by=by)
        return
    until = clock.now() + timedelta(milliseconds=dice.choice([5, 40, 3_600_000]))
    actions.suspend(duty=mine.id, reason="ill", until=until, by=by)


def name(case: UUID, dice: Random, by: Actor) -> None:
    assert by.officer is not None
    actions.name_worker(duty=own_duty(case, dice, by).id, officer=by.officer, by=by)


def give(case: UUID, dice: Random, by: Actor) -> None:
    assert by.officer is not None
    mine = list(
        Duty.objects.filter(holder__in=list(by.offices), ended_at__isnull=True).values_list("id", flat=True)
    )
    giving.give(duties=dice.sample(mine, min(4, len(mine))), officer=by.officer, by=by)


def record_need(case: UUID, dice: Random, by: Actor) -> None:
    actions.record_need(case=case, kind=dice.choice(NEEDS), by=by)


def exclude(case: UUID, dice: Random, by: Actor) -> None:
    exclusion.exclude_office(
        case=cases.case_by_id(case),
        office=office(dice.choice(OFFICES)),
        reason=ExclusionReason.SUSPECTED,
        by=by,
    )


def end_exclusion(case: UUID, dice: Random, by: Actor) -> None:
    standing = sight.exclusions(case)
    if not standing:
        raise NotFound()
    exclusion.end_exclusion(case=cases.case_by_id(case), exclusion=dice.choice(standing).id, by=by)


def review(case: UUID, dice: Random, by: Actor) -> None:
    if waiting := Review.objects.filter(case_id=case, outcome="open", reviewer__in=list(by.offices)).first():
        reviewing.decide(review=waiting.id, moves=dice.random() < 0.7, reason="competence", by=by)
    elif declined := Offer.objects.filter(
        case_id=case, state="declined", from_office__in=list(by.offices)
    ).first():
        reviewing.ask(offer=declined.id, by=by)
    else:
        reviewing.dispute(
            duty=own_duty(case, dice, by).id,
            to_office=office(dice.choice(OFFICES)),
            reason="not_competent",
            by=by,
        )


def close(case: UUID, dice: Random, by: Actor) -> None:
    actions.close_case(case=cases.case_by_id(case), reason="own_wish", by=by)


ACTS: tuple[Act, ...] = (
    *(offer, offer, offer, answer, answer, answer, fulfil, fulfil, waive, pause, pause, name, give),
    *(record_need, record_need, exclude, end_exclusion, review, review, review, close),
)


def act_of_a_person(on: list[UUID], dice: Random, people: tuple[str, ...]) -> None:
    """One act of somebody, on one of the cases, in a transaction of her own."""
    act, case = dice.choice(ACTS), dice.choice(on)
    with acting(person(dice.choice(people))) as actor:
        act(case, dice, actor)


def sweep_all() -> None:
    """The sweep as the worker runs it."""
    for _ in sweep.sweep_all():
        pass


def adopt() -> None:
    """An adoption of the second procedure, whatever is open."""
    going = adopting.adopt(
        sops.sop("walk-second"),
        effective_on=clock.today(),
        scope=lambda: as_system("sop", reason="people at work"),
    )
    for _ in going:
        pass


def plan() -> None:
    """An adoption that was planned yesterday for today: whichever sweep comes first carries it out."""
    with as_system("sop", reason="people at work"):
        sight.one_at_a_time("adoption")
        if sops.planned_adoption() is None:
            PlannedAdoption.objects.create(
                pack="walk-second",
                effective_on=clock.today(),
                planned_at=clock.now() - timedelta(days=1),
            )


def call_off() -> None:
    """The coordinator calls the planned adoption off."""
    with acting(person("coordinator-kim")) as kim:
        planning.call_off(by=kim)


def close_annex(code: str) -> None:
    """An office closes while people give it duties."""
    closing.close_office(code=code, on=clock.today())
