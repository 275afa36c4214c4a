"""An emergency that waits for its review, tries that opened nothing, and the question that so many of them raise."""

from __future__ import annotations

from datetime import timedelta

from opennrm.access.scope import Actor, as_system
from opennrm.lib import clock
from opennrm.oversight import emergencies, scanning
from opennrm.oversight.rules import Danger

WORDS = "Invented: she telephones, cannot breathe well, and cannot say where she is."
MISHEARD = ("AL-00000-00000", "AL-00000-00001")


def break_glass(reference: str, danger: Danger, *, by: Actor) -> None:
    """Two references that were misheard, and the right one: three tries, which is a question as well."""
    for tried in (*MISHEARD, reference):
        emergencies.break_glass(reference=tried, danger=danger, words=WORDS, by=by)


def ask_about_yesterday() -> int:
    """The questions that the invented day before raises; the log of an installation made today does not reach back to it."""
    with as_system("oversight", reason="an invented day") as actor:
        return scanning.look_at(clock.today() - timedelta(days=1), by=actor)
