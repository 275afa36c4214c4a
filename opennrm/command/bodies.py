from __future__ import annotations

import argparse
from functools import partial
from itertools import islice
from typing import Any

import psycopg
from django.db import transaction

from opennrm.access import queries as access
from opennrm.access.scope import as_system
from opennrm.agencies import queries as agencies
from opennrm.command import start
from opennrm.command.answer import Answer, table
from opennrm.country import legal_orders, live, loading, meetings, replaying, shelters, watched
from opennrm.country.open_caseload import raising
from opennrm.country.simulated import simulate as simulated
from opennrm.duties import closing
from opennrm.exchange.importing import import_cases
from opennrm.lib import clock, database
from opennrm.lib.problems import Problem
from opennrm.lib.progress import progress

PORTION = 5000


def load(args: argparse.Namespace) -> Answer:
    """Loads the reference country, with its invented caseload unless told otherwise."""
    loaded = load_albania(with_caseload=not args.without_caseload)
    return Answer(text=f"{loaded} invented cases were loaded." if loaded else "The country stands.")


def load_albania(*, with_caseload: bool) -> int:
    """Loads bodies, then caseload and live cohort where they are not there yet; returns how many cases it added."""
    with as_system("setup", reason="reference country") as actor:
        country = loading.load_bodies(with_accounts=with_caseload, by=actor)
        loading.mark(country.code, demo=with_caseload, by=actor)
    if not with_caseload:
        return 0
    with as_system("import", reason="invented caseload") as actor:
        imported = loading.load_caseload(by=actor).imported
        missing = loading.cohort_is_missing()
    return imported + (_replay_cohort() if missing else 0)


def demonstration_stands() -> bool:
    """Whether everything of the demonstration is loaded already."""
    with as_system("import", reason="state of the demonstration"):
        deployment = access.deployment()
        return deployment is not None and deployment.is_demo and not loading.cohort_is_missing()


def _replay_cohort() -> int:
    cohort = live.live_cohort(clock.today())
    # One transaction, so that an interrupted load leaves no half of the cohort.
    with transaction.atomic(), progress("Forty open cases of today", len(cohort)) as show:
        replay = replaying.Replay()
        for done, _case in enumerate(replay.run(cohort), start=1):
            show(done)
        meetings.hold(replay)
        shelters.live(replay)
        legal_orders.keep(replay)
        watched.ask_about_yesterday()
    return len(cohort)


def offices(args: argparse.Namespace) -> Answer:
    """Prints the offices, what each is competent for and where."""
    with as_system("setup", reason="list of offices"):
        cards = agencies.offices()
        competences = agencies.competences(clock.today())
    held: dict[int, list[agencies.CompetenceCard]] = {}
    for one in competences:
        held.setdefault(one.office, []).append(one)
    listed = [_listed(card, held.get(card.id, [])) for card in cards.values()]
    rows = [
        (office["code"], office["name"], office["region"] or "whole country", ", ".join(office["roles"]))
        for office in listed
    ]
    return Answer(text=table(("code", "name", "region", "roles"), rows), object={"offices": listed})


def _listed(card: agencies.OfficeCard, held: list[agencies.CompetenceCard]) -> dict[str, Any]:
    return {
        "code": card.code,
        "name": card.name,
        "name_sq": card.name_sq,
        "organisation": card.organisation_code,
        "region": card.region,
        "roles": sorted({one.role for one in held}),
        "competence": [{"role": one.role, "region": one.region} for one in held],
    }


def close_office(args: argparse.Namespace) -> Answer:
    """Closes an office and moves everything it owes, all of it or nothing."""
    moved = closing.close_office(code=args.office, on=args.on)
    with as_system("setup", reason="names of offices"):
        codes = {card.id: card.code for card in agencies.offices().values()}
    listed = [{"kind": one.kind, "to": codes[one.to]} for one in moved]
    text = table(("duty", "goes to"), [(one["kind"], one["to"]) for one in listed])
    closed = f"{args.office} is closed."
    return Answer(
        text=f"{text}\n{closed}" if listed else f"{closed} It owed nothing.",
        object={"office": args.office, "closed_on": args.on.isoformat(), "moved": listed},
    )


def simulate(args: argparse.Namespace) -> Answer:
    """Adds an invented caseload of any size, the same for the same seed."""
    with as_system("setup", reason="simulated caseload") as actor:
        country = loading.load_bodies(with_accounts=True, by=actor)
        loading.mark(country.code, demo=True, by=actor)
    return _raise_open(args) if args.open else _import_simulated(args)


def _raise_open(args: argparse.Namespace) -> Answer:
    if not start.is_embedded():
        raise Problem("not_embedded", "Open cases are simulated where this home has the embedded server.")
    with start.embedded_server() as server:
        owner = database.owner_url(server.admin_conninfo, "opennrm")
        with psycopg.connect(owner) as connection, progress("Open cases", args.cases) as show:
            raising.raise_caseload(connection, args.cases, seed=args.seed, show=show)
    return Answer(text=f"{args.cases} open cases were added.", object={"simulated": args.cases})


def _import_simulated(args: argparse.Namespace) -> Answer:
    added, gone_by, rows = 0, 0, simulated(args.cases, args.seed)
    with progress("Simulated cases", args.cases) as show:
        while portion := list(islice(rows, PORTION)):
            with as_system("import", reason="simulated caseload") as actor:
                added += import_cases(partial(iter, portion), office=None, by=actor).imported
            gone_by += len(portion)
            show(gone_by)
    return Answer(text=f"{added} simulated cases were added.", object={"simulated": added})
