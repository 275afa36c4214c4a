"""Reads a country from its folder of YAML files and refuses one that contradicts itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from opennrm.country.bodies import Competence, Country, Office, Organisation, Post, Region, StandingOrder
from opennrm.country.names import staff_name

ALBANIA = Path(__file__).parent / "albania"
USUAL_OPENING = date(2006, 1, 1)
Entry = dict[str, Any]


class CountryRefused(Exception):
    """The sentence that says what contradicts itself in a country's files."""


def load_country(path: Path = ALBANIA) -> Country:
    """The country described in a folder."""
    about = _read(path, "country")
    regions = tuple(Region(**entry) for entry in _read(path, "regions")["regions"])
    organisations = tuple(Organisation(**entry) for entry in _read(path, "organisations")["organisations"])
    entries = list(_office_entries(path, regions))
    accounts = _read(path, "accounts")["accounts"]
    about["languages"] = tuple(about["languages"])
    country = Country(
        **about,
        regions=regions,
        organisations=organisations,
        offices=tuple(map(_office, entries)),
        competences=tuple(held for entry in entries for held in _competences(entry)),
        posts=tuple(_posts(entries, accounts)),
        orders=tuple(map(_order, _read(path, "orders")["orders"])),
    )
    _check(country)
    return country


def _read(path: Path, name: str) -> Entry:
    found: Entry = yaml.safe_load((path / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def _office_entries(path: Path, regions: Iterable[Region]) -> Iterator[Entry]:
    yield from _read(path, "offices-national")["offices"]
    by_code = {region.code: region for region in regions}
    for family in _read(path, "offices-regional")["families"]:
        for code in family.get("regions", by_code):
            yield _member(family, by_code[code])
    for unit in _read(path, "mobile-units")["mobile_units"]:
        yield _mobile_unit(unit, by_code[unit["region"]])


def _member(family: Entry, region: Region) -> Entry:
    words = {"slug": region.slug, "name": region.name, "name_sq": region.name_sq}
    entry = {key: family[key].format(**words) for key in ("code", "name", "name_sq")}
    held = {"roles": family["roles"], "regions": [region.code]}
    shared = {key: family[key] for key in ("organisation", "posts", "substitute") if key in family}
    return {**shared, **entry, "region": region.code, "competence": [held]}


def _mobile_unit(unit: Entry, region: Region) -> Entry:
    held = {
        "roles": ["mobile_unit"],
        "regions": [region.code],
        "since": unit["since"],
        "source": unit["source"],
    }
    return {
        "code": f"miu-{region.slug}",
        "name": f"Mobile identification unit, {region.name}",
        "name_sq": f"Njësia lëvizëse e identifikimit, {region.name_sq}",
        "organisation": unit["organisation"],
        "is_state": False,
        "region": region.code,
        "opened_on": unit["since"],
        "competence": [held],
        "posts": [_UNIT_LEAD, _UNIT_POLICE],
    }


_UNIT_LEAD = {
    "title": "Lead social worker of the mobile unit",
    "title_sq": "Punonjës social drejtues i njësisë lëvizëse",
    "role": "head",
    "is_head": True,
    "permanent": False,
}
_UNIT_POLICE = {
    "title": "Police officer with the mobile unit",
    "title_sq": "Oficer policie pranë njësisë lëvizëse",
    "role": "case_worker",
    "permanent": False,
}


def _office(entry: Entry) -> Office:
    return Office(
        code=entry["code"],
        name=entry["name"],
        name_sq=entry["name_sq"],
        organisation=entry["organisation"],
        region=entry.get("region"),
        is_state=entry.get("is_state", True),
        opened_on=entry.get("opened_on", USUAL_OPENING),
        closed_on=entry.get("closed_on"),
        substitute=entry.get("substitute"),
    )


def _competences(entry: Entry) -> Iterator[Competence]:
    for held in entry.get("competence", ()):
        for role in held["roles"]:
            for region in held.get("regions", [None]):
                yield Competence(
                    office=entry["code"],
                    role=role,
                    region=region,
                    since=held.get("since", entry.get("opened_on", USUAL_OPENING)),
                    until=held.get("until"),
                    rank=held.get("rank", 1),
                    source=held.get("source", ""),
                )


def _posts(entries: Iterable[Entry], accounts: Iterable[Entry]) -> Iterator[Post]:
    opened = {entry["code"]: entry.get("opened_on", USUAL_OPENING) for entry in entries}
    written = [(account["office"], account) for account in accounts]
    written += [(entry["code"], post) for entry in entries for post in entry.get("posts", ())]
    for number, (office, post) in enumerate(written):
        yield Post(
            office=office,
            title=post["title"],
            title_sq=post["title_sq"],
            role=post["role"],
            permanent=post.get("permanent", True),
            is_head=post.get("is_head", False),
            officer=post.get("name") or staff_name(number),
            username=post.get("username", ""),
            since=opened.get(office, USUAL_OPENING),
        )


def _order(entry: Entry) -> StandingOrder:
    return StandingOrder(entry["office"], tuple(entry["classes"]), entry["since"], entry["reference"].strip())


def _check(country: Country) -> None:
    organisations = {organisation.code for organisation in country.organisations}
    regions: frozenset[str | None] = country.region_codes | {None}
    for code, count in Counter(office.code for office in country.offices).items():
        _require(count == 1, f"Two offices have the code {code}.")
    for office in country.offices:
        _require(office.organisation in organisations, f"{office.code} belongs to no known organisation.")
        _require(office.region in regions, f"{office.code} lies in no known region.")
    for held in country.competences:
        _require(held.region in regions, f"{held.office} is competent for an unknown region.")
    substitutes = [office.substitute for office in country.offices if office.substitute]
    named = [
        *substitutes,
        *(post.office for post in country.posts),
        *(order.office for order in country.orders),
    ]
    for code in [*named, country.responsible_authority, country.national_coordinator]:
        _require(code in country.office_codes, f"There is no office {code}.")


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise CountryRefused(sentence)
