from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from uuid import UUID

from opennrm.access import tokens
from opennrm.access.scope import Actor, acting
from opennrm.command.benchmarks import floors
from opennrm.command.benchmarks.browser import Browser
from opennrm.command.benchmarks.people_at_work import Staff
from opennrm.command.benchmarks.timing import Row, Work, in_turns, row, sample
from opennrm.country.names import FAMILIES, WOMEN
from opennrm.identification.queries import case_list


def rows(staff: Staff, entered: Sequence[UUID], times: int) -> Iterator[Row]:
    """The pages of a day: of the busiest office, of the one that sees every case, and of a small one."""
    yield _worklist(times, "worklist page", staff.busy)
    yield cases_page(times, "cases list page", staff.everywhere)
    yield case_page(times, "case page", staff.small, entered)
    yield case_page(times, "case page, every case seen", staff.everywhere, _newest(staff.everywhere))
    yield case_page(times, "case page, name opened", staff.small, entered, "?show=name")
    yield _search(times, "search before create", staff.busy)
    yield _worklist(times, "worklist page of a small office", staff.small)
    yield cases_page(times, "cases list page of a small office", staff.small)


def _worklist(times: int, operation: str, actor: Actor) -> Row:
    browser, offices = Browser(actor.user), sorted(actor.offices)
    pages, raw = in_turns(times, _each(lambda: browser.get("/")), _floor(lambda: floors.worklist(offices)))
    return row(operation, pages, raw, account=actor.user)


def cases_page(times: int, operation: str, actor: Actor) -> Row:
    """The list of cases as somebody sees it."""
    browser, offices = Browser(actor.user), sorted(actor.offices)
    pages, raw = in_turns(
        times, _each(lambda: browser.get("/cases/")), _floor(lambda: floors.case_list(offices))
    )
    return row(operation, pages, raw, account=actor.user)


def case_page(times: int, operation: str, actor: Actor, cases: Sequence[UUID], show: str = "") -> Row:
    """A page of each of these cases in turn, beside a bare one and the raw rows."""
    browser = Browser(actor.user)
    one, two, three = cycle(cases), cycle(cases), cycle(cases)
    pages, bare, raw = in_turns(
        times,
        _each(lambda: browser.get(f"/cases/{next(one)}/{show}")),
        _floor(lambda: floors.bare_page(next(two))),
        _floor(lambda: floors.case(next(three))),
    )
    return row(operation, pages, bare, account=actor.user, raw_p50_ms=row("", raw)["p50_ms"])


def _search(times: int, operation: str, actor: Actor) -> Row:
    browser = Browser(actor.user)
    asked = [(woman, family) for woman in WOMEN for family in FAMILIES]
    names, again = cycle(asked), cycle(asked)

    def page() -> bytes:
        first, second = next(names)
        return browser.post("/cases/search/", {"act": "name", "first_name": first, "second_name": second})

    def raw(portion: int) -> list[float]:
        with acting(actor):
            return sample(lambda: floors.search(sorted(tokens.tolerant_tokens(*next(again)).full)), portion)

    pages, raws = in_turns(times, _each(page), raw)
    return row(operation, pages, raws, account=actor.user)


def _newest(actor: Actor) -> list[UUID]:
    with acting(actor):
        return [line.id for line in case_list(offices=sorted(actor.offices), open_only=True, limit=50)]


def _each(work: Work) -> Callable[[int], list[float]]:
    return lambda times: sample(work, times)


def _floor(work: Work) -> Callable[[int], list[float]]:
    def measured(times: int) -> list[float]:
        with floors.without_row_tests():
            return sample(work, times)

    return measured
