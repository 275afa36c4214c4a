from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

import django
import psycopg

from opennrm.command import start
from opennrm.command.answer import Answer
from opennrm.lib import home
from opennrm.lib.problems import Problem

SWEEP_EVERY = 60


def init(args: argparse.Namespace) -> Answer:
    """Creates or upgrades the database: the embedded one, or one on the server whose administrator is given."""
    if args.admin_url:
        _install(args.admin_url, embedded=False)
        return Answer(text="The database stands on your server; its login is kept in the home folder.")
    with start.embedded_server() as server:
        _install(server.admin_conninfo, embedded=True)
    return Answer(text=f"The database stands in {home.home()}.")


def _install(admin_url: str, *, embedded: bool) -> None:
    # Django needs no login of the application to migrate as the owner.
    os.environ.pop("OPENNRM_DATABASE_URL", None)
    django.setup()
    from opennrm.access.install import install

    try:
        start.remember(install(admin_url), embedded=embedded)
    except psycopg.OperationalError as error:
        raise Problem(
            "server_unreachable",
            "The server did not let the administrator in. Check the address and the password.",
        ) from error


def demo(args: argparse.Namespace) -> Answer:
    """Sets a demonstration up where there is none, then serves it until Ctrl-C."""
    began = time.monotonic()
    with start.embedded_server() as server:
        print("1/3 The database", flush=True)
        _install(server.admin_conninfo, embedded=True)
        with start.database_of_home():
            from opennrm.command import bodies

            print("2/3 The reference country and its invented caseload", flush=True)
            bodies.load_albania(with_caseload=True)
            print(f"3/3 The web server, ready after {time.monotonic() - began:.0f} s", flush=True)
            print(_welcome(args.port), flush=True)
            return serve(args)


def serve(args: argparse.Namespace) -> Answer:
    """Serves the pages until it is told to stop."""
    from opennrm.command import server

    with subprocess.Popen([sys.executable, "-m", "opennrm.command.main", "worker"]) as worker:
        try:
            server.run(args.port)
        finally:
            worker.terminate()
    return Answer()


def worker(args: argparse.Namespace) -> Answer:
    """Sweeps the due dates every minute; only one worker sweeps a duty, however many run."""
    from opennrm.duties.sweep import sweep_all

    try:
        while True:
            done = sum(len(portion) for portion in sweep_all())
            if args.once:
                return Answer(text=f"{done} duties were lapsed or reminded.")
            time.sleep(SWEEP_EVERY)
    except KeyboardInterrupt:
        return Answer()


def _welcome(port: int) -> str:
    return (
        f"\n  http://127.0.0.1:{port}  (all data is invented; sign in with one click)\n"
        "  Accounts to begin with: miu-vlora, sss-tirana, shelter-vatra, coordinator, ra-secretary, analyst\n"
        "  Ctrl-C stops it all.\n"
    )
