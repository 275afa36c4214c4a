"""The pages of a case: what stands on them, who may open them, what they do and what they refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opennrm.access import queries as access
from opennrm.casefile import actions as casefile
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import Fork
from opennrm.duties import actions, handover
from opennrm.duties.models import Duty
from opennrm.identification import queries as identification
from opennrm.lib import clock
from opennrm.people.actions import NewPerson
from tests.acting import BESA, by, duty, office, opened, told
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db

PAGES = ("", "identification/", "support/", "rights/", "sharing/", "journal/", "responsible/")
MOST_QUERIES = {
    "": 34,
    "identification/": 26,
    "support/": 30,
    "rights/": 26,
    "sharing/": 30,
    "journal/": 26,
    "responsible/": 34,
}


def address(case: CaseCard, page: str = "") -> str:
    return f"/cases/{case.id}/{page}"


@pytest.mark.parametrize("part", PAGES)
def test_every_page_of_a_case_opens_for_the_office_that_leads_it(part: str) -> None:
    case = opened(needs=("food",), note="Said she was hungry.")
    shown = whole(browser("border-ana").get(address(case, part)))
    assert case.reference in shown.h1
    assert "Besa" not in shown.markup


@pytest.mark.parametrize("part", PAGES)
def test_another_office_finds_nothing_there(part: str) -> None:
    case = opened()
    assert browser("shelter-sam").get(address(case, part)).status_code == 404
    assert browser("shelter-sam").post(address(case, part)).status_code in (404, 405)


@pytest.mark.parametrize("part", PAGES)
def test_a_post_without_case_work_is_refused_whatever_the_case(part: str) -> None:
    assert browser("analyst-ada").get(address(opened(), part)).status_code == 403


@pytest.mark.parametrize("part", PAGES)
def test_the_number_of_queries_is_pinned_and_does_not_grow_with_the_case(part: str) -> None:
    case, client = opened(needs=("food",), note="A first note."), browser("border-ana")
    client.get(address(case, part))
    few = counted(client, address(case, part))
    with by("border-ana") as ana:
        for kind in ("education", "health_care", "employment"):
            actions.record_need(case=case.id, kind=kind, by=ana)
        for _ in range(3):
            casefile.add_note(case=case, text="Another day.", happened_at=clock.now(), by=ana)
    assert counted(client, address(case, part)) == few
    assert few <= MOST_QUERIES[part]


def counted(client, where: str) -> int:  # type: ignore[no-untyped-def]
    with CaptureQueriesContext(connection) as seen:
        assert client.get(where).status_code == 200
    return len(seen)


def test_the_overview_says_who_answers_what_is_next_and_who_the_person_is() -> None:
    case = opened(who=replace(BESA, languages=("ar",), interpreter_needed=True))
    shown = whole(browser("border-ana").get(address(case))).text
    for words in (
        "Office border",
        "Test border-ana",
        "Head of the office",
        "Name a case worker",
        "24 on",
        "Arabic",
        "An interpreter is needed",
        "Albania",
        "Border police",
    ):
        assert words in shown


def test_a_named_case_worker_answers_instead_of_the_head() -> None:
    case = opened()
    with by("border-ana") as ana:
        from tests.acting import person

        actions.name_worker(duty=duty(case.id, "lead").id, officer=person("border-ben").officer or 0, by=ana)
    shown = whole(browser("border-ana").get(address(case))).text
    assert "Test border-ben" in shown
    assert "Head of the office" not in shown


def test_what_is_late_stands_at_the_top() -> None:
    case = opened(at=clock.now() - timedelta(days=3))
    assert "overdue" in whole(browser("border-ana").get(address(case))).text


def test_the_name_is_shown_when_asked_for_and_that_is_recorded() -> None:
    case = opened()
    with by("border-ana"):
        pass
    client = browser("border-ana")
    assert "Besa Shembulli" in whole(client.get(address(case) + "?show=name")).text
    assert verbs_on(case)[-1] == "identity.read"


def verbs_on(case: CaseCard) -> list[str]:
    from opennrm.access.scope import as_system

    with as_system("audit", reason="a test looks"), connection.cursor() as cursor:
        cursor.execute("SELECT verb FROM access_audit WHERE case_id = %s ORDER BY seq", [case.id])
        return [row[0] for row in cursor.fetchall()]


def test_every_look_leaves_an_entry_with_its_page_and_its_basis() -> None:
    from opennrm.access.scope import as_system

    case = opened()
    browser("border-ana").get(address(case, "journal/"))
    with as_system("audit", reason="a test looks"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT body FROM access_audit WHERE case_id = %s AND verb = 'case.read' ORDER BY seq DESC LIMIT 1",
            [case.id],
        )
        body = cursor.fetchone()[0]
    assert '"page":"case_journal"' in body
    assert '"narrative"' in body
    assert '"basis":"duty ' in body


def test_how_to_reach_the_person_is_shown_when_asked_for_with_a_warning_on_a_guardian() -> None:
    child = replace(
        BESA,
        age=15,
        contact="Call before noon",
        guardian="Prova Trillimi",
        guardian_relation="uncle",
        guardian_may_be_involved=True,
    )
    case = opened(fork=Fork.CHILD, who=child)
    shown = whole(browser("border-ana").get(address(case) + "?show=contact")).text
    assert "Call before noon" in shown
    assert "Never contact" in shown


def test_an_office_without_the_class_reads_that_it_does_not_see_it() -> None:
    case = opened()
    shown = whole(browser("authority-rita").get(address(case) + "?show=name"))
    assert "Your office does not see this" in shown.text
    assert "Besa" not in shown.markup


def test_a_note_of_an_earlier_day_is_added_and_hidden_from_offices_that_may_not_read_it() -> None:
    case = opened()
    answer = browser("border-ana").post(
        address(case, "journal/"),
        {
            "text": "She slept well.",
            "happened_on_day": "2",
            "happened_on_month": "1",
            "happened_on_year": str(clock.now().year),
        },
    )
    assert answer.status_code == 302
    shown = whole(browser("border-ana").get(address(case, "journal/"))).text
    assert "She slept well." in shown
    assert "does not see what was written" not in whole(browser("border-ana").get(address(case))).text
    other = whole(browser("authority-rita").get(address(case, "journal/"))).text
    assert "She slept well." not in other
    assert "does not see what was written" in other


def test_a_note_in_the_future_is_refused_and_stays_in_the_form() -> None:
    case = opened()
    data = {
        "text": "Kept words",
        "happened_on_day": "1",
        "happened_on_month": "1",
        "happened_on_year": "2099",
    }
    shown = browser("border-ana").post(address(case, "journal/"), data).content.decode()
    assert "There is a problem" in shown
    assert "Kept words" in shown


def test_an_office_that_owes_nothing_here_may_not_write() -> None:
    case = opened()
    with by("border-ana") as ana:
        handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
    rita = browser("coordinator-kim")
    assert rita.post(address(case, "journal/"), {"text": "x"}).status_code == 404
    held = browser("authority-rita")
    for part, data in (
        ("sharing/", {"act": "exclude"}),
        ("support/", {"act": "need", "kind": "food"}),
        ("support/", {"act": "close", "reason": "other"}),
    ):
        with by("authority-rita"):
            writes = access.may_write(case.id)
        if not writes:
            assert held.post(address(case, part), data).status_code == 403


def test_a_declined_hand_over_stands_in_the_journal() -> None:
    case = opened()
    with by("border-ana") as ana:
        made = handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
    with by("shelter-sam") as sam:
        handover.decline(offer=made, reason="no_capacity", by=sam)
    shown = whole(browser("border-ana").get(address(case, "journal/"))).text
    assert "Hand-over declined: Lead the case" in shown
    assert "no capacity" in shown


def test_a_recorded_decision_settles_the_duty_to_record_it() -> None:
    case = told()
    with by("social-sara") as sara:
        actions.fulfil(duty=duty(case.id, "joint_interview").id, by=sara)
    with by("border-ana"):
        holder = duty(case.id, "status_decision_recorded").holder_id
    who = {
        office("social-tirana"): "social-sara",
        office("police-tirana"): "police-petra",
        office("authority"): "authority-rita",
    }[holder]
    data = {
        "act": "decide",
        "decide-decision": "official",
        "decide-decided_on_day": "1",
        "decide-decided_on_month": "2",
        "decide-decided_on_year": str(clock.now().year),
        "decide-legal_basis": "Test rule 1",
    }
    assert browser(who).post(address(case, "identification/decision/"), data).status_code == 302
    with by("border-ana"):
        assert duty(case.id, "status_decision_recorded").state == "fulfilled"
        assert str(identification.statuses([case.id])[case.id]) == "official"
    shown = whole(browser("border-ana").get(address(case, "identification/"))).text
    assert "Official victim" in shown
    assert "Test rule 1" in shown


def test_a_decision_of_tomorrow_is_refused_beside_its_field() -> None:
    case = opened()
    data = {
        "act": "decide",
        "decide-decision": "official",
        "decide-decided_on_day": "1",
        "decide-decided_on_month": "2",
        "decide-decided_on_year": "2099",
    }
    answer = browser("border-ana").post(address(case, "identification/decision/"), data)
    assert "must be" in answer.content.decode()


def test_a_decision_is_recorded_on_one_page_alone() -> None:
    case = opened()
    page = whole(browser("border-ana").get(address(case, "identification/")))
    assert "Record a decision" not in page.text
    assert address(case, "identification/decision/") in page.addresses()
    sent = {"act": "decide", "decision": "official"}
    assert browser("border-ana").post(address(case, "identification/"), sent).status_code == 404


def test_an_adult_may_consent_later() -> None:
    case = opened(fork=Fork.DOES_NOT_CONSENT, who=NewPerson(sex="Feminine", languages=("sq",)))
    page = whole(browser("border-ana").get(address(case, "identification/")))
    assert "The person now agrees" in page.text
    assert browser("border-ana").post(address(case, "identification/"), {"act": "consent"}).status_code == 302
    with by("border-ana"):
        assert cases.case_by_id(case.id).fork == "consents"
        assert Duty.objects.filter(case=case.id, kind="joint_interview").exists()


def test_a_need_is_added_and_the_page_says_who_owes_it() -> None:
    case = opened()
    assert (
        browser("border-ana").post(address(case, "support/"), {"act": "need", "kind": "food"}).status_code
        == 302
    )
    with by("border-ana"):
        assert duty(case.id, "food").holder_id
    assert "Office shelter" in whole(browser("border-ana").get(address(case, "support/"))).text


def test_a_need_that_nobody_can_meet_is_shown_as_a_gap() -> None:
    case = opened(needs=("legal_assistance",))
    shown = whole(browser("border-ana").get(address(case, "support/"))).text
    assert "Gap" in shown
    assert "Office coordinator is to find who provides it" in shown


def test_a_case_is_closed_with_a_reason_and_nothing_is_owed_any_more() -> None:
    case = opened()
    client = browser("border-ana")
    assert "choose an answer" in client.post(address(case, "support/"), {"act": "close"}).content.decode()
    assert client.post(address(case, "support/"), {"act": "close", "reason": "own_wish"}).status_code == 302
    shown = whole(browser("border-ana").get(address(case))).text
    assert "Closed" in shown
    with by("border-ana"):
        assert not Duty.objects.filter(case=case.id, ended_at__isnull=True).exists()


def test_rights_say_what_was_told_and_what_nobody_recorded() -> None:
    case = opened(who=replace(BESA, citizenship=("SY",), languages=("ar",)))
    shown = whole(browser("border-ana").get(address(case, "rights/"))).text
    assert "Rights and next steps explained" in shown
    assert "Reflection period" in shown
    assert "Not yet recorded" in shown


def test_sharing_names_every_office_with_what_it_sees_and_why() -> None:
    case = opened()
    shown = whole(browser("border-ana").get(address(case, "sharing/"))).text
    for words in (
        "Office border",
        "Office social-tirana",
        "Lead the case",
        "Test order 1",
        "The case without names",
    ):
        assert words in shown


def test_an_excluded_office_finds_nothing_and_what_it_owed_is_held_by_another_at_once() -> None:
    case = told()
    data = {"act": "exclude", "office": str(office("police-tirana")), "officer": "", "reason": "suspected"}
    assert browser("border-ana").post(address(case, "sharing/"), data).status_code == 302
    assert browser("police-petra").get(address(case)).status_code == 404
    with by("border-ana"):
        assert not Duty.objects.filter(
            case=case.id, holder=office("police-tirana"), ended_at__isnull=True
        ).exists()
        assert duty(case.id, "take_part_in_joint_interview").state == "held"
    shown = whole(browser("border-ana").get(address(case, "sharing/"))).text
    assert "Suspected of a part in it" in shown
    assert (
        "Suspected"
        not in whole(browser("social-sara").get(address(case, "sharing/"))).text.split("Exclude an office")[0]
    )


def test_an_exclusion_can_end_and_an_office_cannot_exclude_itself() -> None:
    case = opened()
    client = browser("border-ana")
    refused = client.post(
        address(case, "sharing/"),
        {"act": "exclude", "office": str(office("border")), "officer": "", "reason": "relative"},
    )
    assert refused.status_code == 200
    client.post(
        address(case, "sharing/"),
        {"act": "exclude", "office": str(office("shelter")), "officer": "", "reason": "relative"},
    )
    with by("border-ana"):
        made = access.exclusions(case.id)[0]
    assert (
        client.post(address(case, "sharing/"), {"act": "end", "exclusion": str(made.id)}).status_code == 302
    )
    with by("border-ana"):
        assert access.exclusions(case.id) == []


def test_an_excluded_officer_finds_nothing_while_her_colleague_does() -> None:
    case = opened()
    with by("border-ben") as ben:
        officer = str(ben.officer)
    data = {"act": "exclude", "office": "", "officer": officer, "reason": "relative"}
    assert browser("border-ana").post(address(case, "sharing/"), data).status_code == 302
    assert browser("border-ben").get(address(case)).status_code == 404
    assert browser("border-ana").get(address(case)).status_code == 200
