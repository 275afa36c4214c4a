from __future__ import annotations

import argparse
import gc
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from opennrm.access import audit
from opennrm.access.scope import acting, as_system
from opennrm.agencies import queries as agencies
from opennrm.casefile.policies import DOOR
from opennrm.command.answer import Answer
from opennrm.command.casework import user_actor
from opennrm.exchange import exporting, importing
from opennrm.lib.problems import Problem
from opennrm.lib.progress import progress


def import_cases(args: argparse.Namespace) -> Answer:
    """Brings a case file in, all or nothing; every refusal in it is listed."""
    if not args.file.is_file():
        raise Problem("no_file", "There is no file at that path.")
    with as_system("import", reason="case file") as actor:
        office, source = _sender(args.sender), importing.file_source(args.file)
        total = max(0, _lines(args.file) - 1)
        if args.dry_run:
            with progress("Reading", total) as show:
                done = importing.check(source, office=office, show=show)
        else:
            with progress("Importing", total) as show, _without_collector():
                done = importing.import_cases(source, office=office, by=actor, show=show)
    return _imported(done, dry_run=args.dry_run)


@contextmanager
def _without_collector() -> Iterator[None]:
    # Millions of values and no cycle among them: the collector would go through all that is kept again and again.
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _imported(done: importing.Imported, *, dry_run: bool) -> Answer:
    refused = done.problem_count > 0
    found: dict[str, Any] = {
        "imported": 0 if refused or dry_run else done.imported,
        "unchanged": done.unchanged,
        "errors": [asdict(one) for one in done.problems],
        "error_count": done.problem_count,
        "warnings": [asdict(one) for one in done.warnings],
        "warning_count": done.warning_count,
    }
    if dry_run:
        found["would_import"] = 0 if refused else done.imported
    if refused:
        errors = [f"Row {one.row}, {one.column or 'whole row'}: {one.problem}" for one in done.problems]
        more = done.problem_count - len(done.problems)
        errors += [f"and {more} more"] if more else []
        return Answer(object=found, errors=[*errors, "Nothing was imported."], exit=1)
    warned = [f"Warning, row {one.row}, {one.column}: {one.problem}" for one in done.warnings]
    verb = "would be imported" if dry_run else "imported"
    return Answer(
        text=f"{done.imported} {verb}, {done.unchanged} already there.", object=found, errors=warned
    )


def _lines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b""))


def _sender(code: str | None) -> int | None:
    if code is None:
        return None
    office = agencies.office_by_code(code)
    if office is None:
        raise Problem("office_unknown", "--from names no office. `opennrm offices` lists the codes.")
    return office.id


def export_cases(args: argparse.Namespace) -> Answer:
    """Writes the cases a user may see and export, in the format that import reads."""
    actor = user_actor(args.user)
    with _written(args.out) as stream, acting(actor, request="command line"):
        DOOR.require(actor, "casefile.export")
        written = exporting.export_cases(stream, by=actor, plain_htcds=args.plain_htcds)
        audit.record("exchange.export", detail={"cases": written})
    return Answer(text=f"{written} cases were written.")


def protection(args: argparse.Namespace) -> Answer:
    """Prints the yearly account, computed from case data."""
    from opennrm.reporting import account as accounts

    with as_system("statistics", reason="yearly account"):
        made = accounts.account(args.year, args.as_at)
    if args.format == "json":
        text = json.dumps(accounts.as_json(made), ensure_ascii=False, indent=1)
    else:
        text = accounts.as_markdown(made) if args.format == "md" else accounts.as_html(made)
    if args.out is None:
        return Answer(text=text)
    with _written(args.out) as stream:
        stream.write(text.encode())
    return Answer(text=f"The account of {args.year} was written.", object={"written": True})


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """A file that only its owner reads, whole at its place when the work is done and not there before."""
    part = path.with_name(f".{path.name}.part") if path.name else path
    try:
        if path.is_dir():
            raise IsADirectoryError
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            yield stream
        part.replace(path)
    except OSError as error:
        raise Problem("cannot_write", "The file of --out cannot be written there.") from error
    finally:
        if part != path:
            part.unlink(missing_ok=True)
