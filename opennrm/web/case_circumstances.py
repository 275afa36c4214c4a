from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from opennrm.identification import circumstances
from opennrm.identification.circumstances import Circumstance
from opennrm.web import case_frame, page_acts
from opennrm.web import procedure_words as said
from opennrm.web.case_frame import Opened
from opennrm.web.case_journal import today
from opennrm.web.forms import DateField, GovukForm, Radios
from opennrm.web.page_acts import Act, moment

LEARN = "identification.learn"


class LearnForm(GovukForm):
    """What was learned, and since when it is so."""

    what = forms.ChoiceField(label=_("What was learned"), widget=Radios(hints=said.CIRCUMSTANCE_HINTS))
    on = DateField(label=_("Since which day"), name=_("The day"), not_after=lambda: today().date())

    def __init__(self, *args: Any, possible: list[Circumstance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (str(one), said.CIRCUMSTANCES[one]) for one in possible
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def case_circumstances(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Danger, international protection, a guardian who may be involved: how each stands, and what was learned since."""
    one = case_frame.opened(request, case_id, "case_circumstances")
    acts = _acts(request, one)
    if request.method == "POST" and page_acts.acted(request, one, acts):
        return case_frame.back_to(one)
    one.read("ordinary")
    form = acts["learn"].form
    context = {
        "form": case_frame.errors_together([form]),
        "learn_form": form,
        "may_learn": page_acts.may(one, LEARN)["learn"],
        "rows": _rows(one),
    }
    return case_frame.draw(request, one, "identification/circumstances.html", context)


def _acts(request: HttpRequest, one: Opened) -> dict[str, Act]:
    possible = circumstances.open_to(one.case)
    return {
        "learn": Act(
            LEARN,
            LearnForm(page_acts.sent(request, "learn"), prefix="learn", possible=possible),
            lambda sent: circumstances.learn(
                case=one.case,
                what=Circumstance(sent.cleaned_data["what"]),
                on=sent.cleaned_data["on"],
                by=one.actor,
            ),
            _("Recorded. The rules were read again, and what is owed now stands under “Who is responsible”."),
        )
    }


def _rows(one: Opened) -> list[dict[str, Any]]:
    return [
        {
            "key": said.MATTERS[name],
            "value": str(said.STANDS[name][not is_so]),
            "hint": moment(at) if at else "",
        }
        for name, (is_so, at) in circumstances.stands(one.case).items()
    ]
