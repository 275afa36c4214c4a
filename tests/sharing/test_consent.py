"""A consent opens what she agreed to, to whom she agreed, until she says no or the day comes; and no service hangs on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import TestCase

from opennrm.access import keystore
from opennrm.access import queries as sight
from opennrm.access.rules import EVERY_CLASS
from opennrm.access.scope import as_system
from opennrm.agencies import queries as agencies
from opennrm.agencies.models import Competence, Post
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import ExclusionReason, JournalKind
from opennrm.duties import actions as ledger
from opennrm.duties import exclusion
from opennrm.duties import queries as duties
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.people import actions as writing
from opennrm.people import queries as people
from opennrm.sharing import actions, ending, queries
from opennrm.sharing.models import Consent, ConsentText
from opennrm.sharing.rules import Purpose, WithdrawnHow
from tests import world
from tests.acting import by, office, opened
from tests.sharing.agreeing import agreed, consent_to

pytestmark = pytest.mark.django_db


def seen(username: str, case: CaseCard) -> frozenset[str]:
    with by(username):
        return sight.classes_seen(case.id)


def notices(username: str) -> list[str]:
    with by(username) as actor:
        return [one.what for one in duties.unread_notices(sorted(actor.offices))]


def withdraw(case: CaseCard, consent: object, who: str = "border-ana") -> None:
    with TestCase.captureOnCommitCallbacks(execute=True), by(who) as actor:
        actions.withdraw(case=case, consent=consent, how=WithdrawnHow.IN_PERSON, by=actor)  # type: ignore[arg-type]


def test_it_opens_exactly_the_classes_she_agreed_to() -> None:
    case = opened()
    assert seen("shelter-sam", case) == frozenset()
    agreed(case, "shelter", "contact")
    assert seen("shelter-sam", case) == {"ordinary", "contact"}
    with by("shelter-sam"):
        assert not sight.may_write(case.id)


def test_the_recipient_can_open_what_is_sealed_and_was_agreed_to() -> None:
    case = opened()
    agreed(case, "shelter", "identity")
    with by("shelter-sam") as sam:
        assert people.identity(case.id, by=sam).shown == "Besa Shembulli"


def test_it_is_over_after_its_last_day_by_the_database_itself() -> None:
    case = opened()
    with clock.stopped_at(clock.now() - timedelta(days=60)):
        agreed(case, "shelter")
    assert seen("shelter-sam", case) == frozenset()


def test_withdrawing_closes_the_share_at_once_and_tells_only_that_it_ended() -> None:
    case = opened()
    consent = agreed(case, "shelter", "contact")
    withdraw(case, consent)
    assert seen("shelter-sam", case) == frozenset()
    with by("shelter-sam") as sam:
        (told,) = duties.unread_notices(sorted(sam.offices))
        assert (told.what, told.case_id, told.duty_id, told.label, told.reference) == (
            "share_ended",
            None,
            None,
            "",
            "",
        )
    with by("border-ana") as ana:
        assert JournalKind.SHARE_ENDED in [line.kind for line in cases.journal(case.id, by=ana, words=False)]
        card = queries.consent(case.id, consent)
        assert (card.ended_why, card.withdrawn_how) == ("withdrawn", "in_person")


def test_no_service_is_lost_with_a_withdrawn_consent() -> None:
    case = opened(needs=("food", "health_care"))
    consent = agreed(case, "health-tirana", "contact", purpose=Purpose.HEALTH)
    with by("border-ana"):
        before = [(d.id, d.state, d.holder_id) for d in duties.duties_of(case.id)]
    withdraw(case, consent)
    with by("border-ana"):
        assert [(d.id, d.state, d.holder_id) for d in duties.duties_of(case.id)] == before
    # Who owes the health care still sees what the duty opens.
    assert "ordinary" in seen("health-hana", case)


def test_who_received_it_may_write_down_that_she_no_longer_agrees() -> None:
    case = opened()
    consent = agreed(case, "shelter", "contact")
    withdraw(case, consent, who="shelter-sam")
    assert seen("shelter-sam", case) == frozenset()


def test_a_closed_case_still_lets_her_withdraw() -> None:
    case = opened()
    consent = agreed(case, "shelter")
    with by("border-ana") as ana:
        ledger.close_case(case=case_by_id(case.id), reason="own_wish", by=ana)
    withdraw(case, consent)
    assert seen("shelter-sam", case) == frozenset()


def test_it_is_withdrawn_once() -> None:
    case = opened()
    consent = agreed(case, "shelter")
    withdraw(case, consent)
    with pytest.raises(Problem, match="already ended"):
        withdraw(case, consent)


def test_a_stranger_can_neither_give_nor_withdraw_nor_read_it() -> None:
    case = opened()
    consent = agreed(case, "shelter")
    with by("labour-lea") as lea:
        with pytest.raises(NotFound):
            actions.give(case=case, new=consent_to("shelter"), by=lea)
        with pytest.raises(NotFound):
            actions.withdraw(case=case, consent=consent, how=WithdrawnHow.IN_PERSON, by=lea)
        assert queries.consents(case.id) == []


def test_who_only_reads_the_case_records_no_consent() -> None:
    case = opened()
    agreed(case, "shelter")
    with by("shelter-sam") as sam, pytest.raises(NotAllowed):
        actions.give(case=case, new=consent_to("labour"), by=sam)


def test_an_excluded_office_is_refused_with_the_sentence_for_any_office_that_cannot_receive() -> None:
    case = opened()
    with by("border-ana") as ana:
        exclusion.exclude_office(case=case, office=office("labour"), reason=ExclusionReason.LEAKED, by=ana)
    said = set()
    for to in ("labour", "border"):
        with pytest.raises(Problem) as problem:
            agreed(case, to)
        said.add(str(problem.value))
    assert len(said) == 1


def test_an_exclusion_beats_a_consent_and_the_excluded_are_not_told_of_its_end() -> None:
    case = opened()
    consent = agreed(case, "shelter", "contact")
    with by("border-ana") as ana:
        exclusion.exclude_office(case=case, office=office("shelter"), reason=ExclusionReason.LEAKED, by=ana)
    assert seen("shelter-sam", case) == frozenset()
    withdraw(case, consent)
    assert notices("shelter-sam") == []


def test_the_coordinator_with_no_writing_tells_no_excluded_office_either() -> None:
    case = opened()
    consent = agreed(case, "shelter")
    with by("border-ana") as ana:
        exclusion.exclude_office(case=case, office=office("shelter"), reason=ExclusionReason.LEAKED, by=ana)
    # The authority sees the case by its order alone, and may not know who is excluded.
    withdraw(case, consent, who="authority-rita")
    assert notices("shelter-sam") == []


def test_an_office_shares_no_more_than_it_sees() -> None:
    case = opened(needs=("health_care",))
    with by("health-hana"):
        hers = sight.classes_seen(case.id)
    hidden = next(one for one in EVERY_CLASS if one not in hers)
    with pytest.raises(Problem, match="only data that your own office sees"):
        agreed(case, "shelter", hidden, who="health-hana")


def test_giving_anew_ends_the_earlier_one_and_opens_what_is_agreed_now() -> None:
    case = opened()
    first = agreed(case, "shelter", "contact", "identity")
    agreed(case, "shelter", "contact")
    assert seen("shelter-sam", case) == {"ordinary", "contact"}
    with by("border-ana"):
        assert queries.consent(case.id, first).ended_why == "renewed"
    assert notices("shelter-sam") == []


def test_two_consents_for_two_purposes_stand_beside_each_other() -> None:
    case = opened()
    first = agreed(case, "shelter", "contact")
    agreed(case, "shelter", purpose=Purpose.SOCIAL_SUPPORT)
    withdraw(case, first)
    assert seen("shelter-sam", case) == {"ordinary"}


def holders(case: CaseCard, data_class: str) -> set[str]:
    with by("border-ana"):
        codes = {one.organisation: one.organisation_code for one in agencies.offices().values()}
        return {codes[one] for one in keystore.organisations(case.id, data_class)}


def test_the_key_goes_with_the_consent_and_comes_with_a_new_one() -> None:
    case = opened()
    consent = agreed(case, "shelter", "identity")
    assert "shelter" in holders(case, "identity")
    withdraw(case, consent)
    assert "shelter" not in holders(case, "identity")
    agreed(case, "shelter", "identity")
    agreed(case, "shelter", "identity")
    with by("shelter-sam") as sam:
        assert people.identity(case.id, by=sam).shown == "Besa Shembulli"


def test_the_key_stays_where_a_duty_of_the_same_organisation_opens_the_class() -> None:
    case = opened(needs=("health_care",))
    with by("health-hana"):
        sealed = sorted(sight.classes_seen(case.id) - {"ordinary"})
    consent = agreed(case, "health-tirana", "identity", "contact", "narrative", purpose=Purpose.HEALTH)
    withdraw(case, consent)
    assert sealed
    assert all("health" in holders(case, data_class) for data_class in sealed)
    others = {"identity", "contact", "narrative"} - set(sealed)
    assert not any("health" in holders(case, data_class) for data_class in others)


def test_the_key_that_a_lapsed_consent_brought_goes_with_the_sweep() -> None:
    case = opened()
    agreed(case, "shelter", "identity")
    with clock.stopped_at(clock.now() + timedelta(days=32)):
        assert swept() == 1
    assert "shelter" not in holders(case, "identity")


def test_a_text_that_changed_while_she_was_asked_is_read_out_again() -> None:
    case = opened()
    with pytest.raises(Problem, match="has changed since you opened the page"):
        agreed(case, "shelter", digest="0" * 64)


def test_a_new_text_leaves_what_was_agreed_as_it_was() -> None:
    case = opened()
    consent = agreed(case, "shelter")
    with as_system("setup", reason="a new text") as actor:
        actions.enter_text(version=1, language="sq", body="Tekst i ri.", since=world.LONG_AGO, by=actor)
    with by("border-ana"):
        assert queries.text_agreed(consent).body == world.CONSENT_TEXTS["sq"]
        assert queries.texts(clock.today())["sq"].version == 1
        assert queries.consent(case.id, consent).version == 0


def test_the_same_version_never_says_something_else() -> None:
    with as_system("setup", reason="the same text again") as actor:
        actions.enter_text(
            version=0, language="sq", body=world.CONSENT_TEXTS["sq"], since=world.LONG_AGO, by=actor
        )
        with pytest.raises(Problem, match="next version number"):
            actions.enter_text(version=0, language="sq", body="Tjetër.", since=world.LONG_AGO, by=actor)


def test_the_database_refuses_a_text_that_is_not_its_digests() -> None:
    with as_system("setup", reason="a false digest"), pytest.raises(IntegrityError), transaction.atomic():
        ConsentText.objects.create(
            version=9, language="sq", body="Këtë askush nuk e pa.", digest="0" * 64, since=world.LONG_AGO
        )


def test_what_was_agreed_can_be_changed_by_nobody() -> None:
    case = opened()
    consent = agreed(case, "shelter")
    withdraw(case, consent)
    with (
        as_system("sweep", reason="an ended consent drawn out"),
        pytest.raises(IntegrityError),
        transaction.atomic(),
    ):
        Consent.objects.filter(id=consent).update(ended_at=None, ended_why="", withdrawn_how="")


def test_what_was_shared_is_kept_by_count_and_digest() -> None:
    case = opened(note="Said she was hungry.")
    consent = agreed(case, "shelter", "identity")
    with by("border-ana"):
        shared = {one.data_class: one for one in queries.shared_at(consent)}
        now = {one.data_class: one for one in queries.what_stands(case.id, ["identity", "ordinary"])}
    assert set(shared) == {"ordinary", "identity"}
    assert shared["identity"].rows > 0
    assert shared["identity"].digest == now["identity"].digest
    # The journal has a line more by now: that she agreed.
    assert now["ordinary"].rows == shared["ordinary"].rows + 1


def test_what_changed_since_shows_in_the_digest() -> None:
    case = opened()
    consent = agreed(case, "shelter", "contact")
    with by("border-ana") as ana:
        writing.set_contact(case_id=case.id, person=case.person, text="by a friend", by=ana)
        (now,) = queries.what_stands(case.id, ["contact"])
        (then,) = [one for one in queries.shared_at(consent) if one.data_class == "contact"]
    assert now.digest != then.digest


def swept() -> int:
    with TestCase.captureOnCommitCallbacks(execute=True), as_system("sweep", reason="consents") as actor:
        return ending.lapse(by=actor)


def test_the_sweep_says_so_when_the_last_day_is_over_and_once() -> None:
    case = opened()
    consent = agreed(case, "shelter")
    assert swept() == 0
    with clock.stopped_at(clock.now() + timedelta(days=32)):
        assert swept() == 1
        assert swept() == 0
    with by("border-ana"):
        assert queries.consent(case.id, consent).ended_why == "lapsed"
    assert notices("shelter-sam") == ["share_ended"]


def test_another_head_of_the_recipient_ends_it_where_she_said_so() -> None:
    case, other = opened(), opened()
    bound, free = agreed(case, "shelter"), agreed(other, "shelter", ends_with_change=False)
    new_head()
    assert swept() == 1
    with by("border-ana"):
        assert queries.consent(case.id, bound).ended_why == "head_changed"
        assert queries.consent(other.id, free).ended_at is None


def test_a_recipient_that_is_no_longer_competent_for_the_purpose_loses_it() -> None:
    case = opened()
    consent = agreed(case, "health-tirana", purpose=Purpose.HEALTH)
    with as_system("setup", reason="another takes over"):
        Competence.objects.filter(office=office("health-tirana")).update(
            until=clock.today() - timedelta(days=1)
        )
    assert swept() == 1
    with by("border-ana"):
        assert queries.consent(case.id, consent).ended_why == "competence_ended"


def new_head() -> None:
    with as_system("setup", reason="a new head"):
        Post.objects.filter(office=office("shelter"), is_head=True).update(
            until=clock.today() - timedelta(days=1)
        )
