"""Entering a case page by page: the three roads, late entry, going back, errors, a second click, and nothing in clear."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from opennrm.casefile.models import Case
from opennrm.duties.models import Duty
from opennrm.identification import queries as identification
from opennrm.lib import clock
from opennrm.people import queries as people
from tests.acting import by, office
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db

PERSON = {
    "first_name": "Besa",
    "second_name": "Shembulli",
    "alias": "Bes",
    "age": "24",
    "age_basis": "declared",
    "sex": "Feminine",
    "citizenship": "AL",
    "language": "sq",
    "interpreter": "no",
    "document": "X1234567",
    "contact": "Call before noon",
}
CHILD = PERSON | {"age": "15", "guardian": "Prova Trillimi", "guardian_may_be_involved": "on"}
NEEDS = {"needs": ["food", "health_care"], "note": "Said she was hungry."}


def identified(days_ago: int = 0) -> dict[str, object]:
    day = timezone.localdate(clock.now()) - timedelta(days=days_ago)
    parts = {"identified_on_day": day.day, "identified_on_month": day.month, "identified_on_year": day.year}
    return {
        **parts,
        "hour": "",
        "channel": "border",
        "region": "AL-11",
        "in_danger": "no",
        "exploitation": ["ForcedLabour"],
    }


class Entry:
    """Somebody enters a case in her browser."""

    def __init__(self, username: str = "border-ana") -> None:
        self.client: Client = browser(username)
        answer = self.client.get("/cases/new/")
        assert answer.status_code == 302
        self.root = answer.headers["Location"].removesuffix("who/")

    def see(self, page: str) -> HttpResponse:
        return self.client.get(f"{self.root}{page}/")  # type: ignore[return-value]

    def answer(self, page: str, data: dict[str, object], **more: str) -> HttpResponse:
        return self.client.post(f"{self.root}{page}/", {**data, **more})  # type: ignore[return-value]

    def fill(self, fork: str, person: dict[str, str], days_ago: int = 0) -> None:
        assert self.see("who").status_code == 200
        pages: dict[str, Mapping[str, object]] = {
            "who": {"fork": fork},
            "person": person,
            "identified": identified(days_ago),
            "needs": NEEDS,
        }
        for page, data in pages.items():
            assert self.answer(page, dict(data)).status_code == 302, page

    def open(self) -> HttpResponse:
        return self.answer("check", {})


def only_case(username: str = "border-ana") -> Case:
    with by(username):
        return Case.objects.get()


def test_a_case_entered_page_by_page_is_open_and_its_duties_stand_at_once() -> None:
    entry = Entry()
    entry.fill("consents", PERSON)
    assert "Besa" in whole(entry.see("check")).text
    answer = entry.open()
    case = only_case()
    assert answer.headers["Location"] == f"/cases/{case.id}/"
    assert "The case is open" in whole(entry.client.get(f"/cases/{case.id}/")).text
    with by("border-ana") as ana:
        assert people.identity(case.id, by=ana).shown == "Besa Shembulli"
        assert people.contact(case.id, by=ana) == "Call before noon"
        kinds = set(Duty.objects.filter(case=case.id).values_list("kind", flat=True))
        found = identification.identification(case.id)
    assert {"lead", "name_case_worker", "joint_interview", "food", "health_care"} <= kinds
    assert found is not None
    assert (found.channel, found.age, found.exploitation) == ("border", 24, ("ForcedLabour",))


def test_a_child_is_referred_with_a_guardian_who_may_not_be_contacted() -> None:
    entry = Entry()
    entry.fill("child", CHILD)
    entry.open()
    case = only_case()
    with by("border-ana") as ana:
        assert people.carers(case.id, by=ana)[0][0].may_be_involved
        assert Duty.objects.filter(case=case.id, kind="notify_child_protection_unit").exists()
        assert Duty.objects.filter(case=case.id, kind="appoint_other_guardian").exists()


def test_whoever_asked_for_international_protection_may_not_be_removed() -> None:
    entry = Entry()
    entry.fill("consents", PERSON)
    assert entry.answer("identified", {**identified(), "asylum": "yes"}).status_code == 302
    entry.open()
    with by("border-ana"):
        kinds = set(Duty.objects.filter(case=only_case().id).values_list("kind", flat=True))
    assert {"hold_removal", "tell_asylum_authority"} <= kinds


def test_an_adult_who_does_not_agree_is_asked_nothing_that_names_her_and_nothing_is_kept() -> None:
    entry = Entry()
    entry.see("who")
    entry.answer("who", {"fork": "does_not_consent"})
    assert "First name" not in whole(entry.see("person")).text
    entry.fill("does_not_consent", PERSON)
    entry.open()
    case = only_case()
    with by("border-ana") as ana:
        assert people.identity(case.id, by=ana).names == ()
        assert Duty.objects.filter(case=case.id, kind="notify_without_name").exists()


def test_a_change_of_mind_forgets_the_name_already_typed() -> None:
    entry = Entry()
    entry.fill("consents", PERSON)
    entry.answer("who", {"fork": "does_not_consent"})
    assert "Besa" not in whole(entry.see("check")).markup
    entry.answer("who", {"fork": "consents"})
    assert "Besa" not in whole(entry.see("person")).markup


def test_a_paper_form_entered_late_is_dated_to_its_own_day() -> None:
    entry = Entry()
    entry.fill("consents", PERSON, days_ago=9)
    entry.open()
    case = only_case()
    with by("border-ana"):
        found = identification.identification(case.id)
    assert found is not None
    assert (found.known_on - found.identified_on).days == 9
    assert (clock.now() - case.opened_at).days in (8, 9)


def test_going_back_shows_the_answers() -> None:
    entry = Entry()
    entry.fill("consents", PERSON)
    shown = whole(entry.see("person"))
    assert shown.value("first_name") == "Besa"
    assert "Said she was hungry." in whole(entry.see("needs")).text


def test_a_change_from_the_last_page_leads_back_to_it() -> None:
    entry = Entry()
    entry.fill("consents", PERSON)
    answer = entry.answer("person", dict(PERSON, first_name="Drita"), back="check")
    assert answer.headers["Location"].endswith("/check/")
    assert "Drita" in whole(entry.see("check")).text


def test_an_error_stands_beside_its_field_and_loses_nothing() -> None:
    entry = Entry()
    entry.see("who")
    entry.answer("who", {"fork": "consents"})
    entry.answer("person", dict(PERSON))
    shown = whole(entry.answer("identified", {**identified(), "identified_on_year": "2099", "hour": "10:15"}))
    assert "There is a problem" in shown.text
    assert shown.value("hour") == "10:15"
    assert "Besa" in whole(entry.see("person")).markup


def test_the_last_page_leads_to_the_first_question_still_open() -> None:
    entry = Entry()
    entry.see("who")
    entry.answer("who", {"fork": "consents"})
    assert entry.see("check").headers["Location"].endswith("/person/")
    assert entry.open().headers["Location"].endswith("/person/")


def test_an_age_that_contradicts_the_road_is_refused_in_a_sentence_and_nothing_is_written() -> None:
    entry = Entry()
    entry.fill("consents", dict(PERSON, age="15"))
    shown = whole(entry.open()).text
    assert "is always referred as a child" in shown
    with by("border-ana"):
        assert not Case.objects.exists()


def test_a_second_click_makes_no_second_case() -> None:
    entry = Entry()
    entry.fill("consents", PERSON)
    first, second = entry.open(), entry.open()
    assert first.headers["Location"] == second.headers["Location"]
    assert only_case().lead_office_id == office("border")


def test_a_click_that_was_under_way_before_the_first_ended_makes_no_second_case() -> None:
    entry = Entry()
    entry.fill("consents", PERSON)
    other = Client()
    other.cookies = entry.client.cookies
    from opennrm.web import entry_draft

    loaded: list[int] = []
    real = entry_draft.locked

    def late(request, draft_id):  # type: ignore[no-untyped-def]
        if not loaded:
            loaded.append(1)
            assert entry.open().status_code == 302
        return real(request, draft_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entry_draft, "locked", late)
        assert other.post(f"{entry.root}check/").status_code == 302
    only_case()


def test_what_was_typed_lies_nowhere_in_clear_and_opens_in_no_other_browser() -> None:
    entry = Entry()
    entry.fill("consents", PERSON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        stored = " ".join(row[0] for row in cursor.fetchall())
    decoded = " ".join(str(session.get_decoded()) for session in Session.objects.all())
    for typed in ("Besa", "Shembulli", "X1234567", "hungry", "noon"):
        assert typed not in stored + decoded + entry.root
    del entry.client.cookies["draft"]
    assert "Besa" not in whole(entry.see("person")).markup


def test_another_person_at_work_cannot_open_the_draft() -> None:
    entry, other = Entry(), browser("border-ben")
    entry.fill("consents", PERSON)
    other.cookies["draft"] = entry.client.cookies["draft"].value
    assert "Besa" not in other.get(f"{entry.root}person/").content.decode()


@pytest.mark.parametrize("username", ["coordinator-kim", "authority-rita", "analyst-ada", "admin-abe"])
def test_only_those_who_open_cases_may_enter_one(username: str) -> None:
    client = browser(username)
    assert client.get("/cases/new/").status_code == 403
    assert client.post(f"/cases/new/{uuid4()}/check/").status_code == 403


def test_a_page_that_does_not_exist_is_not_found() -> None:
    assert Entry().see("secrets").status_code == 404
