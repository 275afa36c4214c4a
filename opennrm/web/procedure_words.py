"""What the codes of the identification procedure are called on a page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from opennrm.web.words import Words

SIDES: Words = {"social_service": _("State Social Service"), "police": _("Police")}
INTERVIEW_STATES: Words = {
    "": _("Not planned"),
    "proposed": _("A time is proposed"),
    "agreed": _("A time is agreed"),
    "postponed": _("Needs a new time"),
    "held": _("Held, not signed by both"),
    "signed": _("Held and signed"),
    "called_off": _("Called off"),
}
INTERVIEW_COLOURS = {
    "": "grey",
    "proposed": "yellow",
    "agreed": "blue",
    "postponed": "yellow",
    "held": "yellow",
    "signed": "green",
    "called_off": "grey",
}
INTERVIEW_ACTS: Words = {
    "proposed": _("proposed a time"),
    "agreed": _("agreed to the time"),
    "postponed": _("said that the time does not hold"),
    "held": _("recorded that the interview was held"),
    "missed": _("recorded that somebody stayed away"),
    "corrected": _("corrected who came"),
    "signed": _("signed"),
    "called_off": _("called the interview off"),
}
INTERVIEW_JOURNAL: Words = {
    "proposed": _("A time for the interview was proposed"),
    "agreed": _("A time for the interview was agreed"),
    "postponed": _("The interview was postponed"),
    "held": _("The interview was held"),
    "missed": _("An agency did not come to the interview"),
    "corrected": _("Who came to the interview was corrected"),
    "signed": _("The interview was signed"),
    "called_off": _("The interview was called off"),
}
POSTPONE_REASONS: Words = {
    "person_asked": _("The person asked for another time"),
    "ill": _("Somebody is ill"),
    "no_interpreter": _("There is no interpreter"),
    "no_colleague": _("Nobody of the office is free"),
    "not_safe": _("It is not safe"),
    "other": _("Another reason"),
}
CALL_OFF_REASONS: Words = {
    "person_declined": _("The person does not want the interview"),
    "entered_wrongly": _("It was entered by mistake"),
    "other": _("Another reason"),
}
COMPANIONS: Words = {
    "": _("Nobody"),
    "guardian": _("The guardian"),
    "child_protection": _("The child protection unit"),
}
ELEMENTS: Words = {"act": _("Act"), "means": _("Means"), "purpose": _("Purpose")}
ANSWERS: Words = {"yes": _("Yes"), "no": _("No"), "unclear": _("Not clear")}
CONCLUSIONS: Words = {
    "meets": _("Trafficking"),
    "does_not_meet": _("Not trafficking"),
    "unclear": _("Not clear yet"),
}
CONFERENCE_OUTCOMES: Words = {
    "agreed_meets": _("Agreed: trafficking"),
    "agreed_does_not_meet": _("Agreed: not trafficking"),
    "still_disagree": _("The agencies still disagree"),
}
NOT_OPENED_REASONS: Words = {
    "still_verifying": _("Still being verified"),
    "elements_missing": _("The elements of the crime are not all there"),
    "no_evidence": _("No evidence"),
    "person_does_not_report": _("The person does not want to report"),
    "other_crime": _("It is another crime"),
    "abroad": _("It happened abroad"),
    "another_office": _("Another police office is competent"),
}
POLICE_CASE_JOURNAL: Words = {
    "opened": _("A police case was opened"),
    "not_opened": _("The police did not open a case"),
    "review_agrees": _("The refusal of a police case was reviewed and stands"),
    "review_disagrees": _("The refusal of a police case was reviewed; the police answer again"),
}
VOTES: Words = {"for": _("For"), "against": _("Against"), "abstain": _("Abstained")}
NOTICE_WAYS: Words = {
    "in_writing": _("In writing"),
    "read_to_her": _("Read to the person"),
    "by_interpreter": _("By an interpreter"),
    "by_guardian": _("To the guardian of a child"),
}
STATUS_JOURNAL: Words = {
    "ask_status": _("The person now asks for official status"),
    "withdraw_status": _("The person does not want official status any more"),
}
REFERRAL_STATES: Words = {
    "open": _("Not answered yet"),
    "accepted": _("Accepted"),
    "declined": _("Declined"),
    "refused": _("Declined, and a review agreed"),
    "withdrawn": _("Withdrawn"),
    "overtaken": _("No longer asked"),
}
REFERRAL_COLOURS = {
    "open": "yellow",
    "accepted": "green",
    "declined": "red",
    "refused": "grey",
    "withdrawn": "grey",
    "overtaken": "grey",
}
WITHDRAW_REASONS: Words = {
    "wrong_office": _("The wrong office was told"),
    "entered_wrongly": _("It was entered by mistake"),
    "conflict_of_interest": _("Conflict of interest"),
    "safety": _("The person is not safe if that office knows"),
    "other": _("Another reason"),
}
AGAIN_REASONS: Words = {
    "changed": _("What it declined for has changed"),
    "nobody_else": _("No other office can do this"),
    "wrong_before": _("The earlier referral was wrong"),
    "other": _("Another reason"),
}
REFERRAL_JOURNAL: Words = {
    "police": _("The person was referred to the police"),
    "social_service": _("The person was referred to the State Social Service"),
    "accepted": _("A referral was accepted"),
    "declined": _("A referral was declined"),
    "withdrawn": _("A referral was withdrawn before it was answered"),
    "review_takes": _("A declined referral was reviewed: the office takes it"),
    "review_agrees": _("A declined referral was reviewed: another office is told"),
}
CIRCUMSTANCES: Words = {
    "in_danger": _("The person is in danger where they are"),
    "is_safe": _("The person is no longer in danger"),
    "asylum_asked": _("The person asked for international protection"),
    "asylum_ended": _("The procedure for international protection has ended"),
    "guardian_suspected": _("A parent or guardian may be involved: never contact them"),
    "guardian_cleared": _("A parent or guardian is no longer thought to be involved"),
}
CIRCUMSTANCE_HINTS: Words = {
    "in_danger": _("A safe place may be owed from now on."),
    "asylum_asked": _("The asylum authority is told what it must know, and nobody may remove the person."),
    "guardian_suspected": _("Another guardian is owed, and this one takes no part in the interview."),
}
MATTERS: Words = {
    "danger": _("Safety"),
    "asylum": _("International protection"),
    "guardian": _("Parent or guardian"),
}
# How a matter stands: where it is so, and where it is not.
STANDS: dict[str, tuple[Any, Any]] = {
    "danger": (_("In danger"), _("Not in danger, as far as is known")),
    "asylum": (_("Asked for"), _("Not asked for, as far as is known")),
    "guardian": (_("May be involved"), _("Not thought to be involved")),
}
