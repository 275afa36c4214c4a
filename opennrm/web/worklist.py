from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.duties import actions, history, queries, reviews
from opennrm.duties.policies import DOOR
from opennrm.duties.queries import DutyCard, NoticeCard, OfferCard
from opennrm.duties.reviews import ReviewCard
from opennrm.duties.verbs import verbs
from opennrm.identification import referral_queries
from opennrm.identification.queries import CaseLine, case_lines
from opennrm.identification.referral_queries import ReferralCard
from opennrm.lib import clock
from opennrm.sharing import request_queries
from opennrm.sharing.request_queries import RequestCard
from opennrm.web import context, duty_words, few_facts, guards, request_words, words
from opennrm.web.absence import who_stands_in
from opennrm.web.where_done import page_for

PAGE = 25
COUNTERS = (
    ("overdue", _("overdue"), True),
    ("today", _("due today"), False),
    ("offered", _("offered to us"), False),
    ("unnamed", _("without a named worker"), True),
    ("all", _("owed in all"), False),
)
EMPTY = {
    "all": _("Your office owes nothing now. What it owes to a person stands here, the most urgent first."),
    "overdue": _("Nothing is late. Duties whose day has passed would stand here."),
    "today": _("Nothing more is due today. Duties that are due before midnight would stand here."),
    "offered": _("No duty is offered to your office. Offers from other offices would stand here."),
    "unnamed": _("Every duty has a named worker. Duties for which nobody is named would stand here."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One duty as it stands in the list: what, to whom, by when, who, and what she can do about it."""

    card: DutyCard
    line: CaseLine | None
    know: str
    person: str
    stands_in: str
    tag: dict[str, str] | None
    verbs: tuple[str, ...]
    takes: bool
    page: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Told:
    """Something the office was told, and the duty it is about where she sees it."""

    notice: NoticeCard
    sentence: str
    card: DutyCard | None
    line: CaseLine | None


@dataclass(frozen=True, slots=True)
class ToDecide:
    """A review that waits for the office's decision."""

    review: ReviewCard
    why: str
    know: str
    holder: str


@dataclass(frozen=True, slots=True)
class Referred:
    """A person referred to the office."""

    referral: ReferralCard
    know: str
    from_office: str


@dataclass(frozen=True, slots=True)
class Information:
    """Information asked of the office, or a refusal that it is to review."""

    request: RequestCard
    what: str
    know: str
    from_office: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A duty offered to the office."""

    offer: OfferCard
    know: str
    from_office: str


def worklist(request: HttpRequest) -> HttpResponse:
    """What the office owes today: late first, then by day."""
    actor = guards.actor_of(request)
    if not DOOR.may(actor, "duties.worklist"):
        return _elsewhere(request, actor)
    show = request.GET.get("show", "all")
    show = show if show in EMPTY else "all"
    number = _page_number(request)
    return render(request, "duties/worklist.html", _today(actor, show, number))


@require_POST
def read_notice(request: HttpRequest, notice: UUID) -> HttpResponse:
    """Puts a notice aside."""
    actions.read_notice(notice=notice, by=guards.actor_of(request))
    return HttpResponseRedirect(reverse("worklist"))


def _today(actor: Actor, show: str, number: int) -> dict[str, Any]:
    now = clock.now()
    offices, tonight = sorted(actor.offices), duty_words.end_of_today(now)
    first = show == "all" and number == 1
    asked = first or show == "offered"
    offers = queries.open_offers_to(offices) if asked else []
    referred = referral_queries.waiting_for(offices)
    waiting = reviews.waiting_for(offices) if first else []
    information = request_queries.waiting_for(offices) if first else []
    notices = queries.unread_notices(offices) if first else []
    cards = (
        []
        if show == "offered"
        else queries.worklist(
            offices, show=show, now=now, end_of_today=tonight, limit=PAGE + 1, offset=(number - 1) * PAGE
        )
    )
    cards, more = cards[:PAGE], len(cards) > PAGE
    about = queries.duties_by_id([notice.duty_id for notice in notices if notice.duty_id])
    lines = _lines([*cards, *about.values()])
    _read(lines.values(), [*offers, *waiting, *information, *(referred if asked else ())])
    counted = queries.counters(offices, now=now, end_of_today=tonight)
    return {
        "now": now,
        "show": show,
        "counters": _counters(counted, len(referred), show),
        "offers": _asked(offers),
        "referred": _referred(referred) if asked else [],
        "to_decide": _to_decide(waiting),
        "information": _information(information),
        "told": [_told(one, about, lines) for one in notices],
        "groups": _by_day(_rows(actor, cards, lines), now),
        "may_give": len(cards) > 1,
        "empty": EMPTY[show],
        "is_empty": not cards and not offers and not waiting and not information and not (asked and referred),
        "previous_url": _address(show, number - 1) if number > 1 else "",
        "next_url": _address(show, number + 1) if more else "",
    }


def _rows(actor: Actor, cards: Sequence[DutyCard], lines: dict[UUID, CaseLine]) -> list[Row]:
    people = agencies.officers(card.person_id for card in cards if card.person_id)
    stands_in = who_stands_in(people)
    offered = history.open_offers([card.id for card in cards])
    return [
        _row(
            actor,
            card,
            lines,
            people,
            offered=card.id in offered,
            stands_in=stands_in.get(card.person_id or 0, ""),
        )
        for card in cards
    ]


def _row(
    actor: Actor,
    card: DutyCard,
    lines: dict[UUID, CaseLine],
    people: dict[int, agencies.OfficerCard],
    *,
    offered: bool,
    stands_in: str,
) -> Row:
    line = lines.get(card.case_id) if card.case_id else None
    can = verbs(actor, card, offered=offered)
    tag = None
    if card.state == "suspended":
        tag = {"text": words.said(words.STATES, card.state), "colour": words.STATE_COLOURS[card.state]}
    elif offered:
        tag = {"text": __("Offered"), "colour": "blue"}
    return Row(
        card=card,
        line=line,
        know=duty_words.what_to_know(line) if line else "",
        person=people[card.person_id].name if card.person_id in people else "",
        stands_in=stands_in,
        tag=tag,
        verbs=can,
        takes="name_worker" in can and card.person_id is None and actor.officer is not None,
        page=page_for(actor, card),
    )


def _by_day(rows: Iterable[Row], now: datetime) -> list[tuple[str, list[Row]]]:
    return [
        (day, list(several))
        for day, several in groupby(rows, lambda row: duty_words.day_heading(row.card.due_at, now))
    ]


def _lines(cards: Iterable[DutyCard]) -> dict[UUID, CaseLine]:
    return {line.id: line for line in case_lines(list({card.case_id for card in cards if card.case_id}))}


def _told(notice: NoticeCard, about: dict[UUID, DutyCard], lines: dict[UUID, CaseLine]) -> Told:
    sentence = words.said(duty_words.NOTICES, notice.what)
    card = about.get(notice.duty_id) if notice.duty_id else None
    return Told(notice, sentence, card, lines.get(notice.case_id) if notice.case_id else None)


def _asked(offers: Sequence[OfferCard]) -> list[Asked]:
    offices = agencies.offices(offer.from_office for offer in offers) if offers else {}
    return [
        Asked(offer, duty_words.what_to_know_of_offer(offer), offices[offer.from_office].shown)
        for offer in offers
    ]


def _referred(waiting: Sequence[ReferralCard]) -> list[Referred]:
    offices = agencies.offices(one.from_office for one in waiting) if waiting else {}
    return [
        Referred(one, ", ".join(few_facts.of_person(one.shown)), offices[one.from_office].shown)
        for one in waiting
    ]


def _information(waiting: Sequence[RequestCard]) -> list[Information]:
    offices = agencies.offices(one.from_office for one in waiting) if waiting else {}
    return [
        Information(
            one,
            words.said(request_words.SUBJECTS, one.subject),
            ", ".join(few_facts.of_person(one.shown)),
            offices[one.from_office].shown,
        )
        for one in waiting
    ]


def _to_decide(waiting: Sequence[ReviewCard]) -> list[ToDecide]:
    offices = agencies.offices(one.from_office for one in waiting) if waiting else {}
    return [
        ToDecide(
            one,
            words.said(duty_words.REVIEW_KINDS, one.kind),
            duty_words.what_to_know_of_review(one),
            offices[one.from_office].shown,
        )
        for one in waiting
    ]


def _counters(counted: queries.Counters, referred: int, show: str) -> list[dict[str, Any]]:
    numbers = {
        "overdue": counted.overdue,
        "today": counted.due_today,
        "offered": counted.offered + referred,
        "unnamed": counted.unnamed,
        "all": counted.all,
    }
    return [
        {
            "number": numbers[code],
            "words": label,
            "url": _address(code, 1),
            "current": code == show,
            "urgent": urgent,
        }
        for code, label, urgent in COUNTERS
    ]


def _read(
    lines: Iterable[CaseLine], offers: Iterable[OfferCard | ReviewCard | ReferralCard | RequestCard]
) -> None:
    shown = sorted({str(line.id) for line in lines} | {str(offer.case_id) for offer in offers})
    if shown:
        audit.record("duties.worklist", detail={"cases": shown})


def _address(show: str, number: int) -> str:
    asked = [] if show == "all" else [f"show={show}"]
    asked += [f"page={number}"] if number > 1 else []
    return reverse("worklist") + ("?" + "&".join(asked) if asked else "")


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1


def _elsewhere(request: HttpRequest, actor: Actor) -> HttpResponse:
    others = [part["url"] for part in context.navigation(request, actor) if not part["current"]]
    if others:
        return HttpResponseRedirect(others[0])
    return render(request, "web/no_worklist.html")
