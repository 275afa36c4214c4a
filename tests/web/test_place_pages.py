from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opennrm.casefile.queries import CaseCard
from opennrm.lib import clock
from opennrm.shelters import queries
from opennrm.shelters.rules import HOLD_LASTS
from tests.acting import by, opened
from tests.shelters.housing import furnished, held, in_need, moved_in, places, room, states
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
BOARD = reverse("places")
SHELTER = reverse("shelter", args=["shelter"])


@pytest.fixture(autouse=True)
def house() -> None:
    furnished()


def place_of(case: CaseCard) -> str:
    return reverse("case_place", args=[case.id])


def test_the_board_shows_each_place_as_it_stands_and_names_nobody() -> None:
    case = in_need()
    moved_in(case)
    held(in_need(), *(place.id for place in places_of(1)))
    text = whole(browser("border-ben").get(BOARD)).text
    assert "Occupied" in text
    assert "24 hours left" in text
    assert "Free" in text
    assert "Nobody of this shelter has confirmed it yet." in text
    assert case.reference not in text
    assert "Besa" not in text


def places_of(number: int) -> tuple[queries.PlaceCard, ...]:
    with by("shelter-sam"):
        return places(number)


def test_a_place_is_held_moved_into_and_left_in_the_browser() -> None:
    case = in_need()
    with by("border-ana"):
        women = room(0).id
    ana, sam = browser("border-ana"), browser("shelter-sam")
    assert "Hold a place" in whole(ana.get(place_of(case))).text
    said = whole(
        ana.post(place_of(case), {"act": "hold", "hold-room": women, "hold-people": 1}, follow=True)
    ).text
    assert "Held until" in said
    assert "The person has moved in" not in said
    assert "The person has moved in" in whole(sam.get(place_of(case))).text
    assert "The person has her place" in whole(sam.post(place_of(case), {"act": "admit"}, follow=True)).text
    page = whole(sam.get(SHELTER))
    assert case.reference in page.text
    with by("shelter-sam"):
        (stay,) = queries.stays_of(case.id, clock.now())
    given = {"act": "left", "left-use": stay.use, "left-reason": "independent"}
    assert "The place is free" in whole(sam.post(SHELTER, given, follow=True)).text
    assert "Earlier stays" in whole(sam.get(place_of(case))).text
    assert "The person left the shelter" in whole(sam.get(reverse("case_journal", args=[case.id]))).text


def test_a_held_place_is_let_go_in_the_browser() -> None:
    case = in_need()
    held(case)
    said = whole(browser("shelter-sam").post(place_of(case), {"act": "release"}, follow=True)).text
    assert "The place is free again" in said
    with by("shelter-sam"):
        assert states() == ["free", "free"]


def test_more_people_than_places_are_refused_in_a_sentence() -> None:
    case = in_need()
    with by("border-ana"):
        women = room(0).id
    ana = browser("border-ana")
    answer = ana.post(place_of(case), {"act": "hold", "hold-room": women, "hold-people": 3})
    assert answer.status_code == 409
    assert "not that many free places" in answer.content.decode()
    assert "this must be filled in" in whole(ana.post(place_of(case), {"act": "hold"})).text


def test_the_shelter_confirms_closes_and_reopens_on_its_page() -> None:
    sam = browser("shelter-sam")
    assert "Confirmed by Test shelter-sam" in whole(sam.post(SHELTER, {"act": "confirm"}, follow=True)).text
    with by("shelter-sam"):
        family = room(1).id
    given = {"act": "close", "close-room": family, "close-reason": "repair"}
    assert "The room is out of use" in whole(sam.post(SHELTER, given, follow=True)).text
    assert "Out of use, Repair" in whole(browser("border-ana").get(BOARD)).text
    said = whole(sam.post(SHELTER, {"act": "reopen", "room": family}, follow=True)).text
    assert "The room is in use again" in said
    assert "this must be filled in" in whole(sam.post(SHELTER, {"act": "address"})).text
    assert sam.post(SHELTER, {"act": "reopen", "room": "x"}).status_code == 404
    assert sam.post(SHELTER, {"act": "nothing"}).status_code == 404


