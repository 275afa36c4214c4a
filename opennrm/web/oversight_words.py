"""Words of emergencies and of questions about reading, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opennrm.web.words import Words

DANGERS: Words = {
    "violence": _("Somebody threatens or attacks the person"),
    "health": _("Illness or injury"),
    "self_harm": _("The person may harm herself"),
    "missing": _("The person has disappeared or was taken away"),
    "child": _("A child is in danger"),
}
CAME_TO: Words = {
    "opened": _("The case was opened"),
    "nothing": _("There is no such reference"),
    "excluded": _("The case exists, and this person or office is kept out of it"),
}
OUTCOMES: Words = {
    "justified": _("Justified"),
    "not_justified": _("Not justified"),
    "referred": _("Referred to an investigation"),
}
OUTCOME_COLOURS = {"": "blue", "justified": "green", "not_justified": "red", "referred": "yellow"}
