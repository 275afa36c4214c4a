from __future__ import annotations

import argparse
from importlib import import_module

from opennrm.command import start
from opennrm.command.answer import Answer

WITHOUT_DATABASE = ("init", "demo", "sop check", "sop diff", "sop draw")
# By name, because a command's module needs Django, and Django needs the database that `start` brings up.
PLACES = {
    "init": "database.init",
    "demo": "database.demo",
    "serve": "database.serve",
    "worker": "database.worker",
    "load": "bodies.load",
    "offices": "bodies.offices",
    "office close": "bodies.close_office",
    "simulate": "bodies.simulate",
    "cases": "casework.cases",
    "responsible": "casework.responsible",
    "match": "casework.match",
    "gaps": "casework.gaps",
    "duties sweep": "casework.sweep",
    "oversight scan": "casework.scan",
    "import cases": "figures.import_cases",
    "export cases": "figures.export_cases",
    "report protection": "figures.protection",
    "account": "accounts.account",
    "sop check": "packs.check",
    "sop diff": "packs.diff",
    "sop draw": "packs.draw",
    "sop try": "procedures.try_it",
    "sop adopt": "procedures.adopt",
    "sop call-off": "procedures.call_off",
    "sop confirm": "procedures.confirm",
    "audit verify": "upkeep.verify",
    "doctor": "upkeep.doctor",
    "bench": "benchmark.bench",
}


def run(name: str, args: argparse.Namespace) -> Answer:
    """Runs a command by its words, with the database it needs."""
    if name in WITHOUT_DATABASE or (name == "bench" and args.cases):
        return _call(name, args)
    with start.database_of_home():
        return _call(name, args)


def _call(name: str, args: argparse.Namespace) -> Answer:
    module, function = PLACES[name].split(".")
    answer: Answer = getattr(import_module(f"opennrm.command.{module}"), function)(args)
    return answer
