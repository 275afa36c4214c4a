from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString

BAR = 26


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Pieces of markup in a row."""
    return SafeString("".join(parts))


def letter(place: int) -> str:
    """The sign of a holder: A to Z, then A2, B2 and so on."""
    turn, index = divmod(place, 26)
    return chr(ord("A") + index) + (str(turn + 1) if turn else "")


def text_width(said: str) -> int:
    """A safe guess of the width of words at the size of the picture."""
    return round(8.8 * len(said))


def text(kind: str, x: float, y: float, said: str, anchor: str = "start") -> SafeString:
    """Words at a point."""
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>', kind, _short(x), y, anchor, said
    )


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> SafeString:
    """A straight line."""
    return format_html(
        '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>', kind, _short(x1), y1, _short(x2), y2
    )


def rectangle(
    kind: str, left: float, middle: float, width: float, says: str = "", fill: str = "", height: int = BAR
) -> SafeString:
    """A bar around a middle line, with what it says when pointed at."""
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"{}>{}</rect>',
        *(kind, _short(left), middle - height / 2, _short(width), height),
        format_html(' fill="{}"', fill) if fill else "",
        format_html("<title>{}</title>", says) if says else "",
    )


def hatch(identifier: str) -> SafeString:
    """The pattern of a suspension."""
    return format_html(
        '<defs><pattern id="{}-hatch" width="8" height="8" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="hatch-ground" width="8" height="8"/>'
        '<line class="hatch-line" x1="1" y1="0" x2="1" y2="8"/></pattern></defs>',
        identifier,
    )


def due_flag(x: float, middle: float, height: int = BAR + 12) -> SafeString:
    """A small flag at the due instant."""
    left, top = _short(x), middle - height / 2
    return format_html(
        '<path class="due" d="M{} {}V{}M{} {}l11 5l-11 5z"/>', left, top, middle + height / 2 - 2, left, top
    )


def cross(x: float, middle: float) -> SafeString:
    """The mark of a lapse: a diamond with a cross."""
    x = _short(x)
    return format_html(
        '<path class="lapsed" d="M{} {}l13 13l-13 13l-13 -13z"/>'
        '<path class="lapsed-mark" d="M{} {}l8 8m0 -8l-8 8"/>',
        *(x, middle - 13, _short(x - 4), middle - 4),
    )


def end_mark(kind: str, x: float, middle: float) -> SafeString:
    """A round mark at the end of a duty: a tick, a bar, or a square."""
    x = _short(x)
    inside = {
        "fulfilled": f"M{_short(x - 5)} {middle}l4 4l7 -8",
        "waived": f"M{_short(x - 5)} {middle}h10",
    }.get(kind, f"M{_short(x - 3)} {middle - 3}h6v6h-6z")
    return format_html(
        '<circle class="ended" cx="{}" cy="{}" r="11"/><path class="ended-mark" d="{}"/>', x, middle, inside
    )


def _short(value: float) -> float:
    return round(value, 1)
