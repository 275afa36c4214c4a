"""Reads one cell into a value, or says in one sentence why not."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from opennrm.exchange import codes, iso
from opennrm.exchange.rules import Permit, Repatriation, Service, ShelterStay

T = TypeVar("T")
EARLIEST = date(1900, 1, 1)
LONGEST_TEXT = 200
LONGEST_LIST = 20_000
OLDEST = 120


class CellRefused(Exception):
    """The sentence that says what is wrong with a cell."""


@dataclass(slots=True)
class Known:
    """What a deployment knows: its office codes, its regions and today's date."""

    offices: Collection[str]
    regions: Collection[str]
    today: date
    days: dict[str, date] = field(default_factory=dict)


Parse = Callable[[str, Known], Any]


def shown(text: str) -> str:
    """A short, printable form of a code for a message; never used for a name, a birth date or a document."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[:41])
    return f"“{printable[:40]}…”" if len(text) > 40 else f"“{printable}”"


def free_text(text: str, known: Known) -> str:
    """A name or a reference as given."""
    if len(text) > LONGEST_TEXT:
        raise CellRefused(f"The text is longer than {LONGEST_TEXT} characters.")
    if _CONTROL.search(text):
        raise CellRefused("The text contains a control character.")
    return text


def day(text: str, known: Known) -> date:
    """A past or present day in ISO form."""
    found = known.days.get(text)
    if found is None:
        found = known.days[text] = _read_day(text, known.today)
    return found


def _read_day(text: str, today: date) -> date:
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        raise CellRefused("A date must be written YYYY-MM-DD.")
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise CellRefused("There is no such date; a date is written YYYY-MM-DD.") from None
    if found > today:
        raise CellRefused("The date lies in the future.")
    if found < EARLIEST:
        raise CellRefused(f"The date lies before {EARLIEST.year}.")
    return found


def age(text: str, known: Known) -> int:
    """An age in whole years."""
    if not re.fullmatch("[0-9]{1,3}", text) or int(text) > OLDEST:
        raise CellRefused(f"An age must be a whole number of years from 0 to {OLDEST}.")
    return int(text)


def one_of(allowed: tuple[str, ...], name: str) -> Parse:
    """A parser of one code from a list."""

    def parse(text: str, known: Known) -> str:
        if text not in allowed:
            raise CellRefused(f"{shown(text)} is not {name}; allowed: {', '.join(allowed)}.")
        return text

    return parse


def country(text: str, known: Known) -> str:
    """A country by ISO 3166-1 alpha-2, or XK."""
    if text not in iso.COUNTRIES:
        raise CellRefused(f"{shown(text)} is not a country code of ISO 3166-1 with two letters.")
    return text


def language(text: str, known: Known) -> str:
    """A language by ISO 639, three letters as HTCDS asks, or two."""
    if text not in iso.LANGUAGES:
        raise CellRefused(f"{shown(text)} is not a language code of ISO 639.")
    return text


def region(text: str, known: Known) -> str:
    """A region by ISO 3166-2 that the deployment knows."""
    if text not in known.regions:
        raise CellRefused(f"{shown(text)} is not a region known here (ISO 3166-2, such as AL-11).")
    return text


def office(text: str, known: Known) -> str:
    """An office by its code."""
    if text not in known.offices:
        raise CellRefused(f"{shown(text)} is not the code of an office known here.")
    return text


def yes_or_no(text: str, known: Known) -> bool:
    """Whether a person cooperated; not reported is an empty cell."""
    if text not in codes.COOPERATION:
        raise CellRefused(f"{shown(text)} is neither yes nor no; not reported is an empty cell.")
    return codes.COOPERATION[text]


def service(text: str, known: Known) -> Service:
    """A delivered kind of assistance, kind@date."""
    kind, on = _split(text, 2, "kind@date")
    if kind not in codes.ASSISTANCE_KINDS:
        raise CellRefused(f"{shown(kind)} is not a kind of assistance; allowed: {_ASSISTANCE}.")
    return Service(kind, day(on, known))


def shelter_stay(text: str, known: Known) -> ShelterStay:
    """A stay, office@from/to with an open end left empty."""
    code, period = _split(text, 2, "office@from/to")
    since, _, until = period.partition("/")
    stay = ShelterStay(office(code, known), day(since, known), day(until, known) if until else None)
    if stay.until is not None and stay.until < stay.since:
        raise CellRefused("A stay ends before it begins.")
    return stay


def permit(text: str, known: Known) -> Permit:
    """A permit, granted@date, renewed@date or refused@date."""
    event, on = _split(text, 2, "granted@date")
    if event not in codes.PERMIT_EVENTS:
        raise CellRefused(f"{shown(event)} is not one of {', '.join(codes.PERMIT_EVENTS)}.")
    return Permit(event, day(on, known))


def repatriation(text: str, known: Known) -> Repatriation:
    """A return, in@date@COUNTRY or out@date@COUNTRY."""
    direction, on, where = _split(text, 3, "in@date@COUNTRY or out@date@COUNTRY")
    if direction not in codes.RETURN_DIRECTIONS:
        raise CellRefused(f"{shown(direction)} is neither in nor out.")
    return Repatriation(direction, day(on, known), country(where, known))


def several(parse: Parse) -> Parse:
    """A parser of values separated by semicolons; the same value twice counts once."""

    def parse_all(text: str, known: Known) -> tuple[Any, ...]:
        if len(text) > LONGEST_LIST:
            raise CellRefused(f"The cell is longer than {LONGEST_LIST:,} characters.")
        if ";" not in text:
            return (parse(text, known),)
        pieces = (piece.strip() for piece in text.split(";"))
        found = tuple(dict.fromkeys(parse(piece, known) for piece in pieces if piece))
        if not found:
            raise CellRefused("The cell holds separators but no value.")
        return found

    return parse_all


def _split(text: str, count: int, form: str) -> list[str]:
    pieces = [piece.strip() for piece in text.split("@")]
    if len(pieces) != count or not all(pieces):
        raise CellRefused(f"{shown(text)} is not written {form}.")
    return pieces


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ASSISTANCE = ", ".join(codes.ASSISTANCE_KINDS)
