"""What followed identification: help, shelter, work, permits, return, cooperation, by the recipe's counts."""

from __future__ import annotations

from datetime import date, timedelta

from opennrm.country import recipe
from opennrm.country.identified import Draft, first_of
from opennrm.exchange.rules import Permit, Repatriation, Service, ShelterStay

WORKING_AGE = 16
# Kind, days after the start, and for how many: every n-th of those concerned.
FOR_ALL = (
    ("food", 1, 1),
    ("health_care", 2, 1),
    ("mental_health_counselling", 7, 1),
    ("legal_assistance", 14, 2),
    ("social_activities", 30, 3),
)
FOR_CHILDREN = (("education", 21, 1),)
FOR_ADULTS = (
    ("financial_support", 40, 3),
    ("long_term_accommodation", 60, 4),
    ("employment", 90, 3),
)
LATER = (
    "post_reintegration_follow_up",
    "social_activities",
    "mental_health_counselling",
    "financial_support",
)


def choose_who_declines(year: int, people: list[Draft]) -> None:
    """Those identified last begin in the next year; some adults decline all support."""
    for person in people[-recipe.IDENTIFIED_LAST[year] :]:
        person.starts_next_year = True
    adults = [
        person
        for person in people
        if not person.group.is_child
        and not person.group.is_official
        and not person.is_foreign
        and not person.starts_next_year
        and person.number % 3 != 0
    ]
    for person in first_of(adults, recipe.DECLINE_SUPPORT[year]):
        person.declines_support = True


def return_people(year: int, people: list[Draft]) -> None:
    """Citizens come back on the way to identification; foreigners leave four months after it."""
    for country in recipe.RETURNED_OUT.get(year, ()):
        person = next(found for found in people if found.citizenship == country)
        person.returns.append(Repatriation("out", person.identified_on + timedelta(days=120), country))
    adults = [
        found for found in people if not found.group.is_child and not found.is_foreign and _is_helped(found)
    ]
    countries = recipe.RETURNED_IN.get(year, ())
    for person, country in zip(first_of(adults[::5], len(countries)), countries, strict=True):
        person.returns.append(Repatriation("in", person.identified_on, country))


def serve_first_months(person: Draft) -> None:
    """The first help, within the year in which it begins."""
    if person.declines_support:
        return
    start = date(person.identified_on.year + 1, 1, 8) if person.starts_next_year else person.identified_on
    last = date(start.year, 12, 31)
    kinds = FOR_ALL + (FOR_CHILDREN if person.group.is_child else FOR_ADULTS)
    if person.group.gender == recipe.WOMAN and not person.group.is_child:
        kinds += (("children_of_victims", 20, 3),)
    for kind, after, every in kinds:
        day = start + timedelta(days=after)
        if person.number % every == 0 and day <= last:
            person.services.append(Service(kind, day))
    _give_shelter(person, start)


def _give_shelter(person: Draft, start: date) -> None:
    if person.number % 2 and not person.is_foreign:
        return
    since = start + timedelta(days=1)
    until = start + timedelta(days=60 + person.number % 50)
    person.stays.append(ShelterStay(_shelter(person), since, until))


def _shelter(person: Draft) -> str:
    if person.is_foreign:
        return "shelter-nrc"
    if person.group.is_child:
        return "shelter-tv"
    if person.group.gender == recipe.MAN:
        return "shelter-de"
    return ("shelter-vatra", "shelter-de", "shelter-nrc")[person.number // 2 % 3]


def serve_later(person: Draft, year: int) -> None:
    """Help in a later year."""
    day = date(year, 2, 10) + timedelta(days=person.number * 7 % 200)
    person.services.append(Service(LATER[0], day))
    person.services.append(Service(LATER[1 + person.number % 3], day + timedelta(days=30)))


def serve_earlier_people(people: list[Draft]) -> None:
    """People of earlier years: most are still served in 2019, some in 2020."""
    for person in people:
        serve_first_months(person)
    for person in first_of(people, recipe.SERVED_OF_EARLIER_IN_2019):
        serve_later(person, 2019)
    for person in first_of(people, recipe.STILL_SERVED_IN_2020[2018]):
        serve_later(person, 2020)


def serve_people_of_2019_in_2020(people: list[Draft]) -> None:
    """Besides those who begin then, a few adults are still served."""
    adults = [person for person in people if not person.group.is_child and _is_helped(person)]
    for person in first_of(adults, recipe.STILL_SERVED_IN_2020[2019]):
        serve_later(person, 2020)


def train_in_2020(year: int, people: list[Draft]) -> None:
    """Vocational training of people who are served in 2020 anyway."""
    able = [
        person
        for person in people
        if person.age >= WORKING_AGE and not person.has_left and _is_served_before(person, date(2020, 9, 20))
    ]
    for person in first_of(able, recipe.TRAINED_IN_2020[year]):
        day = min(service.on for service in person.services if service.on.year == 2020)
        person.services.append(Service("vocational_training", day + timedelta(days=75)))


def register_job_seekers_in_2020(year: int, people: list[Draft]) -> None:
    """Registration at an employment office; it is not assistance."""
    able = [
        person
        for person in people
        if person.age >= WORKING_AGE and not person.has_left and person.identified_on < date(2020, 11, 1)
    ]
    for person in first_of(able, recipe.REGISTERED_IN_2020[year]):
        if year == 2020:
            person.job_seeker_on.append(person.identified_on + timedelta(days=45))
        else:
            person.job_seeker_on.append(date(2020, 1, 20) + timedelta(days=person.number * 11 % 320))


def give_permits(people_of_2019: list[Draft], people_of_2020: list[Draft]) -> None:
    """One permit granted in 2019 and renewed in 2020, one granted in 2020, one refused."""
    renewed = next(person for person in people_of_2019 if person.citizenship == "PH")
    renewed.permits.append(Permit("granted", renewed.identified_on + timedelta(days=60)))
    renewed.permits.append(Permit("renewed", date(2020, 6, 15)))
    refused = next(person for person in people_of_2019 if person.citizenship == "UA")
    refused.permits.append(Permit("refused", refused.identified_on + timedelta(days=80)))
    granted = next(person for person in people_of_2020 if person.citizenship == "PH")
    granted.permits.append(Permit("granted", granted.identified_on + timedelta(days=60)))


def record_cooperation_2019(people: list[Draft]) -> None:
    """Officially recognised victims first; for 2020 nobody recorded it."""
    first_official = sorted(people, key=lambda person: not person.group.is_official)
    for index, person in enumerate(first_official):
        person.cooperated = index < recipe.COOPERATING_2019


def _is_helped(person: Draft) -> bool:
    return not person.declines_support and not person.starts_next_year


def _is_served_before(person: Draft, day: date) -> bool:
    return any(service.on.year == day.year and service.on < day for service in person.services)
