"""What should add up, and a sentence that says why where it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from opennrm.reporting.definitions import Section
from opennrm.reporting.figures import ALL
from opennrm.reporting.rules import Cells, Count

SMALL_NUMBERS = (
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """Whether parts add up to their whole, said as a sum."""

    id: str
    section: Section
    ok: bool
    says: str
    label: str | Promise = ""


@dataclass(frozen=True, slots=True)
class _Sum:
    id: str
    label: str | Promise
    section: Section
    whole: str
    parts: str
    dimension: str
    missing: str | Promise
    ordered: tuple[str, ...] = ()


_COUNTRY = gettext_lazy("By country of citizenship")
_COUNTRY_FROM = gettext_lazy("By country returned from")
_COUNTRY_TO = gettext_lazy("By country returned to")
_SUMS = (
    _Sum(
        "by_status_sums_to_identified",
        gettext_lazy("By status"),
        Section.IDENTIFIED,
        ALL,
        "identified.",
        "status",
        gettext_lazy("a status"),
        ("identified.potential", "identified.official"),
    ),
    _Sum(
        "by_exploitation_sums_to_identified",
        gettext_lazy("By form of exploitation"),
        Section.FORMS,
        ALL,
        "identified.exploitation.",
        "exploitation",
        gettext_lazy("a published form of exploitation"),
    ),
    _Sum(
        "by_sex_sums_to_identified",
        gettext_lazy("By sex"),
        Section.PEOPLE,
        ALL,
        "identified.sex.",
        "sex",
        gettext_lazy("a recorded sex"),
    ),
    _Sum(
        "by_age_sums_to_identified",
        gettext_lazy("By age"),
        Section.PEOPLE,
        ALL,
        "identified.age.",
        "age",
        gettext_lazy("a recorded age"),
    ),
    _Sum(
        "foreign_sums_by_country",
        _COUNTRY,
        Section.PEOPLE,
        "identified.foreign",
        "identified.foreign.",
        "",
        "",
    ),
    _Sum(
        "returned_in_sums_by_country",
        _COUNTRY_FROM,
        Section.FOLLOWED,
        "repatriation.in",
        "repatriation.in.",
        "",
        "",
    ),
    _Sum(
        "returned_out_sums_by_country",
        _COUNTRY_TO,
        Section.FOLLOWED,
        "repatriation.out",
        "repatriation.out.",
        "",
        "",
    ),
)


def checks(cells: Cells, counts: Mapping[str, Count], year: int) -> list[Check]:
    """Every sum of the account that has something in it."""
    return [_check(summed, cells, counts, year) for summed in _SUMS if counts[summed.whole].value is not None]


def _check(summed: _Sum, cells: Cells, counts: Mapping[str, Count], year: int) -> Check:
    ids = summed.ordered or [name for name in counts if name.startswith(summed.parts)]
    parts = [counts[name] for name in ids]
    numbers = [part.value for part in parts if part.value] or [0]
    whole, total = counts[summed.whole].value or 0, sum(numbers)
    in_words = " + ".join(map(str, numbers))
    reasons = _reasons(summed, cells, parts, year, total - whole)
    if total == whole and not reasons:
        says = f"{in_words} = {whole}" if len(numbers) > 1 or whole else "0 = 0"
        return Check(summed.id, summed.section, True, says, summed.label)
    says = _("%(total)s of %(whole)d") % {
        "total": in_words if len(numbers) == 1 else f"{in_words} = {total}",
        "whole": whole,
    }
    return Check(
        summed.id, summed.section, False, f"{says}: {_list(reasons)}" if reasons else says, summed.label
    )


def _reasons(summed: _Sum, cells: Cells, parts: Sequence[Count], year: int, surplus: int) -> list[str]:
    counted = {values for part in parts for values, _people in part.made_of}
    without: dict[str, int] = {}
    for cell in cells.victims(summed.dimension, year) if summed.dimension else ():
        if tuple(sorted(cell.values)) not in counted:
            without[cell.status] = without.get(cell.status, 0) + cell.people
    said = _without(without, str(summed.missing)) if without else []
    twice = surplus + sum(without.values())
    if twice > 0:
        sentence = ngettext(
            "%(n)s entry is of people counted more than once",
            "%(n)s entries are of people counted more than once",
            twice,
        )
        said.append(sentence % {"n": _number(twice)})
    return said


def _without(without: Mapping[str, int], missing: str) -> list[str]:
    said = []
    for status in ("official", "potential"):
        if people := without.get(status, 0):
            one_or_more = {
                "official": ngettext(
                    "%(n)s official victim without %(missing)s",
                    "%(n)s official victims without %(missing)s",
                    people,
                ),
                "potential": ngettext(
                    "%(n)s potential victim without %(missing)s",
                    "%(n)s potential victims without %(missing)s",
                    people,
                ),
            }[status]
            said.append(one_or_more % {"n": _number(people), "missing": missing})
    return said


def _list(reasons: Sequence[str]) -> str:
    return "; ".join(reasons)


def _number(number: int) -> str:
    return str(SMALL_NUMBERS[number - 1]) if 0 < number < 10 else str(number)
