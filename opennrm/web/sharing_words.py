"""What consents to share are called on a page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opennrm.web.words import Words

PURPOSES: Words = {
    "shelter": _("A place to stay"),
    "social_support": _("Social support"),
    "health": _("Health care"),
    "legal_aid": _("Legal aid"),
    "safety": _("Safety"),
    "residence": _("Residence and asylum"),
    "return_home": _("Return home"),
    "work": _("Work and training"),
    "school": _("School"),
}
WAYS: Words = {
    "signed": _("Signed on paper"),
    "spoken_with_witness": _("Said aloud before a witness"),
    "with_interpreter": _("Said aloud through an interpreter"),
}
GIVEN_BY: Words = {
    "person": _("The person"),
    "child_and_guardian": _("The child and the guardian, each asked alone"),
    "child_and_decision": _("The child, with a best-interest decision in a guardian's place"),
}
WHOSE: Words = {"child": _("The child"), "guardian": _("The guardian")}
WHAT_SAID: Words = {"child": _("What the child said"), "guardian": _("What the guardian said")}
VOICES: Words = {
    "agrees": _("Agrees"),
    "dissents": _("Says no"),
    "too_young": _("Was not asked: too young"),
    "harm": _("Was not asked: the question would harm her"),
    "no_guardian": _("Was not asked: there is no guardian"),
    "may_be_involved": _("Was not asked: may be involved in what happened"),
}
WEIGHTS: Words = {
    "consent": _("At this age her yes is a consent of her own"),
    "assent": _("At this age her yes is asked for, and her no is enough"),
    "view": _("At this age her view is heard, and the guardian decides"),
}
OUTCOMES: Words = {
    "stands": _("Recorded. The office sees from now on what both agreed to."),
    "child_dissents": _("Recorded. The child says no, so nothing was shared."),
    "guardian_dissents": _("Recorded. The guardian says no, so nothing was shared."),
}
HEARD_JOURNAL: Words = {
    "child_dissents": _("The child was asked to share and said no"),
    "guardian_dissents": _("The guardian was asked to share and said no"),
}
TAKEN_BACK: Words = {
    "child": _("The child no longer agrees"),
    "guardian": _("The guardian no longer agrees"),
}
UNDERSTANDINGS: Words = {
    "interview": _("Agrees to be asked questions, and knows that any may be left out"),
    "purpose": _("Knows what it is used for"),
    "data_use": _("Knows which data are used, now and later, and by whom"),
    "research_use": _("Knows that research and figures never use what could identify anybody"),
    "own_data": _("Knows how to see and correct the own data at any time"),
    "storage": _("Knows how long it is kept and seen"),
    "withdrawal": _("Knows how to withdraw, and that no help is lost"),
}
ANSWERS: Words = {"yes": _("Yes"), "no": _("No"), "not_asked": _("Not asked")}
WITHDRAWN_HOW: Words = {
    "in_person": _("Said so here"),
    "by_phone": _("By telephone"),
    "in_writing": _("In writing"),
    "through_another": _("Through somebody the person trusts"),
}
END_REASONS: Words = {
    "withdrawn": _("Withdrawn by the person"),
    "child_withdrew": _("Taken back by the child"),
    "guardian_withdrew": _("Taken back by the guardian"),
    "not_in_her_interest": _("A later decision found it not in her interest"),
    "guardian_gone": _("The guardian who agreed no longer answers for the child"),
    "came_of_age": _("Agreed for a child, who came of age and was not asked again"),
    "lapsed": _("The last day is over"),
    "head_changed": _("Another person heads the office now: ask again"),
    "competence_ended": _("The office is no longer competent for this: ask again"),
    "renewed": _("Given anew"),
}
SECTIONS: Words = {
    "case": _("The case, the person without a name, and facts"),
    "identity": _("Name, date of birth, documents"),
    "contact": _("How to reach the person, guardians"),
    "written": _("Notes, reasons and minutes that were written down"),
    "place": _("Where the person stays, and what restricts leaving"),
    "identification": _("Identification: interview, assessments, decisions"),
    "referrals": _("Referrals to the police and the social service"),
    "duties": _("Duties and who holds them"),
    "offers": _("Duties offered to another office"),
    "reviews": _("Reviews of what was declined"),
    "journal": _("The journal, without what was written"),
    "who_sees": _("Which office sees the case, and why"),
    "consents": _("What the person agreed to share"),
    "requests": _("What other offices were asked, and what came of it"),
    "exclusions": _("Who is excluded"),
}
OPENINGS: Words = {
    "whole": _("Opens"),
    "part": _("Opens in part: only what it was asked itself"),
    "closed": _("Does not open"),
    "nothing_there": _("Opens, and you see nothing there yet"),
    "not_yours": _("Opens; your own office does not see this"),
}
