"""The child and her guardian are asked apart, and either takes the word back alone; the share closes in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access import queries as sight
from opennrm.access.scope import Actor
from opennrm.casefile import actions as casefile
from opennrm.casefile.queries import CaseCard, case_by_id
from opennrm.casefile.rules import JournalKind
from opennrm.duties import queries as duties
from opennrm.duties.sops import sop
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.people import queries as people
from opennrm.people.rules import age_by
from opennrm.sharing import actions, best_interest, ending, queries
from opennrm.sharing.coming_of_age import is_child
from opennrm.sharing.models import ChildAsking, Consent, Voice
from opennrm.sharing.policies import DOOR
from opennrm.sharing.queries import TextCard
from opennrm.sharing.rules import EndReason, WithdrawnHow
from opennrm.sharing.voice_rules import (
    NewShare,
    NewVoice,
    Outcome,
    Situation,
    Whose,
    Word,
    check,
    outcome,
    weight,
)

IN_THE_WAY = {
    Outcome.NO_GUARDIAN_COUNTS: _(
        "Nobody who may answer for the child has agreed. "
        "First decide on this share in her best interest, or find another guardian."
    ),
    Outcome.CHILD_NOT_ASKED: _(
        "At this age the child decides herself. Without her word, first decide in her best interest."
    ),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of an asking: the share, or the word that kept it from being given."""

    asking: UUID
    outcome: Outcome


def situation_of(case: CaseCard) -> Situation:
    """What is known of a child when she and her guardian are asked, as far as this actor may know."""
    person, today = people.person(case.person), clock.today()
    suspected = duties.guardian_suspected_since(case.id)
    return Situation(
        age=age_by(person.age, person.age_on, today),
        ages=sop(case.sop).child_ages,
        guardians=people.guardians_who_count(case.id, today, suspected_since=suspected),
        guardian_suspected=suspected is not None,
    )


def hear(*, case: CaseCard, new: NewShare, child: NewVoice, guardian: NewVoice, by: Actor) -> Heard:
    """Records what the child and her guardian said to a share, and shares where both words carry it.

    A no of one who counts is kept as well; nothing is shared then, and nothing else changes.
    """
    sight.one_at_a_time(case.id)
    case = case_by_id(case.id)
    DOOR.require(by, "sharing.give", case)
    if not is_child(case):
        raise Problem("not_a_child", _("Only on the case of a child two are asked."), 409)
    agreed = new.resting_on(child, guardian)
    actions.check(case, agreed, by=by)
    now, situation = clock.now(), situation_of(case)
    voices = {Whose.CHILD: child, Whose.GUARDIAN: guardian}
    texts = {
        whose: actions.text_in_force(one.language, one.digest)
        for whose, one in voices.items()
        if one.was_asked
    }
    check(child, guardian, situation, today=clock.local_day(now))
    decision = best_interest.allows(case.id, recipient=new.recipient, until=new.until)
    came = outcome(child, guardian, situation, decided=decision is not None)
    if came in IN_THE_WAY:
        raise Problem(str(came), IN_THE_WAY[came], 409)
    if child.was_asked and guardian.was_asked:
        decision = None
    consent = None
    if came is Outcome.STANDS:
        consent = actions.share(case=case, new=agreed, text=_text(texts), by=by)
    else:
        casefile.write_journal(
            case=case.id, kind=JournalKind.CHILD_HEARD, happened_at=now, subject=str(came), by=by
        )
    asking = _asking(case, new, situation, consent, decision, now=now, by=by)
    Voice.objects.bulk_create(
        [_voice(asking, whose, one, texts.get(whose), situation, by=by) for whose, one in voices.items()]
    )
    audit.record("sharing.hear", case=case.id, subject=str(asking.id), detail={"outcome": str(came)})
    return Heard(asking.id, came)


def take_back(*, case: CaseCard, voice: UUID, how: WithdrawnHow, by: Actor) -> None:
    """Ends what the child or the guardian agreed to, and the share with it; what the other said stays recorded."""
    sight.one_at_a_time(case.id)
    row = (
        Voice.objects.select_for_update(of=("self",))
        .filter(id=voice, case_id=case.id)
        .select_related("asking")
        .first()
    )
    if row is None:
        raise NotFound()
    DOOR.require(by, "sharing.withdraw", case)
    if row.whose == Whose.GUARDIAN and not is_child(case_by_id(case.id)):
        raise Problem("of_age", _("She has come of age: only her own word counts now."), 409)
    consent = _standing(row)
    if consent is None or row.ended_at is not None or not _can_be_taken_back(row):
        raise Problem("consent_is_over", _("This consent has already ended."), 409)
    row.ended_at, row.withdrawn_how, row.ended_by_id = clock.now(), how, by.officer
    row.save(update_fields=["ended_at", "withdrawn_how", "ended_by"])
    audit.record("sharing.take_back", case=case.id, subject=str(row.id), detail={"whose": row.whose})
    why = EndReason.CHILD_WITHDREW if row.whose == Whose.CHILD else EndReason.GUARDIAN_WITHDREW
    ending.end(consent, why=why, now=row.ended_at, by=by)


def _standing(row: Voice) -> Consent | None:
    consent = row.asking.consent_id
    rows = Consent.objects.select_for_update().filter(ended_at__isnull=True)
    return rows.filter(id=consent).first() if consent else None


def _can_be_taken_back(row: Voice) -> bool:
    # A child who was spared the question may still say no.
    return row.word == Word.AGREES or row.whose == Whose.CHILD


def _text(texts: Mapping[Whose, TextCard]) -> TextCard:
    """The text the share rests on: the guardian's, else the child's; where nobody was asked, the first there is."""
    in_force = queries.texts(clock.today())
    return texts.get(Whose.GUARDIAN) or texts.get(Whose.CHILD) or in_force[min(in_force)]


def _asking(
    case: CaseCard,
    new: NewShare,
    situation: Situation,
    consent: UUID | None,
    decision: UUID | None,
    *,
    now: datetime,
    by: Actor,
) -> ChildAsking:
    assert by.officer is not None
    assert by.office is not None
    row = ChildAsking(
        case_id=case.id,
        recipient_id=new.recipient,
        classes=list(new.classes),
        purpose=new.purpose,
        asked_at=now,
        asked_by_id=by.officer,
        office_id=by.office,
        age=situation.age,
        consent_id=consent,
        decision_id=decision,
    )
    ChildAsking.objects.bulk_create([row])
    return row


def _voice(
    asking: ChildAsking,
    whose: Whose,
    new: NewVoice,
    text: TextCard | None,
    situation: Situation,
    *,
    by: Actor,
) -> Voice:
    return Voice(
        asking=asking,
        case_id=asking.case_id,
        whose=whose,
        word=new.word,
        why_not=new.why_not or "",
        weight=weight(situation.age, situation.ages) if whose is Whose.CHILD else "",
        on=new.on,
        way=new.way or "",
        text_id=text.id if text else None,
        digest=text.digest if text else "",
        explained_by_id=by.officer if new.was_asked else None,
        understood=new.understood,
        guardian_id=new.guardian,
    )
