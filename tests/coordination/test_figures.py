from __future__ import annotations

from datetime import timedelta

import pytest

from opennrm.coordination import actions
from opennrm.coordination.actions import NewAgreement
from opennrm.coordination.queries import organisation_ids
from opennrm.duties import actions as duties
from opennrm.duties.models import Duty
from opennrm.lib import clock
from opennrm.reporting.account import account
from tests.acting import by, office
from tests.coordination.bodies import establish, held, today

pytestmark = pytest.mark.django_db


def figures() -> dict[str, int | None]:
    with clock.stopped_at(clock.now() + timedelta(minutes=1)):
        drawn = account(today().year)
    return {one.id: one.now.value for one in drawn.figures if one.id.startswith(("meetings.", "agreements."))}


def test_a_year_without_a_meeting_on_record_says_nothing_and_no_zero() -> None:
    establish()
    assert figures() == {}


def test_meetings_quorums_decisions_and_agreements_are_counted() -> None:
    establish()
    meeting = held("present", "present", "absent")
    with by("coordinator-kim") as kim:
        for text in ("Name a night contact.", "Train interpreters."):
            actions.decide(
                meeting=meeting,
                text=text,
                office=office("coordinator"),
                due_on=today() + timedelta(days=30),
                by=kim,
            )
        duties.fulfil(duty=Duty.objects.filter(kind="meeting_decision")[0].id, by=kim)
        parties = tuple(organisation_ids()[code] for code in ("police", "shelter"))
        new = NewAgreement("Test agreement", today(), None, parties)
        actions.enter_agreement(new=new, kept_by=office("coordinator"), by=kim)
    assert figures() == {
        "meetings.held": 1,
        "meetings.with_quorum": 1,
        "meetings.decisions": 2,
        "meetings.decisions_done": 1,
        "agreements.in_force": 1,
        "meetings.held.test-board": 1,
    }


def test_a_meeting_without_a_quorum_is_a_known_zero_of_those_with_one() -> None:
    establish()
    held("present", "absent", "absent")
    found = figures()
    assert (found["meetings.held"], found["meetings.with_quorum"]) == (1, 0)
    assert "meetings.decisions" not in found
