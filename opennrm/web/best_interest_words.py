"""What best-interest decisions are called on a page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opennrm.web.words import Words

ABOUT: Words = {
    "share": _("Sharing her data with an office"),
    "placement": _("Where she stays"),
    "return": _("Return to another country"),
    "interview": _("An interview"),
    "family_contact": _("Contact with her family"),
}
OUTCOMES: Words = {"yes": _("It is in her interest"), "no": _("It is not in her interest")}
CHILD: Words = {
    "directly": _("Heard directly"),
    "through_trusted": _("Heard through a person she trusts"),
    "not_heard": _("Not heard"),
}
CHILD_NOT_WHY: Words = {
    "too_young": _("She is too young to say"),
    "harm": _("The question would harm her"),
    "did_not_want": _("She did not want to speak"),
    "not_reached": _("She could not be reached"),
}
GUARDIAN: Words = {
    "heard": _("Heard"),
    "no_guardian": _("Not heard: there is no guardian"),
    "may_be_involved": _("Not heard: may be involved in what happened"),
    "not_reached": _("Not heard: could not be reached"),
}
ALSO: Words = {
    "psychologist": _("A psychologist"),
    "shelter": _("The shelter where she lives"),
    "school": _("Her school"),
    "health": _("A doctor or nurse"),
    "lawyer": _("Her lawyer"),
    "relative": _("A relative who is not involved"),
}
JOURNAL: Words = {
    "share": _("Best-interest decision: sharing her data"),
    "placement": _("Best-interest decision: where she stays"),
    "return": _("Best-interest decision: return"),
    "interview": _("Best-interest decision: an interview"),
    "family_contact": _("Best-interest decision: contact with her family"),
}
