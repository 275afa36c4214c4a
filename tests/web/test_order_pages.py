"""An order is entered on a page, confirmed by another office on another, and named where the case is shared."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opennrm.access.scope import as_system
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import exclusion
from opennrm.lib import clock
from tests.acting import by, office, opened
from tests.orders.ordering import entered, in_force
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db


def form(about: CaseCard, **changes: object) -> dict[str, object]:
    """What is typed for an order of a court about one case."""
    usual: dict[str, object] = {
        "authority": "court",
        "issued_by": "Invented Court of Trial",
        "number": "17/3",
        "legal_basis": "Article 1 of an invented law",
        "classes": ["identity"],
        "scope": "case",
        "case": about.reference,
        "office": str(office("labour")),
        "purpose": "trial",
    }
    days = {"dated": clock.today(), "since": clock.today(), "until": clock.today() + timedelta(days=30)}
    for name, day in days.items():
        usual |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    return {**usual, **changes}


def test_one_office_enters_an_order_and_another_confirms_it() -> None:
    case = opened()
    rita, kim, lea = browser("authority-rita"), browser("coordinator-kim"), browser("labour-lea")
    assert "No order is entered." in whole(rita.get("/orders/")).text
    assert "this must be filled in" in whole(rita.post("/orders/new/", form(case, number=""))).text
    assert (
        "no case with this reference"
        in whole(rita.post("/orders/new/", form(case, case="AL-22222-22222"))).text
    )
    where = rita.post("/orders/new/", form(case)).headers["Location"]
    page = whole(rita.get(where))
    assert "Waits to be confirmed" in page.text
    assert "It is as on the paper" not in page.text
    assert rita.post(where, {"act": "confirm"}).status_code == 403
    assert lea.get(f"/cases/{case.id}/").status_code == 404
    assert "17/3" in whole(kim.get("/orders/")).text
    assert "It is as on the paper" in whole(kim.get(where)).text
    assert kim.post(where, {"act": "confirm"}).headers["Location"] == where
    assert "In force" in whole(kim.get(where)).text
    assert "Name, date of birth, documents" in whole(kim.get(where)).text
    assert lea.get(f"/cases/{case.id}/").status_code == 200
    assert kim.post(where, {"act": "confirm"}).status_code == 409
    shared = whole(browser("border-ana").get(f"/cases/{case.id}/sharing/")).text
    assert "A legal order No. 17/3 of Invented Court of Trial" in shared
    assert "No. 17/3" in whole(browser("border-ana").get(f"/cases/{case.id}/sharing/as/labour/")).text


def test_an_order_is_ended_with_a_reason_and_a_page_that_stayed_open_gets_one_sentence() -> None:
    case = opened()
    where = f"/orders/{in_force(case)}/"
    kim, lea = browser("coordinator-kim"), browser("labour-lea")
    assert lea.get(f"/cases/{case.id}/").status_code == 200
    assert "this must be filled in" in whole(kim.post(where, {"act": "revoke"})).text
    assert kim.post(where, {"act": "revoke", "revoke-words": "Taken back."}).status_code == 302
    assert lea.get(f"/cases/{case.id}/").status_code == 404
    page = whole(kim.get(where)).text
    assert "Revoked" in page
    assert "Taken back." in page
    again = kim.post(where, {"act": "revoke", "revoke-words": "Again."})
    assert again.status_code == 409
    assert "This order is over" in again.content.decode()
    assert kim.post(where, {"act": "wave"}).status_code == 404


def test_an_order_that_ended_while_its_page_was_open_is_neither_confirmed_nor_ended() -> None:
    case = opened()
    waits, runs = entered(case), in_force(case)
    kim = browser("coordinator-kim")
    for order, sent in ((waits, {"act": "confirm"}), (runs, {"act": "revoke", "revoke-words": "Late."})):
        whole(kim.get(f"/orders/{order}/"))
        with clock.stopped_at(clock.now() + timedelta(days=40)):
            answer = kim.post(f"/orders/{order}/", sent)
        assert answer.status_code == 409
        assert "This order is over" in answer.content.decode()


def test_who_protects_the_records_reads_every_order_and_decides_on_none() -> None:
    where = f"/orders/{entered(opened())}/"
    dpo = browser("officer-dpo")
    assert "17/3" in whole(dpo.get("/orders/")).text
    assert "Enter an order" not in whole(dpo.get("/orders/")).text
    assert "It is as on the paper" not in whole(dpo.get(where)).text
    assert dpo.get("/orders/new/").status_code == 403
    assert dpo.post(where, {"act": "confirm"}).status_code == 403


def test_an_order_is_not_there_for_other_posts_and_for_whom_its_case_excludes() -> None:
    case = opened()
    where = f"/orders/{entered(case)}/"
    for username in ("border-ana", "labour-lea", "analyst-ada"):
        assert browser(username).get(where).status_code == 403
        assert browser(username).get("/orders/").status_code == 403
    with by("border-ana") as ana:
        exclusion.exclude_office(
            case=case, office=office("coordinator"), reason=ExclusionReason.LEAKED, by=ana
        )
    assert browser("coordinator-kim").get(where).status_code == 404
    assert browser("coordinator-kim").get(f"/orders/{UUID(int=7)}/").status_code == 404
    assert "17/3" not in whole(browser("coordinator-kim").get("/orders/")).text


def test_it_counts_the_cases_of_her_own_office_alone() -> None:
    opened()
    opened()
    where = f"/orders/{in_force()}/"
    assert "that it opens now 2 " in whole(browser("authority-rita").get(where)).text
    assert "that it opens now 0 " in whole(browser("coordinator-kim").get(where)).text


def test_a_page_asks_the_database_as_often_for_many_orders_as_for_one() -> None:
    case = opened()
    order = in_force(case)
    pages = [("coordinator-kim", "/orders/"), ("border-ana", f"/cases/{case.id}/sharing/")]
    counted = [queries_of(*where) for where in pages]
    for number in range(3):
        in_force(case, number=f"18/{number}")
    assert [queries_of(*where) for where in pages] == counted
    assert queries_of("coordinator-kim", f"/orders/{order}/") <= 20


def queries_of(username: str, address: str) -> int:
    who = browser(username)
    who.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert who.get(address).status_code == 200
    return len(captured)


def test_a_read_under_an_order_names_it_in_the_log() -> None:
    case = opened()
    order = in_force(case)
    assert browser("labour-lea").get(f"/cases/{case.id}/").status_code == 200
    with as_system("audit", reason="a test looks"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT body::jsonb ->> 'basis' FROM access_audit WHERE case_id = %s AND verb LIKE '%%.read' ORDER BY seq DESC",
            [case.id],
        )
        assert cursor.fetchone() == (f"order {order}",)
