from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as __

from opennrm.agencies.queries import OfficeCard, OfficerCard
from opennrm.casefile.queries import JournalLine
from opennrm.duties.queries import OfferCard, kind_label
from opennrm.web import (
    best_interest_words,
    guardian_words,
    oversight_words,
    place_words,
    procedure_words,
    request_words,
    sharing_words,
    words,
)


def offices(lines: Iterable[JournalLine]) -> set[int]:
    """The offices that these lines name."""
    return {office for line in lines for office in (line.office, line.to_office) if office is not None}


def officers(lines: Iterable[JournalLine]) -> set[int]:
    """The people at work that these lines name."""
    return {line.officer for line in lines if line.officer is not None}


def events(
    lines: Sequence[JournalLine],
    offices: Mapping[int, OfficeCard],
    officers: Mapping[int, OfficerCard],
    sop: str,
) -> list[dict[str, Any]]:
    """The lines of a journal in words, as the page draws them."""
    return [
        {
            "title": _title(line, offices, sop),
            "by": ", ".join(part for part in (_who(line, offices, officers), _late(line)) if part),
            "at": timezone.localtime(line.happened_at),
            "text": __("Your office does not see what was written.") if line.hidden else line.text,
        }
        for line in lines
    ]


def declined(offers: Iterable[OfferCard], offices: Mapping[int, OfficeCard]) -> list[dict[str, Any]]:
    """The hand-overs that an office declined; the office that declines writes no journal of a case it may not see."""
    return [
        {
            "title": __("Hand-over declined: %(what)s") % {"what": offer.label},
            "by": offices[offer.to_office].shown,
            "at": timezone.localtime(offer.answered_at),
            "text": __("Reason: %(reason)s") % {"reason": words.said(words.DECLINE_REASONS, offer.reason)},
        }
        for offer in offers
        if offer.state == "declined" and offer.answered_at
    ]


def _title(line: JournalLine, offices: Mapping[int, OfficeCard], sop: str) -> str:
    duty = kind_label(line.subject, sop) if line.subject else ""
    to = _office(line.to_office, offices)
    sentences = {
        "opened": __("The case was opened"),
        "note": __("Note"),
        "need": __("Need recorded: %(what)s") % {"what": duty},
        "closed": __("The case was closed: %(why)s")
        % {"why": words.said(words.CLOSING_REASONS, line.subject)},
        "identified": __("The person was identified: %(how)s")
        % {"how": words.said(words.CHANNELS, line.subject)},
        "decided": __("Decision recorded: %(what)s") % {"what": words.said(words.DECISIONS, line.subject)},
        "consent": __("The person agreed to be referred"),
        "circumstance": words.said(procedure_words.CIRCUMSTANCES, line.subject),
        "referral": words.said(procedure_words.REFERRAL_JOURNAL, line.subject),
        "interview": words.said(procedure_words.INTERVIEW_JOURNAL, line.subject),
        "assessed": __("An agency recorded its assessment: %(what)s")
        % {"what": words.said(procedure_words.CONCLUSIONS, line.subject)},
        "conference": __("Case conference: %(what)s")
        % {"what": words.said(procedure_words.CONFERENCE_OUTCOMES, line.subject)},
        "place": words.said(place_words.JOURNAL, line.subject),
        "police_case": words.said(procedure_words.POLICE_CASE_JOURNAL, line.subject),
        "notice_given": __("The person was told of the decision and of the review"),
        "review_asked": __("The person asked for a review of the decision"),
        "status_asked": words.said(procedure_words.STATUS_JOURNAL, line.subject),
        "emergency": __("Opened in an emergency, to read, for one hour: %(why)s")
        % {"why": words.said(oversight_words.DANGERS, line.subject)},
        "excluded": __("An exclusion from this case was changed"),
        "shared": __("The person agreed to share with %(office)s") % {"office": to},
        "best_interest": words.said(best_interest_words.JOURNAL, line.subject),
        "came_of_age": __("The child came of age: what was agreed is asked again"),
        "guardian": words.said(guardian_words.JOURNAL, line.subject),
        "child_heard": words.said(sharing_words.HEARD_JOURNAL, line.subject),
        "share_ended": __("The person's consent to share with %(office)s has ended") % {"office": to},
        "information": words.said(request_words.JOURNAL, line.subject),
        "duty_fulfilled": __("Done: %(what)s") % {"what": duty},
        "duty_waived": __("Declined by the person: %(what)s") % {"what": duty},
        "duty_suspended": __("Suspended: %(what)s") % {"what": duty},
        "duty_resumed": __("Resumed: %(what)s") % {"what": duty},
        "duty_offered": __("Hand-over offered to %(office)s: %(what)s") % {"what": duty, "office": to},
        "duty_accepted": __("Hand-over accepted: %(what)s") % {"what": duty},
        "duty_declined": __("Hand-over declined: %(what)s") % {"what": duty},
        "duty_disputed": __("Disputed: %(what)s. %(office)s decides") % {"what": duty, "office": to},
        "duty_review_asked": __("Review of a decline asked for: %(what)s. %(office)s decides")
        % {"what": duty, "office": to},
        "duty_reviewed": __("Review decided: %(what)s") % {"what": duty},
        "duty_withdrawn": __("Offer taken back: %(what)s") % {"what": duty},
        "duty_named": __("A person was named: %(what)s") % {"what": duty},
        "duty_lapsed": __("The limit passed: %(what)s") % {"what": duty},
    }
    return sentences.get(line.kind, line.kind)


def _who(line: JournalLine, offices: Mapping[int, OfficeCard], officers: Mapping[int, OfficerCard]) -> str:
    office = _office(line.office, offices)
    person = officers.get(line.officer) if line.officer else None
    officer = person.name if person else ""
    return ", ".join(part for part in (officer, office) if part)


def _office(office: int | None, offices: Mapping[int, OfficeCard]) -> str:
    card = offices.get(office) if office else None
    return card.shown if card else ""


def _late(line: JournalLine) -> str:
    happened, known = timezone.localtime(line.happened_at), timezone.localtime(line.known_at)
    if happened.date() == known.date():
        return ""
    return __("entered on %(day)s") % {"day": date_format(known, "j F Y")}
