from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as cases
from opennrm.casefile.policies import DOOR as CASES
from opennrm.identification import queries as identification
from opennrm.identification.queries import CaseLine
from opennrm.lib.problems import NotFound
from opennrm.oversight.policies import DOOR as OVERSIGHT
from opennrm.people import queries as people
from opennrm.web import guards, names, words
from opennrm.web.forms import GovukForm

NOT_FOUND = _("There is no case of this reference that your office sees.")


class NameForm(GovukForm):
    """A name as one heard it."""

    says_optional = False
    first_name = forms.CharField(
        label=_("First name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    second_name = forms.CharField(
        label=_("Family name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(str(cleaned.get(name, "")).strip() for name in ("first_name", "second_name")):
            raise forms.ValidationError(_("Enter a first name, a family name or both."))
        return cleaned


class ReferenceForm(GovukForm):
    """A reference as it is read aloud."""

    reference = forms.CharField(
        label=_("Reference"), help_text=_("For example AL-7K3MQ-9XDT5."), max_length=40,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Finds a case of her own by name or reference before a new one is entered; sent by POST, so that no address holds a name."""
    actor = guards.actor_of(request)
    CASES.require(actor, "casefile.list")
    act = request.POST.get("act")
    named = NameForm(request.POST if act == "name" else None)
    referred = ReferenceForm(request.POST if act == "reference" else None)
    context: dict[str, Any] = {
        "named": named,
        "referred": referred,
        "form": named if act == "name" else referred,
    }
    context["may_break_glass"] = OVERSIGHT.may(actor, "oversight.break_glass")
    context["may_open"] = CASES.may(actor, "casefile.open")
    context["breadcrumbs"] = [
        {"label": __("Cases"), "url": reverse("cases")},
        {"label": __("Find or enter a case")},
    ]
    if act == "reference" and referred.is_valid():
        try:
            return redirect("case", cases.case_by_name(referred.cleaned_data["reference"]).id)
        except NotFound:
            referred.add_error("reference", NOT_FOUND)
            context["found_nothing"] = True
    if act == "name" and named.is_valid():
        context |= _found(named.cleaned_data["first_name"], named.cleaned_data["second_name"], actor)
    return render(request, "identification/search.html", context)


def _found(first: str, second: str, actor: Actor) -> dict[str, Any]:
    exact = people.cases_with_name(first, second, tolerant=False)
    alike = people.cases_with_name(first, second, tolerant=True)
    lines = identification.case_lines(list(dict.fromkeys([*exact, *alike])))
    offices = agencies.offices(line.lead_office for line in lines)
    audit.record("cases.search", detail={"exact": len(exact), "alike": len(alike)})
    for line in lines:
        audit.record("case.read", case=line.id, detail={"page": "case_search", "classes": ["ordinary"]})
    same = set(exact)
    return {
        "searched": True,
        "found_nothing": not lines,
        "columns": [
            {"label": label} for label in (__("Case"), __("Found by"), __("Status"), __("Lead office"))
        ],
        "rows": [
            [
                {"text": line.reference, "url": reverse("case", args=[line.id]), "hint": _know(line)},
                __("The same spelling") if line.id in same else __("A similar spelling"),
                words.said(words.STATUSES, line.status) if line.is_open else __("Closed"),
                offices[line.lead_office].shown,
            ]
            for line in sorted(lines, key=lambda line: line.id not in same)
        ],
    }


def _know(line: CaseLine) -> str:
    child = __("a child") if line.fork == "child" else ""
    age = __("%(age)d years") % {"age": line.age} if line.age is not None else ""
    return ", ".join(
        part for part in (child, age, names.language(line.language) if line.language else "") if part
    )
