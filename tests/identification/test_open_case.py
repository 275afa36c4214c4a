from __future__ import annotations

import pytest

from opennrm.casefile.rules import Fork
from opennrm.duties.models import Duty
from opennrm.identification import actions, queries
from opennrm.lib.problems import Problem
from opennrm.people.actions import NewPerson
from tests.acting import by, new_case, office, opened

pytestmark = pytest.mark.django_db


def test_the_office_that_opens_a_case_leads_it() -> None:
    case = opened()
    with by("border-ana"):
        lead = Duty.objects.get(case=case.id, kind="lead")
        assert lead.holder_id == case.lead_office == office("border")


def test_duties_stand_at_once_with_their_offices() -> None:
    case = opened(needs=("food",))
    with by("border-ana"):
        held = {d.kind: d.holder_id for d in Duty.objects.filter(case=case.id)}
    assert held["joint_interview"] == office("social-tirana")
    assert held["take_part_in_joint_interview"] == office("police-tirana")
    assert held["notify_police"] == office("border")


def test_an_adult_who_does_not_consent_is_notified_without_a_name() -> None:
    with by("border-ana") as actor, pytest.raises(Problem) as refused:
        actions.open_case(new=new_case(Fork.DOES_NOT_CONSENT), by=actor)
    assert refused.value.code == "named_without_consent"
    nameless = opened(fork=Fork.DOES_NOT_CONSENT, who=NewPerson(sex="Feminine", age=None, languages=("sq",)))
    with by("border-ana"):
        kinds = set(Duty.objects.filter(case=nameless.id).values_list("kind", flat=True))
    assert "notify_without_name" in kinds
    assert "joint_interview" not in kinds


def test_another_office_cannot_see_the_case() -> None:
    case = opened()
    with by("shelter-sam"):
        assert queries.case_list(offices=[office("shelter")], open_only=True) == []
        assert not Duty.objects.filter(case=case.id).exists()
