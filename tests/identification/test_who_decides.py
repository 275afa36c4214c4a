"""Who records a decision on the status: the office that owes it or decides by the procedure, and nobody who just sees it."""

from __future__ import annotations

import pytest

from opennrm.casefile.queries import CaseCard
from opennrm.identification import actions, queries, reviews
from opennrm.identification.rules import DecisionKind
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed
from tests.acting import by, opened, told
from tests.api.calling import caller
from tests.procedure import decide
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
EVERYTHING = list(DecisionKind)


def record(case: CaseCard, who: str, decision: DecisionKind) -> None:
    with by(who) as actor:
        actions.decide(case=case, decision=decision, decided_on=clock.today(), legal_basis="", by=actor)


def may(case: CaseCard, who: str) -> list[DecisionKind]:
    with by(who) as actor:
        return actions.decidable(case, by=actor)


def test_the_office_that_is_competent_by_the_procedure_decides_and_no_other_that_works_on_the_case() -> None:
    case = told()
    assert may(case, "social-sara") == EVERYTHING
    assert may(case, "police-petra") == may(case, "authority-rita") == []
    for who in ("border-ana", "police-petra", "authority-rita"):
        with pytest.raises(NotAllowed):
            record(case, who, DecisionKind.OFFICIAL)
    record(case, "social-sara", DecisionKind.OFFICIAL)
    with by("border-ana"):
        assert [one.decision for one in queries.decisions(case.id)] == ["official"]


def test_who_reconsiders_decides_while_it_owes_that_and_not_before_or_after() -> None:
    case = told()
    decide(case)
    assert may(case, "authority-rita") == []
    with by("border-ana") as ana:
        reviews.ask_review(case=case, asked_on=clock.today(), by=ana)
    assert may(case, "authority-rita") == EVERYTHING
    record(case, "authority-rita", DecisionKind.OFFICIAL)
    assert may(case, "authority-rita") == []


def test_who_leads_hears_that_the_person_does_not_want_official_status_until_somebody_has_decided() -> None:
    case = opened()
    assert may(case, "border-ana") == [DecisionKind.DECLINED]
    record(case, "border-ana", DecisionKind.DECLINED)
    assert may(case, "border-ana") == []
    other = told()
    record(other, "social-sara", DecisionKind.OFFICIAL)
    with pytest.raises(NotAllowed):
        record(other, "border-ana", DecisionKind.DECLINED)


def test_the_page_offers_each_office_what_it_may_record() -> None:
    case = told()
    where = f"/cases/{case.id}/identification/decision/"
    lead = whole(browser("border-ana").get(where))
    assert "The person does not want official status" in lead.text
    assert "Official victim" not in lead.text
    assert "Vote of" not in lead.text
    assert "decide-decision" not in whole(browser("police-petra").get(where)).markup
    assert "Official victim" in whole(browser("social-sara").get(where)).text
    today = clock.today()
    day = {f"decide-decided_on_{part}": getattr(today, part) for part in ("day", "month", "year")}
    sent = {"act": "decide", "decide-decision": "official"} | day
    assert browser("police-petra").post(where, sent).status_code == 403
    assert "is not one of" in whole(browser("border-ana").post(where, sent)).text
    assert browser("border-ana").post(where, sent | {"decide-decision": "declined"}).status_code == 302


def test_a_program_of_another_office_decides_nothing() -> None:
    case = told()
    given = {"decision": "official", "decided_on": clock.today().isoformat()}
    for who in ("border-ana", "police-petra", "authority-rita"):
        assert caller(who).post(f"/cases/{case.id}/decisions", given).status_code == 403
    assert "decide" not in caller("police-petra").get(f"/cases/{case.id}/decisions").json()["can"]
    assert caller("social-sara").post(f"/cases/{case.id}/decisions", given).status_code == 201
