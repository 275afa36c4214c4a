"""Rounds of walks: where each begins, and so many of them rolled back one after another."""

from __future__ import annotations

from typing import NamedTuple, cast

from opennrm.access.scope import as_system
from opennrm.agencies import actions as bodies
from opennrm.agencies.models import Office
from opennrm.lib import clock
from tests import world
from tests.acting import office, person
from tests.duties.ledger_compared import STAFF, open_real
from tests.duties.ledger_walks import LedgerMachine
from tests.duties.reference_books import Country
from tests.duties.reference_ledger import Ledger
from tests.walks import walk_machine

# Two more offices that are asked for what another is asked for too: the region's own comes before a national one.
MORE = [
    bodies.NewCompetence("labour", "municipality", "AL-11", world.LONG_AGO),
    bodies.NewCompetence("social-tirana", "health_service", None, world.LONG_AGO),
]


class Start(NamedTuple):
    """Where the walks of one round begin: who opened a case where, what was needed, and who takes over from whom."""

    opener: str = "border-ana"
    region: str = "AL-11"
    needs: tuple[str, ...] = ("food", "legal_assistance")
    substitutes: tuple[tuple[str, str], ...] = ()


STARTS = (
    Start(),
    Start("social-vera", "AL-12", ("health_care", "employment")),
    Start(
        "social-sara", "AL-11", ("health_care", "food"), (("social-tirana", "shelter"), ("border", "labour"))
    ),
    Start(
        "border-ben",
        "AL-12",
        ("legal_assistance",),
        (("labour", "police-tirana"), ("police-tirana", "border")),
    ),
)


def begin(start: Start) -> type[LedgerMachine]:
    """A machine whose walks begin where one case has just been opened."""
    with as_system("setup", reason="machine") as actor:
        bodies.establish(bodies.Establishment(competences=MORE), with_accounts=False, by=actor)
        for code, substitute in start.substitutes:
            Office.objects.filter(code=code).update(substitute=office(substitute))
    order = [*world.COMPETENCES, *MORE]
    country = Country(
        STAFF,
        tuple((one.office, one.role, one.region) for one in order),
        dict(start.substitutes),
    )
    now = clock.now()
    books = Ledger(country, now)
    books.open_case(start.opener, start.region, list(start.needs))
    case = open_real(start.opener, start.region, start.needs, now, sop="walk-first")
    machine = cast(type[LedgerMachine], type("LedgerMachine", (LedgerMachine,), {}))
    machine.begun, machine.begun_cases, machine.begun_at = books, (case,), now
    machine.begun_duties, machine.actors = {}, {who: person(who) for who in STAFF}
    return machine


def walk(start: Start, *, examples: int, steps: int, number: int | None = None) -> None:
    """So many walks of up to so many acts, each from the same start and rolled back to it; a number makes others of them."""
    machine = begin(start)
    walk_machine(machine, examples=examples, steps=steps, number=number)
