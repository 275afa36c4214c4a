"""P1 for pages: every route, every kind of post, her own case and another office's, against the matrix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from opennrm.access import matrix
from opennrm.access.scope import as_system
from opennrm.agencies import absences
from opennrm.duties import handover, reviewing
from opennrm.duties.models import Duty, Notice
from opennrm.identification.interview_rules import Side
from opennrm.lib import clock
from opennrm.oversight import emergencies
from opennrm.oversight.models import Emergency
from opennrm.oversight.rules import Danger
from tests import promises
from tests.acting import by, duty, office, opened, person, refer
from tests.orders.ordering import entered
from tests.sharing.agreeing import agreed
from tests.sharing.asking import asked
from tests.shelters.housing import furnished
from tests.web.browsing import browser

pytestmark = pytest.mark.django_db

# One person of each kind of post; border-ana opened the case, health-hana's office has nothing to do with it.
POSTS = {
    "border-ana": "case_worker",
    "authority-rita": "secretary",
    "coordinator-kim": "coordinator",
    "analyst-ada": "analyst",
    "officer-dpo": "data_protection",
    "admin-abe": "administrator",
}
STRANGER = "health-hana"
# The form's token differs each time, and the page may repeat the address that was asked for.
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}')
NO_CASE_DATA_EVER = {"analyst", "data_protection", "administrator"}
# Routes that show one case, duty, offer or notice: another office's must look as if it did not exist.
ABOUT_A_CASE = {
    "case",
    "case_identification",
    "case_referral",
    "case_interview",
    "case_assessment",
    "case_police_case",
    "case_decision",
    "case_circumstances",
    "case_leaving",
    "case_match",
    "case_place",
    "case_support",
    "case_rights",
    "case_best_interest",
    "case_guardians",
    "case_sharing",
    "case_consent_new",
    "case_request_new",
    "case_consent",
    "case_preview",
    "case_journal",
    "case_responsible",
    "case_procedure",
    "duty",
    "name_worker",
    "fulfil",
    "waive",
    "suspend",
    "resume",
    "hand_over",
    "offer",
    "accept_offer",
    "decline_offer",
    "withdraw_offer",
    "read_notice",
    "review_decline",
    "review",
    "dispute",
    "referral",
    "request",
    "accept_referral",
    "decline_referral",
    "withdraw_referral",
}


def _named(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace == "api":
                # Operations have rows of their own: tests/api/test_ownership.py.
                continue
            yield from _named(pattern.url_patterns)
        else:
            assert pattern.name, f"a route without a name: {pattern.pattern}"
            yield pattern.name


ROUTES = sorted(set(_named(get_resolver().url_patterns)))


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert set(matrix.routes()) == set(ROUTES)


def test_every_row_opens_a_route_in_exactly_one_way() -> None:
    for name, row in matrix.routes().items():
        assert len(row) == 1, name
        assert set(row) <= {"open", "before_second_factor", "signed_in", "roles"}, name


def test_posts_that_never_see_a_case_are_in_no_row_about_one() -> None:
    for name in ABOUT_A_CASE:
        assert not NO_CASE_DATA_EVER & set(matrix.routes()[name]["roles"]), name


@pytest.fixture
def objects() -> dict[str, UUID]:
    """A case of the border office with a duty, an offer and a notice."""
    furnished()
    case = opened(needs=("food",))
    with by("border-ana") as ana:
        lead = duty(case.id, "lead")
        made = handover.offer(duty=lead.id, to_office=office("shelter"), by=ana)
        safety = duty(case.id, "immediate_safety_and_needs").id
        review = reviewing.dispute(duty=safety, to_office=office("shelter"), reason="not_competent", by=ana)
        notice = Notice(
            duty=Duty.objects.get(id=lead.id),
            case_id=case.id,
            office_id=office("border"),
            at=lead.started_at,
            what="reminded",
        )
        Notice.objects.bulk_create([notice])
        absence = absences.mark_away(
            since=clock.today(),
            until=clock.today(),
            deputy=person("border-ben").officer or 0,
            by=ana,
        )
        elsewhere = opened("social-vera", region="AL-12")
        emergencies.break_glass(reference=elsewhere.reference, danger=Danger.HEALTH, words="Ill.", by=ana)
    with as_system("oversight", reason="a route for the matrix"):
        emergency = Emergency.objects.get().id
    return {
        "referral": refer(case, Side.POLICE),
        "absence": absence,
        "emergency": emergency,
        "signal": case.id,
        "case_id": case.id,
        "consent_id": agreed(case, "labour", "contact"),
        "order_id": entered(case),
        "request_id": asked(case, "social-vlora"),
        "duty": lead.id,
        "offer": made,
        "notice": notice.id,
        "review": review,
    }


def _address(name: str, objects: dict[str, UUID]) -> str:
    one = next(p for p in get_resolver().url_patterns if isinstance(p, URLPattern) and p.name == name)
    others = {
        "username": "border-ana",
        "year": 2020,
        "figure_id": "identified.all",
        "figure": "identified.all",
        "draft_id": objects["case_id"],
        "name": "person",
        "kind": "food",
        "region": "AL-11",
        "office_code": "labour",
        "code": "test-board",
        "shelter_code": "shelter",
        "meeting_id": objects["case_id"],
    }
    words = {key: objects.get(key, others.get(key)) for key in one.pattern.converters}
    assert None not in words.values(), f"{name} needs {words}"
    return reverse(name, kwargs=words)


def _answer(client: Client, name: str, objects: dict[str, UUID]) -> tuple[int, bytes]:
    address = _address(name, objects)
    answer = client.get(address)
    if answer.status_code == 405:
        answer = client.post(address)
    return answer.status_code, TOKEN.sub(b"", answer.content)


def _status(client: Client, name: str, objects: dict[str, UUID]) -> int:
    return _answer(client, name, objects)[0]


def _guarded() -> list[str]:
    return [name for name in ROUTES if not matrix.routes()[name].get("open")]


def test_nobody_enters_without_signing_in(objects: dict[str, UUID]) -> None:
    for name in _guarded():
        assert _status(browser(), name, objects) == 302, name


@pytest.mark.parametrize("username", POSTS)
def test_a_post_opens_just_the_routes_of_its_row(username: str, objects: dict[str, UUID]) -> None:
    client = browser(username)
    for name in _guarded():
        row, status = matrix.routes()[name], _status(client, name, objects)
        if "roles" in row and POSTS[username] not in row["roles"]:
            assert status == 403, name
        elif "before_second_factor" in row:
            assert status in (200, 302, 403, 404), (name, status)
        elif username == "border-ana":
            # An act tried out of place is refused in a sentence, and never as if it were not hers.
            assert status in ((200, 302, 403, 409) if name in ABOUT_A_CASE else (200, 302)), (name, status)
        else:
            # What her post opens may still be another office's; that looks as if it did not exist.
            assert status in (200, 302, 403, 404, 409), (name, status)


def test_another_offices_case_answers_404_on_every_route_about_it(objects: dict[str, UUID]) -> None:
    client = browser(STRANGER)
    for name in sorted(ABOUT_A_CASE):
        assert _status(client, name, objects) == 404, name


def test_a_case_that_does_not_exist_answers_like_another_offices(objects: dict[str, UUID]) -> None:
    client = browser(STRANGER)
    nothing = dict.fromkeys(objects, UUID(int=7))
    for name in sorted(ABOUT_A_CASE - {"read_notice"}):
        assert _answer(client, name, objects) == _answer(client, name, nothing), name


def test_the_cells_are_counted() -> None:
    cells = len(_guarded()) * (len(POSTS) + 1) + len(ABOUT_A_CASE)
    promises.figure("P1", f"{len(ROUTES)} routes, {cells} cells of route x post x relation")
    assert cells > 200
