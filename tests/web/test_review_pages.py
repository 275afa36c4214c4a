from __future__ import annotations

import pytest

from opennrm.duties import handover, queries, reviewing, reviews
from opennrm.duties.models import Offer
from tests.acting import by, duty, office, opened
from tests.web.browsing import browser, duty_of, whole

pytestmark = pytest.mark.django_db


def declined() -> tuple[str, Offer]:
    case = opened()
    with by("border-ana") as ana:
        offer = handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
    with by("shelter-sam") as sam:
        handover.decline(offer=offer, reason="no_capacity", by=sam)
    with by("border-ana"):
        return case.reference, Offer.objects.get(id=offer)


def test_a_decline_is_reviewed_from_the_offer_to_the_decision() -> None:
    reference, offer = declined()
    ana = browser("border-ana")
    page = whole(ana.get(f"/duties/{offer.duty_id}/"))
    assert "declined this. Your office still owes it" in page.text
    assert f"/offers/{offer.id}/" in page.addresses()
    page = whole(ana.get(f"/offers/{offer.id}/"))
    assert "Ask for a review" in page.text
    assert ana.post(f"/offers/{offer.id}/review/").status_code == 302
    assert "is asked to decide who owes this" in whole(ana.get(f"/duties/{offer.duty_id}/")).text
    rita = browser("authority-rita")
    today = whole(rita.get("/"))
    assert "For your office to decide" in today.text
    assert reference in today.text
    address = next(one for one in today.addresses() if one.startswith("/reviews/"))
    page = whole(rita.get(address))
    assert "no capacity" in page.text
    assert "Besa" not in page.markup
    assert rita.post(address, {"outcome": "moves"}).status_code == 200
    assert rita.post(address, {"outcome": "moves", "reason": "competence"}).status_code == 302
    with by("shelter-sam"):
        assert queries.duty(offer.duty_id).holder_id == office("shelter")
    page = whole(browser("shelter-sam").get(f"/duties/{offer.duty_id}/"))
    assert "A review moved it to another office" in page.text
    assert "By what the offices are competent for" in page.text


def test_a_duty_by_law_is_disputed_on_its_page() -> None:
    case = opened()
    held = duty_of("border-ana", case.id, "lead")
    ana = browser("border-ana")
    assert f"/duties/{held.id}/dispute/" in whole(ana.get(f"/duties/{held.id}/")).addresses()
    page = whole(ana.get(f"/duties/{held.id}/dispute/"))
    sent = {"seen": page.value("seen"), "reason": "other_region", "office": office("shelter")}
    assert ana.post(f"/duties/{held.id}/dispute/", sent).status_code == 302
    page = whole(ana.get(f"/duties/{held.id}/"))
    assert "Disputed" in page.text
    assert f"/duties/{held.id}/dispute/" not in page.addresses()
    with by("border-ana"):
        made = reviews.review_of(held.id)
    assert made
    assert "The person is in another region" in whole(ana.get(f"/reviews/{made.id}/")).text


def test_a_party_sees_the_review_and_no_decision_to_take() -> None:
    _reference, offer = declined()
    with by("border-ana") as ana:
        made = reviewing.ask(offer=offer.id, by=ana)
    client = browser("border-ana")
    page = whole(client.get(f"/reviews/{made}/"))
    assert "Decide" not in page.text.replace("Decided", "")
    assert client.post(f"/reviews/{made}/", {"outcome": "moves", "reason": "competence"}).status_code == 403
    assert browser("health-hana").get(f"/reviews/{made}/").status_code == 404


def test_the_journal_says_who_decides() -> None:
    case = opened()
    with by("border-ana") as ana:
        held = duty(case.id, "lead").id
        reviewing.dispute(duty=held, to_office=office("shelter"), reason="other", by=ana)
    page = whole(browser("border-ana").get(f"/cases/{case.id}/journal/"))
    assert "Disputed: Lead the case. Office authority decides" in page.text
