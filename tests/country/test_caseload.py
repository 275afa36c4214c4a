from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

import pytest

from opennrm.country.caseload import carried_over, reference_caseload, whole_caseload
from opennrm.country.files import load_country
from opennrm.exchange.htcds import read_cases, write_cases
from opennrm.exchange.rules import CaseRow

COUNTRY = load_country()
ROWS = whole_caseload()
LABOUR = {"ForcedLabour", "ChildLabour", "Servitude", "ForcedBegging"}
GOVERNMENT = {"miu", "police", "border", "labour_inspectorate"}
PUBLISHED: dict[int, dict[str, int]] = {
    2019: {
        "identified.potential": 96,
        "identified.official": 7,
        "identified.all": 103,
        "identified.exploitation.sex": 65,
        "identified.exploitation.labour": 37,
        "identified.exploitation.forced_marriage": 1,
        "identified.sex.female": 80,
        "identified.sex.male": 23,
        "identified.age.child": 67,
        "identified.age.adult": 36,
        "identified.foreign": 6,
        "miu.regions": 3,
        "miu.identified": 42,
        "identified.by_government": 43,
        "shelters.state": 1,
        "shelters.ngo": 3,
        "assisted.all": 115,
        "residence.granted_or_renewed": 1,
        "justice.cooperating": 14,
    },
    2020: {
        "identified.potential": 81,
        "identified.official": 5,
        "identified.all": 86,
        "identified.exploitation.sex": 48,
        "identified.exploitation.labour": 27,
        "identified.exploitation.forced_criminality": 6,
        "identified.sex.female": 62,
        "identified.sex.male": 24,
        "identified.age.child": 58,
        "identified.age.adult": 28,
        "identified.foreign": 3,
        "identified.foreign.GM": 1,
        "identified.foreign.PH": 1,
        "identified.foreign.RS": 1,
        "miu.regions": 8,
        "miu.identified": 45,
        "shelters.state": 1,
        "shelters.ngo": 3,
        "assisted.all": 86,
        "assisted.vocational_training": 20,
        "employment.registered": 60,
        "residence.granted_or_renewed": 2,
        "repatriation.in": 2,
        "repatriation.out": 2,
        "repatriation.out.GM": 1,
        "repatriation.out.RS": 1,
        "assistance.kinds": 12,
    },
}


def is_child(row: CaseRow) -> bool:
    born_on, day = row.birth_date, row.identified_on
    if born_on is None:
        assert row.age is not None
        return row.age < 18
    return (day.year - born_on.year, (day.month, day.day)) < (18, (born_on.month, born_on.day))


def people(rows: Iterable[CaseRow], holds: Callable[[CaseRow], object]) -> int:
    return len({row.case_ref for row in rows if holds(row)})


def account(year: int, as_at: date) -> Counter[str]:
    in_year = [row for row in ROWS if row.identified_on.year == year]
    known = {row.case_ref: row.decision for row in in_year if row.decided_on and row.decided_on <= as_at}
    found = [row for row in in_year if known.get(row.case_ref) != "not_victim"]
    figures = Counter(
        {
            "identified.all": len(found),
            "identified.official": people(found, lambda row: known.get(row.case_ref) == "official"),
            "identified.potential": people(found, lambda row: known.get(row.case_ref) != "official"),
            "identified.exploitation.sex": people(
                found, lambda row: "SexualExploitation" in row.exploitation
            ),
            "identified.exploitation.labour": people(found, lambda row: LABOUR & set(row.exploitation)),
            "identified.exploitation.forced_criminality": people(
                found, lambda row: "ForcedCriminality" in row.exploitation
            ),
            "identified.exploitation.forced_marriage": people(
                found, lambda row: "ForcedMarriage" in row.exploitation
            ),
            "identified.sex.female": people(found, lambda row: row.gender == "Feminine"),
            "identified.sex.male": people(found, lambda row: row.gender == "Masculine"),
            "identified.age.child": people(found, is_child),
            "identified.age.adult": people(found, lambda row: not is_child(row)),
            "identified.foreign": people(found, lambda row: "AL" not in row.citizenships),
            "identified.by_government": people(found, lambda row: row.channel in GOVERNMENT),
            "miu.identified": people(found, lambda row: row.channel == "miu"),
            "miu.regions": len(COUNTRY.regions_with("mobile_unit", date(year, 1, 1), date(year, 12, 31))),
            "justice.cooperating": people(found, lambda row: row.cooperated),
        }
    )
    figures.update(
        f"identified.foreign.{row.citizenships[0]}" for row in found if "AL" not in row.citizenships
    )
    figures.update(what_followed(year))
    return figures


