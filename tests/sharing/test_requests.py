"""One office asks another by name: a few facts for the one, an answer or a sentence for the other, and no more for either."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from opennrm.access import keystore
from opennrm.access import queries as sight
from opennrm.access.models import Basis
from opennrm.access.scope import as_system
from opennrm.agencies.models import Office
from opennrm.casefile import queries as cases
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import ExclusionReason
from opennrm.duties import actions as ledger
from opennrm.duties import exclusion, handover, sweep
from opennrm.duties import queries as duties
from opennrm.duties.closing import close_office
from opennrm.duties.reconciling import reconcile_case
from opennrm.lib import clock
from opennrm.lib.problems import NotAllowed, NotFound, Problem
from opennrm.sharing import request_queries as queries
from opennrm.sharing import request_reviews, request_texts, requests
from opennrm.sharing.models import Refusal, Request, RequestText
from opennrm.sharing.request_rules import AskBasis, RefusalReason, Subject
from tests.acting import by, office, opened
from tests.sharing.agreeing import agreed
from tests.sharing.asking import QUESTION, answered, asked, new_request, refused

pytestmark = pytest.mark.django_db
ANSWER = "In March she came twice and asked for work."


def seen(username: str, case: CaseCard) -> frozenset[str]:
    with by(username):
        return sight.classes_seen(case.id)


def words(username: str, case: CaseCard, request: UUID) -> dict[str, str]:
    with by(username):
        return {part: text for (_id, part), text in request_texts.read([request]).items()}


def card(request: UUID, username: str = "border-ana") -> queries.RequestCard:
    with by(username):
        return queries.request(request)


def notices(username: str) -> list[str]:
    with by(username) as actor:
        return [one.what for one in duties.unread_notices(sorted(actor.offices))]


def test_who_is_asked_owes_the_answer_and_sees_a_few_facts_and_the_question() -> None:
    case = opened()
    request = asked(case)
    assert seen("labour-lea", case) == {"snapshot"}
    with by("labour-lea") as lea:
        assert [one.id for one in queries.waiting_for(sorted(lea.offices))] == [request]
        assert cases.cases_by_id([case.id]) == {}
    assert set(card(request, "labour-lea").shown) == {"reference", "child", "language", "region", "in_danger"}
    assert words("labour-lea", case, request) == {"question": QUESTION}
    with by("border-ana"):
        (duty,) = [one for one in duties.duties_of(case.id) if one.kind == "answer_information_request"]
        assert (duty.holder_id, duty.state, duty.verified, duty.rule) == (
            office("labour"),
            "held",
            False,
            "information-request",
        )
        assert duty.label == "Answer a request for information"


def test_the_answer_is_read_by_who_sees_the_class_and_the_office_that_gave_it_sees_no_more_of_the_case() -> (
    None
):
    case = opened()
    request = asked(case)
    answered(request, ANSWER)
    assert words("border-ana", case, request) == {"question": QUESTION, "answer": ANSWER}
    assert words("labour-lea", case, request) == {}
    assert seen("labour-lea", case) == {"snapshot"}
    assert notices("border-ana")[-1:] == ["information_answered"]
    with by("border-ana"):
        (duty,) = [one for one in duties.duties_of(case.id) if one.kind == "answer_information_request"]
        assert duty.state == "fulfilled"


def test_no_key_of_the_case_is_left_with_who_was_asked() -> None:
    case = opened()
    answered(asked(case), ANSWER)
    with by("labour-lea") as lea:
        assert keystore.organisations(case.id, "narrative")
        assert not lea.organisations & keystore.organisations(case.id, "narrative")


def test_the_words_lie_sealed() -> None:
    case = opened()
    answered(asked(case), ANSWER)
    with by("border-ana"):
        assert {row.part for row in RequestText.objects.all()} == {"question", "answer"}
        assert not any(b"March" in bytes(row.sealed) for row in RequestText.objects.all())


@pytest.mark.parametrize(
    "reason", [RefusalReason.NO_BASIS, RefusalReason.OTHER_LAW, RefusalReason.DOES_NOT_HOLD]
)
def test_who_asked_learns_one_word_for_every_cannot(reason: RefusalReason) -> None:
    case = opened()
    request = asked(case)
    refused(request, reason)
    assert card(request).said == "cannot"
    with by("border-ana"):
        assert queries.reason_of(request) == ""
        assert list(Refusal.objects.all()) == []
    with by("labour-lea"):
        assert queries.reason_of(request) == reason


def test_who_asked_learns_that_the_person_said_no() -> None:
    case = opened()
    request = asked(case)
    refused(request, RefusalReason.PERSON_DID_NOT_AGREE)
    assert card(request).said == "person_did_not_agree"
    with by("border-ana") as ana, pytest.raises(Problem, match="The person did not agree"):
        request_reviews.contest(request=request, by=ana)


def test_a_request_taken_back_is_owed_by_nobody() -> None:
    case = opened()
    request = asked(case)
    with by("border-ana") as ana:
        requests.withdraw(request=request, by=ana)
        reconcile_case(case_by_id(case.id), by=ana)
        (duty,) = [one for one in duties.duties_of(case.id) if one.kind == "answer_information_request"]
        assert duty.state == "ended"
    with pytest.raises(Problem, match="already ended"):
        answered(request)
    assert words("labour-lea", case, request) == {}


def test_no_rule_ends_an_answer_that_is_owed() -> None:
    case = opened()
    request = asked(case)
    with by("border-ana") as ana:
        ledger.record_need(case=case.id, kind="food", by=ana)
    assert card(request).is_open
    with by("border-ana"):
        assert "held" in [
            d.state for d in duties.duties_of(case.id) if d.kind == "answer_information_request"
        ]


def test_it_is_done_by_an_answer_and_by_nothing_else() -> None:
    case = opened(needs=("health_care",))
    asked(case, "health-tirana")
    with by("health-hana") as hana:
        (duty,) = [one for one in duties.duties_of(case.id) if one.kind == "answer_information_request"]
        with pytest.raises(Problem, match="by the act that it waits for"):
            ledger.fulfil(duty=duty.id, by=hana)
        with pytest.raises(Problem, match="owes this by name"):
            handover.offer(duty=duty.id, to_office=office("labour"), by=hana)


@pytest.mark.parametrize("subject", [Subject.NAME_AND_DOCUMENTS, Subject.HOW_TO_REACH])
def test_an_office_asks_only_for_what_a_basis_of_its_own_opens(subject: Subject) -> None:
    case = opened(needs=("employment",))
    agreed(case, "labour", "narrative")
    # Employment opens the case without a name; who owes nothing with words may not ask at all.
    with pytest.raises(NotAllowed):
        asked(case, "social-vlora", who="labour-lea", subject=subject)
    with pytest.raises(Problem, match="no such basis"):
        asked(case, subject=subject, basis=AskBasis.CONSENT)


def test_an_answer_about_identity_is_read_by_who_sees_identity_alone() -> None:
    case = opened()
    request = asked(case, subject=Subject.NAME_AND_DOCUMENTS)
    answered(request, "Besa Shembulli")
    agreed(case, "shelter", "narrative")
    assert words("border-ana", case, request)["answer"] == "Besa Shembulli"
    assert words("shelter-sam", case, request) == {"question": QUESTION}


@pytest.mark.parametrize("to", ["border", "police-tirana"])
def test_one_sentence_for_the_own_office_and_for_one_that_must_learn_nothing(to: str) -> None:
    case = opened()
    with by("border-ana") as ana:
        exclusion.exclude_office(
            case=case_by_id(case.id), office=office("police-tirana"), reason=ExclusionReason.LEAKED, by=ana
        )
    with pytest.raises(Problem, match=r"^Choose another office that is open\.$"):
        asked(case, to)


def excluded(case: CaseCard, code: str) -> None:
    with by("border-ana") as ana:
        exclusion.exclude_office(
            case=case_by_id(case.id), office=office(code), reason=ExclusionReason.LEAKED, by=ana
        )


def test_an_office_that_is_then_excluded_is_asked_no_longer_and_who_asked_learns_to_ask_another() -> None:
    case = opened()
    request = asked(case)
    excluded(case, "labour")
    assert card(request).state == "ended"
    assert "ask_another_office" in notices("border-ana")
    with pytest.raises(NotFound):
        answered(request)
    assert seen("labour-lea", case) == frozenset()


def test_its_substitute_is_asked_in_its_place() -> None:
    case = opened()
    with as_system("setup", reason="a substitute"):
        Office.objects.filter(code="labour").update(substitute=office("social-vlora"))
    request = asked(case)
    excluded(case, "labour")
    assert (card(request).state, card(request).office) == ("open", office("social-vlora"))
    answered(request, ANSWER, who="social-vera")
    assert words("border-ana", case, request)["answer"] == ANSWER


def test_an_office_that_closes_is_asked_no_longer() -> None:
    case = opened()
    request = asked(case)
    close_office(code="labour", on=clock.today())
    assert card(request).state == "ended"


def test_a_request_ends_with_its_case() -> None:
    case = opened()
    request = asked(case)
    with by("border-ana") as ana:
        ledger.close_case(case=case_by_id(case.id), reason="own_wish", by=ana)
    assert card(request).state == "ended"


def test_nothing_goes_to_who_asked_once_its_basis_has_ended() -> None:
    case = opened()
    request = asked(case)
    excluded_asker = office("border")
    with by("social-sara") as sara, pytest.raises((NotFound, NotAllowed)):
        requests.answer(request=request, text="x", by=sara)
    with as_system("routing", reason="the office that asked sees the case no longer"):
        Basis.objects.filter(case_id=case.id, office_id=excluded_asker).update(ended_at=clock.now())
    with pytest.raises(Problem, match="may no longer receive"):
        answered(request, ANSWER)


def test_a_share_that_she_agreed_to_is_an_answer() -> None:
    case = opened(needs=("mental_health_counselling",))
    consent = agreed(case, "shelter", "ordinary", "contact")
    request = asked(case, "border", who="shelter-sam", subject=Subject.HOW_TO_REACH)
    with pytest.raises(Problem, match="No consent with the office that asked"):
        answered(request, "", who="border-ana", consent=agreed(case, "labour"))
    answered(request, "", who="border-ana", consent=consent)
    assert card(request).consent == consent


def test_a_stranger_neither_reads_nor_answers_nor_withdraws() -> None:
    case = opened()
    request = asked(case)
    with by("social-vera") as vera:
        for act in (requests.answer, requests.withdraw):
            with pytest.raises(NotFound):
                act(request=request, by=vera)
        with pytest.raises(NotFound):
            queries.request(request)
    with by("labour-lea") as lea, pytest.raises(NotAllowed):
        requests.withdraw(request=request, by=lea)
    with by("border-ana") as ana, pytest.raises(NotAllowed):
        requests.answer(request=request, text="x", by=ana)


def test_the_database_lets_nobody_answer_in_anothers_name() -> None:
    case = opened()
    request = asked(case)
    with by("border-ana"), pytest.raises(ProgrammingError), transaction.atomic():
        RequestText.objects.create(
            request_id=request, case_id=case.id, part="answer", data_class="narrative", sealed=b"x"
        )


def test_a_limit_to_be_confirmed_reminds_and_tells_who_leads() -> None:
    case = opened()
    request = asked(case)
    late = card(request).answer_by
    assert late is not None
    with clock.stopped_at(late + timedelta(hours=1)):
        with as_system("sweep", reason="due dates") as actor:
            swept = [one.action for one in sweep.sweep(by=actor) if one.kind == "answer_information_request"]
        assert swept == ["reminded"]
        assert card(request).is_late(clock.now())
    assert "reminded" in notices("labour-lea")
    answered(request, ANSWER)


def test_another_office_reviews_a_refusal_and_the_answer_is_owed_anew() -> None:
    case = opened()
    request = asked(case)
    refused(request)
    with by("border-ana") as ana:
        request_reviews.contest(request=request, by=ana)
        with pytest.raises(Problem, match="no refusal to review"):
            request_reviews.contest(request=request, by=ana)
    with by("authority-rita") as rita:
        assert [one.id for one in queries.waiting_for(sorted(rita.offices))] == [request]
        assert queries.reason_of(request) == "does_not_hold"
        request_reviews.review(request=request, stands=False, by=rita)
    assert card(request).is_open
    answered(request, ANSWER)
    assert words("border-ana", case, request)["answer"] == ANSWER


def test_a_refusal_that_stands_is_reviewed_once() -> None:
    case = opened()
    request = asked(case)
    refused(request)
    with by("border-ana") as ana:
        request_reviews.contest(request=request, by=ana)
    with by("border-ana") as ana, pytest.raises(NotAllowed):
        request_reviews.review(request=request, stands=True, by=ana)
    with by("authority-rita") as rita:
        request_reviews.review(request=request, stands=True, by=rita)
        with pytest.raises(Problem, match="already decided"):
            request_reviews.review(request=request, stands=True, by=rita)
    assert (card(request).state, card(request).stands) == ("refused", True)
    with by("border-ana") as ana, pytest.raises(Problem, match="no refusal to review"):
        request_reviews.contest(request=request, by=ana)


def test_the_same_is_not_asked_twice_of_one_office() -> None:
    case = opened()
    asked(case)
    with pytest.raises(Problem, match="already asked"):
        asked(case)


def test_the_database_knows_no_other_end() -> None:
    case = opened()
    request = asked(case)
    with (
        as_system("routing", reason="a refusal that says nothing"),
        pytest.raises(IntegrityError),
        transaction.atomic(),
    ):
        Request.objects.filter(id=request).update(state="refused", ended_at=clock.now())


def test_an_empty_question_is_refused() -> None:
    case = opened()
    with by("border-ana") as ana, pytest.raises(Problem, match="Write the question"):
        requests.ask(case=case_by_id(case.id), new=new_request(question=" "), by=ana)
