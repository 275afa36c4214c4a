"""What is told of an office's sight is what that office's own people get, and nothing that the one who looks does not see."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import InternalError

from opennrm.access import looking
from opennrm.access.matrix import tables
from opennrm.access.models import Sight
from opennrm.casefile.models import JournalEntry
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import actions as ledger
from opennrm.duties import exclusion, handover
from opennrm.duties.models import Offer
from opennrm.lib.problems import NotAllowed
from opennrm.sharing.preview import Preview, preview
from opennrm.sharing.preview_rules import ITS_OWN, TABLES, Opening, Section, opening
from tests.acting import by, duty, office, opened
from tests.api.calling import caller
from tests.sharing.agreeing import agreed
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db
NAMES = [name for names in TABLES.values() for name in names]
# How each office stands to the case that `shared` makes, and somebody who works there.
RELATIONS = {
    "holder": ("border", "border-ben"),
    "holder_of_one_duty": ("health-tirana", "health-hana"),
    "offered": ("shelter", "shelter-sam"),
    "consent": ("labour", "labour-lea"),
    "order": ("authority", "authority-rita"),
    "excluded": ("police-tirana", "police-petra"),
    "stranger": ("social-vlora", "social-vera"),
}
TABS = ("", "identification/", "support/", "rights/", "sharing/", "journal/", "responsible/")
NOT_WRITTEN = "Your office does not see what was written."
F = frozenset


@pytest.fixture
def shared() -> CaseCard:
    """A case to which offices stand in each of these ways."""
    case = opened(needs=("health_care",), note="A word that only the narrative holds.")
    agreed(case, "labour", "contact")
    agreed(case, "police-tirana", "identity")
    with by("border-ana") as ana:
        handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
        exclusion.exclude_office(
            case=case_by_id(case.id),
            office=office("police-tirana"),
            reason=ExclusionReason.SUSPECTED,
            by=ana,
        )
    return case


def seen_as(case: CaseCard, code: str, who: str = "border-ana") -> Preview:
    with by(who) as actor:
        return preview(case=case_by_id(case.id), office=office(code), by=actor)


def rows_of(who: str, case: UUID) -> dict[str, frozenset[str]]:
    with by(who):
        return dict(looking.rows_seen(case, NAMES))


@pytest.mark.parametrize("relation", RELATIONS)
def test_it_names_exactly_the_rows_and_classes_that_the_offices_own_people_get(
    shared: CaseCard, relation: str
) -> None:
    code, who = RELATIONS[relation]
    found, mine, its = seen_as(shared, code), rows_of("border-ana", shared.id), rows_of(who, shared.id)
    with by(who):
        own = dict(Sight.objects.filter(case_id=shared.id).values_list("data_class", "until"))
    assert dict(found.classes) == own
    assert {name: rows for name, rows in found.rows.items() if rows} == {
        name: mine[name] & rows for name, rows in its.items() if mine.get(name, F()) & rows
    }


@pytest.mark.parametrize("relation", RELATIONS)
def test_it_says_what_the_offices_own_browser_and_program_are_answered(
    shared: CaseCard, relation: str
) -> None:
    code, who = RELATIONS[relation]
    found, own, program = seen_as(shared, code), browser(who), caller(who)
    with by("border-ana"):
        offer = Offer.objects.get(duty__case=shared.id).id
    for tab in TABS:
        status = own.get(f"/cases/{shared.id}/{tab}").status_code
        assert status == (200 if found.opens_case else 404), tab
    for section in (Section.IDENTITY, Section.CONTACT):
        status = program.get(f"/cases/{shared.id}/{section}").status_code
        expected = 404 if not found.opens_case else 403 if found.sections[section] == Opening.CLOSED else 200
        assert status == expected, section
    reads_offer = own.get(f"/offers/{offer}/").status_code == 200
    assert reads_offer == (found.sections[Section.OFFERS] != Opening.CLOSED)
    if found.opens_case:
        journal = whole(own.get(f"/cases/{shared.id}/journal/")).text
        assert (NOT_WRITTEN in journal) == (found.sections[Section.WRITTEN] == Opening.CLOSED)
        excluded = program.get(f"/cases/{shared.id}/sharing").json()["exclusions"]
        assert bool(excluded) == (found.sections[Section.EXCLUSIONS] != Opening.CLOSED)


def test_the_ways_to_stand_to_a_case_do_differ(shared: CaseCard) -> None:
    found = {relation: seen_as(shared, code) for relation, (code, _who) in RELATIONS.items()}
    assert {relation for relation, one in found.items() if one.opens_case} == {
        "holder",
        "holder_of_one_duty",
        "consent",
        "order",
    }
    assert set(found["offered"].classes) == {"snapshot"}
    assert found["excluded"].classes == found["stranger"].classes == {}
    assert set(found["excluded"].sections.values()) == {Opening.CLOSED}
    assert found["consent"].sections[Section.EXCLUSIONS] == Opening.CLOSED
    assert found["holder"].sections[Section.EXCLUSIONS] == Opening.WHOLE


def test_an_office_that_owes_nothing_is_not_said_to_learn_who_is_excluded_where_nobody_is() -> None:
    case = opened()
    assert seen_as(case, "authority").opens_case
    assert seen_as(case, "authority").sections[Section.EXCLUSIONS] == Opening.CLOSED
    assert seen_as(case, "border").sections[Section.EXCLUSIONS] == Opening.NOTHING_THERE


def test_nothing_is_told_of_what_the_one_who_looks_does_not_see(shared: CaseCard) -> None:
    mine = rows_of("health-hana", shared.id)
    found = seen_as(shared, "border", "health-hana")
    assert "casefile_journaltext" not in mine
    assert "casefile_journaltext" in rows_of("border-ana", shared.id)
    assert all(rows <= mine[name] for name, rows in found.rows.items())
    assert found.sections[Section.WRITTEN] == Opening.NOT_YOURS


@pytest.mark.parametrize("who", ["labour-lea", "authority-rita"])
def test_who_owes_nothing_may_not_look_because_it_would_tell_who_is_excluded(
    shared: CaseCard, who: str
) -> None:
    with pytest.raises(NotAllowed):
        seen_as(shared, "border", who)
    assert browser(who).get(f"/cases/{shared.id}/sharing/as/police-tirana/").status_code == 403
    assert "/sharing/as/" not in whole(browser(who).get(f"/cases/{shared.id}/sharing/")).markup


def test_in_place_of_another_nothing_can_be_written_and_she_is_herself_again(shared: CaseCard) -> None:
    with by("border-ana") as ana:
        with pytest.raises(InternalError, match="read-only"), looking.in_place_of(office("health-tirana")):
            JournalEntry.objects.filter(case=shared.id).first()
            Sight.objects.filter(case_id=shared.id).delete()
        assert looking.rows_seen(shared.id, ["people_name"])["people_name"]
        ledger.name_worker(duty=duty(shared.id, "lead").id, officer=ana.officer or 0, by=ana)


def test_each_table_of_a_case_stands_in_one_section_or_is_each_offices_own() -> None:
    assert len(NAMES) == len(set(NAMES))
    assert {*NAMES, *ITS_OWN} == {name for name, table in tables().items() if table.case}
    assert not ITS_OWN & set(NAMES)


@pytest.mark.parametrize(
    ("mine", "both", "i_see", "it_sees", "says"),
    [
        (F("ab"), F("ab"), True, True, Opening.WHOLE),
        (F("ab"), F("a"), True, False, Opening.PART),
        (F("ab"), F(), True, True, Opening.CLOSED),
        (F(), F(), True, True, Opening.NOTHING_THERE),
        (F(), F(), True, False, Opening.CLOSED),
        (F(), F(), False, True, Opening.NOT_YOURS),
        (F(), F(), False, False, Opening.CLOSED),
    ],
)
def test_how_far_a_section_opens(
    mine: frozenset[str], both: frozenset[str], i_see: bool, it_sees: bool, says: Opening
) -> None:
    assert opening(mine=mine, both=both, i_see_class=i_see, it_sees_class=it_sees) == says
