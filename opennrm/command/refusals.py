"""Every way a command can fail, as one sentence that holds no value of a person."""

from __future__ import annotations

from pathlib import Path

import django.db
import psycopg

from opennrm.lib.problems import Problem

NOT_THERE = "The database does not answer. Is its server running, and is its address right?"
NOT_MADE = "The database is not set up for this version. Run `opennrm init` first."
NO_ADDRESS = "The address of the database cannot be read."
NOT_ALLOWED = "The database did not allow this. `opennrm doctor` examines roles and row security."
# Classes of errors in which there is no connection, or the server ended it.
AWAY = ("08", "28", "57")
MISSING = ("3F000", "42P01", "42703", "42883")
PACKAGE = Path(__file__).parents[1]


def problem_of(error: Exception) -> Problem:
    """The sentence for an error; the words of a database or of a library may hold a value and are left out."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, django.db.Error | psycopg.Error):
        return _of_database(error)
    if isinstance(error, OSError) and error.strerror:
        place = f": {error.filename}" if error.filename else ""
        return Problem("system", f"The system refused a file or folder ({error.strerror}{place}).")
    return Problem(
        "unexpected", f"Something went wrong inside the program: {type(error).__name__}{_place(error)}."
    )


def _of_database(error: Exception) -> Problem:
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
    if state in MISSING:
        return Problem("database_not_made", NOT_MADE)
    if state == "42501":
        return Problem("database_refused", NOT_ALLOWED)
    if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError) and (state or "08")[:2] in AWAY:
        return Problem("database_not_there", NOT_THERE)
    if isinstance(cause, psycopg.ProgrammingError) and state is None:
        return Problem("database_address", NO_ADDRESS)
    kind = type(cause or error).__name__
    return Problem("database_failed", f"The database refused the work: {kind}{_place(error)}.")


def _place(error: BaseException) -> str:
    place, trace = "", error.__traceback__
    while trace:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(PACKAGE):
            place = f" at {path.relative_to(PACKAGE)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
