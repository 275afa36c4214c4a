"""An invented caseload of any size: the same number and seed always give the same people."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from opennrm.country import recipe
from opennrm.country.files import load_country
from opennrm.country.names import FAMILIES, FOREIGN, MEN, WOMEN, language_of
from opennrm.exchange import codes
from opennrm.exchange.rules import CaseRow, Permit, Repatriation, Service, ShelterStay

T = TypeVar("T")
FIRST_DAY = date(2015, 1, 1)
LAST_DAY = date(2026, 6, 30)
SHARE_LEFT_OPEN = 0.11


class Weighted(Generic[T]):
    """Draws values by weight with one random number."""

    def __init__(self, weights: dict[T, float]) -> None:
        self.values = list(weights)
        self.sums = list(accumulate(weights.values()))

    def draw(self, random: Random) -> T:
        return self.values[bisect(self.sums, random.random() * self.sums[-1], hi=len(self.values) - 1)]


GENDERS = Weighted({recipe.WOMAN: 73.0, recipe.MAN: 27.0})
CHANNELS = Weighted(
    {
        "miu": 45,
        "police": 17,
        "ngo": 15,
        "border": 6,
        "labour_inspectorate": 2,
        "hotline": 4,
        "self": 5,
        "other": 6,
    }
)
CITIZENSHIPS = Weighted({"AL": 95.0, **dict.fromkeys(FOREIGN, 5 / len(FOREIGN))})
FORMS = Weighted(
    {
        ("SexualExploitation",): 55.0,
        ("ForcedLabour",): 11.0,
        ("ForcedBegging",): 13.0,
        ("Servitude",): 3.0,
        ("ForcedCriminality",): 7.0,
        ("ForcedMarriage",): 3.0,
        ("SexualExploitation", "ForcedLabour"): 3.0,
        (): 5.0,
    }
)
REGION_WEIGHTS = {"AL-11": 30, "AL-12": 12, "AL-02": 10, "AL-03": 10, "AL-10": 8, "AL-04": 7}
CHILD_KINDS = (
    "food",
    "health_care",
    "mental_health_counselling",
    "education",
    "social_activities",
    "legal_assistance",
)
ADULT_KINDS = (
    "food",
    "health_care",
    "mental_health_counselling",
    "legal_assistance",
    "financial_support",
    "long_term_accommodation",
    "employment",
    "vocational_training",
    "post_reintegration_follow_up",
)
SHELTERS = ("shelter-nrc", "shelter-vatra", "shelter-de", "shelter-tv")


@dataclass(frozen=True, slots=True)
class Places:
    """The regions, and where the mobile units worked since when."""

    regions: Weighted[str]
    slugs: dict[str, str]
    units: list[tuple[date, tuple[str, ...]]]

    def regions_with_unit(self, day: date) -> tuple[str, ...]:
        """The regions with a mobile unit on a day; before the first unit, none."""
        return next((regions for since, regions in reversed(self.units) if since <= day), ())


def simulate(cases: int, seed: int) -> Iterator[CaseRow]:
    """So many invented cases of 2015 to 2026, a fifth of them open."""
    # A reproducible caseload is the point: this is no secret.
    random = Random(seed)
    country = places()
    days = (LAST_DAY - FIRST_DAY).days
    for number in range(1, cases + 1):
        yield _case(random, country, number, FIRST_DAY + timedelta(days=int(random.random() * days)), seed)


def places() -> Places:
    """The places of the reference country that a caseload is spread over."""
    country = load_country()
    starts = sorted({held.since for held in country.competences if held.role == "mobile_unit"})
    return Places(
        regions=Weighted(
            {region.code: float(REGION_WEIGHTS.get(region.code, 3)) for region in country.regions}
        ),
        slugs={region.code: region.slug for region in country.regions},
        units=[(start, country.regions_with("mobile_unit", start, start)) for start in starts],
    )


def _case(random: Random, places: Places, number: int, day: date, seed: int) -> CaseRow:
    gender = GENDERS.draw(random)
    citizenship = CITIZENSHIPS.draw(random)
    channel = CHANNELS.draw(random)
    region = _one(random, places.regions_with_unit(day)) if channel == "miu" else places.regions.draw(random)
    age = age_of(random)
    first_name, second_name = name_of(random, gender, citizenship)
    closed_on = _closed_on(random, day)
    status, decision, decided_on = _decision(random, day, closed_on)
    is_victim = status != codes.NOT_A_VICTIM
    last = closed_on or LAST_DAY
    is_born_known = random.random() < 0.7
    return CaseRow(
        case_ref=f"SIM-{seed}-{number:07d}",
        status=status,
        identified_on=day,
        first_name=first_name,
        second_name=second_name,
        birth_date=day - timedelta(days=int(365.25 * age) + 20 + int(random.random() * 300))
        if is_born_known
        else None,
        age=None if is_born_known else age,
        gender=gender,
        citizenships=(citizenship,),
        identity_numbers=(f"SHEMBULL-{seed}-{number:07d}",) if random.random() < 0.5 else (),
        languages=(language_of(citizenship),),
        exploitation=FORMS.draw(random) if is_victim else (),
        identified_by=office_for(random, channel, places.slugs[region]),
        channel=channel,
        region=region,
        decided_on=decided_on,
        decision=decision,
        services=_services(random, age, day, last) if is_victim else (),
        shelter_stays=_stays(random, day, closed_on) if is_victim else (),
        permits=_permits(random, citizenship, day, last),
        job_seeker_on=_job_seeker(random, age, day, last),
        repatriations=_returns(random, citizenship, day, closed_on),
        cooperated=(None, False, True)[int(random.random() * 3)],
        closed_on=closed_on,
    )


def _one(random: Random, values: Sequence[T]) -> T:
    return values[int(random.random() * len(values))]


def age_of(random: Random) -> int:
    """An age at identification: six in ten are children."""
    if random.random() < 0.62:
        return 6 + int(random.random() ** 0.5 * 12)
    return 18 + int(random.random() ** 2 * 37)


def name_of(random: Random, gender: str, citizenship: str) -> tuple[str, str]:
    """An invented name of a person of a country."""
    if citizenship == "AL":
        return _one(random, WOMEN if gender == recipe.WOMAN else MEN), _one(random, FAMILIES)
    women, men, families, _ = FOREIGN[citizenship]
    return _one(random, women if gender == recipe.WOMAN else men), _one(random, families)


def office_for(random: Random, channel: str, slug: str) -> str:
    """The code of the office that identifies through a channel in a region."""
    if channel == "miu":
        return f"miu-{slug}"
    if channel == "police":
        return f"asp-{slug}"
    if channel == "ngo":
        return _one(random, SHELTERS[1:])
    national = {"border": "border-police", "labour_inspectorate": "labour-inspectorate", "hotline": "hotline"}
    return national.get(channel) or f"{_one(random, ('sss', 'health', 'child-protection'))}-{slug}"


def _closed_on(random: Random, day: date) -> date | None:
    # The newest cases are open; of the older ones, so many that a fifth of all is.
    left = (LAST_DAY - day).days
    if random.random() < SHARE_LEFT_OPEN or left < 120:
        return None
    closed_on = day + timedelta(days=90 + int(random.random() * 700))
    return closed_on if closed_on <= LAST_DAY else None


def _decision(random: Random, day: date, closed_on: date | None) -> tuple[str, str, date | None]:
    decided_on = day + timedelta(days=5 + int(random.random() * 80))
    drawn = random.random()
    if decided_on > LAST_DAY or drawn < 0.7:
        return codes.POSSIBLE_VICTIM, "", None
    if drawn < 0.88:
        return codes.POSSIBLE_VICTIM, "declined", decided_on
    if drawn < 0.96 or closed_on is None:
        return codes.ACTUAL_VICTIM, "official", decided_on
    return codes.NOT_A_VICTIM, "not_victim", decided_on


def _services(random: Random, age: int, day: date, last: date) -> tuple[Service, ...]:
    kinds = CHILD_KINDS if age < 16 else ADULT_KINDS
    span = min((last - day).days, 400)
    count = int(random.random() * 7)
    first = int(random.random() * len(kinds))
    found = []
    for index in range(count):
        on = day + timedelta(days=int(random.random() ** 2 * span))
        found.append(Service(kinds[(first + index) % len(kinds)], on))
    return tuple(found)


def _stays(random: Random, day: date, closed_on: date | None) -> tuple[ShelterStay, ...]:
    if random.random() > 0.4:
        return ()
    shelter = _one(random, SHELTERS)
    until = day + timedelta(days=int(random.random() * 90))
    if closed_on is None:
        return (ShelterStay(shelter, day, until if until < LAST_DAY else None),)
    return (ShelterStay(shelter, day, min(until, closed_on)),)


def _permits(random: Random, citizenship: str, day: date, last: date) -> tuple[Permit, ...]:
    on = day + timedelta(days=60)
    if citizenship == "AL" or on > last or random.random() < 0.5:
        return ()
    return (Permit("granted" if random.random() < 0.8 else "refused", on),)


def _job_seeker(random: Random, age: int, day: date, last: date) -> tuple[date, ...]:
    on = day + timedelta(days=30 + int(random.random() * 200))
    return (on,) if age >= 16 and on <= last and random.random() < 0.5 else ()


def _returns(random: Random, citizenship: str, day: date, closed_on: date | None) -> tuple[Repatriation, ...]:
    if citizenship == "AL":
        return (
            (Repatriation("in", day, _one(random, ("IT", "GB", "GR", "DE"))),)
            if random.random() < 0.04
            else ()
        )
    if closed_on is None or random.random() < 0.7:
        return ()
    return (Repatriation("out", closed_on, citizenship),)
