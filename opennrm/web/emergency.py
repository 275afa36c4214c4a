from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from opennrm.oversight import emergencies
from opennrm.oversight.policies import DOOR
from opennrm.oversight.rules import LONGEST_WORDS, Danger
from opennrm.web import guards, oversight_words
from opennrm.web.forms import GovukForm, Radios
from opennrm.web.words import choices

# One sentence for a reference that is nobody's and for a case she is kept out of.
NOTHING_OPENED = _(
    "No case was opened. Check the reference letter by letter. Your try is on record, and the data-protection office sees it."
)


class EmergencyForm(GovukForm):
    """Which case, which danger, and what has happened in one sentence."""

    says_optional = False
    reference = forms.CharField(
        label=_("Reference of the case"),
        help_text=_("All of it, for example AL-7K3MQ-9XDT5. Ask whoever called you to read it out."),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )
    danger = forms.ChoiceField(
        label=_("Which danger to life"), choices=choices(oversight_words.DANGERS), widget=Radios(small=True)
    )
    words = forms.CharField(
        label=_("What has happened"),
        help_text=_("One sentence. It is sealed; whoever reviews this reads it."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Opens a case for an hour because a life is in danger; what opened nothing is answered with the same page and kept."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "oversight.break_glass")
    form = EmergencyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        tried = emergencies.break_glass(
            reference=given["reference"], danger=Danger(given["danger"]), words=given["words"], by=actor
        )
        if tried.case:
            return redirect("case", tried.case)
        # Answered and not refused: a refusal would take the record of the try back.
        form.add_error("reference", NOTHING_OPENED)
    context: dict[str, Any] = {
        "form": form,
        "breadcrumbs": [
            {"label": __("Find or enter a case"), "url": reverse("case_search")},
            {"label": __("A life is in danger")},
        ],
    }
    return render(request, "oversight/emergency.html", context)


@require_POST
def end(request: HttpRequest, emergency: UUID) -> HttpResponse:
    """Ends her own emergency before the hour."""
    emergencies.end(emergency=emergency, by=guards.actor_of(request))
    messages.success(request, _("Ended. You no longer see the case."))
    return redirect("worklist")
