from __future__ import annotations

import pytest
import yaml

from opennrm.access.scope import as_system
from opennrm.coordination import queries
from opennrm.coordination.models import Agreement, Meeting
from opennrm.country import coordination
from opennrm.country.files import ALBANIA, load_country
from opennrm.country.loading import load_bodies
from tests.coordination.bodies import today

FOUND = yaml.safe_load((ALBANIA / coordination.FILE).read_text())


def test_albania_has_its_national_bodies_and_a_committee_for_each_region_chaired_by_the_prefect() -> None:
    found = list(coordination.bodies(load_country(), FOUND))
    committees = [body for body in found if body.kind == "regional_committee"]
    assert [body.code for body in found if body not in committees] == [
        "responsible-authority",
        "state-committee",
        "survivors-board",
    ]
    assert len({body.region for body in committees}) == 12
    assert {body.seats[0].title for body in committees if body.seats[0].is_chair} == {"Prefect"}
    assert len(next(body for body in found if body.code == "survivors-board").seats) == 3


def test_every_body_can_reach_its_quorum_and_says_on_what_it_rests() -> None:
    for body in coordination.bodies(load_country(), FOUND):
        assert len(body.seats) // 2 < body.quorum <= len(body.seats), body.code
        assert body.source, body.code


@pytest.mark.django_db
def test_the_bodies_load_twice_without_a_change_and_nothing_invented_without_a_demonstration() -> None:
    with as_system("setup", reason="test") as actor:
        load_bodies(with_accounts=False, by=actor)
        load_bodies(with_accounts=False, by=actor)
        assert len(queries.bodies(today())) == 15
        assert (Agreement.objects.count(), Meeting.objects.count()) == (1, 0)
