from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import actions as access
from opennrm.access import audit, sealing
from opennrm.access import queries as sight
from opennrm.access.rules import SEALED_CLASSES, BasisKind, DataClass
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import JournalKind
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.sharing import ending, queries
from opennrm.sharing.coming_of_age import is_child
from opennrm.sharing.models import Consent, ConsentText, Snapshot
from opennrm.sharing.policies import DOOR
from opennrm.sharing.rules import (
    EndReason,
    GivenBy,
    NewConsent,
    Understanding,
    WithdrawnHow,
    check_consent,
    opened_classes,
    role_for,
)

OTHER_TEXT = _("A text that was entered before may not change. Give the new text the next version number.")
TEXT_CHANGED = _(
    "The text to read out has changed since you opened the page. Read the new one out and ask again."
)

CHILD_IDENTITY = _(
    "Who a child is goes only to offices that trace her family or protect her. Leave out the name and the documents."
)
CHILD_IS_ASKED_APART = _("On the case of a child, the child and the guardian are asked, each alone.")


def enter_text(*, version: int, language: str, body: str, since: date, by: Actor) -> str:
    """Enters a text to read out before somebody agrees and returns its digest; the same again changes nothing."""
    DOOR.require(by, "sharing.enter_text")
    digest = sha256(body.encode()).hexdigest()
    known = ConsentText.objects.filter(version=version, language=language).first()
    if known is None:
        ConsentText.objects.bulk_create(
            [ConsentText(version=version, language=language, body=body, digest=digest, since=since)]
        )
        audit.record("sharing.enter_text", subject=digest, detail={"version": version, "language": language})
    elif known.digest != digest:
        raise Problem("text_changed", OTHER_TEXT, 409)
    return digest


def give(*, case: CaseCard, new: NewConsent, by: Actor) -> UUID:
    """Records that a person agreed to share with an office, and opens to it exactly what she agreed to.

    1. Check that she was asked with the text in force, understood it, and shares what the asking office itself sees.
    2. End an earlier consent to the same office for the same purpose: she decided anew.
    3. Write the consent with its text, and what it shares at this instant.
    4. Open the classes to the office until the last day, keys included.

    On the case of a child two are asked, and `voices.hear` records what each said.
    """
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, "sharing.give", case)
    if is_child(case):
        raise Problem("is_a_child", CHILD_IS_ASKED_APART, 409)
    text = text_in_force(new.language, new.digest)
    check(case, new, by=by)
    return share(case=case, new=new, text=text, by=by)


def share(*, case: CaseCard, new: NewConsent, text: queries.TextCard, by: Actor) -> UUID:
    """Writes a consent that was checked and opens what it names; for the acts of this room, which hold the case."""
    now = clock.now()
    ending.renew(case=case.id, recipient=new.recipient, purpose=new.purpose, now=now, by=by)
    row = _consent(case, new, text, now=now, by=by)
    Consent.objects.bulk_create([row])
    _keep_what_is_shared(row)
    access.grant_all(
        case=case.id,
        grants=[
            access.Grant(new.recipient, BasisKind.CONSENT, str(row.id), tuple(row.classes), until=row.until)
        ],
        at=now,
        case_opened_at=case.opened_at,
    )
    organisation = agencies.offices([new.recipient])[new.recipient].organisation
    for data_class in set(SEALED_CLASSES) & set(row.classes):
        sealing.share(case.id, data_class, by.organisations, organisation)
    casefile.write_journal(
        case=case.id, kind=JournalKind.SHARED, happened_at=now, to_office=new.recipient, by=by
    )
    audit.record(
        "sharing.give",
        case=case.id,
        subject=str(row.id),
        detail={"to": new.recipient, "classes": row.classes, "text": row.digest},
    )
    return row.id


def withdraw(*, case: CaseCard, consent: UUID, how: WithdrawnHow, by: Actor) -> None:
    """Ends a consent because the person no longer agrees; the office loses sight at once, and no service ends with it."""
    sight.one_at_a_time(case.id)
    row = Consent.objects.select_for_update().filter(id=consent, case=case.id).first()
    if row is None:
        raise NotFound()
    DOOR.require(by, "sharing.withdraw", case)
    if row.ended_at is not None:
        raise Problem("consent_is_over", _("This consent has already ended."), 409)
    if row.given_by != GivenBy.PERSON:
        raise Problem("say_whose", _("Say who takes the word back: the child or the guardian."), 409)
    ending.end(row, why=EndReason.WITHDRAWN, how=how, now=clock.now(), by=by)


def text_in_force(language: str, digest: str) -> queries.TextCard:
    """The text that is read out today in this language, where it is the one that was read out."""
    text = queries.texts(clock.today()).get(language)
    if text is None:
        raise Problem("no_text", _("There is no text to read out in this language."), 409)
    if text.digest != digest:
        raise Problem("text_changed", TEXT_CHANGED, 409)
    return text


def check_child_identity(offices: Iterable[int]) -> None:
    """Raises the problem where none of these offices traces a child's family or protects her."""
    if not agencies.protect_children(clock.today()) & set(offices):
        raise Problem("child_identity", CHILD_IDENTITY, 409)


def check(case: CaseCard, new: NewConsent, *, by: Actor) -> None:
    """Raises the problem that keeps this office from sharing this, if there is one."""
    if is_child(case) and DataClass.IDENTITY in new.classes:
        check_child_identity([new.recipient])
    today, known = clock.today(), agencies.offices()
    barred = sight.excluded(case.id)[0] | by.offices
    closed = {one.id for one in known.values() if one.closed_on and one.closed_on <= today}
    receives = set(known) - barred - closed
    check_consent(
        new,
        today=today,
        # What an hour opens to her alone is hers to read, and not to pass on.
        seen=sight.classes_of_offices(case.id, by.offices),
        cannot_receive={*known, new.recipient} - receives,
    )


def _consent(case: CaseCard, new: NewConsent, text: queries.TextCard, *, now: datetime, by: Actor) -> Consent:
    assert by.officer is not None
    assert by.office is not None
    held = agencies.roles_by_office([new.recipient], clock.today())
    return Consent(
        case_id=case.id,
        recipient_id=new.recipient,
        classes=list(opened_classes(new.classes)),
        purpose=new.purpose,
        given_at=now,
        # The last day counts whole, where the offices are.
        until=clock.midnight(new.until + timedelta(days=1)),
        given_by=new.given_by,
        way=new.way,
        text_id=text.id,
        digest=text.digest,
        explained_by_id=by.officer,
        office_id=by.office,
        ends_with_change=new.ends_with_change,
        head_id=agencies.heads_by_post([new.recipient], clock.today()).get(new.recipient),
        role=role_for(new.purpose, held.get(new.recipient, frozenset())),
        **{f"understood_{one}": str(new.answer(one)) for one in Understanding},
    )


def _keep_what_is_shared(row: Consent) -> None:
    Snapshot.objects.bulk_create(
        [
            Snapshot(
                consent=row,
                case_id=row.case_id,
                data_class=one.data_class,
                at=row.given_at,
                rows=one.rows,
                digest=one.digest,
            )
            for one in queries.what_stands(row.case_id, row.classes)
        ]
    )
