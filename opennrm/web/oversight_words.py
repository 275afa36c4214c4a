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
SIGNALS: Words = {
    "without_task": _("Cases opened without a task on them"),
    "standing_order": _("Many cases opened under a standing order"),
    "outside_caseload": _("Cases of colleagues opened"),
    "by_night": _("Cases opened by night"),
    "relative": _("A case of somebody who may be a relative"),
    "many_shelters": _("Contacts of people in many shelters opened"),
    "many_emergencies": _("Many emergencies"),
    "many_searches": _("Many searches by name"),
}
SIGNAL_WHYS: Words = {
    "without_task": _("Her office owed nothing on these cases that day, and had no emergency."),
    "standing_order": _(
        "The order opens every case to her office; so many on one day may be reading through them."
    ),
    "outside_caseload": _(
        "Her office owes something there, but colleagues are named for it, and she does not stand in for them."
    ),
    "by_night": _("Between ten in the evening and six in the morning, and her office has no night shift."),
    "relative": _(
        "A name of the person in the case sounds like her own family name, and few bear it. It may be chance."
    ),
    "many_shelters": _("Where people of several shelters can be reached is what a trafficker would pay for."),
    "many_emergencies": _("An emergency is rare."),
    "many_searches": _("More searches than a day brings new cases."),
}
ANSWERS: Words = {
    "explained": _("Explained"),
    "not_explained": _("Not explained"),
    "referred": _("Referred to an investigation"),
}
ANSWER_COLOURS = {"": "blue", "explained": "green", "not_explained": "red", "referred": "yellow"}
COUNTED: Words = {
    "in_time": _("Reviewed within 72 hours"),
    "late": _("Reviewed later"),
    "waiting": _("Waits for a review"),
    "not_justified": _("Not justified"),
    "referred": _("Referred to an investigation"),
    "nothing": _("Opened nothing"),
}
