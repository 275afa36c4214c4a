from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django import template
from django.forms import BaseForm
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opennrm.web.forms import first_input_id

register = template.Library()
FAR_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class ErrorLink:
    target: str
    message: str


@register.filter
def due_in_words(due: datetime, now: datetime | None = None) -> str:
    """How far away a due instant is, as one says it: "in 3 hours", "4 days late"."""
    now = now or timezone.now()
    return _late_words(now - due) if due < now else _ahead_words(due, now)


def _ahead_words(due: datetime, now: datetime) -> str:
    ahead = due - now
    if ahead < timedelta(hours=1):
        minutes = max(1, ahead // timedelta(minutes=1))
        return ngettext("in %(n)d minute", "in %(n)d minutes", minutes) % {"n": minutes}
    if ahead < timedelta(days=1):
        hours = ahead // timedelta(hours=1)
        return ngettext("in %(n)d hour", "in %(n)d hours", hours) % {"n": hours}
    if ahead > FAR_AHEAD:
        return _("by %(day)s") % {"day": date_format(timezone.localdate(due), "j F Y")}
    days = (timezone.localdate(due) - timezone.localdate(now)).days
    return _("tomorrow") if days == 1 else ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}


def _late_words(late: timedelta) -> str:
    if late < timedelta(hours=1):
        minutes = max(1, late // timedelta(minutes=1))
        return ngettext("%(n)d minute late", "%(n)d minutes late", minutes) % {"n": minutes}
    if late < timedelta(days=1):
        hours = late // timedelta(hours=1)
        return ngettext("%(n)d hour late", "%(n)d hours late", hours) % {"n": hours}
    return ngettext("%(n)d day late", "%(n)d days late", late.days) % {"n": late.days}


@register.filter
def is_late(due: datetime, now: datetime | None = None) -> bool:
    """Whether the due instant has passed."""
    return due < (now or timezone.now())


def _part(cell: object, name: str) -> object:
    return cell.get(name) if isinstance(cell, Mapping) else getattr(cell, name, None)


class Part(dict[str, object]):
    """A part of a page in which what was not given is empty: a template that asks in vain of anything else is slow."""

    def __missing__(self, name: str) -> str:
        return ""


@register.filter
def parts(given: Iterable[object] | None) -> list[object]:
    """What a component repeats, each able to answer for what it was not given."""
    return [Part(one) if isinstance(one, Mapping) else one for one in given or ()]


@register.filter
def beside(row: Iterable[object], columns: Iterable[object]) -> list[tuple[object, object]]:
    """Each cell of a row with its column; a bare value becomes a cell."""
    cells = [cell if isinstance(cell, Mapping) or hasattr(cell, "text") else {"text": cell} for cell in row]
    return list(zip(parts(cells), parts(columns), strict=True))


@register.filter
def any_sorted(columns: Iterable[object]) -> bool:
    """Whether a heading of the table is a button that sorts."""
    return any(_part(column, "sort") for column in columns)


@register.filter
def sort_value(cell: object) -> str:
    """What a cell is sorted by: its own value for it, its due instant, or what it says."""
    given, due = _part(cell, "sort"), _part(cell, "due")
    if given is not None:
        return str(given)
    if isinstance(due, datetime):
        return str(int(due.timestamp()))
    tag = _part(cell, "tag")
    said = _part(cell, "text") or (_part(tag, "text") if tag else "")
    return "" if said is None else str(said)


@register.filter
def error_links(form: object) -> list[ErrorLink]:
    """The problems of a form in the order of its fields, each with the input that puts it right."""
    if not isinstance(form, BaseForm) or not form.is_bound:
        return []
    links = [ErrorLink("", str(message)) for message in form.non_field_errors()]
    for bound in form:
        links += [ErrorLink(first_input_id(bound), str(message)) for message in bound.errors]
    return links
