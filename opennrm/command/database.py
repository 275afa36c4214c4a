from __future__ import annotations

import argparse
import os
import select
import socket
import subprocess
import sys
import time

import django
import psycopg
from django.db import OperationalError, connections

from opennrm.command import server, start
from opennrm.command.answer import Answer
from opennrm.lib import home
from opennrm.lib.problems import Problem

SWEEP_EVERY = 60.0
WORKER = (sys.executable, "-m", "opennrm.command.main", "worker", "--while-input-open")
NOT_REACHED = "The server did not let the administrator in. Check the address and the password."
MAY_NOT = "The administrator of --admin-url may not do this: the account must be allowed to make roles and databases."
NO_EXTENSION = "The server lacks the extension btree_gist; it comes with PostgreSQL's contrib package."
ON_A_SERVER = "The database of this home is on a server: name its administrator with --admin-url."
OWN_DATABASE = (
    "A demonstration makes a database of its own: unset OPENNRM_DATABASE_URL, or use `opennrm serve`."
)
APART = "The database of this home is on a server. Choose another OPENNRM_HOME for a demonstration."


def init(args: argparse.Namespace) -> Answer:
    """Creates or upgrades the database: the embedded one, or one on the server whose administrator is given."""
    if args.admin_url:
        _install(args.admin_url, embedded=False)
        return Answer(text="The database stands on your server; its login is kept in the home folder.")
    if start.is_on_a_server():
        raise Problem("on_a_server", ON_A_SERVER)
    with start.embedded_server() as server:
        _install(server.admin_conninfo, embedded=True)
    return Answer(text=f"The database stands in {home.home()}.")


def _install(admin_url: str, *, embedded: bool) -> None:
    # Django needs no login of the application to migrate as the owner.
    os.environ.pop("OPENNRM_DATABASE_URL", None)
    django.setup()
    from opennrm.access.install import install

    try:
        # What serves at this moment goes on with the password it knows.
        known = start.remembered_password(embedded=embedded)
        start.remember(install(admin_url, password=known), embedded=embedded)
    except psycopg.errors.InsufficientPrivilege as error:
        raise Problem("admin_may_not", MAY_NOT) from error
    except psycopg.errors.FeatureNotSupported as error:
        raise Problem("extension_missing", NO_EXTENSION) from error
    except psycopg.OperationalError as error:
        raise Problem("server_unreachable", NOT_REACHED) from error


def demo(args: argparse.Namespace) -> Answer:
    """Sets a demonstration up where there is none, then serves it until Ctrl-C."""
    if os.environ.get("OPENNRM_DATABASE_URL"):
        raise Problem("own_database", OWN_DATABASE)
    if start.is_on_a_server():
        raise Problem("on_a_server", APART)
    began = time.monotonic()
    with server.reserve(args.port) as place, start.embedded_server() as embedded:
        print("1/3 The database", flush=True)
        _install(embedded.admin_conninfo, embedded=True)
        with start.database_of_home():
            from opennrm.command import bodies

            print("2/3 The reference country and its invented caseload", flush=True)
            if not bodies.demonstration_stands():
                bodies.load_albania(with_caseload=True)
            print(f"3/3 The web server, ready after {time.monotonic() - began:.0f} s", flush=True)
            print(_welcome(args.port), flush=True)
            _serve(place)
    return Answer()


def serve(args: argparse.Namespace) -> Answer:
    """Serves the pages until it is told to stop."""
    with server.reserve(args.port) as place:
        _serve(place)
    return Answer()


def _serve(place: socket.socket) -> None:
    # A process of the server must not share a connection with this one.
    connections.close_all()
    # In a session of its own Ctrl-C does not reach it; it ends when this process closes its input, or dies.
    with subprocess.Popen(WORKER, stdin=subprocess.PIPE, start_new_session=True) as worker:
        try:
            server.run(place)
        finally:
            worker.terminate()


def worker(args: argparse.Namespace) -> Answer:
    """Sweeps due dates and the days on which consents and orders end every minute, then tells offices' own systems to look.

    More than one worker does no harm: only one sweeps a duty, and only one sends a look.
    """
    from opennrm.agencies.hook_sending import send_looks
    from opennrm.coordination.actions import warn_of_expiry
    from opennrm.duties.sweep import sweep_all
    from opennrm.orders import following
    from opennrm.oversight.emergencies import end_past
    from opennrm.oversight.passing_on import pass_on
    from opennrm.oversight.scanning import scan_all
    from opennrm.sharing.ending import lapse_all

    if args.once:
        done = sum(len(portion) for portion in sweep_all())
        warn_of_expiry()
        end_past()
        pass_on()
        for _day in scan_all():
            pass
        lapse_all()
        following.sweep_all()
        send_looks()
        return Answer(text=f"{done} duties were lapsed or reminded.")
    leash = [sys.stdin] if args.while_input_open else []
    while True:
        try:
            for _portion in sweep_all():
                pass
            warn_of_expiry()
            end_past()
            pass_on()
            for _day in scan_all():
                pass
            lapse_all()
            following.sweep_all()
            send_looks()
        except OperationalError:
            # The database is away for a moment; the next minute sweeps what this one missed.
            connections.close_all()
        if select.select(leash, [], [], SWEEP_EVERY)[0]:
            return Answer()


def _welcome(port: int) -> str:
    return (
        f"\n  http://127.0.0.1:{port}  (all data is invented; sign in with one click)\n"
        "  Accounts to begin with: miu-vlora, sss-tirana, shelter-vatra, coordinator, ra-secretary, analyst\n"
        "  Ctrl-C stops it all.\n"
    )
