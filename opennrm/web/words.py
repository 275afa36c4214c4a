"""What the codes of the case files, the ledger and the access rules are called on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, Promise]

FORKS: Words = {
    "child": _("A child, always referred"),
    "consents": _("An adult who agrees to be referred"),
    "does_not_consent": _("An adult who does not agree: notified without a name"),
}
SEXES: Words = {
    "Feminine": _("Female"),
    "Masculine": _("Male"),
    "TransgenderFeminine": _("Transgender, female"),
    "TransgenderMasculine": _("Transgender, male"),
    "NonConforming": _("Neither female nor male"),
    "NonSpecifiedUnknown": _("Not known"),
}
AGE_BASES: Words = {
    "documented": _("By a document"),
    "declared": _("By what the person says"),
    "assessed": _("By an assessment"),
    "disputed": _("In doubt: presumed to be a child"),
}
CHANNELS: Words = {
    "miu": _("A mobile identification unit"),
    "police": _("Police"),
    "border": _("Border police"),
    "labour_inspectorate": _("Labour inspectorate"),
    "ngo": _("A non-governmental organisation"),
    "hotline": _("Hotline"),
    "self": _("The person came forward"),
    "other": _("Another way"),
}
EXPLOITATIONS: Words = {
    "ForcedLabour": _("Forced labour"),
    "SexualExploitation": _("Sexual exploitation"),
    "ChildLabour": _("Child labour"),
    "ForcedMarriage": _("Forced marriage"),
    "Servitude": _("Kept as a servant"),
    "ForcedMilitaryByNonStateActors": _("Forced to fight for an armed group"),
    "OrganRemoval": _("Removal of an organ"),
    "ForcedBegging": _("Forced to beg"),
    "ForcedAdoption": _("Forced adoption"),
    "Surrogacy": _("Forced to carry a child for others"),
    "ForcedCriminality": _("Forced to commit crimes"),
    "Other": _("Something else"),
}
STATUSES: Words = {
    "potential": _("Potential victim"),
    "official": _("Official victim"),
    "not_victim": _("Decided: not a victim"),
}
STATUS_COLOURS = {"potential": "blue", "official": "purple", "not_victim": "grey"}
DECISIONS: Words = {
    "official": _("Official victim"),
    "not_victim": _("Not a victim"),
    "declined": _("The person does not want official status"),
}
STATES: Words = {
    "held": _("Owed"),
    "suspended": _("Suspended"),
    "lapsed": _("Lapsed, still owed"),
    "fulfilled": _("Done"),
    "waived": _("The person declined"),
    "ended": _("Ended"),
}
STATE_COLOURS = {
    "held": "blue",
    "suspended": "yellow",
    "lapsed": "red",
    "fulfilled": "green",
    "waived": "grey",
    "ended": "grey",
}
BASES: Words = {
    "duty": _("It owes something to this person"),
    "offer": _("A duty is offered to it"),
    "notice": _("It was told something about a duty"),
    "held": _("It owed something until lately"),
    "order": _("A legal order"),
    "consent": _("The person agreed"),
    "emergency": _("One person of it, for an hour, because a life is in danger"),
}
DATA_CLASSES: Words = {
    "ordinary": _("The case without names"),
    "identity": _("Name, date of birth, documents"),
    "contact": _("How to reach the person, guardians"),
    "narrative": _("What was written down"),
    "snapshot": _("A few facts to answer an offer"),
}
CLOSING_REASONS: Words = {
    "independent": _("Lives independently"),
    "returned_home": _("Returned to the family"),
    "left_the_country": _("Left the country"),
    "own_wish": _("No longer wants support"),
    "lost_contact": _("Contact was lost"),
    "not_victim": _("Decided: not a victim"),
    "entered_twice": _("The same case was entered twice"),
    "died": _("Died"),
    "other": _("Another reason"),
}
EXCLUSION_REASONS: Words = {
    "relative": _("Related to the person or to somebody suspected"),
    "suspected": _("Suspected of a part in it"),
    "leaked": _("May have passed something on"),
    "conflict_of_interest": _("Conflict of interest"),
    "person_asked": _("The person asked for it"),
}
DECLINE_REASONS: Words = {
    "not_competent": _("not competent"),
    "no_capacity": _("no capacity"),
    "safety": _("not safe there"),
    "conflict_of_interest": _("conflict of interest"),
    "other": _("another reason"),
}
FACTS: Words = {
    "service": _("Received"),
    "shelter_stay": _("Stayed in a shelter"),
    "residence_permit": _("Residence permit"),
    "job_seeker": _("Registered as looking for work"),
    "repatriation": _("Returned"),
    "cooperation": _("Cooperates with the investigation"),
    "consent": _("Consent"),
}
FACT_SUBJECTS: Words = {
    "granted": _("granted"),
    "renewed": _("renewed"),
    "refused": _("refused"),
    "in": _("into the country"),
    "out": _("out of the country"),
    "yes": _("yes"),
    "no": _("no"),
}


def said(words: Words, code: str | None) -> str:
    """What a code is called; "not known" for none, and the code itself where nobody gave it a word."""
    if not code:
        return str(_("Not known"))
    return str(words.get(code, code))


def choices(words: Words, codes: Sequence[str] | None = None) -> list[tuple[str, Promise]]:
    """The codes as choices of a form."""
    return [(code, words[code]) for code in (codes or words)]
