"""A body that did not meet is a known zero once its keeper confirms it, and not before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from opennrm.access.scope import as_system
from opennrm.coordination import actions, queries, silent_years
from opennrm.coordination.models import SilentYear
from opennrm.coordination.rules import Attendance, Place
from opennrm.duties import actions as duties
from opennrm.duties.models import Duty
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.reporting.account import account
from opennrm.reporting.renderers import as_json
from tests.acting import by, office
from tests.api.calling import caller
from tests.coordination.bodies import establish, today
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db

LAST_YEAR = today().year - 1


@pytest.fixture(autouse=True)
def asked() -> None:
    establish()
    actions.warn_of_expiry()


def confirmed(body: str = "test-board", who: str = "coordinator-kim") -> None:
    with by(who) as actor:
        silent_years.confirm(body=body, year=LAST_YEAR, by=actor)


def met(on: date) -> None:
    with by("coordinator-kim") as kim:
        made = actions.plan_meeting(body="test-board", on=on, place=Place.ONLINE, by=kim)
        seats = queries.seats_on(queries.body("test-board").id, on)
        came = dict.fromkeys([seat.id for seat in seats], Attendance.PRESENT)
        actions.record_attendance(meeting=made, came=came, by=kim)


def figures(year: int = LAST_YEAR, as_at: date | None = None) -> dict[str, Any]:
    with clock.stopped_at(clock.now() + timedelta(days=1)):
        drawn = as_json(account(year, as_at or clock.today()))
    return {one["id"]: one for one in drawn["figures"] if one["id"].startswith("meetings.")}


def owed() -> list[Duty]:
    with by("coordinator-kim") as kim:
        return list(Duty.objects.filter(kind="figure_to_confirm", holder__in=kim.offices))


def test_each_keeper_owes_to_confirm_a_year_without_a_meeting_once() -> None:
    with as_system("sweep", reason="test") as actor:
        assert silent_years.ask(by=actor) == 0
        assert SilentYear.objects.filter(year=LAST_YEAR).count() == 2
    (duty,) = owed()
    assert (duty.subject, duty.holder_id) == (f"Test board, {LAST_YEAR}", office("coordinator"))


def test_unconfirmed_it_is_no_zero() -> None:
    assert figures() == {}


def test_confirmed_it_is_a_known_zero_with_who_and_when() -> None:
    confirmed()
    found = figures()["meetings.held.test-board"]
    assert (found["value"], found["state"]) == (0, "none")
    assert found["confirmed"] == {"office": "coordinator", "on": today().isoformat()}
    assert figures()["meetings.held"]["state"] == "not_reported"
    assert [duty.state for duty in owed()] == ["fulfilled"]


def test_the_sum_is_a_known_zero_once_every_body_is_confirmed() -> None:
    confirmed()
    confirmed("test-committee", "authority-rita")
    found = figures()["meetings.held"]
    assert (found["value"], found["state"]) == (0, "none")


def test_before_the_day_it_was_confirmed_the_account_did_not_know_it() -> None:
    confirmed()
    assert figures(as_at=today() - timedelta(days=1)) == {}


def test_a_meeting_entered_late_ends_the_question_and_counts() -> None:
    met(date(LAST_YEAR, 6, 1))
    assert [duty.state for duty in owed()] == ["fulfilled"]
    found = figures()["meetings.held.test-board"]
    assert (found["value"], found["state"], "confirmed" in found) == (1, "known", False)
    with pytest.raises(Problem) as refused:
        confirmed()
    assert refused.value.code == "year_with_a_meeting"


def test_a_meeting_found_after_the_confirmation_counts_all_the_same() -> None:
    confirmed()
    met(date(LAST_YEAR, 6, 1))
    found = figures()["meetings.held.test-board"]
    assert (found["value"], "confirmed" in found) == (1, False)


def test_it_is_confirmed_once_by_the_keeper_alone() -> None:
    for username in ("authority-rita", "analyst-ada", "police-petra"):
        with pytest.raises(NotAllowed):
            confirmed(who=username)
    with pytest.raises(NotFound):
        confirmed("no-such-body")
    confirmed()
    with pytest.raises(Problem) as refused:
        confirmed()
    assert refused.value.code == "year_confirmed"


def test_the_duty_is_not_ticked_off_beside_it() -> None:
    with by("coordinator-kim") as kim:
        with pytest.raises(Problem) as not_done:
            duties.fulfil(duty=owed()[0].id, by=kim)
        with pytest.raises(Problem) as not_put_off:
            duties.suspend(duty=owed()[0].id, reason="other", until=None, by=kim)
    assert {not_done.value.code, not_put_off.value.code} == {"done_elsewhere"}


def test_the_database_keeps_what_was_confirmed() -> None:
    confirmed()
    for change in ({"confirmed_at": clock.now()}, {"confirmed_at": None, "confirmed_by_id": None}):
        with by("coordinator-kim"), pytest.raises(DatabaseError), transaction.atomic():
            SilentYear.objects.filter(body__code="test-board").update(**change)


def test_it_is_confirmed_on_the_page_of_the_body_where_the_duty_leads() -> None:
    kim, page = browser("coordinator-kim"), reverse("body", args=["test-board"])
    (duty,) = owed()
    assert page in whole(kim.get(reverse("duty", args=[duty.id]))).addresses()
    assert "To be confirmed" in whole(kim.get(page)).text
    said = whole(kim.post(page, {"act": "confirm", "year": str(LAST_YEAR)}, follow=True))
    assert "No meeting was held; confirmed by" in said.text
    assert f"Confirm: no meeting was held in {LAST_YEAR}" not in said.text
    with clock.stopped_at(clock.now() + timedelta(minutes=1)):
        address = reverse("report_figure", args=[LAST_YEAR, "meetings.held.test-board"])
        opened = whole(kim.get(f"{address}?as_at={today().isoformat()}"))
    assert "Confirmed by" in opened.text
    assert "none, and that is known" in opened.text


def test_who_only_reads_confirms_nothing_on_the_page() -> None:
    ada, page = browser("analyst-ada"), reverse("body", args=["test-board"])
    assert "Confirm: no meeting" not in whole(ada.get(page)).text
    assert ada.post(page, {"act": "confirm", "year": str(LAST_YEAR)}).status_code == 403
    kim = browser("coordinator-kim")
    assert kim.post(page, {"act": "confirm", "year": "x"}).status_code == 404


def test_a_program_reads_and_confirms_it() -> None:
    kim = caller("coordinator-kim")
    line = {"year": LAST_YEAR, "confirmed_on": None, "confirmed_by": None}
    assert kim.get("/bodies/test-board").json()["years_without_a_meeting"] == [line]
    assert (
        caller("authority-rita").post(f"/bodies/test-board/years/{LAST_YEAR}/no-meeting").status_code == 403
    )
    assert kim.post(f"/bodies/test-board/years/{LAST_YEAR}/no-meeting").status_code == 200
    (line,) = kim.get("/bodies/test-board").json()["years_without_a_meeting"]
    assert (line["confirmed_on"], line["confirmed_by"]) == (today().isoformat(), "coordinator")
    assert kim.post(f"/bodies/test-board/years/{LAST_YEAR - 5}/no-meeting").status_code == 404
