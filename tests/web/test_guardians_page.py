"""Who answers for a child, on a page without script, in both languages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opennrm.casefile.queries import CaseCard
from opennrm.lib import clock
from tests.acting import by, opened
from tests.sharing.children import child_case, guardian_of
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
MOST_QUERIES = 30


def page_of(case: CaseCard) -> str:
    return f"/cases/{case.id}/guardians/"


def filled(**changes: str) -> dict[str, str]:
    """An appointed guardian, as the form sends it."""
    today = clock.today()
    days = {f"since_{part}": str(getattr(today, part)) for part in ("day", "month", "year")}
    return (
        {"act": "record", "name": "Kujdestari Shembulli", "relation": "", "standing": "appointed"}
        | days
        | changes
    )


def test_one_is_suspected_another_is_appointed_and_the_page_says_whose_word_counts() -> None:
    case, ana = child_case(), browser("border-ana")
    assert page_of(case) in whole(ana.get(f"/cases/{case.id}/rights/")).addresses()
    assert "Answers for the child" in whole(ana.get(page_of(case))).text
    with by("border-ana"):
        aunt = guardian_of(case)
    done = whole(ana.post(page_of(case), {"act": "suspect", "guardian": str(aunt)}, follow=True)).text
    assert "another one is owed" in done
    assert "Never contact: may be involved" in done
    assert "Nobody counts as guardian now" in done
    done = whole(ana.post(page_of(case), filled(), follow=True)).text
    assert "Kujdestari Shembulli" in done
    assert "Answers for the child" in done
    assert "Nobody counts" not in done
    assert "may be involved" in whole(ana.get(f"/cases/{case.id}/journal/")).text


def test_one_is_ended_and_what_is_not_whole_is_asked_again() -> None:
    case, ana = child_case(), browser("border-ana")
    with by("border-ana"):
        aunt = guardian_of(case)
    assert "There is a problem" in whole(ana.post(page_of(case), filled(name=""))).text
    done = whole(ana.post(page_of(case), {"act": "end", "guardian": str(aunt)}, follow=True)).text
    assert "Has no word" in done
    assert ana.post(page_of(case), {"act": "end", "guardian": "x"}).status_code == 404


def test_who_does_not_see_how_to_reach_her_sees_no_guardian() -> None:
    case = child_case()
    rita = browser("authority-rita")
    shown = whole(rita.get(page_of(case))).text
    assert "Your office does not see this." in shown
    assert "Tezja" not in shown
    assert rita.post(page_of(case), filled()).status_code == 403
    assert browser("labour-lea").get(page_of(case)).status_code == 404
    assert browser("border-ana").get(page_of(opened())).status_code == 409


def test_it_is_all_said_in_albanian() -> None:
    case, ana = child_case(), browser("border-ana")
    ana.post("/language/", {"language": "sq"})
    shown = whole(ana.get(page_of(case))).text
    assert "Kush përgjigjet për fëmijën" in shown
    assert "Guardian" not in shown


def test_the_number_of_queries_is_pinned() -> None:
    case, ana = child_case(), browser("border-ana")
    ana.get(page_of(case))
    with CaptureQueriesContext(connection) as seen:
        assert ana.get(page_of(case)).status_code == 200
    assert len(seen) <= MOST_QUERIES
