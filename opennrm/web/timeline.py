from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal, NamedTuple

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from opennrm.web.time_scale import Scale, ticks
from opennrm.web.timeline_marks import (
    BAR,
    cross,
    due_flag,
    end_mark,
    hatch,
    joined,
    letter,
    line,
    rectangle,
    text,
    text_width,
)

Words = str | Promise
TOP, ROW, LEGEND_ROW, GAP = 58, 78, 34, 14


@dataclass(frozen=True)
class Bar:
    """One office that held a duty, from when to when (None: still), and the person who did it."""

    holder: str
    since: datetime
    until: datetime | None = None
    person: str | None = None


@dataclass(frozen=True)
class TimelineDuty:
    """One row: what is owed, by when, who held it, and what became of it."""

    label: str
    due: datetime | None = None
    holdings: tuple[Bar, ...] = ()
    suspensions: tuple[tuple[datetime, datetime | None], ...] = ()
    lapsed_at: datetime | None = None
    ended_at: datetime | None = None
    ended_as: Literal["fulfilled", "waived", "ended"] | None = None
    started_at: datetime | None = None


class TimelineWords(NamedTuple):
    """What the picture says; a caller may say it otherwise."""

    title: Words = _("Who was responsible, and when")
    now: Words = _("now")
    nobody: Words = _("nobody")
    due: Words = _("due")
    lapsed: Words = _("lapsed")
    suspended: Words = _("suspended")
    hand_over: Words = _("handed over")
    fulfilled: Words = _("fulfilled")
    waived: Words = _("waived")
    ended: Words = _("ended")


def responsibility_timeline(
    rows: Sequence[TimelineDuty],
    *,
    begins: datetime,
    ends: datetime,
    now: datetime | None,
    words: TimelineWords | None = None,
    identifier: str = "timeline",
) -> SafeString:
    """The responsibility timeline as SVG: a row a duty, time across, a bar a holder."""
    words = words or TimelineWords()
    scale = Scale(begins, ends)
    holders = list(dict.fromkeys(bar.holder for row in rows for bar in row.holdings))
    foot = TOP + ROW * len(rows)
    legend, height = _legend(holders, foot + GAP, words, identifier)
    drawing = _Drawing(scale, holders, now, words, identifier)
    return format_html(
        '<svg class="app-timeline" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" '
        'aria-labelledby="{}-title {}-desc"><title id="{}-title">{}</title><desc id="{}-desc">{}</desc>'
        "{}{}{}{}{}</svg>",
        *(scale.width, height, identifier, identifier, identifier, words.title, identifier),
        _description(rows, begins, ends),
        hatch(identifier),
        joined(_tick(scale, at, said, foot) for at, said in ticks(begins, ends)),
        joined(drawing.row(row, TOP + ROW * place) for place, row in enumerate(rows)),
        _now_line(scale, now, foot, words),
        legend,
    )


def _description(rows: Sequence[TimelineDuty], begins: datetime, ends: datetime) -> str:
    sentence = ngettext(
        "%(n)d duty from %(begins)s to %(ends)s: %(labels)s.",
        "%(n)d duties from %(begins)s to %(ends)s: %(labels)s.",
        len(rows),
    )
    return sentence % {
        "n": len(rows),
        "begins": date_format(begins, "j F Y"),
        "ends": date_format(ends, "j F Y"),
        "labels": "; ".join(row.label for row in rows),
    }


def _tick(scale: Scale, at: datetime, said: str, foot: int) -> SafeString:
    x = scale.x(at)
    anchor = "end" if x + text_width(said) > scale.width else "start"
    return joined(
        (line("tick", x, 32, x, foot), text("note", x + (-4 if anchor == "end" else 4), 46, said, anchor))
    )


def _now_line(scale: Scale, now: datetime | None, foot: int, words: TimelineWords) -> SafeString:
    if now is None or not scale.shows(now):
        return SafeString("")
    x = scale.x(now)
    said = f"{words.now}: {date_format(now, 'j M')}"
    anchor = "end" if x > scale.width / 2 else "start"
    return joined(
        (line("now", x, 8, x, foot), text("now-words", x + (-6 if anchor == "end" else 6), 20, said, anchor))
    )


