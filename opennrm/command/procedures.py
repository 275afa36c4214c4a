from __future__ import annotations

import argparse
from collections import defaultdict
from datetime import date
from typing import Any

from opennrm.access.scope import as_system
from opennrm.agencies import queries as agencies
from opennrm.casefile import queries as casefile
from opennrm.command.answer import Answer, table
from opennrm.command.packs import sound_pack
from opennrm.duties import adopting, planning
from opennrm.duties.pack import Pack, packs
from opennrm.duties.sops import confirmed_sop
from opennrm.duties.trying import Change, Tried, try_pack
from opennrm.lib import clock
from opennrm.lib.problems import Problem
from opennrm.lib.progress import progress

HEADINGS = {
    Change.APPEARS: "new",
    Change.MOVES_AWAY: "moves away",
    Change.MOVES_HERE: "moves here",
    Change.CHANGES_LIMIT: "new limit",
    Change.ENDS: "ends",
    Change.GAP: "nobody",
}


def try_it(args: argparse.Namespace) -> Answer:
    """Prints what a procedure would change on the whole open caseload; reads only."""
    pack = sound_pack(args.pack)
    with as_system("sop", reason=f"trying {pack.id}") as actor:
        if packs().get(pack.id) and args.pack == pack.id:
            pack = confirmed_sop(pack.id)
        with progress(f"Trying {pack.id}", casefile.count_open()) as show:
            tried = try_pack(pack, by=actor, progress=lambda done, _of: show(done))
        codes = {card.id: card.code for card in agencies.offices().values()}
        day = planning.planned_from(pack.id)
    text, found = _as_text(tried, pack, codes), _as_object(tried, pack, codes)
    if day:
        text = f"{pack.id} is planned from {day}.\n{text}"
    return Answer(text=text, object=found | {"planned_from": day and day.isoformat()})


def _as_object(tried: Tried, pack: Pack, codes: dict[int, str]) -> dict[str, Any]:
    return {
        "pack": tried.pack,
        "draft": pack.draft,
        "cases": tried.cases,
        "cases_changed": tried.cases_changed,
        "totals": {str(change): tried.total(change) for change in Change},
        "by_office": _sums(tried, "office", lambda office, _rule: codes[office] if office else None),
        "by_rule": _sums(tried, "rule", lambda _office, rule: rule),
    }


def _sums(tried: Tried, name: str, by: Any) -> list[dict[str, Any]]:
    sums: dict[Any, dict[str, int]] = defaultdict(lambda: {str(change): 0 for change in Change})
    for (change, office, rule), count in tried.counted.items():
        sums[by(office, rule)][str(change)] += count
    ordered = sorted(sums.items(), key=lambda item: (-sum(item[1].values()), str(item[0])))
    return [{name: key, **counts} for key, counts in ordered]


def _as_text(tried: Tried, pack: Pack, codes: dict[int, str]) -> str:
    found = _as_object(tried, pack, codes)
    first = f"{tried.cases} open cases, {tried.cases_changed} of them would change under {tried.pack}"
    first += ", which is a draft." if pack.draft else "."
    if not tried.counted:
        return f"{first}\nNo duty would appear, move, change its limit or end."
    counted = [str(change) for change in Change]
    heads = [HEADINGS[change] for change in Change]
    total = table(["", *heads], [["duties", *(found["totals"][one] for one in counted)]])
    offices = table(
        ["office", *heads],
        [[row["office"] or "-", *(row[one] for one in counted)] for row in found["by_office"]],
    )
    rules = table(
        ["rule", *heads], [[row["rule"], *(row[one] for one in counted)] for row in found["by_rule"]]
    )
    return "\n\n".join([first, total, offices, rules])


def adopt(args: argparse.Namespace) -> Answer:
    """Lets every open case go over to a procedure, or plans it for a day to come; run again, it goes on where it stopped."""
    pack = sound_pack(args.pack)
    if args.pack not in packs():
        raise Problem(
            "pack_not_installed", f"{args.pack} is a folder: only a procedure named by its id is adopted."
        )
    if args.effective_on > clock.today():
        return _plan(pack, args.effective_on)
    reason = f"adopting {pack.id} from {args.effective_on}"
    done = 0
    with as_system("sop", reason=reason):
        waiting = casefile.count_open_without(pack.id)
    with progress(f"Adopting {pack.id}", waiting) as show:
        for have_it, of in adopting.adopt(
            pack, effective_on=args.effective_on, scope=lambda: as_system("sop", reason=reason)
        ):
            done = waiting - (of - have_it)
            show(max(done, 0))
    answer = {
        "pack": pack.id,
        "from": args.effective_on.isoformat(),
        "cases": max(done, 0),
        "finished": True,
        "planned": False,
    }
    text = (
        f"{answer['cases']} open cases went over to {pack.id}."
        if done > 0
        else f"Every open case has {pack.id}."
    )
    return Answer(text=text, object=answer)


def _plan(pack: Pack, day: date) -> Answer:
    with as_system("sop", reason=f"planning {pack.id} from {day}") as actor:
        planning.plan(pack, effective_on=day, by=actor)
    answer = {"pack": pack.id, "from": day.isoformat(), "cases": 0, "finished": False, "planned": True}
    text = f"{pack.id} is planned from {day}. Nothing changes before that day; the sweep carries it out."
    return Answer(text=f"{text} Until then `opennrm sop call-off` takes it back.", object=answer)


def call_off(args: argparse.Namespace) -> Answer:
    """Calls the planned adoption off, as long as its day has not come."""
    with as_system("sop", reason="calling the planned adoption off") as actor:
        was = planning.call_off(by=actor)
    text = f"The adoption of {was.pack} from {was.effective_on} is called off."
    return Answer(text=text, object={"pack": was.pack, "from": was.effective_on.isoformat()})


def confirm(args: argparse.Namespace) -> Answer:
    """Enters that the country confirmed the limit of a rule: from then on it acts."""
    pack = sound_pack(args.pack)
    with as_system("sop", reason=f"confirming {args.rule} of {pack.id}") as actor:
        count = adopting.confirm(pack, rule=args.rule, reference=args.reference, by=actor)
    text = f"The limit of {args.rule} is confirmed: it lapses and escalates. {count} running duties act on it from now."
    return Answer(text=text, object={"pack": pack.id, "rule": args.rule, "running_duties": count})
