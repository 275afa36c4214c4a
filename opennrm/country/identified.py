"""Deals the recipe's groups out to persons: who, when, where and how each was identified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from math import gcd
from typing import TypeVar

from opennrm.country import recipe
from opennrm.country.bodies import Country
from opennrm.country.files import load_country
from opennrm.country.names import albanian_name, foreign_name, language_of
from opennrm.exchange.rules import Permit, Repatriation, Service, ShelterStay

T = TypeVar("T")


@dataclass(slots=True)
class Draft:
    """A person of the caseload while the recipe is followed."""

    number: int
    group: recipe.Group
    identified_on: date
    channel: str
    region: str
    identified_by: str
    form: str
    age: int
    citizenship: str = "AL"
    declines_support: bool = False
    starts_next_year: bool = False
    services: list[Service] = field(default_factory=list)
    stays: list[ShelterStay] = field(default_factory=list)
    permits: list[Permit] = field(default_factory=list)
    job_seeker_on: list[date] = field(default_factory=list)
    returns: list[Repatriation] = field(default_factory=list)
    cooperated: bool | None = None

    @property
    def is_foreign(self) -> bool:
        return self.citizenship != "AL"

    @property
    def has_left(self) -> bool:
        return any(returned.direction == "out" for returned in self.returns)


@cache
def albania() -> Country:
    """The reference country, read once."""
    return load_country()


def dealt(values: Sequence[T], step: int) -> list[T]:
    """The values in another order, each once: every step-th, round and round."""
    count = len(values)
    while gcd(step, count) != 1:
        step += 1
    return [values[index * step % count] for index in range(count)]


def drafts(year: int, groups: Sequence[recipe.Group], first_day: date, days: int) -> list[Draft]:
    """One person per place in the groups, identified evenly over the days."""
    kinds = dealt([group for group in groups for _ in range(group.people)], 37)
    channels = dealt([channel for channel, count in recipe.CHANNELS[year].items() for _ in range(count)], 31)
    people = []
    for index, (group, channel) in enumerate(zip(kinds, channels, strict=True)):
        day = first_day + timedelta(days=index * days // len(kinds))
        region = _region(channel, day, index)
        people.append(
            Draft(
                number=index + 1,
                group=group,
                identified_on=day,
                channel=channel,
                region=region,
                identified_by=_office(channel, region, index),
                form=_form(group, index),
                age=_age(group, index),
            )
        )
    return people


def _region(channel: str, day: date, index: int) -> str:
    if channel == "miu":
        units = albania().regions_with("mobile_unit", day, day)
        return units[index % len(units)]
    return albania().regions[index * 5 % 12].code


def _office(channel: str, region: str, index: int) -> str:
    slug = next(found.slug for found in albania().regions if found.code == region)
    shelters = ("shelter-vatra", "shelter-de", "shelter-tv")
    return {
        "miu": f"miu-{slug}",
        "police": f"asp-{slug}",
        "border": "border-police",
        "labour_inspectorate": "labour-inspectorate",
        "ngo": shelters[index % 3],
        "hotline": "hotline",
        "self": f"sss-{slug}",
        "other": (f"health-{slug}", f"child-protection-{slug}")[index % 2],
    }[channel]


def _form(group: recipe.Group, index: int) -> str:
    if group.form != recipe.LABOUR:
        return group.form
    return (recipe.LABOUR_OF_CHILD if group.is_child else recipe.LABOUR_OF_ADULT)[index % 4]


def _age(group: recipe.Group, index: int) -> int:
    if not group.is_child:
        return 18 + index * 7 % 25
    if group.form in (recipe.LABOUR, recipe.CRIME):
        return 8 + index * 3 % 10
    return 13 + index * 3 % 5


def give_citizenships(year: int, people: list[Draft]) -> None:
    """The first Albanian who fits receives each foreign citizenship."""
    for country, gender, is_child in recipe.FOREIGN.get(year, ()):
        next(
            person
            for person in people
            if not person.is_foreign
            and not person.group.is_official
            and (person.group.gender, person.group.is_child) == (gender, is_child)
        ).citizenship = country


def birth_date(person: Draft) -> date | None:
    """Known for three in four; the others are known by their age alone."""
    if person.number % 4 == 0:
        return None
    return person.identified_on - timedelta(days=int(365.25 * person.age) + 20 + person.number * 29 % 300)


def name_and_language(person: Draft, first_number: int) -> tuple[str, str, str]:
    """Given name, family name and language."""
    is_female = person.group.gender == recipe.WOMAN
    if person.is_foreign:
        given, family = foreign_name(person.citizenship, is_female, person.number)
    else:
        given, family = albanian_name(is_female, first_number + person.number)
    return given, family, language_of(person.citizenship)


def first_of(people: Sequence[Draft], count: int) -> Iterator[Draft]:
    """So many of the people who qualify; fewer is a fault of the recipe."""
    if len(people) < count:
        raise ValueError(f"The recipe asks for {count} people and {len(people)} qualify.")
    yield from people[:count]
