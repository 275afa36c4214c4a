"""What ended while a page was open, and a link that was passed on: one sentence, and nothing learned from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from opennrm.access.scope import as_system
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import exclusion, handover
from opennrm.lib import clock
from opennrm.sharing import actions, ending
from opennrm.sharing.rules import WithdrawnHow
from tests.acting import by, duty, office, opened, person
from tests.committed import watched
from tests.sharing.agreeing import agreed
from tests.sharing.asking import asked
from tests.web.browsing import browser, whole

NOBODYS = UUID("00000000-0000-4000-8000-000000000009")
# What is drawn anew for every page, and the address that was asked for.
DRAWN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}')


def links(case: CaseCard) -> dict[str, str]:
    """A link of each kind that somebody who works on a case may pass on, by what stands in it."""
    consent, request = agreed(case, "shelter"), asked(case, "labour")
    with by("border-ana") as ana:
        offered = handover.offer(duty=duty(case.id, "lead").id, to_office=office("health-tirana"), by=ana)
        held = duty(case.id, "name_case_worker").id
    of_case = ["", "identification/", "support/", "rights/", "sharing/", "journal/", "responsible/"]
    of_case += ["sharing/agree/", "sharing/ask/", "sharing/as/border/", f"sharing/{consent}/", "?show=name"]
    return {f"/cases/{case.id}/{one}": str(case.id) for one in of_case} | {
        f"/requests/{request}/": str(request),
        f"/offers/{offered}/": str(offered),
        f"/duties/{held}/": str(held),
    }


def seen(client: Client, address: str) -> tuple[int, str]:
    answer = client.get(address)
    return answer.status_code, DRAWN.sub("", answer.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["social-vera", "border-ben"])
def test_a_link_that_was_passed_on_opens_like_one_that_never_led_anywhere(who: str) -> None:
    """To another office, and to an excluded officer of the very office that sees the case."""
    case = opened(note="An invented word.")
    passed_on = links(case)
    ben = person("border-ben").officer
    assert ben is not None
    with by("border-ana") as ana:
        exclusion.exclude_officer(
            case=case_by_id(case.id), officer=ben, reason=ExclusionReason.RELATIVE, by=ana
        )
    reader = browser(who)
    for address, inside in passed_on.items():
        mine = seen(reader, address)
        assert mine[0] == 404, address
        assert "There is nothing here, or it is not for your office." in mine[1]
        assert case.reference not in mine[1]
        assert mine == seen(reader, address.replace(inside, str(NOBODYS))), address


@pytest.mark.django_db
def test_a_link_opened_by_somebody_who_has_not_signed_in_leads_to_the_door_alone() -> None:
    case = opened()
    for address, inside in links(case).items():
        there, nowhere = (Client().get(one) for one in (address, address.replace(inside, str(NOBODYS))))
        assert (there.status_code, nowhere.status_code) == (302, 302), address
        assert there.headers["Location"].startswith("/accounts/login/"), address
        assert there.content == nowhere.content == b""


def ends(case: CaseCard, consent: UUID, how: str) -> None:
    """A share ends in one of the ways in which it can."""
    if how == "withdrawn":
        with by("border-ana") as ana:
            actions.withdraw(case=case, consent=consent, how=WithdrawnHow.IN_PERSON, by=ana)
    elif how == "excluded":
        with by("border-ana") as ana:
            exclusion.exclude_office(
                case=case_by_id(case.id), office=office("shelter"), reason=ExclusionReason.LEAKED, by=ana
            )
    else:
        with clock.stopped_at(clock.now() + timedelta(days=40)), as_system("sweep", reason="a test") as actor:
            assert ending.lapse(by=actor) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["withdrawn", "lapsed", "excluded"])
def test_a_form_sent_from_a_page_that_stayed_open_past_the_end_does_nothing_and_says_one_sentence(
    how: str,
) -> None:
    case = opened()
    consent = agreed(case, "shelter", "contact")
    sam = browser("shelter-sam")
    page = f"/cases/{case.id}/sharing/{consent}/"
    assert whole(sam.get(page))
    ends(case, consent, how)
    answer = sam.post(page, {"how": "by_phone"})
    nowhere = sam.post(f"/cases/{NOBODYS}/sharing/{consent}/", {"how": "by_phone"})
    assert answer.status_code == nowhere.status_code == 404
    assert DRAWN.sub("", answer.content.decode()) == DRAWN.sub("", nowhere.content.decode())
    for about in ("?show=contact", "journal/", "sharing/"):
        assert sam.get(f"/cases/{case.id}/{about}").status_code == 404


@pytest.mark.django_db
def test_who_still_works_on_the_case_is_told_that_it_ended_already() -> None:
    case = opened()
    consent = agreed(case, "shelter")
    ana = browser("border-ana")
    page = f"/cases/{case.id}/sharing/{consent}/"
    assert whole(ana.get(page))
    ends(case, consent, "lapsed")
    answer = ana.post(page, {"how": "by_phone"})
    assert answer.status_code == 409
    assert "This consent has already ended." in answer.content.decode()


@pytest.mark.django_db
def test_an_answer_sent_after_the_request_was_taken_back_is_one_sentence() -> None:
    case = opened()
    request = asked(case, "labour")
    lea = browser("labour-lea")
    assert whole(lea.get(f"/requests/{request}/"))
    browser("border-ana").post(f"/requests/{request}/", {"act": "withdraw"})
    answer = lea.post(f"/requests/{request}/", {"act": "answer", "answer-text": "No, nobody."})
    assert answer.status_code in (404, 409)
    assert case.reference not in answer.content.decode() or answer.status_code == 409


@pytest.fixture(scope="module")
def superuser(
    admin_url: str, application_url: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    with watched(admin_url, application_url, django_db_blocker, "ends") as found:
        yield found


def test_a_text_changed_after_it_was_agreed_is_named_as_changed_and_can_still_be_withdrawn(
    superuser: psycopg.Connection,
) -> None:
    case = opened()
    consent = agreed(case, "shelter")
    ana: Any = browser("border-ana")
    page = f"/cases/{case.id}/sharing/{consent}/"
    assert "it was changed afterwards" not in whole(ana.get(page)).text
    # Nobody of the application can; whoever runs the database can, and not unseen.
    with superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        superuser.execute("ALTER TABLE sharing_consenttext DISABLE TRIGGER ALL")
        superuser.execute(
            "UPDATE sharing_consenttext SET body = 'Anybody may read it.',"
            " digest = encode(sha256(convert_to('Anybody may read it.', 'UTF8')), 'hex') WHERE language = 'sq'"
        )
    assert "it was changed afterwards" in whole(ana.get(page)).text
    assert ana.post(page, {"how": "by_phone"}).status_code == 302
    assert browser("shelter-sam").get(f"/cases/{case.id}/").status_code == 404
