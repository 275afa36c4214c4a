"""A rule of a procedure in plain words: when it asks, of whom, by when."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from opennrm.duties.facts import EVENTS, PAUSES
from opennrm.duties.limits import Limit, Unit
from opennrm.duties.pack import Pack, Rule

Words = dict[str, str | Promise]

EVENT_WORDS: Words = {
    "case_opened": _("a case is opened"),
    "case_imported": _("a case comes from a file"),
    "consent_given": _("the adult agrees to be referred"),
    "consent_refused": _("the adult does not agree to be referred"),
    "need_recorded": _("a need is recorded"),
    "gap_found": _("no office is competent for something the person needs"),
    "risk_assessed": _("the risk was assessed"),
    "interview_held": _("the joint interview was held"),
    "status_decided": _("the status was decided"),
    "referred_to_police": _("the person was referred to the police"),
    "referred_to_social_service": _("the person was referred to the State Social Service"),
    "referral_declined": _("an office declined a referral"),
    "referral_refused_police": _("a review agreed that the police office does not take the referral"),
    "referral_refused_social_service": _(
        "a review agreed that the social service office does not take the referral"
    ),
    "referral_withdrawn_police": _("a referral to the police is withdrawn before it is answered"),
    "referral_withdrawn_social_service": _(
        "a referral to the State Social Service is withdrawn before it is answered"
    ),
    "review_asked": _("the person asks for a review of the decision"),
    "status_requested": _("an adult who had declined it asks for official status"),
    "police_case_not_opened": _("the police say that no case is opened"),
    "police_case_asked_again": _("a review did not agree that no police case is opened"),
    "plan_agreed": _("an assistance plan was agreed"),
    "plan_reviewed": _("the assistance plan was reviewed"),
    "return_planned": _("a return to another country is planned"),
    "came_of_age": _("a child comes of age"),
    "asylum_asked": _("the person asks for international protection"),
    "information_asked": _("another office asks for information"),
    "moved_in": _("the person moves into a shelter"),
    "movement_restricted": _("a shelter restricts the movement of the person"),
    "information_review_asked": _("an office asks for a review of a refusal to give information"),
}
# What a fact says when it is true, and when it is not.
FACT_WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "child": (_("the person is a child"), _("the person is an adult")),
    "consents": (_("she agreed to be referred"), _("she did not agree to be referred")),
    "foreign": (_("the person is foreign"), _("the person is a citizen of this country")),
    "in_danger": (_("the person is in danger"), _("the person is not in danger")),
    "sheltered": (_("the person has a place in a shelter"), _("the person has no place in a shelter")),
    "asylum": (
        _("she asked for international protection"),
        _("she did not ask for international protection"),
    ),
    "guardian_suspected": (
        _("a parent or guardian may be involved"),
        _("no parent or guardian is thought to be involved"),
    ),
    "age_in_doubt": (_("the age is in doubt"), _("the age is clear")),
}
LANGUAGES: Words = {"sq": _("Albanian"), "en": _("English")}
PAUSE_WORDS: Words = {
    "person_asked": _("the person asked to wait"),
    "ill": _("the person is ill"),
    "not_reached": _("the person cannot be reached"),
    "waits_for_paper": _("a document is missing"),
    "no_interpreter": _("no interpreter was found yet"),
    "waits_for_office": _("another office must act first"),
    "waits_for_authority": _("a court or another authority must decide first"),
    "other": _("another reason, which is written down"),
}
# What an event says already is not said again.
IMPLIED = {
    "consent_given": {"!child", "consents"},
    "consent_refused": {"!child", "!consents"},
    "status_requested": {"!child"},
    "asylum_asked": {"asylum"},
}
_COMPARED = re.compile(r"^(\w+)\s*(==|!=)\s*['\"]([^'\"]*)['\"]$")
_LISTED = re.compile(r"^(\w+)\s+in\s+\[([^\]]*)\]$")


def when_in_words(rule: Rule, pack: Pack, language: str) -> str:
    """When the rule asks: the event and the condition."""
    event = str(EVENT_WORDS.get(rule.when, EVENTS.get(rule.when, rule.when)))
    implied = IMPLIED.get(rule.when, set())
    parts = [part.strip() for part in _split(rule.condition, "&&") if part.strip() not in implied]
    if not any(parts):
        return __("When %(event)s") % {"event": event}
    condition = condition_in_words(" && ".join(parts), pack, language)
    return __("When %(event)s and %(condition)s") % {"event": event, "condition": condition}


def condition_in_words(condition: str, pack: Pack, language: str) -> str:
    """A condition in words; a part that is not understood stands as it is written in the pack."""
    for sign, word in (("||", __(" or ")), ("&&", __(" and "))):
        parts = _split(condition, sign)
        if len(parts) > 1:
            return word.join(condition_in_words(part, pack, language) for part in parts)
    return _atom(condition.strip(), pack, language)


def _atom(text: str, pack: Pack, language: str) -> str:
    if text.startswith("(") and text.endswith(")"):
        return condition_in_words(text[1:-1], pack, language)
    positive = not text.startswith("!")
    bare = text.lstrip("!").strip()
    if bare.startswith("("):
        bare = bare[1:-1].strip()
    if bare in FACT_WORDS:
        return str(FACT_WORDS[bare][0 if positive else 1])
    if found := _LISTED.match(bare):
        return _listed(found[1], re.findall(r"['\"]([^'\"]*)['\"]", found[2]), positive)
    if found := _COMPARED.match(bare):
        return _compared(found[1], found[3], positive == (found[2] == "=="), pack, language)
    return f"“{text}”"


def _listed(fact: str, values: list[str], positive: bool) -> str:
    said = __(" or ").join(str(LANGUAGES.get(value, value)) for value in values)
    if fact == "language":
        words = (
            __("the person speaks %(languages)s")
            if positive
            else __("the person does not speak %(languages)s")
        )
        return words % {"languages": said}
    words = __("%(fact)s is %(values)s") if positive else __("%(fact)s is not %(values)s")
    return words % {"fact": fact, "values": said}


def _compared(fact: str, value: str, positive: bool, pack: Pack, language: str) -> str:
    kind = pack.kinds.get(value)
    status = next((one.name.in_language(language) for one in pack.statuses if one.code == value), value)
    if fact == "subject":
        words = __("the need is “%(value)s”") if positive else __("the need is not “%(value)s”")
        return words % {"value": kind.name.in_language(language) if kind else value}
    if fact == "status":
        words = __("the status is “%(value)s”") if positive else __("the status is not “%(value)s”")
        return words % {"value": status}
    if fact == "sex" and value == "male":
        return __("the person is male") if positive else __("the person is not male")
    words = __("%(fact)s is %(values)s") if positive else __("%(fact)s is not %(values)s")
    return words % {"fact": fact, "values": value}


def _split(text: str, sign: str) -> list[str]:
    """The parts of a condition beside a sign, not looking into brackets."""
    parts, depth, start, place = [], 0, 0, 0
    while place < len(text):
        depth += (text[place] in "([") - (text[place] in ")]")
        if depth == 0 and text.startswith(sign, place):
            parts.append(text[start:place])
            start = place = place + len(sign)
            continue
        place += 1
    return [*parts, text[start:]]


def limit_in_words(limit: Limit | None) -> str:
    """By when: within 24 hours, or that there is no limit."""
    if limit is None:
        return __("No limit")
    return __("Within %(time)s") % {"time": duration_in_words(limit)}


def duration_in_words(limit: Limit) -> str:
    """A length of time: 24 hours."""
    match limit.unit:
        case Unit.HOURS:
            words = ngettext("%(n)s hour", "%(n)s hours", limit.amount)
        case Unit.DAYS:
            words = ngettext("%(n)s day", "%(n)s days", limit.amount)
        case Unit.WORKING_DAYS:
            words = ngettext("%(n)s working day", "%(n)s working days", limit.amount)
        case Unit.MONTHS:
            words = ngettext("%(n)s month", "%(n)s months", limit.amount)
    return words % {"n": limit.amount}


def pauses_in_words(rule: Rule) -> str:
    """What stops the clock."""
    if not rule.paused_by:
        return __("Nothing stops the clock.")
    if {*rule.paused_by, "no_interpreter"} == set(PAUSES):
        return ""
    return "; ".join(str(PAUSE_WORDS.get(code, code)) for code in rule.paused_by)


def escalation_in_words(rule: Rule, pack: Pack, language: str) -> str:
    """Who is told when the limit passes, and after that."""
    if not rule.escalates_to:
        return ""
    steps = [pack.roles[rule.escalates_to].name.in_language(language)]
    steps += [
        __("%(office)s after %(time)s")
        % {"office": pack.roles[step.to].name.in_language(language), "time": duration_in_words(step.after)}
        for step in rule.escalates_then
    ]
    return __(", then ").join(steps)
