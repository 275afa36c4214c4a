"""Legal orders of a demonstration: entered and confirmed again through the ordinary actions, each by its own office."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from opennrm.access.scope import acting
from opennrm.country.files import ALBANIA
from opennrm.country.replaying import Replay
from opennrm.lib import clock
from opennrm.orders import actions
from opennrm.orders.rules import Authority, Fact, NewOrder, Purpose, Scope

HERE = ZoneInfo("Europe/Tirane")
Entry = dict[str, Any]


def written() -> list[Entry]:
    """The orders of the file."""
    found: list[Entry] = yaml.safe_load((ALBANIA / "live-orders.yaml").read_text(encoding="utf-8"))["orders"]
    return found


def keep(replay: Replay) -> None:
    """Enters what the file says, and confirms it where another office did."""
    for entry in written():
        _keep(entry, clock.local_day(replay.now), replay)


def _keep(entry: Entry, today: date, replay: Replay) -> None:
    entered, confirmed = entry["entered"], entry.get("confirmed")
    on = today + timedelta(days=entered["days"])
    with clock.stopped_at(datetime.combine(on, time(10), HERE)), acting(replay.actor_of(entered["by"])) as by:
        order = actions.enter(new=_new(entry, on, replay), by=by)
    if confirmed:
        at = datetime.combine(today + timedelta(days=confirmed["days"]), time(11), HERE)
        with clock.stopped_at(at), acting(replay.actor_of(confirmed["by"])) as by:
            actions.confirm(order=order, by=by)


def _new(entry: Entry, on: date, replay: Replay) -> NewOrder:
    return NewOrder(
        authority=Authority(entry["authority"]),
        issued_by=entry["issued_by"],
        number=entry["number"],
        dated=on + timedelta(days=entry["dated"] - entry["entered"]["days"]),
        legal_basis=entry["legal_basis"],
        classes=tuple(entry["classes"]),
        scope=Scope(entry["scope"]),
        offices=tuple(replay.offices[code].id for code in entry["offices"]),
        purpose=Purpose(entry["purpose"]),
        since=on,
        until=on + timedelta(days=entry["days"]),
        region=entry.get("region", ""),
        fact=Fact(entry["fact"]) if "fact" in entry else "",
        scan_reference=entry["scan_reference"],
    )
