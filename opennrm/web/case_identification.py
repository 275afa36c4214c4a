from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as __
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.identification import actions as identification_actions
from opennrm.identification import queries as identification
from opennrm.identification.policies import DOOR
from opennrm.identification.progress_queries import progress
from opennrm.identification.queries import DecisionCard, IdentificationCard
from opennrm.lib.problems import NotFound
from opennrm.web import case_frame, procedure_words, words
from opennrm.web.case_frame import Opened

# What is said of two referrals: the one that is least settled.
REFERRAL_FIRST = ("declined", "open", "refused", "accepted")


@require_http_methods(["GET", "HEAD", "POST"])
def identified(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """How the person was identified, how far each step of the procedure has come, and what was decided on the status."""
    one = case_frame.opened(request, case_id, "case_identification")
    if request.method == "POST":
        return _consented(request, one)
    one.read("ordinary")
    found, decisions = identification.identification(case_id), identification.decisions(case_id)
    named = [decision.office for decision in decisions] + ([found.office] if found else [])
    offices = agencies.offices(office for office in named if office)
    context = {
        "rows": _rows(found, offices) if found else [],
        "columns": [
            {"label": label} for label in (__("Decision"), __("Day"), __("Office"), __("By which rule"))
        ],
        "decisions": [_decision(decision, offices) for decision in decisions],
        "steps": _steps(one, len(decisions)),
        "may_consent": one.case.fork == "does_not_consent"
        and DOOR.may(one.actor, "identification.consent", one.case),
    }
    return case_frame.draw(request, one, "casefile/identification.html", context)


def _steps(one: Opened, decisions: int) -> list[dict[str, Any]]:
    """The five steps of the procedure, each with its page and how it stands."""
    stands = progress(one.case.id)
    state = stands.interview
    police = {
        None: ("grey", __("No answer yet")),
        True: ("green", __("Opened")),
        False: ("yellow", __("Not opened")),
    }
    referral = next((state for state in REFERRAL_FIRST if state in stands.referred), "")
    steps = [
        (
            "case_referral",
            __("Referral"),
            __("To the police and the State Social Service, and what each answered"),
            procedure_words.REFERRAL_COLOURS.get(referral, "grey"),
            words.said(procedure_words.REFERRAL_STATES, referral) if referral else __("Not made here"),
        ),
        (
            "case_interview",
            __("Joint interview"),
            __("Times, who came, what the person needs, signatures"),
            procedure_words.INTERVIEW_COLOURS[state],
            str(procedure_words.INTERVIEW_STATES[state]),
        ),
        (
            "case_assessment",
            __("Each agency's assessment"),
            __("Act, means and purpose, side by side"),
            "red" if stands.disagree else "blue" if stands.assessed else "grey",
            __("The agencies disagree")
            if stands.disagree
            else ngettext("%(n)d office", "%(n)d offices", stands.assessed) % {"n": stands.assessed},
        ),
        (
            "case_police_case",
            __("Police case"),
            __("Opened or not, why not, and who reviewed it"),
            *police[stands.police_case],
        ),
        (
            "case_decision",
            __("Decision, notice and review"),
            __("Votes, how the person was told, a review, a later wish"),
            "yellow" if stands.review_open else "green" if decisions else "grey",
            __("A review is open")
            if stands.review_open
            else __("Decided")
            if decisions
            else __("Not decided"),
        ),
    ]
    return [
        {
            "name": name,
            "url": reverse(page, args=[one.case.id]),
            "hint": hint,
            "status": said,
            "colour": colour,
        }
        for page, name, hint, colour, said in steps
    ]


def _consented(request: HttpRequest, one: Opened) -> HttpResponse:
    if request.POST.get("act") != "consent":
        raise NotFound()
    identification_actions.record_consent(case=one.case, by=one.actor)
    messages.success(request, __("It is recorded that the person agrees to be referred."))
    return case_frame.back_to(one)


def _rows(found: IdentificationCard, offices: dict[int, OfficeCard]) -> list[dict[str, Any]]:
    regions = agencies.regions()
    late = (
        __("Known since %(day)s") % {"day": date_format(found.known_on, "j F Y")}
        if found.known_on != found.identified_on
        else ""
    )
    return [
        {"key": __("Identified on"), "value": date_format(found.identified_on, "j F Y"), "hint": late},
        {"key": __("How"), "value": words.said(words.CHANNELS, found.channel)},
        {
            "key": __("By which office"),
            "value": offices[found.office].shown if found.office else __("Not known"),
        },
        {
            "key": __("Where"),
            "value": regions[found.region].shown if found.region in regions else __("Not known"),
        },
        {"key": __("Age then"), "value": str(found.age) if found.age is not None else __("Not known")},
        {
            "key": __("Exploitation suspected"),
            "several": [words.said(words.EXPLOITATIONS, code) for code in found.exploitation],
            "value": __("Not recorded"),
        },
    ]


def _decision(decision: DecisionCard, offices: dict[int, OfficeCard]) -> list[Any]:
    return [
        words.said(words.DECISIONS, decision.decision),
        date_format(decision.decided_on, "j F Y"),
        offices[decision.office].shown if decision.office else __("Not known"),
        decision.legal_basis or __("Not recorded"),
    ]
