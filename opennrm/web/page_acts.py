"""Several acts on one page: each with its form, the word that allows it, and what is said after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise

from opennrm.agencies.queries import OfficeCard
from opennrm.identification.policies import DOOR
from opennrm.lib.problems import NotFound
from opennrm.web.case_frame import Opened
from opennrm.web.forms import GovukForm


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done on a page: its form, the word that allows it, the act, and the message after it."""

    word: str
    form: GovukForm
    do: Callable[[Any], None]
    done: str | Promise


def sent(request: HttpRequest, act: str) -> Any:
    """What was sent for this act; nothing where another was sent."""
    return request.POST if request.method == "POST" and request.POST.get("act") == act else None


def acted(request: HttpRequest, one: Opened, acts: Mapping[str, Act]) -> bool:
    """Whether the act that was sent is done; a form with errors is drawn again."""
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise NotFound()
    DOOR.require(one.actor, act.word, one.case)
    if not act.form.is_valid():
        return False
    act.do(act.form)
    messages.success(request, str(act.done))
    return True


def may(one: Opened, *words: str) -> dict[str, bool]:
    """Which of these words the actor has on this case, for the page to show just those acts."""
    return {word.rpartition(".")[2]: DOOR.may(one.actor, word, one.case) for word in words}


def moment(instant: Any) -> str:
    """Day and time where the offices are."""
    return date_format(timezone.localtime(instant), "j F Y, H:i")


def day(value: Any) -> str:
    """A day in words."""
    return date_format(value, "j F Y")


def shown(offices: Mapping[int, OfficeCard], office: int | None) -> str:
    """The name of an office in the reader's language."""
    card = offices.get(office) if office else None
    return card.shown if card else ""
