from __future__ import annotations

import pytest

from opennrm.duties import giving
from opennrm.duties.models import Duty, Event
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from tests.acting import by, duty, office, opened, person
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db


def mine() -> list[Duty]:
    with by("border-ana"):
        return list(Duty.objects.filter(holder=office("border"), ended_at__isnull=True).order_by("id"))


def test_several_duties_are_given_to_one_person_in_one_act() -> None:
    opened()
    opened()
    client = browser("border-ana")
    assert "/duties/give/" in whole(client.get("/")).addresses()
    whole(client.get("/duties/give/"))
    held = mine()
    ben = person("border-ben").officer
    sent = {"duties": [str(one.id) for one in held], "officer": ben}
    assert client.post("/duties/give/", sent).status_code == 302
    with by("border-ana"):
        for one in held:
            row = Duty.objects.get(id=one.id)
            assert row.person_id == ben or row.state == "fulfilled"
            assert Event.objects.filter(duty=row, kind="named").exists()


def test_the_form_says_what_is_missing() -> None:
    opened()
    page = whole(browser("border-ana").post("/duties/give/", {}))
    assert "Which duties?" in page.text
    assert mine()[0].person_id is None


def test_one_that_is_not_hers_to_give_takes_all_of_them_back() -> None:
    case = opened(needs=("food",))
    with by("border-ana"):
        food, lead = duty(case.id, "food"), duty(case.id, "lead")
    ben = person("border-ben").officer
    assert ben
    with pytest.raises(NotAllowed), by("border-ana") as ana:
        giving.give(duties=[lead.id, food.id], officer=ben, by=ana)
    with by("border-ana"):
        assert duty(case.id, "lead").person_id is None


def test_a_person_of_another_office_and_an_unknown_duty_are_refused() -> None:
    case = opened()
    sara, ben = person("social-sara").officer, person("border-ben").officer
    assert sara
    assert ben
    with by("border-ana") as ana:
        lead = duty(case.id, "lead").id
        with pytest.raises(Problem) as refused:
            giving.give(duties=[lead], officer=sara, by=ana)
        with pytest.raises(Problem) as nothing:
            giving.give(duties=[], officer=ben, by=ana)
    assert (refused.value.code, nothing.value.code) == ("not_of_this_office", "nothing_chosen")
    with by("health-hana") as hana, pytest.raises(NotFound):
        giving.give(duties=[lead], officer=ben, by=hana)


def test_an_office_that_owes_nothing_is_told_so() -> None:
    assert "owes nothing that could be given" in whole(browser("labour-lea").get("/duties/give/")).text
    assert browser("analyst-ada").get("/duties/give/").status_code == 403
