"""Somebody of another organisation answers a question about reading; she is told what was found, and not before."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from opennrm.access import audit
from opennrm.access.scope import Actor
from opennrm.lib import clock
from opennrm.lib.problems import NotFound, Problem
from opennrm.oversight import sealed_words
from opennrm.oversight.models import Signal
from opennrm.oversight.policies import DOOR
from opennrm.oversight.rules import check_words
from opennrm.oversight.signals import Answer


def answer(*, signal: UUID, found: Answer, findings: str, by: Actor) -> None:
    """Records once what the one who looked at it found."""
    row = Signal.objects.select_for_update().filter(id=signal).first()
    # A question about herself is nobody's to her until another has answered it.
    if row is None or row.officer_id == by.officer:
        raise NotFound()
    DOOR.require(by, "oversight.review", row)
    if row.answer:
        raise Problem("already_answered", _("This question is already answered."), 409)
    row.answer, row.answered_at, row.answered_by_id = found, clock.now(), by.officer
    row.findings = sealed_words.seal_signal(row, check_words(findings))
    row.save(update_fields=["answer", "answered_at", "answered_by", "findings"])
    audit.record("oversight.answer", subject=row.id, detail={"answer": str(found)})
