from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from opennrm.oversight.rules import LONGEST_WORDS
from opennrm.web import oversight_words, words
from opennrm.web.forms import GovukForm, Radios


def _findings() -> forms.CharField:
    return forms.CharField(
        label=_("Why"),
        help_text=_("One or two sentences. They are sealed."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReviewForm(GovukForm):
    """What the review found."""

    says_optional = False
    outcome = forms.ChoiceField(
        label=_("What you found"),
        choices=words.choices(oversight_words.OUTCOMES),
        widget=Radios(
            {
                "not_justified": _(
                    "No life was in danger, or there was time to ask the office that leads the case."
                ),
                "referred": _("Others must investigate. Tell them outside this service."),
            }
        ),
    )
    findings = _findings()


class AnswerForm(GovukForm):
    """What was found when somebody asked."""

    says_optional = False
    answer = forms.ChoiceField(
        label=_("What you found"),
        choices=words.choices(oversight_words.ANSWERS),
        widget=Radios(
            {
                "explained": _("Her work explains it. She can read that you asked."),
                "not_explained": _(
                    "Nothing explains it. She can read that you asked; what follows is for her organisation."
                ),
                "referred": _("Others must investigate. She learns nothing of it here."),
            }
        ),
    )
    findings = _findings()
