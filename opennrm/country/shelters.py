"""Loads the shelters of a country with their rooms, and for a demonstration lives a few invented stays in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from opennrm.access.scope import Actor, acting
from opennrm.casefile.queries import CaseCard, cases_by_id
from opennrm.country.files import ALBANIA
from opennrm.country.replaying import Replay
from opennrm.duties.models import Duty
from opennrm.lib import clock
from opennrm.people import queries as people
from opennrm.shelters import actions, placing, queries
from opennrm.shelters.actions import NewRoom, NewSite, Terms
from opennrm.shelters.rules import ClosedBecause, PlaceState

FILE = "shelters.yaml"
Entry = dict[str, Any]


def written(path: Path = ALBANIA) -> Entry:
    """The file of the shelters as it stands."""
    found: Entry = yaml.safe_load((path / FILE).read_text(encoding="utf-8"))
    return found


def load(*, by: Actor, path: Path = ALBANIA) -> None:
    """Establishes every shelter with its sites and rooms; running it again changes nothing."""
    for entry in written(path)["shelters"]:
        terms = Terms(**{key: _tuple(value) for key, value in entry["terms"].items()})
        actions.establish(
            office=entry["office"], sites=[_site(one) for one in entry["sites"]], terms=terms, by=by
        )
    middles = {region: (point[0], point[1]) for region, point in written(path)["middles"].items()}
    actions.chart(middles=middles, by=by)


def live(replay: Replay) -> None:
    """What the shelters' own people did of late: addresses, leases, stays, a room under repair, and that the board is right."""
    found = written()["live"]
    _describe(found, replay)
    placed: set[UUID] = set()
    for entry in found["stays"]:
        _stay(entry, replay, placed)
    closed = found["closed"]
    with acting(replay.actor_of(closed["office"])) as by:
        card = queries.shelter_of(closed["office"], clock.now())
        room = next(one for one in card.rooms if one.name == closed["room"])
        until = clock.now() + timedelta(days=closed["days"])
        actions.close_room(room=room.id, reason=ClosedBecause(closed["reason"]), until=until, by=by)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _site(entry: Entry) -> NewSite:
    rooms = tuple(NewRoom(**room) for room in entry["rooms"])
    return NewSite(entry["code"], entry["name"], entry["name_sq"], entry["kind"], rooms)


def _describe(found: Entry, replay: Replay) -> None:
    today = clock.local_day(replay.now)
    for entry in written()["shelters"]:
        with acting(replay.actor_of(entry["office"])) as by:
            shelter = queries.shelter_of(entry["office"], clock.now())
            ids = {site.name: site.id for site in queries.sites(shelter.id)}
            for site in entry["sites"]:
                if text := found["addresses"].get(site["code"]):
                    actions.write_address(site=ids[site["name"]], text=text, by=by)
                for lease in (one for one in found["leases"] if one["site"] == site["code"]):
                    actions.enter_lease(
                        site=ids[site["name"]],
                        begins_on=today + timedelta(days=lease["begins"]),
                        ends_on=today + timedelta(days=lease["ends"]),
                        monthly_cost=lease["monthly_cost"],
                        by=by,
                    )
            actions.confirm(shelter=shelter.id, by=by)


def _stay(entry: Entry, replay: Replay, placed: set[UUID]) -> None:
    actor = replay.actor_of(entry["office"])
    with acting(actor):
        cases = [case for case in _in_care(actor) if case.id not in placed][: entry["in"] + entry["held"]]
    placed |= {case.id for case in cases}
    acts = [_act(case, replay.now, number, entry["in"]) for number, case in enumerate(cases)]
    # In the order of time: a place that somebody has later cannot be given to somebody earlier.
    for at, case, moves_in in sorted(acts, key=lambda one: one[0]):
        _place(case, actor, at, moves_in=moves_in)


def _act(case: CaseCard, now: datetime, number: int, moving_in: int) -> tuple[datetime, CaseCard, bool]:
    """When a place is held for one of them, and whether she moves in."""
    moves_in = number < moving_in
    ago = timedelta(days=2 + number * 5) if moves_in else timedelta(hours=3)
    return max(now - ago, case.opened_at + timedelta(minutes=50)), case, moves_in


def _place(case: CaseCard, actor: Actor, at: datetime, *, moves_in: bool) -> None:
    with clock.stopped_at(at), acting(actor) as by:
        place = _free(case, by)
        if place is not None:
            placing.hold(case=case, places=[place], by=by)
    if place is not None and moves_in:
        with clock.stopped_at(at + timedelta(minutes=50)), acting(actor) as by:
            (held,) = queries.stays_of(case.id, clock.now())
            placing.admit(use=held.use, by=by)


def _in_care(actor: Actor) -> list[CaseCard]:
    """The cases on which the shelter owes something that opens how to reach the person, the newest first."""
    owed = Duty.objects.filter(
        holder__in=list(actor.offices), ended_at__isnull=True, classes_opened__contains=["contact"]
    )
    cases = dict.fromkeys(owed.order_by("-started_at").values_list("case", flat=True))
    cards = cases_by_id([case for case in cases if case])
    return sorted(cards.values(), key=lambda card: card.opened_at, reverse=True)


def _free(case: CaseCard, actor: Actor) -> int | None:
    """A free place in a room that is meant for such a person."""
    sex = people.person(case.person).sex_in_words
    kinds = (
        ("children", "family") if case.fork == "child" else ("men",) if sex == "male" else ("women", "family")
    )
    boards = queries.board(clock.now())
    rooms = [room for card in boards if card.office_id in actor.offices for room in card.rooms]
    for kind in kinds:
        for room in (one for one in rooms if one.kind == kind):
            for place in room.places:
                if place.state is PlaceState.FREE:
                    return place.id
    return None
