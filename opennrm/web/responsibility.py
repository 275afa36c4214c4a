from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, cast

from django.utils import timezone
from django.utils.safestring import SafeString

from opennrm.agencies.queries import OfficeCard, OfficerCard
from opennrm.duties.queries import Bar as HeldBar
from opennrm.duties.queries import DutyHistory
from opennrm.web.timeline import Bar, TimelineDuty, responsibility_timeline

# A picture of one day needs room on both sides, and one of years must not hide its end.
LEAST, MOST_AHEAD = timedelta(days=2), 0.5


def picture(
    histories: Sequence[DutyHistory],
    *,
    at: datetime,
    offices: Mapping[int, OfficeCard],
    officers: Mapping[int, OfficerCard],
) -> SafeString | None:
    """The responsibility timeline as it stood at an instant; None before there was any duty."""
    rows = [_row(history, at, offices, officers) for history in histories if history.duty.started_at <= at]
    if not rows:
        return None
    begins = min(row.started_at for row in rows if row.started_at)
    so_far = max(timezone.localtime(at) - begins, LEAST)
    dues = [row.due for row in rows if row.due]
    ahead = min(max([*dues, begins]), timezone.localtime(at) + so_far * MOST_AHEAD)
    ends = max(ahead, timezone.localtime(at)) + so_far * 0.05
    return responsibility_timeline(rows, begins=begins - so_far * 0.03, ends=ends, now=timezone.localtime(at))


def _row(
    history: DutyHistory, at: datetime, offices: Mapping[int, OfficeCard], officers: Mapping[int, OfficerCard]
) -> TimelineDuty:
    duty = history.duty
    over = duty.ended_at is not None and duty.ended_at <= at
    return TimelineDuty(
        label=duty.label,
        due=_local(duty.due_at),
        holdings=tuple(_bar(bar, at, offices, officers) for bar in history.bars if bar.since <= at),
        suspensions=tuple(
            (timezone.localtime(since), _past(until, at)) for since, until in history.pauses if since <= at
        ),
        lapsed_at=_past(duty.lapsed_at, at),
        ended_at=_local(duty.ended_at) if over else None,
        ended_as=cast(Literal["fulfilled", "waived", "ended"], duty.state) if over else None,
        started_at=timezone.localtime(duty.started_at),
    )


def _bar(
    bar: HeldBar, at: datetime, offices: Mapping[int, OfficeCard], officers: Mapping[int, OfficerCard]
) -> Bar:
    person = officers.get(bar.person) if bar.person else None
    return Bar(
        offices[bar.office].shown,
        timezone.localtime(bar.since),
        _past(bar.until, at),
        person.name if person else None,
    )


def _past(instant: datetime | None, at: datetime) -> datetime | None:
    return timezone.localtime(instant) if instant is not None and instant <= at else None


def _local(instant: datetime | None) -> datetime | None:
    return timezone.localtime(instant) if instant is not None else None
