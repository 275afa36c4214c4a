from __future__ import annotations

from datetime import timedelta

import pytest

from opennrm.access.scope import as_system
from opennrm.coordination import actions, queries
from opennrm.coordination.actions import NewAgreement
from opennrm.coordination.models import Agreement, Attended, Body, Seat
from opennrm.coordination.rules import Place, Standing
from opennrm.duties import actions as duties
from opennrm.duties import handover
from opennrm.duties import queries as ledger
from opennrm.duties.models import Duty, Notice
from opennrm.duties.sweep import sweep
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from tests.acting import by, duty, office, opened
from tests.coordination.bodies import came, establish, held, today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bodies() -> None:
    establish()


def decide(meeting: object, **changes: object) -> None:
    with by("coordinator-kim") as kim:
        actions.decide(
            **{  # type: ignore[arg-type]
                "meeting": meeting,
                "text": "Name a night contact.",
                "office": office("police-tirana"),
                "due_on": today() + timedelta(days=30),
                "by": kim,
            }
            | changes
        )


def refused_with(code: str, act: object) -> None:
    with pytest.raises(Problem) as refused:
        act()  # type: ignore[operator]
    assert refused.value.code == code


def test_establishing_again_changes_nothing() -> None:
    establish()
    with by("coordinator-kim"):
        assert (Body.objects.count(), Seat.objects.count()) == (2, 5)


def test_a_meeting_that_is_held_has_its_quorum_on_record() -> None:
    with by("coordinator-kim"):
        assert queries.meeting(held("present", "present", "absent")).quorate is True
        card = queries.bodies(today())[0]
    assert (card.code, card.last, card.next) == ("test-board", today(), None)


def test_excused_members_do_not_make_a_quorum() -> None:
    with by("coordinator-kim"):
        found = queries.meeting(held("present", "excused", "excused"))
    assert (found.quorate, found.present, found.quorum) == (False, 1, 2)


def test_a_decision_is_a_duty_of_the_office_it_names() -> None:
    decide(held("present", "present", "absent"))
    with by("police-petra"):
        row = Duty.objects.get(kind="meeting_decision")
        card = ledger.duty(row.id)
        assert "Name a night contact." in card.label
        assert (row.case_id, row.holder_id, clock.local_day(row.due_at)) == (  # type: ignore[arg-type]
            None,
            office("police-tirana"),
            today() + timedelta(days=30),
        )


def test_the_office_does_what_was_decided_and_the_next_meeting_sees_it() -> None:
    meeting = held("present", "present", "absent")
    decide(meeting)
    later = today() + timedelta(days=40)
    with by("coordinator-kim") as kim:
        following = actions.plan_meeting(body="test-board", on=later, place=Place.ONLINE, by=kim)
        owed = queries.still_owed(queries.meeting(following))
        assert [one.text for one in owed] == ["Name a night contact."]
    with by("police-petra") as petra:
        row = Duty.objects.get(kind="meeting_decision")
        duties.name_worker(duty=row.id, officer=petra.officer or 0, by=petra)
        duties.suspend(duty=row.id, reason="waits_for_office", until=None, by=petra)
        duties.resume(duty=row.id, by=petra)
        duties.fulfil(duty=row.id, by=petra)
    with by("coordinator-kim"):
        assert queries.still_owed(queries.meeting(following)) == []
        (done,) = queries.decided(meeting)
        assert done.duty
        assert done.duty.state == "fulfilled"


def test_what_was_decided_lapses_once_when_its_day_has_passed() -> None:
    decide(held("present", "present", "absent"), due_on=today() + timedelta(days=1))
    with clock.stopped_at(clock.now() + timedelta(days=2)), as_system("sweep", reason="test") as actor:
        sweep(by=actor)
        sweep(by=actor)
    with by("police-petra"):
        assert Duty.objects.get(kind="meeting_decision").state == "lapsed"
        assert Notice.objects.filter(what="lapsed", case_id__isnull=True).count() == 1


def test_without_a_quorum_or_before_the_attendance_nothing_is_decided() -> None:
    refused_with("no_quorum", lambda: decide(held("present", "absent", "absent")))
    with by("coordinator-kim") as kim:
        planned = actions.plan_meeting(
            body="test-board", on=today() - timedelta(days=1), place=Place.BOTH, by=kim
        )
    refused_with("meeting_not_held", lambda: decide(planned))


