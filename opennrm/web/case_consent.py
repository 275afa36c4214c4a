from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.views.decorators.http import require_http_methods

from opennrm.access import queries as access
from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.lib import clock
from opennrm.sharing import actions, queries
from opennrm.sharing.policies import DOOR
from opennrm.sharing.queries import ConsentCard, TextCard
from opennrm.sharing.rules import WithdrawnHow
from opennrm.web import case_frame, names, words
from opennrm.web import sharing_words as said
from opennrm.web.case_frame import Opened
from opennrm.web.consent_forms import AskedForm, WhatForm, WithdrawForm, new_consent
from opennrm.web.page_acts import day


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Asks the person in two steps: what to share with whom, then the text read out and what was understood."""
    one = case_frame.opened(request, case_id, "case_consent_new")
    DOOR.require(one.actor, "sharing.give", one.case)
    texts, offices = queries.texts(clock.today()), agencies.offices()
    what = _what(one, offices, texts, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not what.is_valid():
        one.read("ordinary")
        return case_frame.draw(request, one, "casefile/consent_what.html", {"form": what})
    text = texts[what.cleaned_data["language"]]
    act = request.POST.get("act")
    asked = AskedForm(
        request.POST if act == "agree" else None, prefix="asked", initial={"digest": text.digest}
    )
    if act == "agree" and asked.is_valid():
        actions.give(case=one.case, new=new_consent(what.cleaned_data, asked.cleaned_data), by=one.actor)
        messages.success(request, __("Recorded. The office sees from now on what the person agreed to."))
        return _back(one)
    one.read("ordinary")
    context = {"form": asked, "sent": what.sent(), "text": text, "rows": _asked_rows(what, offices)}
    return case_frame.draw(request, one, "casefile/consent_ask.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, case_id: UUID, consent_id: UUID) -> HttpResponse:
    """What the person agreed to, the very text, what was shared then; and that she no longer agrees."""
    one = case_frame.opened(request, case_id, "case_consent")
    card, text = queries.consent(case_id, consent_id), queries.text_agreed(consent_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        how = WithdrawnHow(form.cleaned_data["how"])
        actions.withdraw(case=one.case, consent=consent_id, how=how, by=one.actor)
        messages.success(request, __("Withdrawn. The office sees nothing more of it, and no help is lost."))
        return _back(one)
    one.read("ordinary")
    stands = card.stands(clock.now())
    context = {
        "form": form,
        "rows": _rows(card, agencies.offices([card.recipient, card.office])),
        "understood": [
            {"key": said.UNDERSTANDINGS[asked], "value": said.ANSWERS[answer]}
            for asked, answer in card.understood.items()
        ],
        "text": text,
        "text_is_the_one": text.digest == card.digest,
        "shared": _shared(one, card),
        "may_withdraw": stands and DOOR.may(one.actor, "sharing.withdraw", one.case),
    }
    return case_frame.draw(request, one, "casefile/consent.html", context)


def _back(one: Opened) -> HttpResponse:
    return case_frame.back_to(replace(one, page="case_sharing"))


def _what(one: Opened, offices: dict[int, OfficeCard], texts: dict[str, TextCard], data: Any) -> WhatForm:
    today = clock.today()
    others = [
        (str(id), office.shown)
        for id, office in offices.items()
        if id not in one.actor.offices and not (office.closed_on and office.closed_on <= today)
    ]
    languages = [(code, names.language(code)) for code in sorted(texts)]
    return WhatForm(
        data,
        offices=sorted(others, key=lambda pair: pair[1]),
        classes=access.classes_of_offices(one.case.id, one.actor.offices),
        languages=languages,
        initial={"language": "sq"},
    )


def _asked_rows(what: WhatForm, offices: dict[int, OfficeCard]) -> list[dict[str, Any]]:
    asked = what.cleaned_data
    shared = ["ordinary", *asked.get("classes", ())]
    return [
        {"key": __("With which office"), "value": offices[asked["recipient"]].shown},
        {"key": __("For what"), "value": said.PURPOSES[asked["purpose"]]},
        {"key": __("Which data"), "several": [words.said(words.DATA_CLASSES, one) for one in shared]},
        {"key": __("Until when"), "value": day(asked["until"])},
    ]


def _rows(card: ConsentCard, offices: dict[int, OfficeCard]) -> list[dict[str, Any]]:
    explained = agencies.officers([card.explained_by]).get(card.explained_by)
    by = __("Explained by %(who)s, %(office)s") % {
        "who": explained.name if explained else "",
        "office": offices[card.office].shown,
    }
    rows: list[dict[str, Any]] = [
        {"key": __("With which office"), "value": offices[card.recipient].shown},
        {"key": __("For what"), "value": said.PURPOSES[card.purpose]},
        {"key": __("Which data"), "several": [words.said(words.DATA_CLASSES, one) for one in card.classes]},
        {"key": __("Agreed on"), "value": day(timezone.localtime(card.given_at)), "hint": by},
        {"key": __("Who agreed"), "value": said.GIVEN_BY[card.given_by], "hint": said.WAYS[card.way]},
        {"key": __("Until when"), "value": day(card.last_day)},
    ]
    if card.ended_at:
        how = said.WITHDRAWN_HOW[card.withdrawn_how] if card.withdrawn_how else ""
        why = f"{said.END_REASONS[card.ended_why]}. {how}" if how else said.END_REASONS[card.ended_why]
        rows.append({"key": __("Ended on"), "value": day(timezone.localtime(card.ended_at)), "hint": why})
    return rows


def _shared(one: Opened, card: ConsentCard) -> list[dict[str, Any]]:
    """How much was shared then, and whether it is still the same; compared only where her office sees the class."""
    now = {row.data_class: row for row in queries.what_stands(card.case_id, set(card.classes) & one.seen)}
    lines = []
    for then in queries.shared_at(card.id):
        today = now.get(then.data_class)
        since = __("Your office does not see this.")
        if today is not None:
            since = __("The same as then") if today.digest == then.digest else __("Has changed since")
        lines.append(
            {
                "what": words.said(words.DATA_CLASSES, then.data_class),
                "digest": then.digest[:16],
                "rows": then.rows,
                "since": since,
            }
        )
    return lines
