from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.duties import queries as duties
from opennrm.identification import actions, reviews
from opennrm.identification import queries as identification
from opennrm.identification.policies import DECIDING, DOOR
from opennrm.identification.queries import DecisionCard
from opennrm.identification.reviews import NoticeCard, ReviewCard
from opennrm.identification.rules import DecisionKind, NoticeWay, Vote
from opennrm.identification.taking_part import offices_taking_part
from opennrm.people import queries as people
from opennrm.people.rules import language_code
from opennrm.web import case_frame, names, page_acts, words
from opennrm.web import procedure_words as said
from opennrm.web.case_frame import Opened
from opennrm.web.page_acts import Act, day, shown
from opennrm.web.procedure_forms import DayForm, PanelForm, TellForm

DECIDE, TELL = "identification.decide", "identification.notify"
REVIEW, RECONSIDER, STATUS = (
    "identification.ask_review",
    "identification.reconsider",
    "identification.ask_status",
)
HEAR = "identification.hear_declined"


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The decisions with their votes, what the person was told, her review, and her later wish for official status."""
    one = case_frame.opened(request, case_id, "case_decision")
    offices = agencies.offices()
    acts = _acts(request, one, offices)
    if request.method == "POST" and page_acts.acted(request, one, acts):
        return case_frame.back_to(one)
    one.read("ordinary")
    found, asked = identification.decisions(case_id), reviews.reviews(case_id)
    votes, told = reviews.votes(case_id), reviews.notices(case_id)
    is_open = any(review.outcome is None for review in asked)
    allowed = page_acts.may(one, DECIDE, TELL, REVIEW, RECONSIDER, STATUS)
    latest = found[0] if found else None
    wishes = reviews.asks_for_status(case_id)
    context = {
        "form": case_frame.errors_together(act.form for act in acts.values()),
        **{f"{name}_form": act.form for name, act in acts.items()},
        "decisions": [_rows(card, votes.get(card.id, []), told, asked, offices) for card in found],
        "review_is_open": is_open,
        "may_decide": bool(actions.decidable(one.case, by=one.actor))
        and (not is_open or _reconsiders(one, latest, allowed["reconsider"])),
        "owes_decision": _owes(one, *DECIDING),
        "owes_notice": _owes(one, "notice_of_decision"),
        "may_tell": allowed["notify"] and latest is not None,
        "may_ask_review": allowed["ask_review"] and latest is not None and not is_open,
        "may_ask_status": allowed["ask_status"]
        and latest is not None
        and latest.decision == DecisionKind.DECLINED
        and not wishes,
        "may_withdraw": allowed["ask_status"]
        and (wishes is True or latest is None)
        and one.case.fork != "child",
        "wishes": wishes,
    }
    return case_frame.draw(request, one, "identification/decision.html", context)


def _reconsiders(one: Opened, latest: DecisionCard | None, may: bool) -> bool:
    return may and latest is not None and latest.office not in one.actor.offices


def _owes(one: Opened, *kinds: str) -> bool:
    """Her office owes one of these now: then it stands open on the page."""
    return any(
        duty.kind in kinds and duty.holder_id in one.actor.offices
        for duty in duties.duties_of(one.case.id, open_only=True)
    )


def _acts(request: HttpRequest, one: Opened, offices: dict[int, OfficeCard]) -> dict[str, Act]:
    case, by = one.case, one.actor
    person = people.person(case.person)
    panel = {office: shown(offices, office) for office in offices_taking_part(case.id) if office in offices}
    decides = DOOR.may(by, DECIDE, case)
    language = language_code(person.languages[0]) if person.languages else "sq"
    return {
        "decide": Act(
            DECIDE if decides else HEAR,
            PanelForm(
                page_acts.sent(request, "decide"),
                prefix="decide",
                offices=panel if decides else {},
                kinds=actions.decidable(case, by=by),
            ),
            lambda sent: actions.decide(
                case=case,
                decision=sent.kind(),
                decided_on=sent.cleaned_data["decided_on"],
                legal_basis=sent.cleaned_data["legal_basis"],
                votes={office: Vote(vote) for office, vote in sent.votes().items()},
                by=by,
            ),
            _("The decision is recorded."),
        ),
        "tell": Act(
            TELL,
            TellForm(page_acts.sent(request, "tell"), prefix="tell", initial={"language": language}),
            lambda sent: reviews.tell(
                case=case,
                given_on=sent.cleaned_data["given_on"],
                language=sent.cleaned_data["language"],
                way=NoticeWay(sent.cleaned_data["way"]),
                review_explained=sent.cleaned_data["review_explained"],
                by=by,
            ),
            _("It is recorded that the person was told."),
        ),
        "ask_review": Act(
            REVIEW,
            DayForm(page_acts.sent(request, "ask_review"), prefix="ask_review"),
            lambda sent: reviews.ask_review(case=case, asked_on=sent.cleaned_data["day"], by=by),
            _("The review is asked for. Another office now owes it."),
        ),
        "ask_status": Act(
            STATUS,
            DayForm(page_acts.sent(request, "ask_status"), prefix="ask_status"),
            lambda sent: reviews.ask_status(case=case, said_on=sent.cleaned_data["day"], by=by),
            _("Recorded. The joint interview is owed again."),
        ),
        "withdraw": Act(
            STATUS,
            DayForm(page_acts.sent(request, "withdraw"), prefix="withdraw"),
            lambda sent: reviews.withdraw_status(case=case, said_on=sent.cleaned_data["day"], by=by),
            _("Recorded. The person keeps every service."),
        ),
    }


def _rows(
    card: DecisionCard,
    votes: list[tuple[int, str]],
    told: list[NoticeCard],
    asked: list[ReviewCard],
    offices: dict[int, OfficeCard],
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "key": __("Decision"),
            "value": words.said(words.DECISIONS, card.decision),
            "hint": day(card.decided_on),
        },
        {"key": __("By which office"), "value": shown(offices, card.office) or __("Not known")},
        {"key": __("By which rule"), "value": card.legal_basis or __("Not recorded")},
    ]
    if votes:
        rows.append(
            {
                "key": __("Votes"),
                "several": [
                    f"{shown(offices, office)}: {words.said(said.VOTES, vote)}" for office, vote in votes
                ],
            }
        )
    notice = next((one for one in told if one.decision == card.id), None)
    rows.append(
        {
            "key": __("Told to the person"),
            "value": f"{day(notice.given_on)}, {names.language(notice.language)}"
            if notice
            else __("Not yet"),
            "hint": words.said(said.NOTICE_WAYS, notice.way) if notice else "",
        }
    )
    rows += [
        {
            "key": __("Review asked for"),
            "value": day(review.asked_on),
            "hint": __("A new decision was taken")
            if review.outcome
            else __("Open: another office reconsiders"),
        }
        for review in asked
        if review.decision == card.id
    ]
    return rows
