"""The records of a CSV file, numbered as a spreadsheet shows them; a broken structure ends the reading."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from opennrm.exchange.rules import CellProblem

LONGEST_LINE = 1_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one row; `is_torn` where a byte of it is not UTF-8."""

    row: int
    cells: list[str]
    is_torn: bool


class _Unreadable(Exception):
    """The sentence that says why the file cannot be read further."""


class _Lines:
    """Decodes line by line, so that a broken byte is found in its own row."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.is_torn = False
        self.is_first = True

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.stream.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        if len(line) > LONGEST_LINE:
            raise _Unreadable(f"A line is longer than {LONGEST_LINE:,} bytes.")
        if self.is_first:
            self.is_first = False
            if line.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
                raise _Unreadable("The file is UTF-16; save it as UTF-8.")
            line = line.removeprefix(BOM_UTF8)
        try:
            return line.decode()
        except UnicodeDecodeError:
            self.is_torn = True
            return line.decode(errors="surrogateescape")


def records(stream: BinaryIO) -> Iterator[Record | CellProblem]:
    """Every record that is not blank, or the problem that ends the reading."""
    lines = _Lines(stream)
    row = 0
    try:
        for row, found in enumerate(csv.reader(lines, strict=True), start=1):
            if any(map(str.strip, found)):
                yield Record(row, found, lines.is_torn)
            lines.is_torn = False
    except csv.Error as error:
        yield CellProblem(row + 1, "", _sentence(str(error)) + " Rows below it are not read.")
    except _Unreadable as error:
        yield CellProblem(row + 1, "", str(error) + " Rows below it are not read.")


def is_torn(cell: str) -> bool:
    """Whether a byte of the cell could not be decoded."""
    return not cell.isascii() and any("\udc80" <= letter <= "\udcff" for letter in cell)


def _sentence(error: str) -> str:
    if "field larger" in error:
        return f"A cell is longer than {csv.field_size_limit():,} characters."
    if "new-line" in error:
        return "A line ends with a lone carriage return; lines must end with CRLF or LF."
    if "unexpected end" in error:
        return "A quotation mark is opened and never closed."
    return "A quotation mark stands in the wrong place; inside a quoted cell it must be doubled."
