"""What lies before a body, counted from the ledger in the name of the statistics: numbers by region, never a case."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count

from opennrm.access.scope import as_system
from opennrm.coordination.models import Body, Meeting
from opennrm.coordination.rules import shown_count
from opennrm.duties.models import OPEN, Duty, Event, Offer
from opennrm.duties.rules import OfferState
from opennrm.identification.assessment_rules import Element, View, disagreements
from opennrm.identification.models import Assessment
from opennrm.lib import clock

# Without an earlier meeting a body looks back so far.
FIRST_LOOK_BACK = timedelta(days=365)
COUNTED = ("lapses", "gaps", "disagreements", "declines")
Line = dict[str, str | int | None]
_Counts = dict[str | None, dict[str, int]]


def agenda(body: Body, on: date) -> list[Line]:
    """Lapses, declines and disagreements since the body met before, and needs without an office now, by region."""
    until = min(clock.midnight(on + timedelta(days=1)), clock.now())
    with as_system("statistics", reason=f"agenda of {body.code}"):
        counted = _counted(_since(body, on), until)
    found: list[str | None] = sorted(counted, key=lambda code: code or "")
    regions = [body.region_id] if body.region_id else found
    return [
        {"region": region, **{what: shown_count(counted[region][what]) for what in COUNTED}}
        for region in regions
    ]


def _since(body: Body, on: date) -> datetime:
    met = Meeting.objects.filter(body=body, on__lt=on, recorded_at__isnull=False).order_by("-on").first()
    return clock.midnight(met.on + timedelta(days=1)) if met else clock.midnight(on - FIRST_LOOK_BACK)


def _counted(since: datetime, until: datetime) -> _Counts:
    found: _Counts = defaultdict(lambda: dict.fromkeys(COUNTED, 0))
    window = (since, until)
    lapses = Event.objects.filter(kind="lapsed", at__range=window, duty__case__isnull=False)
    gaps = Duty.objects.filter(kind="find_provider", state__in=OPEN)
    declines = Offer.objects.filter(state=OfferState.DECLINED, answered_at__range=window)
    for region, number in lapses.values_list("duty__region").annotate(Count("id")).order_by():
        found[region]["lapses"] = number
    for region, number in gaps.values_list("region").annotate(Count("case", distinct=True)).order_by():
        found[region]["gaps"] = number
    for region, number in declines.values_list("duty__region").annotate(Count("id")).order_by():
        found[region]["declines"] = number
    for region in _disagreeing(since, until):
        found[region]["disagreements"] += 1
    return found


def _disagreeing(since: datetime, until: datetime) -> list[str | None]:
    latest: dict[UUID, dict[int, Assessment]] = defaultdict(dict)
    region_of: dict[UUID, str | None] = {}
    assessed = Assessment.objects.filter(made_at__range=(since, until)).values("case")
    rows = Assessment.objects.filter(case__in=assessed, made_at__lte=until).select_related("case")
    for row in rows.order_by("made_at"):
        latest[row.case_id][row.office_id] = row
        region_of[row.case_id] = row.case.region_id
    views = {case: [_view(row) for row in by_office.values()] for case, by_office in latest.items()}
    return [region_of[case] for case, seen in views.items() if disagreements(seen)]


def _view(row: Assessment) -> View:
    return View(Element(row.act), Element(row.means) if row.means else None, Element(row.purpose))
