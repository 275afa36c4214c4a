"""Forty open invented cases relative to today, described for a replay through the actions of the offices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

import yaml

from opennrm.country.files import ALBANIA
from opennrm.country.names import albanian_name, foreign_name
from opennrm.country.recipe import WOMAN

FIRST_NAME_NUMBER = 430


@dataclass(frozen=True, slots=True)
class LiveStep:
    """One thing done on a case: by the office that holds the duty, unless an office is named."""

    on: date
    do: str
    duty: str = ""
    office: str = ""
    to: str = ""
    answer: str = ""
    reason: str = ""
    until: date | None = None
    in_days: int = 0
    says: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LiveCase:
    """An open case as its first office enters it, and what has been done since."""

    number: int
    first_name: str
    second_name: str
    gender: str
    birth_date: date | None
    age: int
    citizenship: str
    languages: tuple[str, ...]
    fork: str
    identified_on: date
    office: str
    channel: str
    region: str
    exploitation: tuple[str, ...]
    needs: tuple[str, ...]
    in_danger: bool
    steps: tuple[LiveStep, ...]


def live_cohort(today: date) -> list[LiveCase]:
    """The cohort as it stands today: nothing in it lies in the future but the end of a pause."""
    return described(_written()["cases"], today)


def described(entries: Iterable[dict[str, Any]], today: date) -> list[LiveCase]:
    """Cases of today from entries such as those of the file: how old each is, and which course it took."""
    courses = _written()["courses"]
    return [_case(number, entry, courses, today) for number, entry in enumerate(entries, start=1)]


@cache
def _written() -> dict[str, Any]:
    written: dict[str, Any] = yaml.safe_load((ALBANIA / "live-cohort.yaml").read_text(encoding="utf-8"))
    return written


def _case(number: int, entry: dict[str, Any], courses: dict[str, Any], today: date) -> LiveCase:
    opened = today - timedelta(days=entry["days_ago"])
    citizenship = entry.get("citizenship", "AL")
    first_name, second_name = _name(number, entry["gender"] == WOMAN, citizenship)
    steps = sorted(_course(courses, entry["course"]) + entry.get("steps", []), key=lambda step: step["after"])
    born_on = opened - timedelta(days=int(365.25 * entry["age"]) + 20 + number * 29 % 300)
    return LiveCase(
        number=number,
        first_name=first_name,
        second_name=second_name,
        gender=entry["gender"],
        birth_date=None if number % 5 == 0 else born_on,
        age=entry["age"],
        citizenship=citizenship,
        languages=tuple(entry.get("languages", ["sqi"])),
        fork=entry["fork"],
        identified_on=opened,
        office=entry["office"],
        channel=entry["channel"],
        region=entry["region"],
        exploitation=tuple(entry["exploitation"]),
        needs=tuple(entry["needs"]),
        in_danger=entry.get("in_danger", False),
        steps=tuple(_step(step, opened) for step in steps if step["after"] <= entry["days_ago"]),
    )


def _course(courses: dict[str, Any], taken: str | list[str]) -> list[dict[str, Any]]:
    """The steps of one course, or of several that follow on one another."""
    return [step for name in ([taken] if isinstance(taken, str) else taken) for step in courses[name]]


def _name(number: int, is_female: bool, citizenship: str) -> tuple[str, str]:
    if citizenship == "AL":
        return albanian_name(is_female, FIRST_NAME_NUMBER + number)
    return foreign_name(citizenship, is_female, number)


def _step(step: dict[str, Any], opened: date) -> LiveStep:
    rest = {key: value for key, value in step.items() if key not in ("after", "until_days")}
    on = opened + timedelta(days=step["after"])
    until = on + timedelta(days=step["until_days"]) if "until_days" in step else None
    return LiveStep(on=on, until=until, **rest)
