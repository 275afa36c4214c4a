from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard, OfficerCard
from opennrm.identification import interview_queries as queries
from opennrm.identification import interviews
from opennrm.identification.interview_queries import InterviewCard
from opennrm.identification.interview_rules import CallOffReason, Companion, PostponeReason, Side
from opennrm.identification.interviews import Arrangements
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.web import case_frame, names, page_acts, words
from opennrm.web import procedure_words as said
from opennrm.web.already_known import already_known
from opennrm.web.case_frame import Opened
from opennrm.web.page_acts import Act, moment, shown
from opennrm.web.procedure_forms import (
    ArrangementsForm,
    AttendanceForm,
    CallOffForm,
    Confirm,
    PostponeForm,
    ProposeForm,
)

WORD = "identification.interview"


@require_http_methods(["GET", "HEAD", "POST"])
def interview(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The joint interview of a case: the one thing that comes next, what is needed for it, and how it came about."""
    one = case_frame.opened(request, case_id, "case_interview")
    found = queries.interviews(case_id)
    current = next((card for card in found if card.ended_at is None), None)
    acts = _acts(request, one, current)
    if request.method == "POST" and page_acts.acted(request, one, acts):
        return case_frame.back_to(one)
    one.read("ordinary")
    sides = queries.sides(case_id)
    own = [side for side, office in sides.items() if office in one.actor.offices]
    offices = agencies.offices()
    officers = agencies.officers({line.officer for card in found for line in card.history})
    latest = current or (found[0] if found else None)
    context = {
        "form": case_frame.errors_together(act.form for act in acts.values()),
        **{f"{name}_form": act.form for name, act in acts.items()},
        "may_act": page_acts.may(one, WORD)["interview"],
        "is_open": one.case.is_open and bool(sides),
        "stands": _stands(latest, own, sides, offices),
        "next": _next(current, own),
        "may_correct": bool(
            current and current.attended and current.state in ("held", "postponed") and not current.signed
        ),
        "seen": current.at.isoformat() if current and current.at else "",
        "arrangements": _arrangements(current, one) if current else [],
        "known": already_known(one, offices),
        "events": _events(found, offices, officers),
    }
    return case_frame.draw(request, one, "identification/interview.html", context)


def _acts(request: HttpRequest, one: Opened, current: InterviewCard | None) -> dict[str, Act]:
    def form(kind: Any, name: str, **more: Any) -> Any:
        return kind(page_acts.sent(request, name), prefix=name, **more)

    case, by = one.case, one.actor
    return {
        "propose": Act(
            WORD,
            form(ProposeForm, "propose"),
            lambda sent: interviews.propose(case=case, at=sent.at(), by=by),
            _("The time is proposed. The other office answers."),
        ),
        "accept": Act(
            WORD,
            form(Confirm, "accept"),
            lambda _sent: interviews.accept(case=case, seen=_seen(request), by=by),
            _("The time is agreed."),
        ),
        "postpone": Act(
            WORD,
            form(PostponeForm, "postpone"),
            lambda sent: interviews.postpone(
                case=case, reason=PostponeReason(sent.cleaned_data["reason"]), by=by
            ),
            _("Recorded. A new time is needed."),
        ),
        "arrange": Act(
            WORD,
            form(ArrangementsForm, "arrange", initial=_initial(current)),
            lambda sent: interviews.arrange(case=case, what=_what(sent.cleaned_data), by=by),
            _("What the person needs is recorded."),
        ),
        "attend": Act(
            WORD,
            form(AttendanceForm, "attend"),
            lambda sent: interviews.attend(
                case=case, came={side: sent.cleaned_data[side] == "yes" for side in Side}, by=by
            ),
            _("It is recorded who came."),
        ),
        "correct": Act(
            WORD,
            form(AttendanceForm, "correct"),
            lambda sent: interviews.correct_attendance(
                case=case, came={side: sent.cleaned_data[side] == "yes" for side in Side}, by=by
            ),
            _("It is corrected who came. The earlier record stays in the history."),
        ),
        "sign": Act(
            WORD,
            form(Confirm, "sign"),
            lambda _sent: interviews.sign(case=case, by=by),
            _("Your agency has signed."),
        ),
        "call_off": Act(
            WORD,
            form(CallOffForm, "call_off"),
            lambda sent: interviews.call_off(
                case=case, reason=CallOffReason(sent.cleaned_data["reason"]), by=by
            ),
            _("The interview is called off."),
        ),
    }


def _seen(request: HttpRequest) -> datetime:
    try:
        return datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError as error:
        raise Problem("time_changed", _("Look at the proposed time again.")) from error


def _initial(current: InterviewCard | None) -> dict[str, Any]:
    return {name: getattr(current, name) for name in Arrangements.__slots__} if current else {}


def _what(sent: dict[str, Any]) -> Arrangements:
    return Arrangements(**{**sent, "companion": Companion(sent["companion"])})


def _next(current: InterviewCard | None, own: list[Side]) -> str:
    """The one thing that comes next for this office."""
    if current is None or current.state == "postponed":
        return "propose"
    if current.state == "proposed":
        return "wait" if current.proposed_by in own else "answer"
    if current.state == "agreed":
        return "attend" if current.at and current.at <= clock.now() else "meet"
    signed = {side for side, _office, _officer, _at in current.signed}
    return "signed" if signed & set(own) else "sign"


def _stands(
    card: InterviewCard | None, own: list[Side], sides: dict[Side, int], offices: dict[int, OfficeCard]
) -> list[dict[str, Any]]:
    state = card.state if card else ""
    rows: list[dict[str, Any]] = [
        {
            "key": __("The interview"),
            "tag": {
                "text": words.said(said.INTERVIEW_STATES, state) if state else said.INTERVIEW_STATES[""],
                "colour": said.INTERVIEW_COLOURS[state],
            },
            "value": "",
        }
    ]
    if card and (card.held_at or card.at):
        at = card.held_at or card.at
        by = words.said(said.SIDES, card.proposed_by) if card.proposed_by and state == "proposed" else ""
        rows.append(
            {
                "key": __("When"),
                "value": moment(at),
                "hint": __("proposed by: %(side)s") % {"side": by} if by else "",
            }
        )
    for side in Side:
        signature = next((one for one in card.signed if one[0] == side), None) if card else None
        office = signature[1] if signature else sides.get(side)
        rows.append(
            {
                "key": words.said(said.SIDES, side),
                "value": shown(offices, office) or __("No office owes its part now"),
                "hint": __("signed on %(day)s") % {"day": moment(signature[3])}
                if signature
                else (__("your office") if side in own else ""),
            }
        )
    if card and card.missed:
        rows.append(
            {
                "key": __("Stayed away"),
                "several": [f"{words.said(said.SIDES, side)}, {moment(at)}" for side, at in card.missed],
            }
        )
    return rows


def _arrangements(card: InterviewCard, one: Opened) -> list[dict[str, Any]]:
    found, missing = __("found"), __("asked for, not found yet")
    language = names.language(card.interpreter_language) if card.interpreter_language else ""
    rows = [
        {
            "key": __("Interpreter"),
            "value": language or __("None asked for"),
            "hint": (found if card.interpreter_found else missing) if language else "",
        },
        {
            "key": __("Psychologist"),
            "value": __("Asked") if card.psychologist_asked else __("Not asked"),
            "hint": __("must be asked before a child is interviewed")
            if one.case.fork == "child" and not card.psychologist_asked
            else "",
        },
    ]
    if card.same_sex_wanted:
        rows.append(
            {
                "key": __("Interviewer of her own sex"),
                "value": found if card.same_sex_found else missing,
            }
        )
    if one.case.fork == "child":
        rows.append(
            {
                "key": __("With the child"),
                "value": str(said.COMPANIONS[card.companion]),
                "hint": "" if card.companion else __("a child is never interviewed alone"),
            }
        )
    return rows


def _events(
    found: list[InterviewCard], offices: dict[int, OfficeCard], officers: dict[int, OfficerCard]
) -> list[dict[str, Any]]:
    lines = sorted(
        (line for card in found for line in card.history), key=lambda line: line.done_at, reverse=True
    )
    reasons = {**said.POSTPONE_REASONS, **said.CALL_OFF_REASONS}
    return [
        {
            "title": f"{words.said(said.SIDES, line.side)}: {words.said(said.INTERVIEW_ACTS, line.act)}",
            "by": ", ".join(
                part
                for part in (
                    officers[line.officer].name if line.officer in officers else "",
                    shown(offices, line.office),
                )
                if part
            ),
            "at": line.done_at,
            "text": ". ".join(
                part
                for part in (
                    __("For %(moment)s") % {"moment": moment(line.at)} if line.at else "",
                    words.said(reasons, line.reason) if line.reason else "",
                )
                if part
            ),
        }
        for line in lines
    ]
