"""The invented caseload of Albania, person by person, so that its yearly account is the published one.

The same recipe always gives the same people; docs/caseload.md tells it in words.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from opennrm.country import followed, identified, recipe
from opennrm.country.identified import Draft
from opennrm.country.names import albanian_name
from opennrm.exchange import codes
from opennrm.exchange.rules import CaseRow

YEARS = (2019, 2020)
FIRST_NAME_NUMBER = {2018: 0, 2019: 100, 2020: 300}


def reference_caseload(year: int) -> list[CaseRow]:
    """Everyone identified in 2019 or 2020, those found not to be victims at the end."""
    people = _people()[year]
    return [_row(year, person) for person in people] + _not_victims(year, len(people))


def carried_over() -> list[CaseRow]:
    """People identified before 2019 and still supported afterwards; no year of the account counts them."""
    return [_row(2018, person) for person in _people()[2018]]


def whole_caseload() -> list[CaseRow]:
    """All of it, in the order of identification."""
    rows = [*carried_over(), *(row for year in YEARS for row in reference_caseload(year))]
    return sorted(rows, key=lambda row: (row.identified_on, row.case_ref))


@cache
def _people() -> dict[int, list[Draft]]:
    earlier = identified.drafts(2018, recipe.EARLIER_GROUPS, date(2017, 3, 6), 630)
    followed.serve_earlier_people(earlier)
    people = {2018: earlier}
    for year in YEARS:
        people[year] = identified.drafts(year, recipe.GROUPS[year], date(year, 1, 3), 355)
        identified.give_citizenships(year, people[year])
        followed.choose_who_declines(year, people[year])
        followed.return_people(year, people[year])
        for person in people[year]:
            followed.serve_first_months(person)
    followed.serve_people_of_2019_in_2020(people[2019])
    for year, found in people.items():
        followed.train_in_2020(year, found)
        followed.register_job_seekers_in_2020(year, found)
    followed.give_permits(people[2019], people[2020])
    followed.record_cooperation_2019(people[2019])
    return people


def _row(year: int, person: Draft) -> CaseRow:
    first_name, second_name, language = identified.name_and_language(person, FIRST_NAME_NUMBER[year])
    decision, decided_on = _decision(person)
    born_on = identified.birth_date(person)
    return CaseRow(
        case_ref=f"AL-{person.identified_on.year}-{person.number:03d}",
        status=codes.ACTUAL_VICTIM if person.group.is_official else codes.POSSIBLE_VICTIM,
        identified_on=person.identified_on,
        first_name=first_name,
        second_name=second_name,
        birth_date=born_on,
        age=person.age if born_on is None else None,
        gender=person.group.gender,
        citizenships=(person.citizenship,),
        identity_numbers=(f"SHEMBULL-{year}-{person.number:03d}",) if person.number % 2 else (),
        languages=(language,),
        exploitation=(person.form,) if person.form else (),
        identified_by=person.identified_by,
        channel=person.channel,
        region=person.region,
        decided_on=decided_on,
        decision=decision,
        services=tuple(sorted(person.services, key=lambda service: (service.on, service.kind))),
        shelter_stays=tuple(person.stays),
        permits=tuple(person.permits),
        job_seeker_on=tuple(person.job_seeker_on),
        repatriations=tuple(person.returns),
        cooperated=person.cooperated,
        closed_on=_closed_on(year, person),
    )


def _decision(person: Draft) -> tuple[str, date | None]:
    if person.group.is_official:
        return "official", person.identified_on + timedelta(days=30 + person.number % 40)
    if not person.group.is_child and person.number % 4 == 1:
        return "declined", person.identified_on + timedelta(days=14 + person.number % 20)
    return "", None


def _closed_on(year: int, person: Draft) -> date | None:
    if (
        year == 2020
        and person.number <= recipe.LEFT_OPEN_OF_2020 * 7
        and person.number % 7 == 0
        and not person.has_left
    ):
        return None
    left_on = [returned.on for returned in person.returns if returned.direction == "out"]
    if left_on:
        return left_on[0]
    days = [
        person.identified_on + timedelta(days=70),
        *(service.on for service in person.services),
        *(stay.until for stay in person.stays if stay.until),
        *(permit.on for permit in person.permits),
        *person.job_seeker_on,
    ]
    return max(days) + timedelta(days=45 + person.number * 13 % 200)


def _not_victims(year: int, after: int) -> list[CaseRow]:
    rows = []
    for index in range(recipe.NOT_VICTIMS[year]):
        number = after + 1 + index
        day = date(year, 2, 20) + timedelta(days=index * 70)
        decided_on = day + timedelta(days=25)
        is_female = index % 2 == 0
        first_name, second_name = albanian_name(is_female, FIRST_NAME_NUMBER[year] + number)
        rows.append(
            CaseRow(
                case_ref=f"AL-{year}-{number:03d}",
                status=codes.NOT_A_VICTIM,
                identified_on=day,
                first_name=first_name,
                second_name=second_name,
                age=19 + index * 4,
                gender=recipe.WOMAN if is_female else recipe.MAN,
                citizenships=("AL",),
                languages=("sqi",),
                identified_by="asp-tirana",
                channel="police",
                region="AL-11",
                decided_on=decided_on,
                decision="not_victim",
                closed_on=decided_on,
            )
        )
    return rows
