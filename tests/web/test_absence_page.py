from __future__ import annotations

from datetime import date, timedelta

import pytest

from opennrm.access.scope import as_system
from opennrm.agencies import absences
from opennrm.duties import actions, sweep
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from tests.acting import by, duty, opened, person
from tests.web.browsing import browser, duty_of, whole

pytestmark = pytest.mark.django_db


def day(ahead: int = 0) -> date:
    return clock.today() + timedelta(days=ahead)


def officer(username: str) -> int:
    found = person(username).officer
    assert found
    return found


def ana_is_away(since: int = 0, until: int = 3) -> object:
    with by("border-ana") as ana:
        return absences.mark_away(since=day(since), until=day(until), deputy=officer("border-ben"), by=ana)


def test_she_says_when_she_is_away_and_comes_back() -> None:
    client = browser("border-ana")
    assert "/away/" in whole(client.get("/")).addresses()
    first, last = day(), day(5)
    sent = {"deputy": officer("border-ben")}
    for name, one in (("since", first), ("until", last)):
        sent |= {f"{name}_day": one.day, f"{name}_month": one.month, f"{name}_year": one.year}
    assert client.post("/away/", sent).status_code == 302
    page = whole(client.get("/away/"))
    assert "Test border-ben stands in." in page.text
    with by("border-ana") as ana:
        mine = absences.own_absences(by=ana)
    assert client.post(f"/away/{mine[0].id}/back/").status_code == 302
    assert "stands in." not in whole(client.get("/away/")).text


def test_the_office_sees_who_stands_in_and_her_deputy_is_suggested() -> None:
    case = opened()
    with by("border-ben") as ben:
        actions.name_worker(duty=duty(case.id, "lead").id, officer=officer("border-ana"), by=ben)
    ana_is_away()
    client = browser("border-ben")
    assert "Test border-ben stands in" in whole(client.get("/")).text
    held = duty_of("border-ben", case.id, "lead")
    page = whole(client.get(f"/duties/{held.id}/name/"))
    chosen = [a for tag, a in page.tags if tag == "input" and a.get("name") == "officer" and "checked" in a]
    assert [one["value"] for one in chosen] == [str(officer("border-ben"))]


def test_the_sweep_takes_nothing_from_whoever_is_away() -> None:
    case = opened()
    with by("border-ben") as ben:
        actions.name_worker(duty=duty(case.id, "lead").id, officer=officer("border-ana"), by=ben)
    ana_is_away()
    with as_system("sweep", reason="test") as actor:
        sweep.sweep(by=actor)
    assert duty_of("border-ben", case.id, "lead").person_id == officer("border-ana")


def test_another_office_does_not_learn_who_is_away() -> None:
    ana_is_away()
    with by("border-ben"):
        assert set(absences.away([officer("border-ana")], day())) == {officer("border-ana")}
    with by("social-sara"):
        assert absences.away([officer("border-ana")], day()) == {}


@pytest.mark.parametrize(
    ("since", "until", "deputy", "problem"),
    [
        (-1, 3, "border-ben", "away_in_past"),
        (3, 1, "border-ben", "away_in_past"),
        (0, 3, "border-ana", "not_of_this_office"),
        (0, 3, "social-sara", "not_of_this_office"),
    ],
)
def test_days_gone_by_and_a_deputy_from_elsewhere_are_refused(
    since: int, until: int, deputy: str, problem: str
) -> None:
    with by("border-ana") as ana, pytest.raises(Problem) as refused:
        absences.mark_away(since=day(since), until=day(until), deputy=officer(deputy), by=ana)
    assert refused.value.code == problem


def test_two_who_are_away_together_do_not_stand_in_for_each_other() -> None:
    ana_is_away()
    with by("border-ben") as ben, pytest.raises(Problem) as refused:
        absences.mark_away(since=day(2), until=day(4), deputy=officer("border-ana"), by=ben)
    assert refused.value.code == "deputy_is_away"
    with pytest.raises(Problem) as twice:
        ana_is_away(2, 6)
    assert twice.value.code == "already_away"


def test_nobody_ends_the_absence_of_another() -> None:
    made = ana_is_away()
    with by("border-ben") as ben, pytest.raises(NotFound):
        absences.come_back(absence=made, by=ben)  # type: ignore[arg-type]
    with by("analyst-ada") as ada, pytest.raises(NotAllowed):
        absences.mark_away(since=day(), until=day(), deputy=officer("coordinator-kim"), by=ada)
    assert browser("analyst-ada").get("/away/").status_code == 403
