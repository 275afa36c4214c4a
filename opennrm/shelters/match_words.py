"""The reasons for and against a shelter, each in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from opennrm.shelters.match_rules import Reason, Why

GROUPS: Mapping[str, Promise] = {
    "women": _("women"),
    "men": _("men"),
    "girls": _("girls"),
    "boys": _("boys"),
}
CARE: Mapping[str, Promise] = {
    "psychiatric_care": _("psychiatric care"),
    "medical_care": _("medical care"),
    "child_care": _("care for children"),
    "step_free": _("rooms without steps"),
    "guarded": _("a guard day and night"),
}
LANGUAGES: Mapping[str, Promise] = {
    "sq": _("Albanian"),
    "en": _("English"),
    "it": _("Italian"),
    "sr": _("Serbian"),
    "ar": _("Arabic"),
    "uk": _("Ukrainian"),
    "tl": _("Tagalog"),
}
AND = _(" and ")
SENTENCES: Mapping[Why, Promise] = {
    Why.TAKES_ONLY: _("takes %(named)s only"),
    Why.SEX_UNKNOWN: _("it is not recorded whether the person is a woman or a man"),
    Why.NO_FAMILIES: _("does not take families"),
    Why.NO_FOREIGNERS: _("takes citizens of this country only"),
    Why.CARE_MISSING: _("%(named)s missing"),
    Why.NEAR: _("within %(number)d km of the exploiter's home district"),
    Why.NOT_SAFE: _("not safe for this person; the reason is not shown"),
    Why.FULL: _("no free place in a room for her and all who come with her"),
    Why.TAKES: _("takes %(named)s"),
    Why.HAS_CARE: _("%(named)s on site"),
    Why.SPEAKS: _("speaks %(named)s"),
    Why.TOGETHER: _("all %(number)d stay together in one room"),
    Why.FAR: _("%(number)d km from the nearest known danger"),
}
FREE = ngettext_lazy("%(number)d place free in that room", "%(number)d places free in that room", "number")


def sentence(reason: Reason) -> str:
    """A reason in the reader's language."""
    words = GROUPS | CARE | LANGUAGES  # type: ignore[operator]
    named = [str(words.get(one, one)) for one in reason.named]
    if "girls" in reason.named and "boys" in reason.named:
        named = [one for one in named if one not in (str(GROUPS["girls"]), str(GROUPS["boys"]))] + [
            str(_("children"))
        ]
    joined = str(AND).join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else "".join(named)
    given = {"named": joined, "number": reason.number}
    return str((FREE if reason.why is Why.FREE else SENTENCES[reason.why]) % given)
