from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opennrm.duties import actions
from tests.acting import by, duty, opened
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db


def test_every_rule_stands_in_plain_words_with_its_source_and_whether_it_is_confirmed() -> None:
    page = whole(browser("social-sara").get("/procedure/"))
    assert page.h1.endswith("Procedure")
    for words in (
        "Tell the child protection unit",
        "When a case is opened and the person is a child",
        "Within 1 hour",
        "Nothing stops the clock.",
        "To be confirmed",
        "Verified",
        "Decision of the Council of Ministers no. 499",
        "the need is “Food”",
    ):
        assert words in page.text, words
    for raw in ("&amp;&amp;", "need_recorded", "_responder"):
        assert raw not in page.markup


def test_the_diagram_has_a_name_and_a_description_and_no_style_of_its_own() -> None:
    page = whole(browser("social-sara").get("/procedure/"))
    [picture] = re.findall(r"<svg.*?</svg>", page.markup, re.DOTALL)
    assert 'role="img"' in picture
    assert '<title id="procedure-title">Albania' in picture
    assert "<desc" in picture
    assert "style" not in picture
    assert "<script" not in picture


def test_every_procedure_that_ships_can_be_read_and_a_draft_says_so() -> None:
    client = browser("analyst-ada")
    assert "This is a draft" in whole(client.get("/procedure/?sop=al-2025-consultation")).text
    assert "Criminal justice and redress" in whole(client.get("/procedure/?sop=odihr-generic")).text
    assert client.get("/procedure/?sop=nothing").status_code == 404


def test_the_procedure_reads_in_albanian() -> None:
    answer = browser("social-sara").get("/procedure/", headers={"accept-language": "sq"})
    text = whole(answer).text
    assert "Kontakti i parë" in text
    assert "Vendimi i Këshillit të Ministrave nr. 499" in text
    assert "Decision of the Council" not in text
    assert "o be confirmed" not in text


def test_everybody_at_work_reads_it_and_nobody_else() -> None:
    assert browser("officer-dpo").get("/procedure/").status_code == 200
    assert browser().get("/procedure/").status_code == 302


def test_the_procedure_takes_a_handful_of_queries() -> None:
    client = browser("social-sara")
    client.get("/procedure/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/procedure/")
    assert len(seen) <= 18


def test_a_case_has_its_place_in_the_procedure() -> None:
    case = opened()
    with by("border-ana") as ana:
        actions.fulfil(duty=duty(case.id, "notify_police").id, by=ana)
    page = whole(browser("border-ana").get(f"/cases/{case.id}/procedure/"))
    rows = re.findall(r"<tr.*?</tr>", page.markup, re.DOTALL)
    told = [row for row in rows if "Tell the police" in row]
    places = [place for row in told for place in ("Owed now", "Done", "Not reached") if place in row]
    # One rule asked for it of an adult, and it is done; the others are for other roads.
    assert (places[0], set(places[1:])) == ("Done", {"Not reached"})
    assert any("Tell the State Social Service" in row and "Owed now" in row for row in rows)
    [picture] = re.findall(r"<svg.*?</svg>", page.markup, re.DOTALL)
    assert ">Owed now</text>" in picture


def test_who_is_responsible_leads_to_the_place_in_the_procedure() -> None:
    case = opened()
    page = whole(browser("border-ana").get(f"/cases/{case.id}/responsible/"))
    assert f"/cases/{case.id}/procedure/" in page.addresses()


def test_another_office_finds_no_such_case() -> None:
    case = opened()
    assert browser("health-hana").get(f"/cases/{case.id}/procedure/").status_code == 404
