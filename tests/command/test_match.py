from __future__ import annotations

from tests.acting import opened
from tests.command.conftest import Run
from tests.shelters.housing import furnished, in_need


def test_it_prints_what_fits_and_what_does_not_each_with_its_reasons(run: Run) -> None:
    furnished()
    case = in_need()
    answer = run("match", case.reference, "--as", "border-ana", "--format", "json")
    assert answer.exit == 0
    (fits,) = answer.json["matches"]
    assert fits["shelter"] == "shelter"
    assert fits["room"] == "Test house, Room 1"
    assert "takes women" in fits["reasons"]
    assert answer.json["refusals"] == []
    assert "takes women" in run("match", case.id, "--as", "shelter-sam").out


def test_it_is_for_who_may_know_how_to_reach_the_person(run: Run) -> None:
    furnished()
    case = opened()
    assert run("match", case.id, "--as", "health-hana").exit == 1
    assert run("match", case.id, "--as", "authority-rita").exit == 1
    assert run("match", case.id).exit == 2
