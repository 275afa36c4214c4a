"""What was asked of children and decided over them in a year, in numbers over the whole country; no word of one is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from opennrm.lib import clock
from opennrm.lib.upgrades import first_year
from opennrm.sharing.models import BestInterest, ChildAsking, ComingOfAge, Consent, Voice
from opennrm.sharing.rules import GivenBy


@dataclass(frozen=True, slots=True)
class YearOfChildren:
    """What was asked of children and decided over them in a year; nothing where it was not kept yet."""

    year: int
    kept: bool
    numbers: Mapping[str, int]


def years_of_children(years: Sequence[int], as_at: date) -> list[YearOfChildren]:
    """The numbers of years; a year before this was kept at all has none, which is not a zero."""
    since = first_year("sharing", "0007_coming_of_age")
    return [
        YearOfChildren(year, year >= since, _numbers(year, as_at) if year >= since else {}) for year in years
    ]


def _numbers(year: int, as_at: date) -> Counter[str]:
    begins = clock.midnight(date(year, 1, 1))
    ends = clock.midnight(min(as_at, date(year, 12, 31)) + timedelta(days=1))
    asked = ChildAsking.objects.filter(asked_at__gte=begins, asked_at__lt=ends)
    said = Voice.objects.filter(asking__in=asked)
    found = Counter(
        {
            "asked": asked.count(),
            "child_dissents": said.filter(whose="child", word="dissents").count(),
            "guardian_excluded": said.filter(whose="guardian", why_not="may_be_involved").count(),
        }
    )
    for about, child in BestInterest.objects.filter(
        recorded_at__gte=begins, recorded_at__lt=ends
    ).values_list("about", "child"):
        found.update(["decided", f"about_{about}", "heard" if child != "not_heard" else "not_heard"])
    of_age = ComingOfAge.objects.filter(noted_at__gte=begins, noted_at__lt=ends)
    found["of_age"] = of_age.count()
    noted = dict(of_age.values_list("case", "noted_at"))
    given = Consent.objects.filter(
        given_by=GivenBy.PERSON, case__in=list(noted), given_at__lt=clock.midnight(as_at + timedelta(days=1))
    )
    found["asked_again"] = len(
        {case for case, at in given.values_list("case", "given_at") if at >= noted[case]}
    )
    return found
