"""Every scope beside every choice of classes: an order opens exactly that; and a database that opens more or less is found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access.rules import SEALED_CLASSES
from opennrm.casefile.models import Case
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import Fork
from opennrm.lib import clock
from opennrm.orders import actions, following_sql
from opennrm.orders.rules import Fact, NewOrder, Scope
from opennrm.people.actions import NewPerson
from tests import promises
from tests.acting import by, opened
from tests.committed import watched
from tests.orders.ordering import confirm, new_order, seen

RECEIVES, STRANGER = "labour-lea", "shelter-sam"
CHOICES = [one for many in range(len(SEALED_CLASSES) + 1) for one in combinations(SEALED_CLASSES, many)]
# What each scope names of the four cases below: their places in the order in which they are opened.
CHILD = 2
SCOPES: dict[str, set[int]] = {
    "case": {0},
    "region": {1},
    "child": {2},
    "foreign": {3},
    "every": {0, 1, 2, 3},
}


@pytest.fixture(scope="module")
def superuser(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """A database in which everything is committed, and a superuser who may break it."""
    with watched(admin_url, application_url, django_db_blocker, "exactly") as found:
        yield found


@pytest.fixture(scope="module")
def cases(superuser: psycopg.Connection) -> list[CaseCard]:
    """A citizen's case, one in another region, a child's and a foreigner's."""
    child = NewPerson(sex="Feminine", citizenship=("AL",), age=9, age_on=clock.today())
    foreigner = NewPerson(sex="Masculine", citizenship=("XK",))
    return [
        opened(),
        opened("social-vera", region="AL-12"),
        opened(fork=Fork.CHILD, who=child),
        opened(who=foreigner),
    ]


def order_of(scope: str, classes: tuple[str, ...], cases: list[CaseCard]) -> NewOrder:
    match scope:
        case "case":
            return new_order(cases[0], *classes)
        case "region":
            return new_order(None, *classes, scope=Scope.REGION, region="AL-12")
        case "every":
            return new_order(None, *classes)
    return new_order(None, *classes, scope=Scope.FACT, fact=Fact(scope))


def mismatches(scope: str, classes: tuple[str, ...], cases: list[CaseCard]) -> list[str]:
    """Where an order of this scope and these classes opens something else, to somebody else, or leaves something open."""
    with by("authority-rita") as rita:
        order = actions.enter(new=order_of(scope, classes, cases), by=rita)
    wrong = [f"{scope} unconfirmed" for case in cases if seen(RECEIVES, case)]
    confirm(order)
    # A case that changes is looked at anew, also by an order that has long been open.
    with by("border-ana"):
        for region in ("AL-07", "AL-11"):
            Case.objects.filter(id=cases[3].id).update(region=region)
    for place, case in enumerate(cases):
        wanted = {"ordinary", *classes} if place in SCOPES[scope] else set()
        # Who a child is goes to offices that trace her family or protect her, whatever an order names.
        wanted -= {"identity"} if place == CHILD else set()
        if seen(RECEIVES, case) != wanted or seen(STRANGER, case):
            wrong.append(f"{scope} x {classes}: case {place}")
    with by("coordinator-kim") as kim:
        actions.revoke(order=order, words="The next one.", by=kim)
    return wrong + [f"{scope} left open" for case in cases if seen(RECEIVES, case)]


@pytest.mark.parametrize("scope", SCOPES)
def test_an_order_opens_exactly_the_classes_it_names_of_exactly_the_cases_it_names(
    scope: str, cases: list[CaseCard]
) -> None:
    wrong = [line for classes in CHOICES for line in mismatches(scope, classes, cases)]
    promises.figure(
        "P1", f"{len(CHOICES)} choices of classes x {len(cases)} cases by an order of scope {scope}"
    )
    assert not wrong, "\n".join(wrong)


CLOSE_ALL = """
UPDATE access_basis SET ended_at = now() WHERE kind = 'order' AND ended_at IS NULL AND until IS NOT NULL
"""
MUTANTS = [
    ("WHEN 'case' THEN c.id = o.case_id", "WHEN 'case' THEN true"),
    ("c.region_id IS NOT DISTINCT FROM o.region_id", "true"),
    ("c.region_id IS NOT DISTINCT FROM o.region_id", "c.region_id IS DISTINCT FROM o.region_id"),
    ("c.fork = 'child'", "c.fork <> 'child'"),
    ("WHEN 'child' THEN c.fork = 'child'", "WHEN 'child' THEN true"),
    ("o.country <> ALL (p.citizenship)", "o.country = ANY (p.citizenship)"),
    ("WHEN 'every' THEN true", "WHEN 'every' THEN false"),
    ("o.classes, at, o.until", "o.classes || '{narrative}'::text[], at, o.until"),
    ("o.classes, at, o.until", "o.classes[1:1], at, o.until"),
    ("unnest(o.offices) AS f(office_id)", "(SELECT id FROM agencies_office) AS f(office_id)"),
    ("kind = 'order' AND reference = NEW.id::text AND ended_at IS NULL RETURNING", "false RETURNING"),
]


def test_a_database_that_opens_more_or_less_than_an_order_names_is_found(
    superuser: psycopg.Connection, cases: list[CaseCard]
) -> None:
    alive = []
    for stands, mutant in MUTANTS:
        (whole,) = [one for one in (following_sql.MATCH, following_sql.OPEN) if stands in one]
        functions = whole.split("CREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        try:
            superuser.execute(functions.replace(stands, mutant).encode())
            if not any(mismatches(scope, ("identity",), cases) for scope in SCOPES):
                alive.append(f"{stands} -> {mutant}")
        finally:
            superuser.execute(functions.encode())
            superuser.execute(CLOSE_ALL)
    promises.figure("P3", f"{len(MUTANTS)} mutants of what an order opens, {len(MUTANTS) - len(alive)} found")
    assert alive == []
