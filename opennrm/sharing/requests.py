"""Asking another office by name for information on a case; the answer is a duty, and every end of it is on the record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor, as_system
from opennrm.agencies import queries as agencies
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import JournalKind
from opennrm.duties import asked_by_name, telling
from opennrm.duties.few_facts import few_facts
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.sharing import request_rules as rules
from opennrm.sharing import request_texts
from opennrm.sharing.models import Consent, Refusal, Request
from opennrm.sharing.policies import DOOR
from opennrm.sharing.request_rules import (
    AskBasis,
    NewRequest,
    RefusalReason,
    RequestState,
    Subject,
    TextPart,
)

RULE = "information-request"
# Said to the office that is asked: what it holds may go to who asked only while that office may see such data itself.
BASIS_GONE = _(
    "The office that asked may no longer receive this. Refuse, and give as reason that there is no basis."
)


def ask(*, case: CaseCard, new: NewRequest, by: Actor) -> UUID:
    """Asks another office for information; it owes the answer, and sees of the case a few facts and the question.

    1. Check that the office may be asked, and that a basis of her own office opens what she asks for.
    2. Make the duty to answer, held by the office that is asked.
    3. Write the request with what was shown, and the question, sealed.
    """
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, "sharing.ask", case)
    _check(case, new, by=by)
    assert by.office is not None
    row = Request(case_id=case.id, from_office_id=_asks_for(case, new, by), office_id=new.office)
    owed = asked_by_name.owe(case=case, rule=RULE, holder=new.office, subject=str(row.id), by=by)
    row.duty_id, row.answer_by = owed.duty, owed.due_at
    row.asked_at, row.asked_by_id = clock.now(), by.officer  # type: ignore[assignment]
    row.subject, row.purpose, row.basis = new.subject, new.purpose, new.basis
    row.shown = few_facts(case)
    Request.objects.bulk_create([row])
    request_texts.write(row, TextPart.QUESTION, new.question, organisations=by.organisations)
    trace(row, "asked", by=by, to=new.office)
    return row.id


def answer(*, request: UUID, text: str = "", consent: UUID | None = None, by: Actor) -> None:
    """Answers in words, which are sealed under the class they concern, or names the consent by which it was shared."""
    row = locked(request)
    DOOR.require(by, "sharing.answer_request", row)
    rules.check_open(RequestState(row.state))
    rules.check_answer(text, consent)
    # Her office may see a few facts and owe nothing else here: its answer is written by the system in her name.
    with as_system("routing", reason="an office answers a request for information"):
        if not _may_receive(row):
            raise Problem("no_basis", BASIS_GONE, 409)
        if consent is not None and not _shares(row, consent):
            raise Problem("no_such_consent", _("No consent with the office that asked stands here."), 409)
        if text.strip():
            request_texts.write(row, TextPart.ANSWER, text)
        row.consent_id = consent
        _end(row, RequestState.ANSWERED, by=by)


def refuse(*, request: UUID, reason: RefusalReason, by: Actor) -> None:
    """Refuses with a reason; who asked learns only that it cannot be given, or that the person herself said no."""
    row = locked(request)
    DOOR.require(by, "sharing.answer_request", row)
    rules.check_open(RequestState(row.state))
    with as_system("routing", reason="an office refuses a request for information"):
        Refusal.objects.bulk_create(
            [
                Refusal(
                    request=row,
                    case_id=row.case_id,
                    office_id=row.office_id,
                    at=clock.now(),
                    reason=reason,
                )
            ]
        )
        row.said = rules.said(reason)
        _end(row, RequestState.REFUSED, by=by)


def withdraw(*, request: UUID, by: Actor) -> None:
    """Takes a request back before it is answered; nothing is owed any more."""
    row = locked(request)
    DOOR.require(by, "sharing.withdraw_request", row)
    rules.check_open(RequestState(row.state))
    with as_system("routing", reason="an office takes a request for information back"):
        _close(row, RequestState.WITHDRAWN, by=by)
        asked_by_name.call_off(duty=row.duty_id, case=case_by_id(row.case_id), reason="withdrawn", by=by)
        trace(row, "withdrawn", by=by, to=row.office_id)


def locked(request: UUID) -> Request:
    """The request as nobody else changes it meanwhile, or NotFound."""
    case = Request.objects.filter(id=request).values_list("case_id", flat=True).first()
    if case is None:
        raise NotFound()
    sight.one_at_a_time(case)
    # Asked anew: who came first may have ended it, or closed it to this office.
    row = Request.objects.filter(id=request).first()
    if row is None:
        raise NotFound()
    return row


def _check(case: CaseCard, new: NewRequest, *, by: Actor) -> None:
    known = agencies.offices()
    barred = sight.excluded(case.id)[0] | by.offices
    open_offices = {one.id for one in known.values() if one.closed_on is None}
    waiting = Request.objects.filter(case=case.id, state=RequestState.OPEN)
    rules.check_request(
        new,
        cannot_be_asked={*known, new.office} - (open_offices - barred),
        open_with=set(waiting.values_list("office_id", "subject")),
    )


def _asks_for(case: CaseCard, new: NewRequest, by: Actor) -> int:
    """The one of her offices to which such a basis opens what is asked, or the problem that there is none."""
    mine = [one for one in sight.bases(case.id) if one.officer is None and one.office in by.offices]
    rules.check_basis(new.basis, new.subject, [(one.kind, one.classes) for one in mine])
    return min(one.office for one in mine if rules.opens(new.basis, new.subject, one.kind, one.classes))


def _may_receive(row: Request) -> bool:
    """Whether a basis of the kind it named still opens such data to the office that asked."""
    basis, subject, now = AskBasis(row.basis), Subject(row.subject), clock.now()
    return row.from_office_id not in sight.excluded(row.case_id)[0] and any(
        one.office == row.from_office_id
        and one.officer is None
        and rules.opens(basis, subject, one.kind, one.classes)
        and (one.until is None or one.until > now)
        for one in sight.bases(row.case_id)
    )


def _shares(row: Request, consent: UUID) -> bool:
    standing = Consent.objects.filter(id=consent, case=row.case_id, recipient=row.from_office_id)
    return standing.filter(ended_at__isnull=True, until__gt=clock.now()).exists()


def _end(row: Request, state: RequestState, *, by: Actor) -> None:
    _close(row, state, by=by)
    asked_by_name.settle(duty=row.duty_id, case=case_by_id(row.case_id), by=by)
    tell(row, row.from_office_id, f"information_{state}", at=clock.now())
    trace(row, str(state), by=by)


def _close(row: Request, state: RequestState, *, by: Actor) -> None:
    row.state, row.ended_at, row.ended_by_id = state, clock.now(), by.officer
    row.save(update_fields=["state", "said", "ended_at", "ended_by", "consent"])


def tell(row: Request, office: int, what: str, *, at: datetime) -> None:
    """Tells one of the two offices how the request stands, unless it must learn nothing of the case."""
    if office not in sight.excluded(row.case_id)[0]:
        telling.tell_of(row.duty_id, office, at=at, what=what)


def trace(row: Request, what: str, *, by: Actor, to: int | None = None) -> None:
    """Leaves a line of the journal and of the audit."""
    casefile.write_journal(
        case=row.case_id,
        kind=JournalKind.INFORMATION,
        happened_at=clock.now(),
        subject=what,
        to_office=to,
        by=by,
    )
    audit.record(f"sharing.request_{what}", case=row.case_id, subject=str(row.id))
