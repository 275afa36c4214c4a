"""A procedure as a diagram: a lane for each office-role, the stages from left to right, a box for each kind of duty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from textwrap import wrap
from xml.sax.saxutils import escape

from django.utils.functional import Promise
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from opennrm.duties.limits import acts
from opennrm.duties.pack import Pack, Rule
from opennrm.duties.procedure_words import limit_in_words, when_in_words
from opennrm.duties.queries import DutyCard
from opennrm.duties.rules import SETTLED

LANE, COLUMN, BOX, GAP, HEAD, LINE, TITLE = 150, 262, 248, 6, 46, 14, 62
NAME_CHARACTERS, SMALL_CHARACTERS, LANE_CHARACTERS = 30, 38, 19
FOOT = 40


class Place(StrEnum):
    """Where a case stands with a rule."""

    DONE = "done"
    OWED = "owed"
    NOT_REACHED = "not_reached"


PLACES: dict[Place, str | Promise] = {
    Place.DONE: _("Done"),
    Place.OWED: _("Owed now"),
    Place.NOT_REACHED: _("Not reached"),
}
# Fill, border and its width, dashes: told apart without colour, and in print.
LOOKS: dict[Place | None, tuple[str, str, str, str]] = {
    None: ("#ffffff", "#0b0c0c", "1", ""),
    Place.DONE: ("#e3e4e6", "#484949", "1", ""),
    Place.OWED: ("#ffffff", "#0b0c0c", "3", ""),
    Place.NOT_REACHED: ("#ffffff", "#707577", "1", "4 3"),
}


@dataclass(frozen=True, slots=True)
class Box:
    """One kind of duty as it is drawn: its name, then when it is asked and by when; bold or not."""

    lines: list[tuple[str, bool]]
    place: Place | None

    @property
    def height(self) -> int:
        return 14 + LINE * len(self.lines)


def places_of(cards: Iterable[DutyCard]) -> dict[str, Place]:
    """Where a case stands with each rule that has asked something of an office."""
    found: dict[str, Place] = {}
    for card in cards:
        if card.is_open:
            found[card.rule] = Place.OWED
        elif card.state in SETTLED:
            found.setdefault(card.rule, Place.DONE)
    return found


def drawing(pack: Pack, *, language: str, places: Mapping[str, Place] | None = None) -> str:
    """The diagram as plain SVG; with places, where one case stands with each rule."""
    cells = _cells(pack, language, places)
    lanes = [role for role in pack.roles if any(lane == role for lane, _stage in cells)]
    heights = {lane: _lane_height(lane, pack, cells) for lane in lanes}
    width = LANE + COLUMN * len(pack.stages) + GAP
    height = TITLE + HEAD + sum(heights.values()) + FOOT
    parts = [*_opening(pack, language, width, height, places), *_headings(pack, language)]
    top = TITLE + HEAD
    for number, lane in enumerate(lanes):
        parts += _lane(pack, language, lane, top, width, heights[lane], shaded=number % 2 == 0)
        for column, stage in enumerate(pack.stages):
            parts += _stack(cells.get((lane, stage.code), []), LANE + COLUMN * column + GAP, top + GAP)
        top += heights[lane]
    return "\n".join([*parts, *_foot(pack, top), "</svg>"])


def _cells(pack: Pack, language: str, places: Mapping[str, Place] | None) -> dict[tuple[str, str], list[Box]]:
    """The boxes of each lane and stage; rules that ask for the same of the same office share one."""
    alike: dict[tuple[str, str, Place | None], list[Rule]] = defaultdict(list)
    for rule in pack.rules:
        place = None if places is None else places.get(rule.id, Place.NOT_REACHED)
        alike[rule.role, rule.owes, place].append(rule)
    found: dict[tuple[str, str], list[Box]] = defaultdict(list)
    for (role, owes, place), rules in alike.items():
        found[role, pack.stage_of[owes].code].append(_box(rules, pack, language, place))
    return found


def _box(rules: list[Rule], pack: Pack, language: str, place: Place | None) -> Box:
    lines = [
        (line, True) for line in wrap(pack.kinds[rules[0].owes].name.in_language(language), NAME_CHARACTERS)
    ]
    limits = [_limit(rule) for rule in rules]
    for number, (rule, limit) in enumerate(zip(rules, limits, strict=True)):
        lines += [(line, False) for line in wrap(when_in_words(rule, pack, language), SMALL_CHARACTERS)]
        # One limit for all of them is said once, at the end.
        if len(set(limits)) > 1 or number == len(rules) - 1:
            lines += [(line, True) for line in wrap(limit, SMALL_CHARACTERS)]
    if place is not None:
        lines.append((str(PLACES[place]), True))
    return Box(lines, place)


def _limit(rule: Rule) -> str:
    limit = limit_in_words(rule.limit)
    if rule.verified or acts(rule.limit):
        return limit
    return __("%(limit)s, to be confirmed") % {"limit": limit}


def _lane_height(lane: str, pack: Pack, cells: Mapping[tuple[str, str], list[Box]]) -> int:
    stacks = [
        sum(box.height + GAP for box in cells.get((lane, stage.code), [])) + GAP for stage in pack.stages
    ]
    return max([*stacks, 44])


def _opening(
    pack: Pack, language: str, width: int, height: int, places: Mapping[str, Place] | None
) -> list[str]:
    name = pack.name.in_language(language)
    about = __(
        "One lane for each office, the stages from left to right, and in the boxes all %(n)s rules:"
        " what is owed, when, and by when."
    ) % {"n": len(pack.rules)}
    if places is not None:
        about += " " + __("A box says where this case stands: done, owed now, or not reached.")
    title = f"{name} ({__('draft')})" if pack.draft else name
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-labelledby="procedure-title procedure-about" font-family="Arial, Helvetica, sans-serif">',
        f'<title id="procedure-title">{escape(title)}</title>',
        f'<desc id="procedure-about">{escape(about)}</desc>',
        f'<rect x="0" y="0" width="{width}" height="{height}" fill="#ffffff"/>',
        _text(GAP, 26, title, size=20, bold=True),
        _text(GAP, 48, f"{pack.id}, {pack.said(pack.instrument, language)}", size=13),
    ]


def _headings(pack: Pack, language: str) -> list[str]:
    drawn = []
    for column, stage in enumerate(pack.stages):
        x = LANE + COLUMN * column
        drawn.append(
            f'<rect x="{x}" y="{TITLE}" width="{COLUMN}" height="{HEAD}" fill="#0b0c0c" stroke="#ffffff"/>'
        )
        for number, line in enumerate(wrap(stage.name.in_language(language), NAME_CHARACTERS)):
            drawn.append(_text(x + GAP, TITLE + 19 + number * 18, line, size=15, bold=True, fill="#ffffff"))
    return drawn


def _lane(
    pack: Pack, language: str, lane: str, top: int, width: int, height: int, *, shaded: bool
) -> list[str]:
    fill = "#f4f8fb" if shaded else "#ffffff"
    drawn = [f'<rect x="0" y="{top}" width="{width}" height="{height}" fill="{fill}" stroke="#b1b4b6"/>']
    for number, line in enumerate(wrap(pack.roles[lane].name.in_language(language), LANE_CHARACTERS)):
        drawn.append(_text(GAP, top + 22 + number * 17, line, size=13, bold=True))
    return drawn


def _stack(boxes: list[Box], x: int, top: int) -> list[str]:
    drawn = []
    for box in boxes:
        fill, border, thick, dashes = LOOKS[box.place]
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        drawn.append(
            f'<rect x="{x}" y="{top}" width="{BOX}" height="{box.height}" rx="3" fill="{fill}"'
            f' stroke="{border}" stroke-width="{thick}"{dashed}/>'
        )
        y = top + 18
        for line, bold in box.lines:
            drawn.append(_text(x + 8, y, line, size=12, bold=bold))
            y += LINE
        top += box.height + GAP
    return drawn


def _foot(pack: Pack, top: int) -> list[str]:
    words = __(
        "“To be confirmed” means that the limit was not read in the law: it reminds, and nothing lapses."
    )
    return [_text(GAP, top + 24, words, size=12)]


def _text(x: int, y: int, words: str, *, size: int, bold: bool = False, fill: str = "#0b0c0c") -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}"{weight} fill="{fill}">{escape(words)}</text>'
