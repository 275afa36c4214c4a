from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from opennrm.country.live import LiveCase, described
from opennrm.country.names import language_of
from opennrm.country.simulated import (
    ADULT_KINDS,
    CHANNELS,
    CHILD_KINDS,
    CITIZENSHIPS,
    FORMS,
    GENDERS,
    Places,
    Weighted,
    age_of,
    office_for,
    places,
)

OLDEST = 120
# The limits that the country confirmed, so that some duties lapse and are told of, and the others only remind.
CONFIRMED_LIMITS = (
    "need-food",
    "need-health-care",
    "need-education",
    "adult-risk",
    "child-risk",
    "plan-first-review",
)
COURSES = ((1, ("nothing", "told")), (4, ("nothing", "told", "named")), (15, ("told", "named", "named")))
LATE_COURSES = ("told", "named", "interviewed", "interviewed")
ANSWERS = Weighted({"accepted": 5.0, "declined": 2.0, "": 3.0})
LEADS = ("shelter-nrc", "shelter-vatra", "shelter-de", "shelter-tv")


def patterns(count: int, seed: int, today: date) -> list[LiveCase]:
    """So many different open cases of the last four months, in a mix of states; the same number, seed and day give the same."""
    # A reproducible caseload is the point: this is no secret.
    random, country = Random(seed), places()
    return described([_entry(random, country, today) for _ in range(count)], today)


def _entry(random: Random, country: Places, today: date) -> dict[str, Any]:
    age, days_ago = age_of(random), int(random.random() ** 2 * OLDEST)
    channel = CHANNELS.draw(random)
    citizenship = CITIZENSHIPS.draw(random)
    units = country.regions_with_unit(today - timedelta(days=days_ago))
    region = random.choice(units) if channel == "miu" else country.regions.draw(random)
    office = office_for(random, channel, country.slugs[region])
    fork = "child" if age < 18 else "does_not_consent" if random.random() < 0.3 else "consents"
    needs = random.sample(CHILD_KINDS if age < 16 else ADULT_KINDS, int(random.random() * 4))
    return {
        "days_ago": days_ago,
        "office": office,
        "channel": channel,
        "region": region,
        "fork": fork,
        "gender": GENDERS.draw(random),
        "age": age,
        "citizenship": citizenship,
        "languages": [language_of(citizenship)],
        "exploitation": list(FORMS.draw(random)),
        "needs": needs,
        "in_danger": random.random() < 0.4,
        "course": random.choice(_courses(days_ago)),
        "steps": [*_steps(random, needs), *_hand_over(random, office)],
    }


def _courses(days_ago: int) -> tuple[str, ...]:
    return next((courses for until, courses in COURSES if days_ago <= until), LATE_COURSES)


def _steps(random: Random, needs: list[str]) -> Iterator[dict[str, Any]]:
    for need in needs:
        after, drawn = 1 + int(random.random() * 30), random.random()
        if drawn < 0.35:
            yield {"after": after, "do": "fulfil", "duty": need}
        elif drawn < 0.5:
            yield {
                "after": after,
                "do": "suspend",
                "duty": need,
                "until_days": 20 + int(random.random() * 70),
            }
        elif drawn < 0.56:
            yield {"after": after, "do": "waive", "duty": need}


def _hand_over(random: Random, office: str) -> Iterator[dict[str, Any]]:
    if random.random() < 0.15:
        to = random.choice([lead for lead in LEADS if lead != office])
        after = 1 + int(random.random() * 10)
        yield {"after": after, "do": "offer", "duty": "lead", "to": to, "answer": ANSWERS.draw(random)}
