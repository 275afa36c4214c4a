"""Who a child is goes by consent or order to no office but those that trace her family or protect her; the database holds it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from opennrm.access import actions as access
from opennrm.access import queries as sight
from opennrm.access.actions import Grant
from opennrm.access.rules import BasisKind
from opennrm.access.scope import as_system
from opennrm.casefile.queries import CaseCard
from opennrm.lib import clock
from tests.acting import by, office, opened
from tests.sharing.agreeing import agreed
from tests.sharing.children import child_case, heard, to
from tests.sharing.test_voices import refused

pytestmark = pytest.mark.django_db


def seen(username: str, case: CaseCard) -> frozenset[str]:
    with by(username):
        return sight.classes_seen(case.id)


def opens(case: CaseCard, kind: BasisKind, to_office: str) -> None:
    grant = Grant(office(to_office), kind, "a test opens it", ("ordinary", "identity"))
    access.grant_all(case=case.id, grants=[grant], at=clock.now(), case_opened_at=case.opened_at)


def test_an_office_that_protects_children_learns_it_when_both_agree() -> None:
    case = child_case()
    heard(case, new=to("shelter", "identity"))
    assert seen("shelter-sam", case) == {"ordinary", "identity"}


def test_another_office_does_not_whatever_both_agree_to_and_learns_the_rest() -> None:
    case = child_case()
    with refused("child_identity"):
        heard(case, new=to("labour", "identity", "contact"))
    assert seen("labour-lea", case) == frozenset()
    heard(case, new=to("labour", "contact"))
    assert seen("labour-lea", case) == {"ordinary", "contact"}


def test_of_an_adult_it_goes_to_whom_she_agrees_to() -> None:
    case = opened()
    agreed(case, "labour", "identity")
    assert seen("labour-lea", case) == {"ordinary", "identity"}


def test_the_database_refuses_it_by_consent_and_leaves_it_out_of_an_order() -> None:
    case = child_case()
    with by("border-ana"), pytest.raises(IntegrityError), transaction.atomic():
        opens(case, BasisKind.CONSENT, "labour")
    with as_system("routing", reason="an order for many cases"):
        opens(case, BasisKind.ORDER, "labour")
        opens(case, BasisKind.ORDER, "shelter")
    assert seen("labour-lea", case) == {"ordinary"}
    assert seen("shelter-sam", case) == {"ordinary", "identity"}
