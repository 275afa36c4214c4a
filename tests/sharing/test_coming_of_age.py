"""A child comes of age: noted once, asked again, her guardian's word over, and what was agreed for her lapses in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import TestCase
from hypothesis import given
from hypothesis import strategies as st

from opennrm.access import queries as sight
from opennrm.access.scope import as_system
from opennrm.casefile.queries import CaseCard
from opennrm.casefile.rules import Fork
from opennrm.duties import queries as duties
from opennrm.lib import clock
from opennrm.people.rules import age_by, years_before
from opennrm.sharing import actions, coming_of_age, ending, queries, voice_queries, voices
from opennrm.sharing.rules import WithdrawnHow
from tests.acting import by, opened
from tests.sharing.agreeing import consent_to
from tests.sharing.children import heard, lira, to
from tests.sharing.deciding import decided
from tests.sharing.test_voices import refused
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
AGREED_FOR = timedelta(days=300)


def nearly(days: int = 5, **changes: object) -> CaseCard:
    """Lira's case; she is seventeen and her counted age comes to eighteen in so many days."""
    counted = years_before(clock.today() + timedelta(days=days), 1)
    return opened(fork=Fork.CHILD, who=lira(17, **{"age_on": counted, **changes}))


def swept() -> int:
    noted = coming_of_age.note_all()
    with TestCase.captureOnCommitCallbacks(execute=True), as_system("sweep", reason="a test") as actor:
        ending.lapse(by=actor)
    return noted


def shelter_sees(case: CaseCard) -> bool:
    with by("shelter-sam"):
        return bool(sight.classes_seen(case.id))


def share(case: CaseCard) -> None:
    heard(case, new=to(until=clock.today() + AGREED_FOR))


@given(st.integers(0, 17), st.dates(date(2010, 1, 1), date(2026, 1, 1)))
def test_the_day_is_the_first_on_which_the_counted_age_is_eighteen(age: int, counted: date) -> None:
    on = years_before(counted, age - 18)
    later, earlier = (
        age_by(age, counted, on + timedelta(days=1)),
        age_by(age, counted, on - timedelta(days=1)),
    )
    assert later is not None
    assert earlier is not None
    assert later >= 18 > earlier


def test_she_is_noted_once_and_the_lead_owes_asking_her_again() -> None:
    case = nearly()
    assert swept() == 0
    with clock.stopped_at(clock.now() + timedelta(days=6)):
        assert swept() == 1
        assert swept() == 0
        with by("border-ana"):
            card = coming_of_age.came_of_age(case.id)
            owed = [one for one in duties.duties_of(case.id) if one.kind == "ask_again"]
    assert card is not None
    assert card.on == clock.today() + timedelta(days=5)
    assert [one.is_open for one in owed] == [True]


def test_late_is_harmless_the_time_to_ask_begins_when_it_is_noted() -> None:
    case = nearly()
    share(case)
    with clock.stopped_at(clock.now() + timedelta(days=200)):
        assert swept() == 1
        assert shelter_sees(case)


def test_what_was_agreed_for_her_stands_until_she_could_be_asked_and_then_lapses() -> None:
    case = nearly()
    share(case)
    with clock.stopped_at(clock.now() + timedelta(days=6)):
        swept()
        assert shelter_sees(case)
    with clock.stopped_at(clock.now() + timedelta(days=67)):
        swept()
        with by("border-ana"):
            assert queries.consents(case.id)[0].ended_why == "came_of_age"
        assert not shelter_sees(case)


def test_from_then_on_she_answers_alone_and_her_guardian_has_no_word() -> None:
    case = nearly()
    share(case)
    with by("border-ana"):
        voice = next(one for one in voice_queries.askings(case.id)[0].voices if one.whose == "guardian")
    with clock.stopped_at(clock.now() + timedelta(days=6)):
        swept()
        with by("border-ana") as ana, refused("of_age"):
            voices.take_back(case=case, voice=voice.id, how=WithdrawnHow.IN_PERSON, by=ana)
        with refused("not_a_child"):
            share(case)
        with refused("not_a_child"):
            decided(case)
        with by("border-ana") as ana:
            actions.give(case=case, new=consent_to("labour", "identity"), by=ana)
        with by("labour-lea"):
            assert "identity" in sight.classes_seen(case.id)


def test_her_own_yes_takes_the_place_of_what_was_agreed_for_her() -> None:
    case = nearly()
    share(case)
    with clock.stopped_at(clock.now() + timedelta(days=6)):
        swept()
        with by("border-ana") as ana:
            actions.give(
                case=case, new=consent_to("shelter", "contact", until=clock.today() + AGREED_FOR), by=ana
            )
    with clock.stopped_at(clock.now() + timedelta(days=67)):
        swept()
        assert shelter_sees(case)


def test_an_age_in_dispute_or_not_known_never_makes_her_an_adult() -> None:
    nearly(age_basis="disputed")
    opened(fork=Fork.CHILD, who=lira(None))
    with clock.stopped_at(clock.now() + timedelta(days=900)):
        assert coming_of_age.note_all() == 0


def test_the_page_says_so_in_both_languages_and_asks_her_alone() -> None:
    case = nearly(-1)
    swept()
    ana = browser("border-ana")
    shown = whole(ana.get(f"/cases/{case.id}/sharing/")).text
    assert "Came of age on" in shown
    assert "read out to the guardian" not in whole(ana.get(f"/cases/{case.id}/sharing/agree/")).text
    assert "came of age" in whole(ana.get(f"/cases/{case.id}/journal/")).text
    ana.post("/language/", {"language": "sq"})
    assert "Mbushi moshën madhore më" in whole(ana.get(f"/cases/{case.id}/sharing/")).text