def test_who_came_is_recorded_once_on_the_day_and_of_every_member() -> None:
    with by("coordinator-kim") as kim:
        tomorrow = actions.plan_meeting(
            body="test-board", on=today() + timedelta(days=1), place=Place.IN_PERSON, by=kim
        )
        all_came = came(tomorrow, "present", "present", "present")
        refused_with(
            "meeting_not_yet", lambda: actions.record_attendance(meeting=tomorrow, came=all_came, by=kim)
        )
        refused_with(
            "meeting_already_planned",
            lambda: actions.plan_meeting(
                body="test-board", on=today() + timedelta(days=1), place=Place.ONLINE, by=kim
            ),
        )
    meeting = held("present", "present", "absent")
    with by("coordinator-kim") as kim:
        refused_with(
            "attendance_recorded", lambda: actions.record_attendance(meeting=meeting, came=all_came, by=kim)
        )
        assert Attended.objects.count() == 3


def test_only_the_office_that_keeps_a_body_writes_of_it() -> None:
    with by("coordinator-kim") as kim, pytest.raises(NotAllowed):
        actions.plan_meeting(body="test-committee", on=today(), place=Place.ONLINE, by=kim)
    for username in ("border-ana", "analyst-ada", "authority-rita"):
        with by(username) as actor, pytest.raises(NotAllowed):
            actions.plan_meeting(body="test-board", on=today(), place=Place.ONLINE, by=actor)


def test_the_duty_stays_with_its_office_and_no_other_does_it() -> None:
    decide(held("present", "present", "absent"))
    with by("police-petra"):
        row = Duty.objects.get(kind="meeting_decision")
    with by("border-ana") as ana, pytest.raises(NotFound):
        duties.fulfil(duty=row.id, by=ana)
    with by("police-petra") as petra:
        with pytest.raises(NotFound):
            handover.offer(duty=row.id, to_office=office("border"), by=petra)
        with pytest.raises(Problem):
            duties.waive(duty=row.id, reason="declined", by=petra)


def test_the_agenda_has_numbers_by_region_and_no_small_one() -> None:
    cases = [opened() for _ in range(3)]
    for case in cases:
        with by("border-ana") as ana:
            offer = handover.offer(duty=duty(case.id, "lead").id, to_office=office("shelter"), by=ana)
        with by("shelter-sam") as sam:
            handover.decline(offer=offer, reason="no_capacity", by=sam)
    with by("coordinator-kim"):
        found = queries.meeting(held("present", "present", "absent")).agenda
    (line,) = [line for line in found if line["region"] == "AL-11"]
    assert (line["declines"], line["lapses"]) == (3, 0)
    assert not any(case.reference in str(found) or str(case.id) in str(found) for case in cases)


def agreed(**changes: object) -> NewAgreement:
    with by("coordinator-kim"):
        parties = tuple(queries.organisation_ids()[code] for code in ("police", "shelter"))
    made = {
        "subject": "Test agreement",
        "signed_on": today() - timedelta(days=300),
        "expires_on": today() + timedelta(days=50),
        "parties": parties,
    } | changes
    return NewAgreement(**made)  # type: ignore[arg-type]


def test_the_keeper_of_an_agreement_is_warned_once_sixty_days_before_it_ends() -> None:
    for subject, days in (("Ends soon", 60), ("Ends later", 61), ("Ended by itself", 10)):
        with by("coordinator-kim") as kim:
            new = agreed(subject=subject, expires_on=today() + timedelta(days=days))
            made = actions.enter_agreement(new=new, kept_by=office("coordinator"), by=kim)
            if days == 10:
                actions.end_agreement(agreement=made, by=kim)
    assert (actions.warn_of_expiry(), actions.warn_of_expiry()) == (1, 0)
    with by("coordinator-kim"):
        row = Duty.objects.get(kind="agreement_expires")
        assert (row.subject, row.holder_id) == ("Ends soon", office("coordinator"))
        assert clock.local_day(row.due_at) == today() + timedelta(days=60)  # type: ignore[arg-type]
        stands = {one.subject: one.standing for one in queries.agreements(today())}
    assert stands == {
        "Ends soon": Standing.EXPIRES_SOON,
        "Ends later": Standing.IN_FORCE,
        "Ended by itself": Standing.OVER,
    }


def test_an_agreement_is_entered_by_its_keeper_and_once() -> None:
    with by("coordinator-kim") as kim:
        actions.enter_agreement(new=agreed(), kept_by=office("coordinator"), by=kim)
        refused_with(
            "agreement_stands",
            lambda: actions.enter_agreement(new=agreed(), kept_by=office("coordinator"), by=kim),
        )
        refused_with(
            "agreement_kept_elsewhere",
            lambda: actions.enter_agreement(new=agreed(subject="x"), kept_by=office("border"), by=kim),
        )
    with by("border-ana") as ana, pytest.raises(NotAllowed):
        actions.enter_agreement(new=agreed(subject="y"), kept_by=office("border"), by=ana)
    with by("authority-rita") as rita, pytest.raises(NotFound):
        actions.end_agreement(agreement=Agreement.objects.get().id, by=rita)
