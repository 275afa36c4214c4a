from __future__ import annotations

from uuid import UUID

import pytest

from opennrm.access.scope import as_system
from opennrm.oversight.models import Signal
from tests.acting import opened
from tests.oversight.logged import logged, scanned
from tests.web.browsing import browser, whole

pytestmark = pytest.mark.django_db


def asked_about_hana() -> tuple[UUID, list[str]]:
    cases = [opened() for _ in range(5)]
    for case in cases:
        logged("health-hana", case.id, basis="held")
    scanned()
    with as_system("oversight", reason="a test"):
        return Signal.objects.get().id, [case.reference for case in cases]


def test_the_data_protection_officer_answers_a_question_and_then_she_may_read_it() -> None:
    signal, references = asked_about_hana()
    dpo, hana = browser("officer-dpo"), browser("health-hana")
    assert "No question" in whole(hana.get("/oversight/about-me/")).text
    page = whole(dpo.get("/oversight/"))
    assert "Cases opened without a task on them" in page.text
    page = whole(dpo.get(f"/oversight/signals/{signal}/"))
    assert "a question and not a finding" in page.text
    assert "Post of health-hana" in page.text
    assert "Test health-hana" not in page.text
    assert all(reference in page.text for reference in references)
    assert "Besa" not in page.markup
    found = {"answer": "not_explained", "findings": "She could not say why."}
    assert "choose an answer" in whole(dpo.post(f"/oversight/signals/{signal}/", {"findings": "x"})).text
    assert dpo.post(f"/oversight/signals/{signal}/", found).status_code == 302
    assert dpo.post(f"/oversight/signals/{signal}/", found).status_code == 409
    assert "She could not say why." in whole(dpo.get(f"/oversight/signals/{signal}/")).text
    page = whole(hana.get("/oversight/about-me/"))
    assert "Not explained" in page.text
    assert "She could not say why." not in page.text


@pytest.mark.parametrize(
    ("username", "status"),
    [("health-hana", 403), ("authority-rita", 404), ("coordinator-kim", 404), ("analyst-ada", 403)],
)
def test_a_question_is_there_for_nobody_else(username: str, status: int) -> None:
    signal, _references = asked_about_hana()
    client = browser(username)
    assert client.get(f"/oversight/signals/{signal}/").status_code == status
    assert (
        client.post(f"/oversight/signals/{signal}/", {"answer": "explained", "findings": "x"}).status_code
        == status
    )


def test_the_list_costs_the_same_however_many_wait(django_assert_max_num_queries: object) -> None:
    asked_about_hana()
    dpo = browser("officer-dpo")
    dpo.get("/oversight/")
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        dpo.get("/oversight/")
