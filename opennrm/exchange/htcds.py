"""Reads and writes a case file coded by HTCDS, one row at a time."""

import csv
import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from hashlib import blake2b
from typing import Any, BinaryIO

from opennrm.exchange import codes
from opennrm.exchange.cells import CellRefused, Known, shown
from opennrm.exchange.columns import COLUMN_OF_HEADING, COLUMNS, REQUIRED, Column
from opennrm.exchange.guards import guarded, unguarded
from opennrm.exchange.improbable import improbable
from opennrm.exchange.records import Record, is_torn, records
from opennrm.exchange.rules import CaseRow, CellProblem, CellWarning, contradictions, row_content

Found = CaseRow | CellProblem | CellWarning
NOT_UTF8 = "The text is not UTF-8; save the file as UTF-8."


def read_cases(
    stream: BinaryIO, *, offices: Collection[str], regions: Collection[str], today: date
) -> Iterator[Found]:
    """The cases of a file in its order, and everything that is wrong or improbable in it."""
    known = Known(frozenset(offices), frozenset(regions), today)
    columns: list[Column | None] | None = None
    seen: dict[str, bytes] = {}
    for record in records(stream):
        if isinstance(record, CellProblem):
            yield record
            return
        if columns is None:
            columns = list(map(_column_named, record.cells))
            yield from _header_problems(record)
            if not set(REQUIRED) <= set(_headings(record)):
                return
            continue
        yield from _read_record(record, columns, known, seen)
    if columns is None:
        yield CellProblem(1, "", "The file is empty; the first row must name the columns.")


def _headings(record: Record) -> list[str]:
    return [cell.strip() for cell in record.cells]


def _column_named(cell: str) -> Column | None:
    return COLUMN_OF_HEADING.get(cell.strip())


def _header_problems(record: Record) -> Iterator[CellProblem]:
    headings = _headings(record)
    if len(headings) == 1 and ";" in headings[0]:
        yield CellProblem(record.row, "", "The columns are separated by semicolons; separate them by commas.")
        return
    for position, heading in enumerate(headings, start=1):
        if not heading:
            yield CellProblem(record.row, "", f"Column {position} has no heading.")
        elif heading not in COLUMN_OF_HEADING:
            yield CellProblem(record.row, _heading_shown(heading), _unknown_column(heading))
        elif heading in headings[: position - 1]:
            yield CellProblem(record.row, heading, "The column is there twice.")
    for heading in REQUIRED:
        if heading not in headings:
            yield CellProblem(record.row, heading, "The required column is missing.")


def _heading_shown(heading: str) -> str:
    return shown(heading)[1:-1]


def _unknown_column(heading: str) -> str:
    close = get_close_matches(heading, COLUMN_OF_HEADING, n=1)
    hint = f" Is {close[0]} meant?" if close else ""
    return f"{shown(heading)} is not a column of this format.{hint}"


def _read_record(
    record: Record, columns: list[Column | None], known: Known, seen: dict[str, bytes]
) -> Iterator[Found]:
    if len(record.cells) != len(columns):
        problem = f"The row has {len(record.cells)} cells where the header has {len(columns)}."
        yield CellProblem(record.row, "", problem)
        return
    values: dict[str, Any] = {"row_number": record.row}
    problems = list(_read_cells(record, columns, known, values))
    if problems:
        yield from problems
        return
    row = CaseRow(**values)
    problems = [CellProblem(record.row, *found) for found in contradictions(row)]
    if problems:
        yield from problems
        return
    twice = _seen_before(row, seen)
    if twice is not None:
        yield twice
        return
    for found in improbable(row):
        yield CellWarning(record.row, *found)
    yield row


def _read_cells(
    record: Record, columns: list[Column | None], known: Known, values: dict[str, Any]
) -> Iterator[CellProblem]:
    for column, cell in zip(columns, record.cells, strict=True):
        text = cell.strip()
        if column is None or not text:
            if column is not None and column.required:
                yield CellProblem(record.row, column.heading, "A value is required.")
            continue
        if record.is_torn and is_torn(text):
            yield CellProblem(record.row, column.heading, NOT_UTF8)
            continue
        try:
            values[column.name] = column.parse(unguarded(text) if column.is_free_text else text, known)
        except CellRefused as refused:
            yield CellProblem(record.row, column.heading, str(refused))


def _seen_before(row: CaseRow, seen: dict[str, bytes]) -> CellProblem | CellWarning | None:
    # Digest and row number in one small value: half a million references stay within memory.
    digest = blake2b(row_content(row), digest_size=16).digest()
    before = seen.get(row.case_ref)
    if before is None:
        seen[row.case_ref] = digest + row.row_number.to_bytes(4, "big")
        return None
    first_row = int.from_bytes(before[16:], "big")
    if before[:16] == digest:
        return CellWarning(
            row.row_number, "case_ref", f"The row repeats row {first_row} and is imported once."
        )
    problem = f"Row {first_row} has the same reference with other content."
    return CellProblem(row.row_number, "case_ref", problem)


def write_cases(rows: Iterable[CaseRow], stream: BinaryIO, *, plain_htcds: bool = False) -> int:
    """Writes all columns of each case, or forced criminality as HTCDS knows it; returns how many."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.heading for column in COLUMNS)
    written = 0
    for row in rows:
        writer.writerow(_cells(_plain_htcds(row) if plain_htcds else row))
        written += 1
    text.detach()
    return written


def _cells(row: CaseRow) -> Iterator[str]:
    for column in COLUMNS:
        value = getattr(row, column.name)
        if value is None or value == () or value == "":
            yield ""
        else:
            text = column.write(value)
            yield guarded(text) if column.is_free_text else text


def _plain_htcds(row: CaseRow) -> CaseRow:
    if codes.FORCED_CRIMINALITY not in row.exploitation:
        return row
    mapped = (
        codes.OTHER_EXPLOITATION if form == codes.FORCED_CRIMINALITY else form for form in row.exploitation
    )
    return replace(row, exploitation=tuple(dict.fromkeys(mapped)))
