"""The few facts that an office is told before it agrees to anything, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as __

from opennrm.agencies import queries as agencies
from opennrm.web import names


def of_person(shown: Mapping[str, object]) -> list[str]:
    """What was told of the person."""
    language = str(shown.get("language") or "")
    parts = (
        __("a child") if shown.get("child") else __("an adult"),
        names.language(language) if language else "",
        __("In danger") if shown.get("in_danger") else "",
    )
    return [part for part in parts if part]


def told(shown: Mapping[str, object]) -> list[str]:
    """All that was told, as it was: no name."""
    region = agencies.regions().get(str(shown.get("region") or ""))
    parts = (str(shown.get("reference", "")), *of_person(shown), region.shown if region else "")
    return [part for part in parts if part]
