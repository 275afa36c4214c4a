"""What walks of sharing in any order have found, each as the shortest way there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opennrm.access import queries as sight
from opennrm.duties import handover
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.oversight import emergencies
from opennrm.oversight.rules import Danger
from opennrm.sharing.request_rules import AskBasis, Subject
from opennrm.sharing.rules import Purpose
from tests.acting import by, duty, office, opened
from tests.sharing.agreeing import agreed
from tests.sharing.asking import asked
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db


def test_what_an_hour_opens_to_one_person_is_not_hers_to_pass_on() -> None:
    case = opened()
    with by("border-ana") as ana:
        offered = handover.offer(
            duty=duty(case.id, "name_case_worker").id, to_office=office("shelter"), by=ana
        )
    with by("shelter-sam") as sam:
        emergencies.break_glass(
            reference=case.reference, danger=Danger.VIOLENCE, words="She is followed.", by=sam
        )
        handover.accept(offer=offered, by=sam)
    with by("shelter-sam"):
        assert {"identity", "contact"} <= sight.classes_seen(case.id)
    page = whole(browser("shelter-sam").get(f"/cases/{case.id}/sharing/agree/"))
    assert not [a for tag, a in page.tags if tag == "input" and a.get("value") == "contact"]
    with pytest.raises(Problem, match="data that your own office sees"):
        agreed(case, "labour", "contact", who="shelter-sam", purpose=Purpose.WORK)
    agreed(case, "labour", "ordinary", who="shelter-sam", purpose=Purpose.WORK)


def test_a_share_whose_last_day_is_over_carries_nothing_before_the_night_has_written_so() -> None:
    case = opened()
    agreed(case, "social-vlora", "narrative")
    with by("border-ana") as ana:
        lead = handover.offer(duty=duty(case.id, "lead").id, to_office=office("social-vlora"), by=ana)
    with by("social-vera") as vera:
        handover.accept(offer=lead, by=vera)
    with clock.stopped_at(clock.now() + timedelta(days=40)):
        with by("social-vera"):
            assert "consent" not in {one.kind for one in sight.bases(case.id)}
        with pytest.raises(Problem, match="no such basis"):
            asked(case, "labour", who="social-vera", basis=AskBasis.CONSENT, subject=Subject.EARLIER_HELP)