def what_followed(year: int) -> Counter[str]:
    served = [(row, service) for row in ROWS for service in row.services if service.on.year == year]
    shelters = {held.office for held in COUNTRY.competences if held.role == "shelter"}
    returns = [returned for row in ROWS for returned in row.repatriations if returned.on.year == year]
    figures = Counter(
        {
            "assisted.all": people((row for row, _ in served), bool),
            "assisted.vocational_training": people(
                (row for row, service in served if service.kind == "vocational_training"), bool
            ),
            "assistance.kinds": len({service.kind for _, service in served}),
            "employment.registered": people(
                ROWS, lambda row: [on for on in row.job_seeker_on if on.year == year]
            ),
            "residence.granted_or_renewed": people(
                ROWS, lambda row: [p for p in row.permits if p.on.year == year and p.event != "refused"]
            ),
            "shelters.state": sum(office.is_state for office in COUNTRY.offices if office.code in shelters),
            "shelters.ngo": sum(not office.is_state for office in COUNTRY.offices if office.code in shelters),
        }
    )
    figures.update(f"repatriation.{returned.direction}" for returned in returns)
    figures.update(f"repatriation.{returned.direction}.{returned.country}" for returned in returns)
    return figures


@pytest.mark.parametrize("year", [2019, 2020])
def test_the_account_is_the_published_one(year: int) -> None:
    figures = account(year, date(year + 1, 3, 31))
    assert {name: figures[name] for name in PUBLISHED[year]} == PUBLISHED[year]


def test_the_year_before_is_the_same_in_the_account_of_the_year_after() -> None:
    figures = account(2019, date(2021, 3, 31))
    assert {name: figures[name] for name in PUBLISHED[2019]} == PUBLISHED[2019]


def test_cooperation_is_not_recorded_for_anyone_of_2020_and_for_everyone_of_2019() -> None:
    assert all(row.cooperated is None for row in reference_caseload(2020))
    assert all(row.cooperated is not None for row in reference_caseload(2019) if row.decision != "not_victim")


def test_the_five_official_victims_of_2020_have_no_form_of_exploitation_recorded() -> None:
    official = [row for row in reference_caseload(2020) if row.decision == "official"]
    assert [row.exploitation for row in official] == [()] * 5
    without = [
        row for row in reference_caseload(2020) if not row.exploitation and row.decision != "not_victim"
    ]
    assert without == official


def test_people_carried_over_were_identified_before() -> None:
    assert {row.identified_on.year for row in carried_over()} == {2017, 2018}


def test_references_and_names_are_unique_and_plainly_invented() -> None:
    assert len({row.case_ref for row in ROWS}) == len(ROWS)
    named = [(row.first_name, row.second_name) for row in ROWS]
    assert len(set(named)) == len(named)


def test_units_identify_only_in_regions_where_they_work_on_that_day() -> None:
    for row in ROWS:
        if row.channel == "miu":
            assert row.region in COUNTRY.regions_with("mobile_unit", row.identified_on, row.identified_on)


def test_the_file_of_the_caseload_is_read_without_a_problem_or_a_warning() -> None:
    stream = io.BytesIO()
    write_cases(ROWS, stream)
    stream.seek(0)
    found = read_cases(
        stream, offices=COUNTRY.office_codes, regions=COUNTRY.region_codes, today=date(2026, 11, 24)
    )
    assert list(found) == ROWS
