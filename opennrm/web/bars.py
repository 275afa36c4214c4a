"""A plain bar beside a number, drawn on the server: the dark part of a whole, told apart without colour."""

from __future__ import annotations

from django.utils.safestring import SafeString

WIDTH, HEIGHT = 80, 12
FULL, REST, EDGE = "#12344d", "#ffffff", "#505a5f"


def bar(part: float, whole: float, longest: float) -> SafeString:
    """A bar as long as the whole is of the longest, filled as far as the part is of the whole."""
    if whole <= 0 or longest <= 0:
        return SafeString("")
    long = max(4, round(WIDTH * min(whole, longest) / longest))
    filled = round((long - 2) * min(max(part, 0), whole) / whole)
    return SafeString(
        f'<svg width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">'
        f'<rect x="0.5" y="0.5" width="{long - 1}" height="{HEIGHT - 1}" fill="{REST}" stroke="{EDGE}"/>'
        f'<rect x="1" y="1" width="{filled}" height="{HEIGHT - 2}" fill="{FULL}"/></svg>'
    )
