from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from opennrm.exchange import codes, iso
from opennrm.exchange.htcds import read_cases, write_cases
from opennrm.exchange.rules import (
    CaseRow,
    CellWarning,
    Permit,
    Repatriation,
    Service,
    ShelterStay,
    contradictions,
    row_content,
)

TODAY = date(2026, 11, 24)
OFFICES = ("ra", "miu-vlora", "shelter-vatra")
REGIONS = ("AL-11", "AL-12")

days = st.dates(date(1900, 1, 1), TODAY)
letters = st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\t\n\r=+-@',;\"")
texts = st.text(letters, max_size=30).map(str.strip)
numbers = st.lists(texts.filter(lambda text: bool(text) and ";" not in text), max_size=3, unique=True)


def many(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, max_size=3, unique=True).map(tuple)


def stays() -> st.SearchStrategy[ShelterStay]:
    return st.builds(ShelterStay, st.sampled_from(OFFICES), days, st.none() | days).filter(
        lambda stay: stay.until is None or stay.until >= stay.since
    )


rows = st.builds(
    CaseRow,
    case_ref=texts.filter(bool),
    status=st.sampled_from(codes.STATUSES),
    identified_on=days,
    first_name=texts,
    second_name=texts,
    birth_date=st.none() | days,
    age=st.none() | st.integers(0, 120),
    gender=st.sampled_from(("", *codes.GENDERS)),
    citizenships=many(st.sampled_from(sorted(iso.COUNTRIES))),
    identity_numbers=numbers.map(tuple),
    languages=many(st.sampled_from(sorted(iso.LANGUAGES))),
    exploitation=many(st.sampled_from(codes.EXPLOITATIONS)),
    identified_by=st.sampled_from(("", *OFFICES)),
    channel=st.sampled_from(("", *codes.CHANNELS)),
    region=st.sampled_from(("", *REGIONS)),
    decided_on=st.none() | days,
    decision=st.sampled_from(("", *codes.DECISIONS)),
    services=many(st.builds(Service, st.sampled_from(codes.ASSISTANCE_KINDS), days)),
    shelter_stays=many(stays()),
    permits=many(st.builds(Permit, st.sampled_from(codes.PERMIT_EVENTS), days)),
    job_seeker_on=many(days),
    repatriations=many(
        st.builds(Repatriation, st.sampled_from(("in", "out")), days, st.sampled_from(sorted(iso.COUNTRIES)))
    ),
    cooperated=st.none() | st.booleans(),
    closed_on=st.none() | days,
).filter(lambda row: not list(contradictions(row)))
files = st.lists(rows, max_size=4, unique_by=lambda row: row.case_ref)


def written(cases: list[CaseRow], *, plain_htcds: bool = False) -> bytes:
    stream = io.BytesIO()
    assert write_cases(cases, stream, plain_htcds=plain_htcds) == len(cases)
    return stream.getvalue()


def read(content: bytes) -> list[CaseRow]:
    found = read_cases(io.BytesIO(content), offices=OFFICES, regions=REGIONS, today=TODAY)
    return [item for item in found if not isinstance(item, CellWarning)]  # type: ignore[misc]


@given(files)
def test_what_is_written_is_read_back_the_same(cases: list[CaseRow]) -> None:
    assert read(written(cases)) == cases


@given(files)
def test_what_is_read_is_written_back_byte_by_byte(cases: list[CaseRow]) -> None:
    content = written(cases)
    assert written(read(content)) == content


@given(rows, rows)
def test_content_is_equal_for_equal_rows_only(one: CaseRow, other: CaseRow) -> None:
    assert row_content(one) == row_content(replace(one, row_number=7))
    if row_content(one) == row_content(other):
        assert set(one.services) == set(other.services)
        assert replace(one, case_ref="") == replace(other, case_ref="") or one.case_ref == other.case_ref


def test_the_order_within_a_cell_does_not_change_the_content() -> None:
    row = CaseRow("a", "PossibleVictimOfTrafficking", TODAY, citizenships=("AL", "XK"))
    assert row_content(row) == row_content(replace(row, citizenships=("XK", "AL")))


def test_plain_htcds_knows_no_forced_criminality() -> None:
    row = CaseRow(
        "a", "PossibleVictimOfTrafficking", TODAY, exploitation=("ForcedCriminality", "ForcedLabour", "Other")
    )
    [plain] = read(written([row], plain_htcds=True))
    assert plain.exploitation == ("Other", "ForcedLabour")


def test_no_text_leaves_as_a_formula_and_none_loses_a_character() -> None:
    for text in ("=1+1", "+355", "-2", "@A1", "'=quoted", "''@", "'plain", "＝1"):
        row = CaseRow(text, "PossibleVictimOfTrafficking", TODAY, first_name=text)
        content = written([row])
        cells = content.decode().splitlines()[1].split(",")
        assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for cell in cells)
        assert read(content) == [row]


def test_a_formula_of_a_file_made_elsewhere_is_read_as_text() -> None:
    header = b"case_ref,vic_TraffickingStatus,nrm_IdentifiedOn,prs_FirstName\n"
    [row] = read(header + b"A1,PossibleVictimOfTrafficking,2020-01-02,=cmd()\n")
    assert row.first_name == "=cmd()"
