from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from opennrm import __version__

HERE = ZoneInfo("Europe/Tirane")
# The roles a post may carry; what each opens stands in the matrix and in the rooms' policies.
ROLES = (
    "case_worker",
    "head",
    "coordinator",
    "secretary",
    "analyst",
    "signatory",
    "auditor",
    "finance",
    "data_protection",
    "administrator",
)


def build() -> argparse.ArgumentParser:
    """The whole command line: its words are promised to scripts and may be added to, not changed."""
    parser = argparse.ArgumentParser(prog="opennrm", description="Who owes what to whom, by when.")
    parser.add_argument("--version", action="version", version=__version__)
    words = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _database(words)
    _country(words)
    _cases(words)
    _duties(words)
    _oversight(words)
    _procedures(words)
    _figures(words)
    _upkeep(words)
    return parser


def instant(text: str) -> datetime:
    """An ISO instant; without a zone it is the country's local time, and a day alone is its end."""
    try:
        if len(text) == 10:
            return datetime.fromisoformat(f"{text}T23:59:59").replace(tzinfo=HERE)
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an instant like 2026-03-03T14:00") from error
    return found if found.tzinfo else found.replace(tzinfo=HERE)


def day(text: str) -> date:
    """An ISO day."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day like 2021-03-31") from error


def positive(text: str) -> int:
    """A whole number from 1."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def port(text: str) -> int:
    """A number of a port."""
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 1 to 65535")
    return int(text)


def year(text: str) -> int:
    """A year with four digits."""
    if not text.isdigit() or not 1900 <= int(text) <= 9998:
        raise argparse.ArgumentTypeError(f"{text!r} is not a year like 2020")
    return int(text)


