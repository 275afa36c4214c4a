from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time

from django.utils.translation import gettext_lazy as _

from opennrm.access import actions as access
from opennrm.access import audit, queries
from opennrm.access.models import Deployment
from opennrm.access.scope import Actor
from opennrm.agencies import actions as agencies
from opennrm.agencies.queries import office_by_code
from opennrm.casefile.models import Case, ImportedRow
from opennrm.country import children, consent, coordination, shelters
from opennrm.country.bodies import Country
from opennrm.country.caseload import whole_caseload
from opennrm.country.files import load_country
from opennrm.exchange.importing import Imported, import_cases
from opennrm.exchange.rules import CaseRow
from opennrm.lib.problems import Problem

Show = Callable[[int], None]
NOT_A_DEMO = _(
    "This database holds cases that are not a demonstration. Load the country with --without-caseload."
)


def load_bodies(*, with_accounts: bool, by: Actor) -> Country:
    """Establishes the reference country's bodies, standing orders and texts of consent; running it again changes nothing."""
    country = load_country()
    agencies.establish(_establishment(country), with_accounts=with_accounts, by=by)
    for order in country.orders:
        office = office_by_code(order.office)
        assert office is not None
        since = datetime.combine(order.since, time(0), UTC)
        access.enter_order(
            office=office.id, classes=order.classes, reference=order.reference, since=since, by=by
        )
    coordination.load(country, by=by)
    consent.load(by=by)
    shelters.load(by=by)
    children.load(by=by)
    return country


def mark(country: str, *, demo: bool, by: Actor) -> None:
    """Writes which country this database serves; a demonstration stays one for good."""
    row = queries.deployment()
    if row is None:
        Deployment.objects.create(country=country, is_demo=demo)
    elif demo and not row.is_demo:
        if not _is_empty():
            raise Problem("not_a_demo", NOT_A_DEMO)
        Deployment.objects.update(is_demo=True)
    audit.record("country.mark", detail={"country": country, "demo": demo})


def load_caseload(*, by: Actor, show: Show = lambda done: None) -> Imported:
    """Imports the invented caseload of 2019 and 2020 like any case file; running it again changes nothing."""

    def source() -> Iterator[CaseRow]:
        yield from whole_caseload()

    return import_cases(source, office=None, by=by, show=show)


def cohort_is_missing() -> bool:
    """Whether no case has been entered by an office yet: every case that stands came from a file."""
    return not Case.objects.exclude(id__in=ImportedRow.objects.values("case_id")).exists()


def _is_empty() -> bool:
    return not Case.objects.exists()


def _invented_phone(number: int) -> str:
    """A number that nobody can have: no area and no network of the country begins with 00."""
    return f"+355 00 {number:03d} 000"


def _establishment(country: Country) -> agencies.Establishment:
    return agencies.Establishment(
        regions=[agencies.NewRegion(r.code, r.name, r.name_sq) for r in country.regions],
        organisations=[
            agencies.NewOrganisation(o.code, o.name, o.name_sq, o.kind) for o in country.organisations
        ],
        offices=[
            agencies.NewOffice(
                code=o.code,
                name=o.name,
                name_sq=o.name_sq,
                organisation=o.organisation,
                is_state=o.is_state,
                opened_on=o.opened_on,
                region=o.region,
                closed_on=o.closed_on,
                substitute=o.substitute,
                phone=_invented_phone(number),
            )
            for number, o in enumerate(country.offices, start=100)
        ],
        competences=[
            agencies.NewCompetence(c.office, c.role, c.region, c.since, c.until, c.rank, c.source)
            for c in country.competences
        ],
        posts=[
            agencies.NewPost(
                office=p.office,
                title=p.title,
                title_sq=p.title_sq,
                role=p.role,
                permanent=p.permanent,
                since=p.since,
                is_head=p.is_head,
                officer=p.officer,
                username=p.username or None,
                phone=_invented_phone(number) if p.officer else "",
            )
            for number, p in enumerate(country.posts, start=500)
        ],
    )
