"""Asking a child and her guardian apart, looking at both words and taking one back: pages without script, in both languages."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opennrm.casefile.queries import CaseCard
from opennrm.lib import clock
from opennrm.sharing import queries, voice_queries
from opennrm.sharing.voice_rules import Word
from tests.acting import by
from tests.sharing.children import DIGEST, child_case, guardian_of, heard, said
from tests.web.browsing import browser, whole
from tests.web.test_consent_pages import address, what

pytestmark = pytest.mark.django_db
MOST_QUERIES = {"agree/": 24, "sharing": 42, "consent": 32}


def both(**changes: str) -> dict[str, str]:
    """The first page of a child's case, as it was sent."""
    return what(**{"guardian_language": "sq", **changes})


def spoken(case: CaseCard, **changes: str) -> dict[str, str]:
    """What was answered on the second page: both agree today."""
    with by("border-ana"):
        aunt = guardian_of(case)
    today = clock.today()
    given = {"guardian_guardian": str(aunt)}
    for whose in ("child", "guardian"):
        given |= {
            f"{whose}_word": "agrees",
            f"{whose}_digest": DIGEST,
            f"{whose}_way": "signed",
            f"{whose}_understood": "yes",
            f"{whose}_on_day": str(today.day),
            f"{whose}_on_month": str(today.month),
            f"{whose}_on_year": str(today.year),
        }
    return both(act="agree") | {f"asked-{name}": word for name, word in (given | changes).items()}


def consent_of(case: CaseCard) -> object:
    with by("border-ana"):
        return queries.consents(case.id)[0].id


def sam_sees(case: CaseCard) -> int:
    return browser("shelter-sam").get(f"/cases/{case.id}/").status_code


def test_the_two_are_asked_on_one_page_each_with_her_own_text_and_the_office_sees_what_both_agreed_to() -> (
    None
):
    case, ana = child_case(), browser("border-ana")
    assert "In which language it is read out to the guardian" in whole(ana.get(address(case, "agree/"))).text
    second = whole(ana.post(address(case, "agree/"), both(guardian_language="en"))).text
    for words in (
        "Dikush e lexon këtë",
        "Somebody reads this out",
        "her yes is asked for, and her no is enough",
        "asked for from 7 years",
        "To be confirmed",
        "Tezja Shembulli, aunt",
    ):
        assert words in second
    assert "too young" not in second
    assert sam_sees(case) == 404
    done = ana.post(address(case, "agree/"), spoken(case), follow=True)
    assert "what both agreed to" in whole(done).text
    assert sam_sees(case) == 200


def test_her_no_is_kept_shown_and_shares_nothing() -> None:
    case, ana = child_case(), browser("border-ana")
    done = whole(ana.post(address(case, "agree/"), spoken(case, child_word="dissents"), follow=True)).text
    assert "The child says no, so nothing was shared" in done
    assert "Asked, and not shared" in done
    assert sam_sees(case) == 404
    assert "said no" in whole(ana.get(f"/cases/{case.id}/journal/")).text


def test_what_is_left_open_is_asked_again_and_nothing_is_kept() -> None:
    case, ana = child_case(), browser("border-ana")
    sent = spoken(case, child_way="", child_on_day="")
    again = whole(ana.post(address(case, "agree/"), sent)).text
    assert "There is a problem" in again
    assert "Say when and how somebody was asked" in again
    with by("border-ana"):
        assert voice_queries.askings(case.id) == []


def test_where_nobody_counts_the_page_says_so_and_names_no_suspected_guardian() -> None:
    case, ana = child_case(guardian_may_be_involved=True), browser("border-ana")
    second = whole(ana.post(address(case, "agree/"), both())).text
    assert "Nobody is recorded who may answer for the child" in second
    assert "Tezja" not in second


@pytest.mark.parametrize("whose", ["child", "guardian"])
def test_each_word_is_shown_and_either_closes_the_share(whose: str) -> None:
    case, ana = child_case(), browser("border-ana")
    heard(case)
    where = address(case, f"{consent_of(case)}/")
    shown = whole(ana.get(where)).text
    for words in (
        "What the child said",
        "What the guardian said",
        "The child no longer agrees",
        "Test border-ana",
    ):
        assert words in shown
    done = whole(ana.post(where, {"act": whose, f"{whose}-how": "in_person"}, follow=True)).text
    assert f"Taken back by the {whose}" in done
    assert sam_sees(case) == 404
    assert "no longer agrees" not in whole(ana.get(where)).text


def test_a_page_of_both_words_is_nothing_for_a_stranger() -> None:
    case = child_case()
    heard(case)
    lea, where = browser("labour-lea"), address(case, f"{consent_of(case)}/")
    assert lea.get(where).status_code == 404
    assert lea.post(where, {"act": "child", "child-how": "in_person"}).status_code == 404
    assert browser("border-ana").post(where, {"act": "somebody"}).status_code == 404


def test_it_is_all_said_in_albanian() -> None:
    case, ana = child_case(), browser("border-ana")
    heard(case)
    with by("border-ana"):
        aunt = guardian_of(case)
    heard(case, said(Word.DISSENTS), said(guardian=aunt))
    ana.post("/language/", {"language": "sq"})
    shown = whole(ana.get(address(case, f"{consent_of(case)}/"))).text
    assert "Çfarë tha fëmija" in shown
    assert "The child" not in shown
    assert "U pyet dhe nuk u nda" in whole(ana.get(address(case))).text
    assert "Lexojani secilit veç" in whole(ana.post(address(case, "agree/"), both())).text


@pytest.mark.parametrize("page", MOST_QUERIES)
def test_the_number_of_queries_is_pinned(page: str) -> None:
    case, ana = child_case(), browser("border-ana")
    heard(case)
    where = {
        "agree/": address(case, "agree/"),
        "sharing": address(case),
        "consent": address(case, f"{consent_of(case)}/"),
    }
    ana.get(where[page])
    with CaptureQueriesContext(connection) as seen:
        assert ana.get(where[page]).status_code == 200
    assert len(seen) <= MOST_QUERIES[page]
