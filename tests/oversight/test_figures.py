from __future__ import annotations

from datetime import timedelta

import pytest

from opennrm.access.scope import as_system
from opennrm.lib import clock
from opennrm.oversight import emergencies, reviewing
from opennrm.oversight.models import Emergency
from opennrm.oversight.rules import Danger, Outcome
from opennrm.reporting.account import account
from tests.acting import by, opened

pytestmark = pytest.mark.django_db


def figures(year: int) -> dict[str, tuple[int | None, str]]:
    with clock.stopped_at(clock.now() + timedelta(minutes=1)):
        drawn = account(year)
    return {
        one.id.removeprefix("access.break_glass."): (one.now.value, str(one.now.state))
        for one in drawn.figures
        if one.id.startswith("access.")
    }


def test_none_is_a_known_zero_since_they_are_kept_and_nothing_at_all_before() -> None:
    assert figures(clock.today().year)["opened"] == (0, "none")
    assert figures(2020) == {}


def test_what_was_opened_reviewed_and_found_is_counted() -> None:
    for username in ("health-hana", "labour-lea"):
        case = opened()
        with by(username) as actor:
            emergencies.break_glass(reference=case.reference, danger=Danger.HEALTH, words="Ill.", by=actor)
    with by("labour-lea") as lea:
        emergencies.break_glass(reference="AL-00000-00000", danger=Danger.HEALTH, words="Ill.", by=lea)
    with as_system("oversight", reason="a test"):
        first = Emergency.objects.filter(came_to="opened").earliest("tried_at")
    with by("officer-dpo") as dpo:
        reviewing.review(emergency=first.id, outcome=Outcome.NOT_JUSTIFIED, findings="No.", by=dpo)
    found = {code: value for code, (value, _state) in figures(clock.today().year).items()}
    assert found == {
        "opened": 2,
        "reviewed_in_time": 1,
        "not_justified": 1,
        "referred": 0,
        "opened_nothing": 1,
    }
