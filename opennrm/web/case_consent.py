from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as __
from django.views.decorators.http import require_http_methods

from opennrm.agencies import queries as agencies
from opennrm.lib import clock
from opennrm.sharing import actions, coming_of_age, queries
from opennrm.sharing.policies import DOOR
from opennrm.sharing.rules import GivenBy, WithdrawnHow
from opennrm.web import case_frame, case_voices
from opennrm.web import sharing_words as said
from opennrm.web.consent_forms import AskedForm, WhatForm, WithdrawForm, new_consent
from opennrm.web.consent_rows import asked_rows, back, rows_of, shared_then, what_form


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Asks the person in two steps: what to share with whom, then the text read out and what was understood."""
    one = case_frame.opened(request, case_id, "case_consent_new")
    DOOR.require(one.actor, "sharing.give", one.case)
    if coming_of_age.is_child(one.case):
        return case_voices.ask(request, one)
    texts, offices = queries.texts(clock.today()), agencies.offices()
    what = what_form(WhatForm, one, offices, texts, request.POST if request.method == "POST" else None)
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
        return back(one)
    one.read("ordinary")
    context = {"form": asked, "sent": what.sent(), "text": text, "rows": asked_rows(what, offices)}
    return case_frame.draw(request, one, "casefile/consent_ask.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, case_id: UUID, consent_id: UUID) -> HttpResponse:
    """What the person agreed to, the very text, what was shared then; and that she no longer agrees."""
    one = case_frame.opened(request, case_id, "case_consent")
    card, text = queries.consent(case_id, consent_id), queries.text_agreed(consent_id)
    if card.given_by != GivenBy.PERSON:
        return case_voices.consent(request, one, card, text)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        how = WithdrawnHow(form.cleaned_data["how"])
        actions.withdraw(case=one.case, consent=consent_id, how=how, by=one.actor)
        messages.success(request, __("Withdrawn. The office sees nothing more of it, and no help is lost."))
        return back(one)
    one.read("ordinary")
    stands = card.stands(clock.now())
    context = {
        "form": form,
        "rows": rows_of(card, agencies.offices([card.recipient, card.office])),
        "understood": [
            {"key": said.UNDERSTANDINGS[asked], "value": said.ANSWERS[answer]}
            for asked, answer in card.understood.items()
        ],
        "text": text,
        "text_is_the_one": text.digest == card.digest,
        "shared": shared_then(one, card),
        "may_withdraw": stands and DOOR.may(one.actor, "sharing.withdraw", one.case),
    }
    return case_frame.draw(request, one, "casefile/consent.html", context)