@dataclass(frozen=True)
class _Drawing:
    scale: Scale
    holders: list[str]
    now: datetime | None
    words: TimelineWords
    identifier: str

    def row(self, duty: TimelineDuty, top: int) -> SafeString:
        middle = top + 52
        parts = [line("row", 0, top, self.scale.width, top), text("duty", 0, top + 24, duty.label)]
        parts += self._ahead(duty, middle)
        parts += [self._bar(bar, duty, middle) for bar in duty.holdings]
        parts += [self._nobody(since, until, middle) for since, until in self._gaps(duty)]
        parts += [self._suspended(since, until, duty, middle) for since, until in duty.suspensions]
        parts += [self._joint(before, after, middle) for before, after in pairwise(duty.holdings)]
        parts += self._marks(duty, middle)
        return joined(parts)

    def _stop(self, duty: TimelineDuty) -> datetime:
        """Until when something still open is drawn: its end, this moment, or the edge."""
        return duty.ended_at or min(self.now or self.scale.ends, self.scale.ends)

    def _span(self, since: datetime, until: datetime) -> tuple[float, float]:
        left = self.scale.x(since)
        return left, max(0.0, self.scale.x(until) - left)

    def _gaps(self, duty: TimelineDuty) -> list[tuple[datetime, datetime]]:
        """The times in which no office held the duty."""
        gaps, reached = [], duty.started_at
        for bar in duty.holdings:
            if reached and bar.since > reached:
                gaps.append((reached, bar.since))
            reached = bar.until
        if reached and reached < self._stop(duty):
            gaps.append((reached, self._stop(duty)))
        return gaps

    def _bar(self, bar: Bar, duty: TimelineDuty, middle: int) -> SafeString:
        until = bar.until or self._stop(duty)
        left, width = self._span(bar.since, until)
        if not width:
            return SafeString("")
        place = self.holders.index(bar.holder)
        shape = rectangle(f"bar c{place % 8}", left, middle, width, self._says(bar, until))
        return joined((shape, self._on_bar(bar, place, left, self._room(duty, left, width), middle)))

    def _room(self, duty: TimelineDuty, left: float, width: float) -> float:
        """How far words on a bar may run before a mark or a hatching covers them."""
        marks = [at for at in (duty.due, duty.lapsed_at, duty.ended_at) if at]
        covered = [self.scale.x(at) - 14 for at in marks] + [
            self.scale.x(since) for since, _until in duty.suspensions
        ]
        return min([left + width, *(x for x in covered if left <= x)]) - left

    def _on_bar(self, bar: Bar, place: int, left: float, width: float, middle: int) -> SafeString:
        sign = letter(place)
        full = f"{sign} {bar.holder}" + (f", {bar.person}" if bar.person else "")
        for said in (full, f"{sign} {bar.holder}", sign):
            if text_width(said) + 18 < width:
                return text("on-bar", left + 11, middle + 5, said)
        return text("note", left, middle + BAR / 2 + 14, sign)

    def _says(self, bar: Bar, until: datetime) -> str:
        who = f"{bar.holder}, {bar.person}" if bar.person else bar.holder
        return f"{who}: {date_format(bar.since, 'j M Y')} – {date_format(until, 'j M Y')}"

    def _nobody(self, since: datetime, until: datetime, middle: int) -> SafeString:
        left, width = self._span(since, until)
        if not width:
            return SafeString("")
        shape = rectangle("nobody", left, middle, width, str(self.words.nobody))
        if text_width(str(self.words.nobody)) + 14 > width:
            return shape
        return joined((shape, text("nobody-words", left + 8, middle + 5, str(self.words.nobody))))

    def _suspended(
        self, since: datetime, until: datetime | None, duty: TimelineDuty, middle: int
    ) -> SafeString:
        left, width = self._span(since, until or self._stop(duty))
        fill = f"url(#{self.identifier}-hatch)"
        return (
            rectangle("suspended", left, middle, width, str(self.words.suspended), fill)
            if width
            else SafeString("")
        )

    def _joint(self, before: Bar, after: Bar, middle: int) -> SafeString:
        if before.until != after.since or not self.scale.shows(after.since):
            return SafeString("")
        return format_html('<circle class="joint" cx="{}" cy="{}" r="7"/>', self.scale.x(after.since), middle)

    def _ahead(self, duty: TimelineDuty, middle: int) -> list[SafeString]:
        """From now to the due instant of a duty that is still open, dotted."""
        stop = self._stop(duty)
        if duty.ended_at or duty.due is None or duty.due <= stop:
            return []
        return [line("ahead", self.scale.x(stop), middle, self.scale.x(duty.due), middle)]

    def _marks(self, duty: TimelineDuty, middle: int) -> list[SafeString]:
        marks = []
        if duty.due and self.scale.shows(duty.due):
            marks.append(due_flag(self.scale.x(duty.due), middle))
        if duty.lapsed_at and self.scale.shows(duty.lapsed_at):
            marks.append(cross(self.scale.x(duty.lapsed_at), middle))
        if duty.ended_at and self.scale.shows(duty.ended_at):
            marks.append(end_mark(duty.ended_as or "ended", self.scale.x(duty.ended_at), middle))
        return marks


def _legend(holders: list[str], top: int, words: TimelineWords, identifier: str) -> tuple[SafeString, int]:
    entries: list[tuple[str, str]] = [
        (f"c{place % 8} {letter(place)}", name) for place, name in enumerate(holders)
    ]
    signs = ("hand_over", "suspended", "nobody", "due", "lapsed", "fulfilled", "waived")
    entries += [(sign, str(getattr(words, sign))) for sign in signs]
    parts, x, y = [], 0.0, top + 16
    for sign, said in entries:
        width = 42 + text_width(said) + 18
        if x + width > Scale.width and x:
            x, y = 0.0, y + LEGEND_ROW
        parts += [_sign(sign, x, y, identifier), text("note", x + 40, y + 5, said)]
        x += width
    return joined(parts), y + 20


def _sign(sign: str, x: float, y: int, identifier: str) -> SafeString:
    if sign == "hand_over":
        return format_html('<circle class="joint" cx="{}" cy="{}" r="7"/>', x + 20, y)
    if sign == "suspended":
        return rectangle("suspended", x, y, 32, fill=f"url(#{identifier}-hatch)", height=20)
    if sign == "nobody":
        return rectangle("nobody", x + 1, y, 30, height=18)
    if sign == "due":
        return due_flag(x + 16, y, height=18)
    if sign == "lapsed":
        return cross(x + 20, y)
    if sign in {"fulfilled", "waived"}:
        return end_mark(sign, x + 20, y)
    colour, mark = sign.split()
    return joined(
        (rectangle(f"bar {colour}", x, y, 32, height=20), text("on-bar", x + 16, y + 5, mark, "middle"))
    )
