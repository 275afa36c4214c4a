"""What the procedure lets a clock wait for, and what not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opennrm.casefile.rules import Fork
from opennrm.duties import actions
from opennrm.duties.cards import may_wait_for
from opennrm.duties.mechanism_kinds import MAY_WAIT_FOR
from opennrm.lib.problems import Problem
from tests.acting import BESA, by, duty, opened

pytestmark = pytest.mark.django_db


def test_telling_child_protection_at_once_waits_for_no_reason() -> None:
    case = opened(fork=Fork.CHILD, who=replace(BESA, age=9))
    with by("border-ana") as ana:
        told = duty(case.id, "notify_child_protection_unit")
        with pytest.raises(Problem) as refused:
            actions.suspend(duty=told.id, reason="waits_for_office", until=None, by=ana)
    assert refused.value.code == "does_not_pause"


def test_other_duties_wait_for_the_reasons_the_procedure_lists_and_no_other() -> None:
    case = opened()
    with by("border-ana") as ana:
        told = duty(case.id, "notify_police")
        with pytest.raises(Problem):
            actions.suspend(duty=told.id, reason="because", until=None, by=ana)
        actions.suspend(duty=told.id, reason="waits_for_office", until=None, by=ana)
        assert duty(case.id, "notify_police").state == "suspended"


def test_what_an_office_tells_another_does_not_wait_for_the_person() -> None:
    case = opened()
    with by("border-ana") as ana:
        for reason in ("ill", "person_asked", "not_reached", "no_interpreter"):
            with pytest.raises(Problem) as refused:
                actions.suspend(duty=duty(case.id, "notify_police").id, reason=reason, until=None, by=ana)
            assert refused.value.code == "does_not_pause"
        actions.suspend(duty=duty(case.id, "risk_assessment").id, reason="ill", until=None, by=ana)


def test_what_a_meeting_decided_waits_for_no_person() -> None:
    assert may_wait_for("meeting_decision", "meeting_decision", "al-2018-499") == MAY_WAIT_FOR
    assert not {"ill", "person_asked"} & set(MAY_WAIT_FOR)
