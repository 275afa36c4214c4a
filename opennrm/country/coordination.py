"""Loads the bodies that coordinate the mechanism, and the agreements between organisations, from a country's file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from opennrm.access.scope import Actor
from opennrm.agencies.queries import office_by_code
from opennrm.coordination import actions, queries
from opennrm.coordination.actions import NewAgreement, NewBody, NewSeat
from opennrm.country.bodies import Country
from opennrm.country.files import ALBANIA, USUAL_OPENING

FILE = "bodies-of-coordination.yaml"
Entry = dict[str, Any]


def load(country: Country, *, by: Actor, path: Path = ALBANIA) -> None:
    """Establishes the bodies and enters the agreements; running it again changes nothing."""
    found = written(path)
    actions.establish(list(bodies(country, found)), by=by)
    keeper = office_by_code(country.national_coordinator)
    assert keeper is not None
    organisations = queries.organisation_ids()
    for entry in found["agreements"]:
        if not queries.agreement_stands(entry["subject"], entry["signed_on"]):
            actions.enter_agreement(new=_agreement(entry, organisations), kept_by=keeper.id, by=by)


def written(path: Path = ALBANIA) -> Entry:
    """The file of the bodies as it stands."""
    found: Entry = yaml.safe_load((path / FILE).read_text(encoding="utf-8"))
    return found


def bodies(country: Country, found: Entry) -> Iterator[NewBody]:
    """The bodies of the whole country, then the committee of each region."""
    for entry in found["bodies"]:
        yield _body(entry, country)
    family = found["regional"]
    for region in country.regions:
        words = {"slug": region.slug, "name": region.name, "name_sq": region.name_sq}
        seats = [
            {**seat, "office": seat["office"].format(**words)}
            for seat in family["seats"]
            if seat["office"].format(**words) in country.office_codes
        ]
        named = {key: family[key].format(**words) for key in ("code", "name", "name_sq")}
        yield _body({**family, **named, "seats": seats}, country, region.code)


def _body(entry: Entry, country: Country, region: str | None = None) -> NewBody:
    opened = {office.code: office.opened_on for office in country.offices}
    return NewBody(
        code=entry["code"],
        name=entry["name"],
        name_sq=entry["name_sq"],
        kind=entry["kind"],
        kept_by=entry["kept_by"],
        quorum=entry["quorum"],
        seats=tuple(_seat(seat, opened) for seat in entry["seats"]),
        region=region,
        source=entry["source"],
    )


def _seat(seat: Entry, opened: dict[str, date]) -> NewSeat:
    office = seat.get("office", "")
    return NewSeat(
        title=seat["title"],
        title_sq=seat["title_sq"],
        since=opened[office] if office else USUAL_OPENING,
        office=office,
        is_chair=seat.get("is_chair", False),
    )


def _agreement(entry: Entry, organisations: dict[str, int]) -> NewAgreement:
    return NewAgreement(
        subject=entry["subject"],
        signed_on=entry["signed_on"],
        expires_on=entry.get("expires_on"),
        parties=tuple(organisations[code] for code in entry["parties"]),
        source=entry["source"],
    )
