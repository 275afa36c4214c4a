"""What a duty, its history and what an office was told are called on a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from opennrm.agencies.queries import OfficeCard, OfficerCard
from opennrm.duties.history import EventCard
from opennrm.duties.queries import OfferCard
from opennrm.duties.reviews import ReviewCard
from opennrm.duties.sops import source_said
from opennrm.identification.queries import CaseLine
from opennrm.lib import clock
from opennrm.people.rules import language_code
from opennrm.web import names
from opennrm.web.words import DECLINE_REASONS, Words, said

# Everybody at work speaks these; for any other an interpreter matters.
SPOKEN_AT_WORK = ("sq", "en", "")

NOTICES: Words = {
    "lapsed": gettext_lazy("The limit of this duty has passed. Your office still owes it."),
    "reminded": gettext_lazy("The day this duty was due has passed."),
    "escalated": gettext_lazy(
        "An office has not done this in time. You were told because the procedure says so."
    ),
    "escalated_further": gettext_lazy(
        "An office has not done this, and the office told before you has not seen to it."
    ),
    "declined": gettext_lazy("The office you asked declined. The duty stays with you."),
    "offer_expired": gettext_lazy("The office you asked did not answer in time. The duty stays with you."),
    "emergency_opened": gettext_lazy(
        "A person of another organisation opened this case for an hour because a life is in danger."
    ),
    "unanswered": gettext_lazy(
        "The office that was asked has not answered in time. Ask it, or tell another."
    ),
    "review_reminded": gettext_lazy("The day by which your office was to decide a review has passed."),
    "review_lapsed": gettext_lazy("The limit to decide a review has passed. Your office still owes it."),
    "review_escalated": gettext_lazy(
        "An office has not decided a review in time. You were told because the procedure says so."
    ),
    "review_stays": gettext_lazy("The review is decided: the duty stays where it was."),
    "review_moves": gettext_lazy("The review is decided: the duty went to the other office."),
    "information_answered": gettext_lazy("An office has answered your request for information."),
    "information_refused": gettext_lazy("An office has refused your request for information."),
    "information_refusal_stands": gettext_lazy("A refusal to give information was reviewed: it stands."),
    "information_refusal_overturned": gettext_lazy(
        "A refusal to give information was reviewed: the answer is owed again."
    ),
    "ask_another_office": gettext_lazy("The office you asked does not answer this. Ask another office."),
    "referral_withdrawn": gettext_lazy(
        "A referral to your office was withdrawn. Your office is no longer asked."
    ),
    "share_ended": gettext_lazy(
        "A case that was shared with your office is no longer shared. What you noted of it must not be used any more."
    ),
}
DISPUTE_REASONS: Words = {
    "not_competent": gettext_lazy("Our office is not competent for this"),
    "other_region": gettext_lazy("The person is in another region"),
    "conflict_of_interest": gettext_lazy("Conflict of interest"),
    "other": gettext_lazy("Another reason"),
}
REVIEW_REASONS: Words = {
    "competence": gettext_lazy("By what the offices are competent for"),
    "region": gettext_lazy("By the region"),
    "capacity": gettext_lazy("By who can do it in time"),
    "safety": gettext_lazy("By where the person is safe"),
    "conflict_of_interest": gettext_lazy("Conflict of interest"),
    "other": gettext_lazy("Another reason"),
}
REVIEW_OUTCOMES: Words = {
    "open": gettext_lazy("Waits for a decision"),
    "stays": gettext_lazy("Stays where it was"),
    "moves": gettext_lazy("Went to the other office"),
    "overtaken": gettext_lazy("Ended before it was decided"),
}
REVIEW_COLOURS = {"open": "blue", "stays": "grey", "moves": "green", "overtaken": "grey"}
REVIEW_KINDS: Words = {
    "decline": gettext_lazy("A decline is reviewed"),
    "dispute": gettext_lazy("A duty by law is disputed"),
}
WAIVE_REASONS: Words = {
    "declined": gettext_lazy("The person does not want it"),
    "has_it_elsewhere": gettext_lazy("The person has it from elsewhere"),
    "not_now": gettext_lazy("The person does not want it now"),
}
SUSPEND_REASONS: Words = {
    "person_asked": gettext_lazy("The person asked to wait"),
    "ill": gettext_lazy("The person is ill"),
    "not_reached": gettext_lazy("The person cannot be reached"),
    "waits_for_paper": gettext_lazy("A document is missing"),
    "no_interpreter": gettext_lazy("No interpreter was found yet"),
    "waits_for_office": gettext_lazy("Another office must act first"),
    "waits_for_authority": gettext_lazy("A court or another authority must decide first"),
    "other": gettext_lazy("Another reason"),
}
EVENTS: Words = {
    "created": gettext_lazy("The duty came to be"),
    "named": gettext_lazy("A person was named"),
    "offered": gettext_lazy("Offered to another office"),
    "withdrawn": gettext_lazy("The offer was withdrawn"),
    "offer_expired": gettext_lazy("The offer was not answered in time"),
    "hand_over": gettext_lazy("Another office accepted it"),
    "fulfil": gettext_lazy("Done"),
    "waive": gettext_lazy("Not wanted by the person"),
    "suspend": gettext_lazy("Suspended"),
    "resume": gettext_lazy("Goes on"),
    "opened": gettext_lazy("The office accepted the referral, and sees what it needs for this"),
    "lapsed": gettext_lazy("The limit passed"),
    "reminded": gettext_lazy("A reminder was sent"),
    "escalated": gettext_lazy("The office above was told"),
    "escalated_further": gettext_lazy("Nobody acted, and the next office was told"),
    "dispute": gettext_lazy("Disputed; the office keeps it until another office has decided"),
    "review_asked": gettext_lazy("A review of the decline was asked for"),
    "review_reminded": gettext_lazy("The review was not decided by its day, and a reminder was sent"),
    "review_lapsed": gettext_lazy("The limit to decide the review passed"),
    "review_escalated": gettext_lazy("The review was not decided, and the next office was told"),
    "review_passed_on": gettext_lazy("The review went to another office"),
    "office_closed": gettext_lazy("Its office closed, and another took it over"),
    "moved": gettext_lazy("A review moved it to another office"),
    "stayed": gettext_lazy("A review left it where it was"),
    "limit_changed": gettext_lazy("Another procedure changed the limit"),
    "moved_by_procedure": gettext_lazy("Another procedure gave it to another office"),
    "end": gettext_lazy("Ended"),
}
OFFER_STATES: Words = {
    "open": gettext_lazy("Waits for an answer"),
    "accepted": gettext_lazy("Accepted"),
    "declined": gettext_lazy("Declined"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "expired": gettext_lazy("Not answered in time"),
}
OFFER_COLOURS = {
    "open": "blue",
    "accepted": "green",
    "declined": "red",
    "withdrawn": "grey",
    "expired": "grey",
}


def end_of_today(now: datetime) -> datetime:
    """The midnight that ends this day where the offices are."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return clock.midnight(tomorrow)