def test_an_address_is_written_and_shown_to_the_shelter_alone() -> None:
    sam = browser("shelter-sam")
    with by("shelter-sam"):
        site = queries.sites(queries.shelter_of("shelter", clock.now()).id)[0].id
    given = {"act": "address", "address-site": site, "address-text": "Nowhere street 0"}
    assert "Nowhere" not in whole(sam.post(SHELTER, given, follow=True)).text
    assert "Nowhere street 0" in whole(sam.get(f"{SHELTER}?address={site}")).text
    assert "Nowhere" not in whole(browser("coordinator-kim").get(f"{SHELTER}?address={site}")).text


def test_another_office_sees_the_rooms_and_no_form() -> None:
    sara = browser("social-sara")
    assert '<form method="post" novalidate>' not in whole(sara.get(SHELTER)).markup
    assert sara.post(SHELTER, {"act": "confirm"}).status_code == 403
    assert sara.get(reverse("shelter", args=["border"])).status_code == 404


def test_who_sees_only_the_ordinary_class_does_not_learn_where_she_stays() -> None:
    case = in_need()
    moved_in(case)
    rita = whole(browser("authority-rita").get(place_of(case))).text
    assert "Your office does not see this." in rita
    assert "Room 1" not in rita


def test_a_strangers_page_is_nothing() -> None:
    case = opened()
    assert browser("health-hana").get(place_of(case)).status_code == 404


def test_a_hold_that_expired_offers_the_place_again() -> None:
    case = in_need()
    held(case)
    with clock.stopped_at(clock.now() + HOLD_LASTS + timedelta(minutes=1)):
        assert "Hold a place" in whole(browser("shelter-sam").get(place_of(case))).text


def test_the_board_asks_the_database_a_fixed_number_of_times() -> None:
    client = browser("border-ana")
    client.get(BOARD)
    with CaptureQueriesContext(connection) as few:
        client.get(BOARD)
    for _ in range(2):
        moved_in(in_need(), places_free())
    with CaptureQueriesContext(connection) as many:
        client.get(BOARD)
    assert len(many) == len(few)


def places_free() -> int:
    with by("shelter-sam"):
        return next(one.id for number in (0, 1) for one in places(number) if one.state == "free")


def match_of(case: CaseCard) -> str:
    return reverse("case_match", args=[case.id])


def test_a_place_is_found_with_its_reasons_and_held_from_there() -> None:
    case = in_need()
    ana = browser("border-ana")
    page = whole(ana.get(match_of(case)))
    assert "takes women" in page.text
    given = {"act": "hold", "hold-room": page.value("hold-room"), "hold-people": page.value("hold-people")}
    assert "Held until" in whole(ana.post(place_of(case), given, follow=True)).text


def test_a_danger_is_noted_and_taken_back_on_the_page() -> None:
    case, other = in_need(), in_need()
    ana = browser("border-ana")
    given = {"act": "area", "area-region": "AL-11", "area-near_km": 50}
    page = whole(ana.post(match_of(case), given, follow=True))
    assert "within 50 km of the exploiter" in page.text
    over = {"act": "over", "danger": page.value("danger")}
    assert "No shelter fits now" not in whole(ana.post(match_of(case), over, follow=True)).text
    noted = {"act": "person", "person-reference": other.reference}
    assert other.reference in whole(ana.post(match_of(case), noted, follow=True)).text
    assert "this must be filled in" in whole(ana.post(match_of(case), {"act": "person"})).text
    assert ana.post(match_of(case), {"act": "over", "danger": "x"}).status_code == 404
    assert ana.post(match_of(case), {"act": "nothing"}).status_code == 404
    assert browser("shelter-sam").post(match_of(case), given).status_code == 403
    assert browser("authority-rita").get(match_of(case)).status_code == 403
