"""An office whose only person is excluded from a case cannot see it: what it would owe goes elsewhere, or somebody looks."""

from __future__ import annotations

import pytest

from opennrm.access import queries as sight
from opennrm.access.scope import as_system
from opennrm.agencies.models import Office
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import actions, exclusion, handover, queries
from opennrm.duties.gaps import gap_lines
from opennrm.duties.models import Duty, Notice
from opennrm.lib.problems import Problem
from tests.acting import by, duty, office, opened, person

pytestmark = pytest.mark.django_db


def exclude(case: CaseCard, username: str) -> object:
    officer = person(username).officer
    assert officer
    with by("border-ana") as ana:
        return exclusion.exclude_officer(
            case=case_by_id(case.id), officer=officer, reason=ExclusionReason.RELATIVE, by=ana
        )


def need(case: CaseCard, kind: str) -> None:
    with by("border-ana") as ana:
        actions.record_need(case=case.id, kind=kind, by=ana)


def owed(case: CaseCard, kind: str) -> list[tuple[str, int]]:
    """What is owed of a need: the kinds of duty that are open about it, and who holds them."""
    with as_system("statistics", reason="who owes what"):
        rows = Duty.objects.filter(case=case.id, subject=kind, ended_at__isnull=True).order_by("kind")
        return list(rows.values_list("kind", "holder_id"))


def with_substitute(code: str, substitute: str) -> None:
    with as_system("setup", reason="a substitute for a test"):
        Office.objects.filter(code=code).update(substitute=office(substitute))


def test_a_need_said_after_the_only_case_worker_was_excluded_is_a_gap_that_the_coordinator_sees() -> None:
    case = opened()
    exclude(case, "health-hana")
    need(case, "health_care")
    assert owed(case, "health_care") == [("find_provider", office("coordinator"))]
    with by("coordinator-kim"):
        assert [(one.case_id, one.kind) for one in gap_lines()] == [(case.id, "health_care")]
    with by("health-hana") as hana:
        assert sight.classes_seen(case.id) == frozenset()
        assert gap_lines() == []
        assert queries.unread_notices(sorted(hana.offices)) == []
    with as_system("statistics", reason="who was told"):
        assert not Notice.objects.filter(office=office("health-tirana")).exists()


def test_a_need_owed_before_is_looked_for_too_and_whoever_leads_keeps_it_meanwhile() -> None:
    case = opened(needs=("health_care",))
    exclude(case, "health-hana")
    assert owed(case, "health_care") == [
        ("find_provider", office("coordinator")),
        ("health_care", office("border")),
    ]


def test_where_the_office_has_a_substitute_it_owes_the_need_and_nobody_has_to_look() -> None:
    with_substitute("health-tirana", "labour")
    case = opened()
    exclude(case, "health-hana")
    need(case, "health_care")
    assert owed(case, "health_care") == [("health_care", office("labour"))]


def test_the_same_holds_where_the_office_itself_is_excluded() -> None:
    with_substitute("health-tirana", "labour")
    case = opened()
    with by("border-ana") as ana:
        exclusion.exclude_office(
            case=case, office=office("health-tirana"), reason=ExclusionReason.SUSPECTED, by=ana
        )
    need(case, "health_care")
    assert owed(case, "health_care") == [("health_care", office("labour"))]


def test_an_office_with_somebody_left_goes_on_owing() -> None:
    case = opened(username="social-vera", region="AL-12")
    ben = person("border-ben").officer
    assert ben
    with by("social-vera") as vera:
        made = handover.offer(duty=duty(case.id, "lead").id, to_office=office("border"), by=vera)
    with by("border-ana") as ana:
        handover.accept(offer=made, by=ana)
        exclusion.exclude_officer(
            case=case_by_id(case.id), officer=ben, reason=ExclusionReason.RELATIVE, by=ana
        )
        assert duty(case.id, "lead").holder_id == office("border")


def test_when_the_exclusion_ends_the_office_owes_what_is_asked_and_nobody_looks_any_more() -> None:
    case = opened()
    made = exclude(case, "health-hana")
    need(case, "health_care")
    with by("border-ana") as ana:
        exclusion.end_exclusion(case=case_by_id(case.id), exclusion=made, by=ana)  # type: ignore[arg-type]
    assert owed(case, "health_care") == [("health_care", office("health-tirana"))]


def test_nothing_is_offered_to_an_office_that_could_not_see_it() -> None:
    case = opened()
    exclude(case, "health-hana")
    with by("border-ana") as ana, pytest.raises(Problem) as refused:
        handover.offer(duty=duty(case.id, "lead").id, to_office=office("health-tirana"), by=ana)
    assert refused.value.code == "office_cannot_be_asked"