def day_heading(due: datetime | None, now: datetime) -> str:
    """The heading under which a duty stands in a list by day."""
    if due is None:
        return _("Without a date")
    if due < now:
        return _("Late")
    day, today = timezone.localdate(due), timezone.localdate(now)
    if day == today:
        return _("Today")
    if day == today + timedelta(days=1):
        return _("Tomorrow")
    return long_day(day)


def long_day(day: date) -> str:
    """A day with its weekday: Thursday 3 December 2026."""
    return str(date_format(day, "l j F Y"))


def source(instrument: str) -> str:
    """The source of a rule, as the reader's language calls it."""
    return source_said(instrument, get_language() or "en")


def speaks(language: str) -> str:
    """Which language the person speaks, where an interpreter matters; else nothing."""
    code = language_code(language)
    return "" if code in SPOKEN_AT_WORK else _("speaks %(language)s") % {"language": names.spoken(code)}


def what_to_know(line: CaseLine) -> str:
    """What one needs to know of the person before one knows her: no name."""
    parts = [_("a child") if line.fork == "child" else "", speaks(line.language)]
    return ", ".join(part for part in parts if part)


def reason_of(
    event: EventCard, offices: Mapping[str, OfficeCard], officers: Mapping[int, OfficerCard]
) -> str:
    """The reason of an event in words: who was named, which office was asked, why it was put off."""
    if event.kind == "named":
        person = officers.get(int(event.reason)) if event.reason.isdigit() else None
        return person.name if person else ""
    if event.kind == "offered":
        return offices[event.reason].shown if event.reason in offices else event.reason
    if event.kind in ("escalated", "escalated_further") or not event.reason:
        return ""
    if event.reason == "case_closed":
        return _("The case was closed")
    if event.reason == "referral_withdrawn":
        return _("The referral was withdrawn")
    if event.kind in ("moved", "stayed", "dispute"):
        return said(DISPUTE_REASONS if event.kind == "dispute" else REVIEW_REASONS, event.reason)
    for words in (WAIVE_REASONS, SUSPEND_REASONS, DECLINE_REASONS):
        if event.reason in words:
            return said(words, event.reason)
    return ""


def what_to_know_of_offer(offer: OfferCard) -> str:
    """The same for a case that is only on offer, from what the offer shows."""
    parts = [_("a child") if offer.child else "", speaks(offer.language)]
    return ", ".join(part for part in parts if part)


def what_to_know_of_review(review: ReviewCard) -> str:
    """The same for a case of which only a review is open to her."""
    parts = [_("a child") if review.child else "", speaks(review.language)]
    return ", ".join(part for part in parts if part)


def moment(instant: datetime) -> str:
    """A day and an hour where the offices are: 3 December 2026, 14:05."""
    return str(date_format(timezone.localtime(instant), "j F Y, H:i"))


def day(instant: datetime) -> str:
    """A day where the offices are: 3 December 2026."""
    return str(date_format(timezone.localtime(instant), "j F Y"))
