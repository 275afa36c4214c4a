from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opennrm.access import audit, organisation_keys, sealing
from opennrm.access import queries as access
from opennrm.access.scope import Actor
from opennrm.agencies import queries as agencies
from opennrm.agencies.queries import OfficeCard
from opennrm.agencies.rules import competent_office
from opennrm.casefile.models import ImportedRow
from opennrm.exchange.findings import Findings
from opennrm.exchange.htcds import read_cases
from opennrm.exchange.rules import CaseRow, CellProblem, CellWarning, row_content
from opennrm.exchange.writing import Batch
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.lib.rows import plan_anew

AT_ONCE = 1000
HERE = ZoneInfo("Europe/Tirane")
Source = Callable[[], Iterator[CaseRow | CellProblem | CellWarning]]
Show = Callable[[int], None]
ALREADY_SENT = "This sender has already sent this reference with other content."
NO_AUTHORITY = _("No office is the Responsible Authority today. Load the country's offices first.")


def _nothing(done: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: nothing where there are problems."""

    imported: int
    unchanged: int
    problems: list[CellProblem] = field(default_factory=list)
    problem_count: int = 0
    warnings: list[CellWarning] = field(default_factory=list)
    warning_count: int = 0


class Sender:
    """Who sends a file, and whom its cases fall to."""

    def __init__(self, office: int | None) -> None:
        self.office = office
        self.offices: dict[str, OfficeCard] = {card.code: card for card in agencies.offices().values()}
        known = agencies.competences(clock.today())
        self.authority = competent_office(known, role="responsible_authority", region=None)
        self.by_id = {card.id: card for card in self.offices.values()}

    def lead(self, row: CaseRow) -> OfficeCard:
        """The office that leads an imported case: the one that identified, else the sender, else the Responsible Authority."""
        if row.identified_by:
            return self.offices[row.identified_by]
        fallback = self.office if self.office is not None else self.authority
        if fallback is None:
            raise Problem("no_authority", NO_AUTHORITY)
        return self.by_id[fallback]


def file_source(path: Path) -> Source:
    """Reads a case file from its start each time it is called."""

    def read() -> Iterator[CaseRow | CellProblem | CellWarning]:
        with path.open("rb") as stream:
            yield from read_cases(
                stream,
                offices=[card.code for card in agencies.offices().values()],
                regions=list(agencies.regions()),
                today=clock.today(),
            )

    return read


def check(source: Source, *, office: int | None, show: Show = _nothing) -> Imported:
    """Reads the whole file without writing and lists every refusal in it."""
    return _read(source, Sender(office), show, write=lambda fresh: None)


def import_cases(source: Source, *, office: int | None, by: Actor, show: Show = _nothing) -> Imported:
    """Imports a case file all or nothing: a file with one refusal changes nothing, the same file again changes nothing.

    The caller's scope is one transaction; what is imported became known on the day it happened and opens no past duty.
    """
    access.one_at_a_time("case file")
    sender, cases = Sender(office), list[UUID]()
    before = transaction.savepoint()
    done = _read(source, sender, show, write=lambda fresh: cases.extend(_written(fresh, sender)))
    if done.problem_count:
        transaction.savepoint_rollback(before)
        sealing.forget(cases)
        return done
    transaction.savepoint_commit(before)
    for case in cases:
        audit.record("casefile.import", case=case)
    audit.record(
        "exchange.import", detail={"cases": done.imported, "unchanged": done.unchanged, "sender": office}
    )
    return done


def _read(
    source: Source, sender: Sender, show: Show, *, write: Callable[[Sequence[CaseRow]], None]
) -> Imported:
    findings, imported, unchanged = Findings(), 0, 0
    for rows in _portions(findings.rows_of(source())):
        fresh, old, other = _compared(rows, sender)
        for row in other:
            findings.add_problem(CellProblem(row.row_number, "case_ref", ALREADY_SENT))
        if not findings.problem_count:
            write(fresh)
        imported, unchanged = imported + len(fresh), unchanged + old
        show(findings.rows)
    return Imported(
        imported=imported,
        unchanged=unchanged,
        problems=sorted(findings.problems, key=lambda problem: problem.row),
        problem_count=findings.problem_count,
        warnings=findings.warnings,
        warning_count=findings.warning_count,
    )


def _written(rows: Sequence[CaseRow], sender: Sender) -> list[UUID]:
    batch = Batch(sender.office, sender.by_id)
    cases = [
        batch.add(row, lead=sender.lead(row), content=content_of(row), opened_at=opened_at(row.identified_on))
        for row in rows
    ]
    batch.write()
    plan_anew()
    return cases


def opened_at(day: date) -> datetime:
    """The instant an imported case counts as opened: the noon of its day, or now where noon is still to come."""
    noon = datetime.combine(day, time(12), HERE)
    return min(noon, clock.now() - timedelta(seconds=1))


def content_of(row: CaseRow) -> bytes:
    """A keyed digest of the row, so that the stored one tells nothing of a name."""
    return hmac.new(
        organisation_keys.token_key(), b"imported row\x00" + row_content(row), hashlib.sha256
    ).digest()


def _portions(rows: Iterable[CaseRow]) -> Iterator[list[CaseRow]]:
    iterator = iter(rows)
    while portion := list(islice(iterator, AT_ONCE)):
        yield portion


def _compared(rows: Sequence[CaseRow], sender: Sender) -> tuple[list[CaseRow], int, list[CaseRow]]:
    known: dict[str, bytes] = {
        ref: bytes(content)
        for ref, content in ImportedRow.objects.filter(
            office=sender.office, case_ref__in=[row.case_ref for row in rows]
        ).values_list("case_ref", "content")
    }
    fresh = [row for row in rows if row.case_ref not in known]
    sent = [row for row in rows if row.case_ref in known]
    other = [row for row in sent if known[row.case_ref] != content_of(row)]
    return fresh, len(sent) - len(other), other
