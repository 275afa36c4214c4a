"""What may stand on an order, where it stands at an instant, and who may confirm it: without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from opennrm.lib.problems import Problem
from opennrm.orders.rules import (
    LONGEST,
    Authority,
    NewOrder,
    Purpose,
    Scope,
    Standing,
    check_order,
    check_second,
    check_words,
    standing,
)

TODAY = date(2026, 11, 29)
ORDER = NewOrder(
    authority=Authority.COURT,
    issued_by="Invented Court",
    number="1",
    dated=TODAY,
    legal_basis="Article 1",
    classes=("ordinary",),
    scope=Scope.EVERY,
    offices=(1,),
    purpose=Purpose.TRIAL,
    since=TODAY,
    until=TODAY + timedelta(days=1),
)
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def check(**changes: Any) -> None:
    check_order(replace(ORDER, **changes), today=TODAY, can_receive={1, 2})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"classes": ("ordinary", "identity", "contact", "narrative"), "offices": (1, 2)},
        {"scope": Scope.CASE, "case": "AL-22222-22222"},
        {"scope": Scope.REGION, "region": "AL-11"},
        {"scope": Scope.FACT, "fact": "child"},
        {"until": TODAY + LONGEST, "scan_digest": "0a" * 32},
        {"since": TODAY + 9 * DAY, "until": TODAY + 10 * DAY},
    ],
    ids=str,
)
def test_an_order_may_say_this(changes: dict[str, Any]) -> None:
    check(**changes)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("classes", {"classes": ("identity",)}),
        ("classes", {"classes": ("ordinary", "snapshot")}),
        ("no_recipient", {"offices": ()}),
        ("no_recipient", {"offices": (1, 3)}),
        ("scope", {"scope": Scope.CASE}),
        ("scope", {"scope": Scope.REGION}),
        ("scope", {"scope": Scope.FACT}),
        ("scope", {"region": "AL-11"}),
        ("scope", {"scope": Scope.CASE, "case": "AL-22222-22222", "fact": "child"}),
        ("dated_later", {"dated": TODAY + DAY}),
        ("ends_in_past", {"until": TODAY}),
        ("ends_in_past", {"since": TODAY + 9 * DAY, "until": TODAY + 9 * DAY}),
        ("ends_too_late", {"until": TODAY + LONGEST + DAY}),
        ("digest", {"scan_digest": "0A" * 32}),
        ("digest", {"scan_digest": "0a"}),
    ],
    ids=str,
)
def test_an_order_may_not_say_this(code: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Problem) as problem:
        check(**changes)
    assert problem.value.code == code


@pytest.mark.parametrize(
    ("wanted", "changes"),
    [
        (Standing.WAITS, {"confirmed": False}),
        (Standing.IN_FORCE, {}),
        (Standing.TO_COME, {"since": NOW + DAY}),
        (Standing.EXPIRED, {"until": NOW}),
        (Standing.EXPIRED, {"until": NOW, "confirmed": False}),
        (Standing.REVOKED, {"ended": "revoked"}),
        (Standing.REFUSED, {"ended": "refused", "confirmed": False}),
    ],
    ids=str,
)
def test_where_an_order_stands(wanted: Standing, changes: dict[str, Any]) -> None:
    usual: dict[str, Any] = {"confirmed": True, "since": NOW, "until": NOW + DAY, "ended": "", "now": NOW}
    assert standing(**{**usual, **changes}) is wanted


@pytest.mark.parametrize(
    ("officer", "offices", "may"),
    [(2, {20}, True), (1, {20}, False), (2, {10}, False), (2, {20, 10}, False)],
)
def test_another_person_of_another_office_confirms(officer: int, offices: set[int], may: bool) -> None:
    if may:
        check_second(entered_by=1, entered_office=10, officer=officer, offices=offices)
        return
    with pytest.raises(Problem) as met:
        check_second(entered_by=1, entered_office=10, officer=officer, offices=offices)
    assert met.value.code == "same_office"


def test_a_reason_is_a_sentence() -> None:
    assert check_words("  Entered twice. ") == "Entered twice."
    for words in ("", "  ", "x" * 501):
        with pytest.raises(Problem):
            check_words(words)
