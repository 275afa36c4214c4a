from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from opennrm.access.scope import as_system
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import exclusion
from opennrm.oversight import emergencies
from opennrm.oversight.models import Emergency
from opennrm.oversight.rules import Danger
from tests.acting import BESA, by, opened, person
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
WORDS = "She telephones and says he is at the door."
MASK = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|AL-[0-9A-Z]{5}-[0-9A-Z]{5}')


def sent(reference: str) -> dict[str, str]:
    return {"reference": reference, "danger": "violence", "words": WORDS}


def broken(case: CaseCard, username: str = "health-hana") -> UUID:
    with by(username) as actor:
        emergencies.break_glass(reference=case.reference, danger=Danger.VIOLENCE, words=WORDS, by=actor)
    with as_system("oversight", reason="a test"):
        return Emergency.objects.latest("tried_at").id


def audited(case: UUID) -> list[dict[str, Any]]:
    with as_system("audit", reason="a test"), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM access_audit WHERE case_id = %s ORDER BY seq", [case])
        return [json.loads(body) for (body,) in cursor.fetchall()]


def test_from_a_search_that_finds_nothing_to_the_case_and_its_end() -> None:
    case = opened()
    hana = browser("health-hana")
    page = whole(hana.get("/cases/search/"))
    assert "/emergency/" not in page.addresses()
    page = whole(hana.post("/cases/search/", {"act": "reference", "reference": case.reference}))
    assert "/emergency/" in page.addresses()
    page = whole(hana.get("/emergency/"))
    assert "within 72 hours" in page.text
    answer = hana.post("/emergency/", sent(case.reference))
    assert answer.headers["Location"] == f"/cases/{case.id}/"
    page = whole(hana.get(f"/cases/{case.id}/"))
    assert "You alone see this case until" in page.text
    assert BESA.first_name not in page.text
    page = whole(hana.get(f"/cases/{case.id}/?show=name"))
    assert BESA.first_name in page.text
    assert "Record" not in whole(hana.get(f"/cases/{case.id}/support/")).text
    assert case.reference not in whole(hana.get("/cases/?show=all")).text
    with as_system("oversight", reason="a test"):
        row = Emergency.objects.get()
    reads = [one for one in audited(case.id) if one["actor"] == "health-hana" and "read" in one["verb"]]
    assert reads
    assert {one["basis"] for one in reads} == {f"emergency {row.id}"}
    assert hana.post(f"/emergency/{row.id}/end/").status_code == 302
    assert hana.get(f"/cases/{case.id}/").status_code == 404


def test_every_page_of_the_case_reads_and_nothing_else_is_offered() -> None:
    case = opened(needs=("food",))
    broken(case)
    hana = browser("health-hana")
    for part in ("", "identification/", "support/", "rights/", "sharing/", "journal/", "responsible/"):
        page = whole(hana.get(f"/cases/{case.id}/{part}"))
        forms = [a.get("action") or "" for tag, a in page.tags if tag == "form" and a.get("method") == "post"]
        own = [
            one for one in forms if not one.startswith(("/language/", "/accounts/", "/emergency/", "/leave/"))
        ]
        assert own == [], part


def test_the_page_is_the_same_for_a_reference_of_nobody_and_a_case_she_is_kept_out_of() -> None:
    case, hana = opened(), person("health-hana").officer
    assert hana is not None
    with by("border-ana") as ana:
        exclusion.exclude_officer(case=case, officer=hana, reason=ExclusionReason.RELATIVE, by=ana)
    client = browser("health-hana")
    kept_out = client.post("/emergency/", sent(case.reference))
    nothing = client.post("/emergency/", sent("AL-00000-00000"))
    assert kept_out.status_code == nothing.status_code == 200
    assert MASK.sub(b"", kept_out.content) == MASK.sub(b"", nothing.content)
    assert "No case was opened" in whole(client.post("/emergency/", sent("x"))).text
    # The tries stayed, though nothing was opened: the fourth is refused whatever it asks for.
    answer = client.post("/emergency/", sent(case.reference))
    assert answer.status_code == 429
    with as_system("oversight", reason="a test"):
        assert Emergency.objects.count() == 3


def test_two_clicks_open_it_once() -> None:
    case = opened()
    hana = browser("health-hana")
    for _ in range(2):
        assert hana.post("/emergency/", sent(case.reference)).headers["Location"] == f"/cases/{case.id}/"
    with as_system("oversight", reason="a test"):
        assert Emergency.objects.count() == 1


def test_who_leads_the_case_is_told_and_sees_it_in_the_journal_and_in_sharing() -> None:
    case = opened()
    broken(case)
    ana = browser("border-ana")
    assert "opened this case for an hour" in whole(ana.get("/")).text
    assert "Opened in an emergency" in whole(ana.get(f"/cases/{case.id}/journal/")).text
    assert "a life is in danger" in whole(ana.get(f"/cases/{case.id}/sharing/")).text
    assert "You alone see" not in whole(ana.get(f"/cases/{case.id}/")).text


def test_the_data_protection_officer_reviews_it_and_sees_no_case() -> None:
    case = opened()
    row = broken(case)
    hana, dpo = browser("health-hana"), browser("officer-dpo")
    hana.get(f"/cases/{case.id}/?show=contact")
    page = whole(dpo.get("/oversight/"))
    assert case.reference in page.text
    assert "Test health-hana" not in page.text
    assert "Post of health-hana" in page.text
    page = whole(dpo.get(f"/oversight/emergencies/{row}/"))
    assert WORDS in page.text
    assert "How to reach the person" in page.text
    assert "Besa" not in page.markup
    assert str(case.id) not in page.markup
    assert dpo.get(f"/cases/{case.id}/").status_code == 403
    assert (
        "must be filled in"
        in whole(dpo.post(f"/oversight/emergencies/{row}/", {"outcome": "justified"})).text
    )
    found = {"outcome": "not_justified", "findings": "There was time to ask."}
    assert dpo.post(f"/oversight/emergencies/{row}/", found).status_code == 302
    assert dpo.post(f"/oversight/emergencies/{row}/", found).status_code == 409
    assert "There was time to ask." in whole(dpo.get(f"/oversight/emergencies/{row}/")).text


@pytest.mark.parametrize("username", ["authority-rita", "coordinator-kim"])
def test_only_the_office_that_reviews_finds_it(username: str) -> None:
    row = broken(opened())
    client = browser(username)
    assert "No emergency waits" in whole(client.get("/oversight/")).text
    assert client.get(f"/oversight/emergencies/{row}/").status_code == 404


def test_a_post_without_cases_is_refused() -> None:
    for username in ("officer-dpo", "analyst-ada", "admin-abe", "authority-rita"):
        client: Client = browser(username)
        assert client.get("/emergency/").status_code == 403
