from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from opennrm.access import audit
from opennrm.access.scope import Actor, acting, as_system
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as casefile
from opennrm.casefile.policies import DOOR
from opennrm.command.answer import Answer, table
from opennrm.coordination.actions import warn_of_expiry
from opennrm.duties import history
from opennrm.duties import queries as duties
from opennrm.duties import sweep as sweeping
from opennrm.identification import queries as identification
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.orders import following
from opennrm.oversight.emergencies import end_past
from opennrm.oversight.passing_on import pass_on
from opennrm.oversight.scanning import scan_all
from opennrm.sharing.ending import lapse_all
from opennrm.shelters import match_words, matching

PAGE = 1000
NO_USER = "There is no account of that name with a post in an office today."


def user_actor(username: str) -> Actor:
    """The actor of an account, or one sentence."""
    actor = agencies.actor_for_username(username, clock.today())
    if actor is None:
        raise Problem("user_unknown", NO_USER)
    return actor


def cases(args: argparse.Namespace) -> Answer:
    """Prints the cases a user may see, just those whose page opens for her."""
    actor = user_actor(args.user)
    with acting(actor, request="command line"):
        lines = list(_all_cases(actor, open_only=args.open)) if DOOR.may(actor, "casefile.list") else []
        codes = {card.id: card.code for card in agencies.offices().values()}
        audit.record("case.list", detail={"cases": [str(line.id) for line in lines]})
    listed = [
        {
            "id": str(line.id),
            "reference": line.reference,
            "status": line.status,
            "open": line.is_open,
            "lead_office": codes[line.lead_office],
        }
        for line in lines
    ]
    rows = [
        (c["reference"], c["status"], "open" if c["open"] else "closed", c["lead_office"]) for c in listed
    ]
    return Answer(text=table(("reference", "status", "state", "lead office"), rows), object={"cases": listed})


def _all_cases(actor: Actor, *, open_only: bool) -> Iterator[identification.CaseLine]:
    before, offices = None, sorted(actor.offices)
    while page := identification.case_list(offices=offices, open_only=open_only, limit=PAGE, before=before):
        yield from page
        before = (page[-1].opened_at, page[-1].id)


def responsible(args: argparse.Namespace) -> Answer:
    """Prints who owes what on a case, now or at a past instant."""
    actor, at = user_actor(args.user), args.at or clock.now()
    with acting(actor, request="command line"):
        DOOR.require(actor, "casefile.read")
        case = casefile.case_by_name(args.case)
        answer = history.who_was_responsible(case, at)
        audit.record("case.responsible", case=case.id, detail={"at": at.isoformat()})
    rows = [
        (d["kind"], d["holder"], d["person"] or "nobody named", _day(d["due"]), d["state"])
        for d in answer["duties"]
    ]
    return Answer(text=table(("what", "office", "who", "due", "state"), rows), object=answer)


def match(args: argparse.Namespace) -> Answer:
    """Prints the places that fit a person, best first, and why each other shelter does not."""
    actor = user_actor(args.user)
    with acting(actor, request="command line"):
        DOOR.require(actor, "casefile.read")
        case = casefile.case_by_name(args.case)
        found = [_matched(one) for one in matching.find(case=case, by=actor)]
    rows = [
        (one["shelter"], one["room"] or "-", "fits" if one["fits"] else "no", "; ".join(one["reasons"]))
        for one in found
    ]
    return Answer(
        text=table(("shelter", "room", "fits", "why"), rows),
        object={
            "case": str(case.id),
            "matches": [one for one in found if one["fits"]],
            "refusals": [one for one in found if not one["fits"]],
        },
    )


def _matched(one: matching.Match) -> dict[str, Any]:
    return {
        "shelter": one.shelter.code,
        "name": one.shelter.name,
        "fits": one.fits,
        "room": f"{one.room.site}, {one.room.name}" if one.room else None,
        "free": len(one.weighed.room.free) if one.weighed.room else 0,
        "reasons": [match_words.sentence(reason) for reason in one.weighed.reasons],
    }


def gaps(args: argparse.Namespace) -> Answer:
    """Prints the needs that no office holds or is competent for, by region and kind; no case is named."""
    with as_system("statistics", reason="needs nobody holds"):
        cells = duties.gap_grid()
    listed = [
        {"kind": c.kind, "region": c.region, "people": c.people, "since": c.since.isoformat()} for c in cells
    ]
    rows = [(c.label, c.region or "-", c.people, c.since.date()) for c in cells]
    return Answer(
        text=table(("need", "region", "people", "since"), rows) if rows else "There is no gap.",
        object={"gaps": listed},
    )


def sweep(args: argparse.Namespace) -> Answer:
    """Applies the due dates that have passed, or previews them at a future instant."""
    if args.now and args.now < clock.now():
        raise Problem(
            "sweep_in_past", "--now must not be in the past: a sweep lapses everything due by now anyway."
        )
    if args.now:
        with as_system("sweep", reason="preview") as actor:
            done = sweeping.preview(now=args.now, by=actor)
            return _swept(done, preview=True)
    done = [one for portion in sweeping.sweep_all() for one in portion]
    warn_of_expiry()
    end_past()
    pass_on()
    lapse_all()
    following.sweep_all()
    with as_system("setup", reason="names of offices"):
        return _swept(done, preview=False)


def scan(args: argparse.Namespace) -> Answer:
    """Looks at the days of the log that are over and were not looked at; names nobody."""
    days = list(scan_all())
    rows = [(one.day.isoformat(), str(one.questions)) for one in days]
    return Answer(
        text=table(("day", "questions"), rows) if rows else "Every day that is over was looked at.",
        object={"days": [{"day": one.day.isoformat(), "questions": one.questions} for one in days]},
    )


def _swept(done: list[sweeping.Swept], *, preview: bool) -> Answer:
    codes = {card.id: card.code for card in agencies.offices().values()}
    listed = [
        {
            "duty": str(one.duty),
            "kind": one.kind,
            "did": one.action,
            "due": one.due.isoformat(),
            "holder": codes[one.holder],
            "told": codes[one.told] if one.told else None,
        }
        for one in done
    ]
    rows = [(one["kind"], one["did"], _day(one["due"]), one["holder"], one["told"] or "-") for one in listed]
    text = (
        table(("duty", "preview" if preview else "did", "due", "office", "told"), rows)
        if rows
        else "Nothing is due."
    )
    return Answer(text=text, object={"preview": preview, "swept": listed})


def _day(instant: str | None) -> str:
    return datetime.fromisoformat(instant).strftime("%Y-%m-%d %H:%M") if instant else "-"
