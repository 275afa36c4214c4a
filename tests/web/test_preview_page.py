"""The page that says what another office sees of a case, in both languages, and who is refused it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opennrm.casefile.queries import case_by_id
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import exclusion, handover
from tests.acting import by, duty, office, opened
from tests.sharing.agreeing import agreed
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
MOST_QUERIES = 36


def test_the_sharing_page_leads_to_what_each_office_sees() -> None:
    case = opened()
    agreed(case, "labour", "contact")
    with by("border-ana") as ana:
        handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
        exclusion.exclude_office(
            case=case_by_id(case.id), office=office("social-vlora"), reason=ExclusionReason.RELATIVE, by=ana
        )
    ana_s = browser("border-ana")
    links = whole(ana_s.get(f"/cases/{case.id}/sharing/")).addresses()
    says = {}
    for code in ("border", "labour", "shelter", "social-vlora"):
        address = f"/cases/{case.id}/sharing/as/{code}/"
        assert address in links
        says[code] = whole(ana_s.get(address)).text
    assert "Every page of this case opens" in says["border"]
    assert "The person agreed A place to stay" in says["labour"]
    assert "only what it was asked to answer" in says["shelter"]
    assert "Offered:" in says["shelter"]
    assert "sees nothing of this case" in says["social-vlora"]
    assert not any("Besa" in one for one in says.values())


def test_an_office_that_there_is_not_and_a_stranger_find_nothing() -> None:
    case = opened()
    assert browser("border-ana").get(f"/cases/{case.id}/sharing/as/nowhere/").status_code == 404
    assert browser("health-hana").get(f"/cases/{case.id}/sharing/as/border/").status_code == 404


def test_it_is_all_said_in_albanian() -> None:
    case = opened()
    ana = browser("border-ana")
    ana.post("/language/", {"language": "sq"})
    shown = whole(ana.get(f"/cases/{case.id}/sharing/as/border/")).text
    assert "Pjesët e rastit" in shown
    assert "Parts of the case" not in shown
    assert "Every page" not in shown


def test_the_number_of_queries_is_pinned_and_does_not_grow_with_the_case() -> None:
    counts = []
    for needs in ((), ("food", "health_care", "education")):
        address, ana = f"/cases/{opened(needs=needs).id}/sharing/as/border/", browser("border-ana")
        ana.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert ana.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= MOST_QUERIES
