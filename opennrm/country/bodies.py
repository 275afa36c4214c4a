"""The bodies of a country as typed values: what its files say, nothing of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Region:
    """A region by its ISO 3166-2 code; the slug makes office codes."""

    code: str
    slug: str
    name: str
    name_sq: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body of the mechanism, of a kind of HTCDS."""

    code: str
    name: str
    name_sq: str
    kind: str


@dataclass(frozen=True, slots=True)
class Office:
    """A place of work of an organisation."""

    code: str
    name: str
    name_sq: str
    organisation: str
    region: str | None
    is_state: bool
    opened_on: date
    closed_on: date | None
    substitute: str | None


@dataclass(frozen=True, slots=True)
class Competence:
    """An office is competent for a role in a region, or in the whole country, between two dates."""

    office: str
    role: str
    region: str | None
    since: date
    until: date | None
    rank: int
    source: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post of an office, the invented person who holds it and her demo account, where there is one."""

    office: str
    title: str
    title_sq: str
    role: str
    permanent: bool
    is_head: bool
    officer: str
    username: str
    since: date


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """A legal order that opens data of every case to an office."""

    office: str
    classes: tuple[str, ...]
    since: date
    reference: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country with its bodies."""

    code: str
    name: str
    name_sq: str
    currency: str
    languages: tuple[str, ...]
    sop: str
    responsible_authority: str
    national_coordinator: str
    regions: tuple[Region, ...]
    organisations: tuple[Organisation, ...]
    offices: tuple[Office, ...]
    competences: tuple[Competence, ...]
    posts: tuple[Post, ...]
    orders: tuple[StandingOrder, ...]

    @property
    def office_codes(self) -> frozenset[str]:
        """The codes that a case file may name."""
        return frozenset(office.code for office in self.offices)

    @property
    def region_codes(self) -> frozenset[str]:
        """The regions that a case file may name."""
        return frozenset(region.code for region in self.regions)

    def regions_with(self, role: str, since: date, until: date) -> tuple[str, ...]:
        """The regions in which some office was competent for a role on a day of the period."""
        return tuple(
            sorted(
                {
                    held.region
                    for held in self.competences
                    if held.role == role
                    and held.region is not None
                    and held.since <= until
                    and (held.until is None or held.until >= since)
                }
            )
        )
