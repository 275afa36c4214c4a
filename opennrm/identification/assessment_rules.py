"""Each agency's own view against act, means and purpose; for a child act and purpose alone; and where two views part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from opennrm.lib.problems import Problem


class Element(StrEnum):
    """Whether an element of trafficking is there."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class Conclusion(StrEnum):
    """What follows from the elements."""

    MEETS = "meets"
    DOES_NOT_MEET = "does_not_meet"
    UNCLEAR = "unclear"


class ConferenceOutcome(StrEnum):
    """What came of a case conference."""

    AGREED_MEETS = "agreed_meets"
    AGREED_DOES_NOT_MEET = "agreed_does_not_meet"
    STILL_DISAGREE = "still_disagree"


ELEMENTS = ("act", "means", "purpose")


@dataclass(frozen=True, slots=True)
class View:
    """One agency's answers; means is None for a child, of whom it is not asked."""

    act: Element
    means: Element | None
    purpose: Element

    def answers(self) -> dict[str, Element]:
        """The elements that were asked, with the answers."""
        asked = {"act": self.act, "means": self.means, "purpose": self.purpose}
        return {name: answer for name, answer in asked.items() if answer is not None}


def check_view(view: View, *, child: bool) -> None:
    """A child cannot consent to being exploited, so the means are asked of an adult only."""
    if child and view.means is not None:
        raise Problem(
            "means_of_a_child", _("For a child the means are not asked: act and purpose are enough.")
        )
    if not child and view.means is None:
        raise Problem("means_missing", _("Answer for all three: act, means and purpose."))


def conclusion(view: View) -> Conclusion:
    """All elements there: trafficking; one of them not there: not; otherwise it is not clear yet."""
    answers = set(view.answers().values())
    if answers == {Element.YES}:
        return Conclusion.MEETS
    return Conclusion.DOES_NOT_MEET if Element.NO in answers else Conclusion.UNCLEAR


def disagreements(views: Sequence[View]) -> list[str]:
    """The elements that one agency answers with yes and another with no."""
    given = [view.answers() for view in views]
    parted = {Element.YES, Element.NO}
    return [name for name in ELEMENTS if parted <= {one[name] for one in given if name in one}]
