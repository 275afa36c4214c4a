from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from opennrm.access.scope import as_system
from opennrm.agencies import actions, queries
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, Problem
from tests.acting import by, office

pytestmark = pytest.mark.django_db


def appointed(
    username: str = "nora-new", *, at: str = "social-vlora", role: str = "case_worker"
) -> str | None:
    with as_system("setup", reason="test") as actor:
        return actions.appoint(
            username=username,
            name="Test Nora",
            office=at,
            role=role,
            title="",
            is_head=False,
            since=clock.today(),
            by=actor,
        )


def test_a_new_account_gets_a_first_password_once_and_acts_for_its_office() -> None:
    password = appointed()
    assert password
    assert User.objects.get(username="nora-new").check_password(password)
    actor = queries.actor_for_username("nora-new", clock.today())
    assert actor
    assert (actor.offices, actor.roles) == (frozenset({office("social-vlora")}), frozenset({"case_worker"}))


def test_a_second_post_keeps_the_password_and_adds_an_office() -> None:
    appointed()
    assert appointed(at="social-tirana") is None
    actor = queries.actor_for_username("nora-new", clock.today())
    assert actor
    assert actor.offices == {office("social-vlora"), office("social-tirana")}


def test_ended_posts_leave_an_account_without_an_actor() -> None:
    appointed()
    tomorrow = clock.today() + timedelta(days=1)
    with as_system("setup", reason="test") as actor:
        assert actions.end_posts(username="nora-new", on=tomorrow, by=actor) == 1
    assert queries.actor_for_username("nora-new", tomorrow) is None
    assert not User.objects.get(username="nora-new").is_active


def test_a_post_needs_an_open_office() -> None:
    with pytest.raises(Problem) as refused:
        appointed(at="nowhere")
    assert refused.value.code == "office_unknown"


def test_nobody_at_work_appoints_anybody() -> None:
    with by("admin-abe") as abe, pytest.raises(NotAllowed):
        actions.end_posts(username="border-ana", on=clock.today(), by=abe)