class _Words:
    """Adds commands with the options that many share."""

    def __init__(self, words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        self.words = words

    def add(
        self, name: str, sentence: str, *, prints: bool = False, user: bool = False
    ) -> argparse.ArgumentParser:
        one = self.words.add_parser(name, help=sentence, description=sentence)
        if prints:
            one.add_argument("--format", choices=["text", "json"], default="text")
        if user:
            one.add_argument(
                "--as", dest="user", metavar="USER", help="the account in whose name this is done; required"
            )
        return one


def _database(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _Words(words).add
    init = add("init", "create or upgrade the database")
    init.add_argument(
        "--admin-url",
        metavar="URL",
        help="a PostgreSQL account that may create roles; without it the embedded server",
    )
    demo = add("demo", "set up a demonstration with invented data and serve it")
    demo.add_argument("--port", type=port, default=8000)
    serve = add("serve", "run the web server")
    serve.add_argument("--port", type=port, default=8000)
    worker = add("worker", "run the due-date sweep and background jobs")
    worker.add_argument("--once", action="store_true", help="sweep once and end")
    worker.add_argument("--while-input-open", action="store_true", help="end when the standard input closes")


def _country(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _Words(words).add
    load = add("load", "load a reference country")
    load.add_argument("country", choices=["albania"])
    load.add_argument(
        "--without-caseload", action="store_true", help="bodies and procedures only, no invented person"
    )
    add("offices", "office codes, names, roles and competence", prints=True)
    office = add("office", "one office of the mechanism").add_subparsers(dest="what", required=True)
    close = _Words(office).add("close", "close an office and move what it owes, all or nothing", prints=True)
    close.add_argument("office", metavar="CODE", help="the code of the office")
    close.add_argument("--on", type=day, required=True, metavar="DATE", help="the day it closed")
    simulate = add("simulate", "an invented caseload of any size", prints=True)
    simulate.add_argument("--cases", type=positive, required=True)
    simulate.add_argument("--seed", type=int, default=1)
    simulate.add_argument(
        "--open", action="store_true", help="open cases of today with every duty; needs the embedded server"
    )


def _cases(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _Words(words).add
    cases = add("cases", "the cases a user may see", prints=True, user=True)
    cases.add_argument("--open", action="store_true", help="open cases only")
    brings = add("import", "bring a case file in, all or nothing").add_subparsers(dest="what", required=True)
    into = _Words(brings).add("cases", "HTCDS-coded cases from a CSV file", prints=True)
    into.add_argument("file", type=Path)
    into.add_argument(
        "--from", dest="sender", metavar="OFFICE", help="the code of the office that sends the file"
    )
    into.add_argument("--dry-run", action="store_true", help="read and check, write nothing")
    takes = add("export", "take case data out").add_subparsers(dest="what", required=True)
    out = _Words(takes).add(
        "cases", "the cases a user may see, in the format that import reads", prints=False, user=True
    )
    out.add_argument("--format", choices=["htcds-csv"], default="htcds-csv")
    out.add_argument("--plain-htcds", action="store_true", help="codes that HTCDS does not know as Other")
    out.add_argument("--out", type=Path, required=True)


def _duties(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _Words(words).add
    responsible = add("responsible", "who owes what on a case, now or at an instant", prints=True, user=True)
    responsible.add_argument("case", help="an id or a reference")
    responsible.add_argument("--at", type=instant, metavar="INSTANT")
    match = add(
        "match", "places that fit a person, best first, each with its reasons", prints=True, user=True
    )
    match.add_argument("case", help="an id or a reference")
    add("gaps", "needs that no office holds or is competent for", prints=True)
    duties = add("duties", "the ledger of duties").add_subparsers(dest="what", required=True)
    sweep = _Words(duties).add("sweep", "apply the due dates that have passed", prints=True)
    sweep.add_argument(
        "--now", type=instant, metavar="INSTANT", help="an instant in the future previews and writes nothing"
    )


def _oversight(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _Words(words).add
    oversight = add("oversight", "how people at work read").add_subparsers(dest="what", required=True)
    _Words(oversight).add(
        "scan",
        "look at the days of the log that are over, and raise a question where one stands out",
        prints=True,
    )


def _procedures(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sop = (
        _Words(words)
        .add("sop", "standard operating procedures as data")
        .add_subparsers(dest="what", required=True)
    )
    add = _Words(sop).add
    check = add("check", "what is wrong in a procedure, with file, line and sentence", prints=True)
    check.add_argument("pack", help="an id or a folder")
    diff = add("diff", "what one procedure changes in another, rule by rule", prints=True)
    diff.add_argument("old", help="an id or a folder")
    diff.add_argument("new", help="an id or a folder")
    draw = add("draw", "the procedure as a diagram")
    draw.add_argument("pack", help="an id or a folder")
    draw.add_argument("--out", type=Path, required=True, metavar="FILE.svg")
    draw.add_argument("--language", choices=["en", "sq"], default="en")
    tries = add("try", "what a procedure would change on every open case; writes nothing", prints=True)
    tries.add_argument("pack", help="an id or a folder")
    adopts = add(
        "adopt", "let every open case go over to a procedure, on a day; run again, it goes on", prints=True
    )
    adopts.add_argument("pack", help="an id")
    adopts.add_argument("--from", dest="effective_on", type=day, required=True, metavar="DATE")
    add("call-off", "take back the adoption that is planned for a day to come", prints=True)
    confirms = add("confirm", "the country confirms a limit: from then on it acts", prints=True)
    confirms.add_argument("pack", help="an id")
    confirms.add_argument("rule", help="the id of the rule")
    confirms.add_argument("--reference", required=True, metavar="TEXT", help="where it was confirmed")


def _figures(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _Words(words).add
    reports = add("report", "published figures computed from case data").add_subparsers(
        dest="what", required=True
    )
    account = _Words(reports).add("protection", "the yearly account")
    account.add_argument("--year", type=year, required=True)
    account.add_argument("--as-at", type=day, metavar="DATE")
    account.add_argument("--format", choices=["json", "md", "html"], default="md")
    account.add_argument("--out", type=Path)


def _upkeep(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = _Words(words).add
    account = add("account", "give a person at work a post and an account, or end her posts", prints=True)
    account.add_argument("username")
    account.add_argument("--name", help="the name of the person, for a new account")
    account.add_argument("--office", metavar="OFFICE", help="the code of the office that has the post")
    account.add_argument("--role", choices=ROLES, help="what the post may do")
    account.add_argument("--title", default="", help="what the post is called")
    account.add_argument("--head", action="store_true", help="she answers for the office")
    account.add_argument(
        "--end", action="store_true", help="end all her posts from today and close the account"
    )
    audit = add("audit", "the log of reads and writes").add_subparsers(dest="what", required=True)
    verify = _Words(audit).add("verify", "verify the log, also against heads kept elsewhere", prints=True)
    verify.add_argument("--heads", type=Path)
    add("doctor", "check configuration, roles, row security, keys, clock and versions", prints=True)
    bench = add("bench", "measure the work of a day, with the floor beside it", prints=True)
    bench.add_argument(
        "--cases", type=positive, default=None, help="make a database of this many simulated cases first"
    )
