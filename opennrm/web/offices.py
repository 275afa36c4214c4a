from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.lib import clock
from opennrm.reporting import account as accounts
from opennrm.reporting.offices import OfficeFigures, Performance, performance
from opennrm.reporting.policies import DOOR
from opennrm.web import guards, words
from opennrm.web.bars import bar

# So many offices stand open in a table; the rest is folded.
FIRST = 8
# What a figure of the ledger was counted from, in words.
COUNTED: words.Words = {
    "on_time": gettext_lazy("done in time"),
    "late": gettext_lazy("late or still owed"),
    "lapse": gettext_lazy("limit passed"),
    "accepted": gettext_lazy("accepted"),
    "declined": gettext_lazy("declined"),
    "expired": gettext_lazy("not answered in time"),
    "hand_over": gettext_lazy("went to another office"),
    "few": gettext_lazy("once or twice"),
    "often": gettext_lazy("three times or more"),
    "median": gettext_lazy("hours"),
    **words.DECLINE_REASONS,
}


def offices(request: HttpRequest) -> HttpResponse:
    """How offices do in a year: asked, done in time, late, declined, passed around, and what each owes now."""
    actor = guards.actor_of(request)
    DOOR.require(actor, "reporting.offices")
    today = clock.today()
    years = accounts.years()
    drawn = performance(_year(request, years), by=actor)
    cards = agencies.offices(drawn.offices)
    context = {
        "year": drawn.year,
        "as_at": drawn.as_at,
        "today": today,
        "years": [{"year": year, "url": f"{reverse('offices')}?year={year}"} for year in years],
        "country": _country(actor, drawn),
        "tables": _tables(cards, drawn),
        "reasons": _reasons(cards, drawn),
        "reasons_columns": [{"label": _("Office")}, {"label": _("Why it declined")}],
    }
    return render(request, "reporting/offices.html", context)


def _year(request: HttpRequest, years: list[int]) -> int:
    asked = request.GET.get("year", "")
    return int(asked) if asked.isdecimal() and int(asked) in years else years[0]


def _columns(*numbers: str) -> list[dict[str, Any]]:
    return [{"label": _("Office")}, *({"label": label, "numeric": True, "sort": "none"} for label in numbers)]


def _tables(cards: dict[int, OfficeCard], drawn: Performance) -> list[dict[str, Any]]:
    """The three tables; in each stands first what presses most, and the rest is folded."""
    lines = sorted(drawn.offices.items(), key=lambda line: cards[line[0]].shown)
    owing = sorted((line for line in lines if line[1].open), key=lambda line: (-line[1].late, -line[1].open))
    were_due = [line for line in lines if line[1].due or line[1].lapses]
    were_due.sort(key=lambda line: line[1].on_time - line[1].due)
    asked = [line for line in lines if _was_asked(line[1])]
    most = max((one.open for _office, one in owing), default=0)
    return [
        _table(
            _("What each office owes now"),
            _("The bar is what the office owes, beside the office that owes most; the dark part is late."),
            _columns(_("Open"), _("Late"), _("Nobody named"), _("At work"), _("For each")),
            [_load(cards[office], one, most) for office, one in owing],
            _("Nobody owes anything now."),
        ),
        _table(
            _("Done in time"),
            _("The dark part of the bar was done in time."),
            _columns(_("Were due"), _("In time"), _("Share"), _("Limits passed")),
            [_done(cards[office], one) for office, one in were_due],
            _("Nothing was due in this year."),
        ),
        _table(
            _("Offers and hand-overs"),
            "",
            _columns(
                _("Accepted"),
                _("Hours (median)"),
                _("Declined"),
                _("Not answered"),
                _("Taken over"),
                _("Handed on"),
            ),
            [_asked(cards[office], one) for office, one in asked],
            _("Nothing was offered in this year."),
        ),
    ]


def _table(
    caption: str, hint: str, columns: list[dict[str, Any]], rows: list[list[Any]], empty: str
) -> dict[str, Any]:
    first, more = rows[:FIRST], rows[FIRST:]
    return {
        "caption": caption,
        "hint": hint if rows else "",
        "columns": columns,
        "rows": first,
        "more": more,
        "empty": empty,
    }


def _load(card: OfficeCard, one: OfficeFigures, most: int) -> list[Any]:
    for_each = one.open_for_each
    share = _("nobody") if for_each is None else f"{for_each:.1f}"
    late = {"text": str(one.late), "sort": one.late, "bar": bar(one.late, one.open, most)}
    return [card.shown, one.open, late, one.unnamed, one.workers, share]


def _done(card: OfficeCard, one: OfficeFigures) -> list[Any]:
    share = {"text": _share(one), "sort": one.on_time_rate or 0, "bar": bar(one.on_time, one.due, one.due)}
    return [card.shown, one.due, one.on_time, share, one.lapses]


def _asked(card: OfficeCard, one: OfficeFigures) -> list[Any]:
    hours = "" if one.hours_to_accept is None else f"{one.hours_to_accept:.1f}"
    return [card.shown, one.accepted, hours, one.declined, one.unanswered, one.taken_over, one.handed_on]


def _was_asked(one: OfficeFigures) -> bool:
    return bool(one.accepted or one.declined or one.unanswered or one.taken_over or one.handed_on)


def _share(one: OfficeFigures) -> str:
    return "" if one.on_time_rate is None else f"{one.on_time_rate:.0%}"


def _reasons(cards: dict[int, OfficeCard], drawn: Performance) -> list[list[Any]]:
    named = {office: found for office, found in drawn.reasons.items() if office in cards}
    return [[cards[office].shown, _in_words(found)] for office, found in named.items() if office]


def _in_words(reasons: dict[str, int]) -> str:
    listed = sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{words.said(words.DECLINE_REASONS, reason)}: {count}" for reason, count in listed)


def _country(actor: Actor, drawn: Performance) -> list[dict[str, Any]]:
    if not DOOR.may(actor, "reporting.every_office"):
        return []
    one, cases = drawn.country, len(drawn.moves_of_a_case)
    most = drawn.moves_of_a_case[0] if cases else 0
    times = ngettext("%(n)d time", "%(n)d times", most) % {"n": most}
    hours = "" if one.hours_to_accept is None else f"{one.hours_to_accept:.1f}"
    return [
        {"key": _("Open duties"), "value": one.open, "hint": _("late: %(n)d") % {"n": one.late}},
        {"key": _("Done in time"), "value": _share(one) or _("nothing was due")},
        {"key": _("Limits passed"), "value": one.lapses},
        {"key": _("Hours until an offer is accepted (median)"), "value": hours or _("no offer was accepted")},
        {
            "key": _("Offers declined"),
            "value": one.declined,
            "hint": _in_words(drawn.reasons.get(None, {})),
        },
        {"key": _("Offers not answered in time"), "value": one.unanswered},
        {"key": _("Duties that went to another office"), "value": one.taken_over},
        {
            "key": _("Cases that changed hands"),
            "value": cases,
            "hint": _("three times or more: %(n)d; the most: %(times)s")
            % {"n": drawn.passed_around, "times": times}
            if cases
            else "",
        },
    ]
