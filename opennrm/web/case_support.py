from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.casefile import queries as cases
from opennrm.casefile.policies import DOOR as CASES
from opennrm.casefile.queries import FactCard
from opennrm.duties import actions as duties_actions
from opennrm.duties import queries as duties
from opennrm.duties.policies import DOOR
from opennrm.duties.queries import DutyCard
from opennrm.lib import clock
from opennrm.web import case_frame, words
from opennrm.web.case_frame import Opened
from opennrm.web.case_journal import instant_on, today
from opennrm.web.forms import DateField, GovukForm, Radios


class NeedForm(GovukForm):
    """A kind of assistance that the person needs."""

    kind = forms.ChoiceField(label=_("What the person needs"), widget=Radios(small=True))
    known_on = DateField(
        label=_("Since when it is known"),
        name=_("The day"),
        help_text=_("Without a day: today."),
        not_after=lambda: today().date(),
        required=False,
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class ClosingForm(GovukForm):
    """Why the case is closed."""

    reason = forms.ChoiceField(
        label=_("Why the case is closed"),
        choices=words.choices(words.CLOSING_REASONS),
        widget=Radios(small=True),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The twelve kinds of assistance: what is needed, who owes it, what nobody provides; a need to add."""
    one = case_frame.opened(request, case_id, "case_support")
    kinds = [
        (kind.code, duties.kind_label(kind.code, one.case.sop)) for kind in duties.support_kinds(one.case.sop)
    ]
    act = request.POST.get("act")
    need = NeedForm(request.POST if act == "need" else None, kinds=kinds)
    closing = ClosingForm(request.POST if act == "close" else None)
    if act == "need" and _recorded(request, one, need):
        return case_frame.back_to(one)
    if act == "close" and _closed(request, one, closing):
        return case_frame.back_to(one)
    one.read("ordinary")
    owed, facts = duties.duties_of(case_id), cases.facts(case_id)
    offices = agencies.offices({duty.holder_id for duty in owed})
    needed = dict(reversed(duties.needs(case_id)))
    context = {
        "form": case_frame.errors_together([need, closing]),
        "need": need,
        "closing": closing,
        "may_add": DOOR.may(one.actor, "duties.record_need", one.case),
        "may_close": CASES.may(one.actor, "casefile.close", one.case),
        "now": clock.now(),
        "columns": [
            {"label": label}
            for label in (__("Kind"), __("Needed since"), __("Who owes it"), __("Due"), __("State"))
        ],
        "rows": [_row(code, label, needed.get(code), owed, facts, offices) for code, label in kinds],
        "events": [
            fact_row(fact, one.case.sop)
            for fact in facts
            if fact.kind in ("service", "shelter_stay", "job_seeker")
        ],
    }
    return case_frame.draw(request, one, "casefile/support.html", context)


def _recorded(request: HttpRequest, one: Opened, form: NeedForm) -> bool:
    DOOR.require(one.actor, "duties.record_need", one.case)
    if not form.is_valid():
        return False
    at = instant_on(form.cleaned_data["known_on"]) if form.cleaned_data["known_on"] else None
    duties_actions.record_need(case=one.case.id, kind=form.cleaned_data["kind"], at=at, by=one.actor)
    messages.success(request, __("The need is recorded. The table says who owes it."))
    return True


def _closed(request: HttpRequest, one: Opened, form: ClosingForm) -> bool:
    CASES.require(one.actor, "casefile.close", one.case)
    if not form.is_valid():
        return False
    duties_actions.close_case(case=one.case, reason=form.cleaned_data["reason"], by=one.actor)
    messages.success(request, __("The case is closed, and nothing is owed on it any more."))
    return True


def _row(
    code: str,
    label: str,
    since: datetime | None,
    owed: list[DutyCard],
    facts: list[FactCard],
    offices: dict[int, OfficeCard],
) -> list[Any]:
    about = [duty for duty in owed if duty.kind == code]
    duty = next((one for one in about if one.is_open), about[-1] if about else None)
    search = next(
        (one for one in owed if one.kind == "find_provider" and one.subject == code and one.is_open), None
    )
    day = date_format(timezone.localtime(since), "j F Y") if since else ""
    if search is not None and (duty is None or not duty.is_open):
        finder = __("%(office)s is to find who provides it") % {"office": offices[search.holder_id].shown}
        return [
            label,
            day,
            {"text": __("Nobody"), "hint": finder},
            {"due": search.due_at},
            _tag(__("Gap"), "red"),
        ]
    if duty is not None:
        due: dict[str, Any] = {"due": duty.due_at} if duty.is_open and duty.due_at else {"text": ""}
        return [
            label,
            day,
            offices[duty.holder_id].shown,
            due,
            _tag(words.said(words.STATES, duty.state), words.STATE_COLOURS[duty.state]),
        ]
    received = next(
        (fact for fact in facts if fact.kind == "service" and fact.subject == code and fact.happened_on), None
    )
    if received is not None and received.happened_on:
        on = __("on %(day)s") % {"day": date_format(received.happened_on, "j F Y")}
        return [label, day, "", "", {**_tag(__("Received"), "green"), "hint": on}]
    if since:
        return [label, day, {"text": __("Nobody")}, "", _tag(__("Gap"), "red")]
    return [label, __("No need recorded"), "", "", ""]


def _tag(text: str, colour: str) -> dict[str, Any]:
    return {"tag": {"text": text, "colour": colour}}


def fact_row(fact: FactCard, sop: str) -> dict[str, str]:
    """A dated fact as a row of a list."""
    subject = (
        words.said(words.FACT_SUBJECTS, fact.subject)
        if fact.subject in words.FACT_SUBJECTS
        else duties.kind_label(fact.subject, sop)
    )
    until = date_format(fact.until, "j F Y") if fact.until else ""
    day = date_format(fact.happened_on, "j F Y") if fact.happened_on else __("day not known")
    return {
        "key": words.said(words.FACTS, fact.kind),
        "value": subject if fact.subject else "",
        "hint": f"{day} – {until}" if until else day,
    }
