"""What children were asked and what was decided over them in a year, counted for the account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opennrm.lib import clock
from opennrm.reporting.account import account
from opennrm.sharing import actions, coming_of_age
from opennrm.sharing.best_interest_rules import ChildHeard, ChildNotHeard, DecidedOn
from opennrm.sharing.voice_rules import Word
from tests.acting import by
from tests.sharing.agreeing import consent_to
from tests.sharing.children import child_case, heard, said
from tests.sharing.deciding import decided
from tests.sharing.test_best_interest import INVOLVED, suspected
from tests.sharing.test_coming_of_age import nearly

pytestmark = pytest.mark.django_db


def figures(year: int) -> dict[str, int | None]:
    with clock.stopped_at(clock.now() + timedelta(minutes=1)):
        drawn = account(year)
    return {
        one.id.removeprefix("sharing.children."): one.now.value
        for one in drawn.figures
        if one.id.startswith("sharing.children.")
    }


def test_a_year_before_it_was_kept_says_nothing() -> None:
    assert figures(2020) == {}


def test_each_is_counted_once() -> None:
    heard(child_case())
    heard(child_case(), said(Word.DISSENTS))
    case = suspected()
    decided(case)
    decided(
        case,
        about=DecidedOn.PLACEMENT,
        recipient=None,
        child=ChildHeard.NOT_HEARD,
        child_not_why=ChildNotHeard.NOT_REACHED,
    )
    heard(case, guardian=INVOLVED)
    nearly(-1)
    asked = nearly(-1)
    coming_of_age.note_all()
    with by("border-ana") as ana:
        actions.give(case=asked, new=consent_to("shelter"), by=ana)
    assert figures(clock.today().year) == {
        "asked": 3,
        "child_dissents": 1,
        "guardian_excluded": 1,
        "decided": 2,
        "decided.share": 1,
        "decided.placement": 1,
        "decided.return": 0,
        "decided.interview": 0,
        "decided.family_contact": 0,
        "heard": 1,
        "of_age": 2,
        "asked_again": 1,
    }
