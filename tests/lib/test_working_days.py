from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opennrm.lib import clock
from opennrm.lib.working_days import WorkingCalendar

TIRANE = ZoneInfo("Europe/Tirane")
ALBANIA = WorkingCalendar("AL", "Europe/Tirane")

instants = st.integers(0, 96_000).map(lambda hours: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=TIRANE)


def test_weekends_and_public_holidays_are_not_working_days() -> None:
    assert not ALBANIA.is_working_day(date(2020, 11, 14))
    assert not ALBANIA.is_working_day(date(2020, 12, 25))
    assert ALBANIA.is_working_day(date(2020, 11, 16))


def test_a_holiday_added_by_hand_is_not_a_working_day() -> None:
    mourning = WorkingCalendar("AL", "Europe/Tirane", [date(2020, 11, 16)])
    assert not mourning.is_working_day(date(2020, 11, 16))


def test_five_working_days_pass_over_weekend_and_holidays() -> None:
    # 28 and 29 November 2020 fall on a weekend and are kept on Monday and Tuesday.
    assert ALBANIA.add_working_days(local(2020, 11, 25, 9), 5) == local(2020, 12, 4, 9)


def test_a_working_day_limit_from_a_saturday_counts_from_monday() -> None:
    assert ALBANIA.add_working_days(local(2020, 11, 14, 15), 1) == local(2020, 11, 16, 15)


def test_the_day_in_the_country_counts_not_the_day_in_utc() -> None:
    late_sunday_utc = datetime(2020, 11, 15, 23, 30, tzinfo=UTC)
    assert ALBANIA.add_working_days(late_sunday_utc, 1) == local(2020, 11, 17, 0, 30)


def test_hours_elapse_and_days_keep_the_time_of_day_when_the_clocks_change() -> None:
    before = local(2020, 3, 28, 12)
    assert ALBANIA.add_hours(before, 24) == local(2020, 3, 29, 13)
    assert ALBANIA.add_days(before, 1) == local(2020, 3, 29, 12)


def test_a_time_of_day_that_does_not_exist_becomes_the_hour_after() -> None:
    assert ALBANIA.add_days(local(2020, 3, 28, 2, 30), 1) == local(2020, 3, 29, 3, 30)


def test_a_month_from_the_last_day_ends_on_the_last_day() -> None:
    assert ALBANIA.add_months(local(2020, 1, 31, 8), 1) == local(2020, 2, 29, 8)
    assert ALBANIA.add_months(local(2020, 11, 30, 8), 3) == local(2021, 2, 28, 8)


@given(instants, st.integers(0, 40))
def test_working_days_end_on_a_working_day_with_that_many_between(start: datetime, days: int) -> None:
    end = ALBANIA.add_working_days(start, days)
    first, last = ALBANIA.local_day(start), ALBANIA.local_day(end)
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(map(ALBANIA.is_working_day, between)) == days
    assert days == 0 or ALBANIA.is_working_day(last)


@given(instants, st.integers(0, 20), st.integers(0, 20))
def test_a_longer_limit_never_ends_earlier(start: datetime, days: int, more: int) -> None:
    for add in (ALBANIA.add_hours, ALBANIA.add_days, ALBANIA.add_months, ALBANIA.add_working_days):
        assert add(start, days + more) >= add(start, days)


def test_working_days_are_not_counted_backward() -> None:
    with pytest.raises(ValueError, match="forward"):
        ALBANIA.add_working_days(local(2020, 1, 10), -1)


def test_a_stopped_clock_tells_the_same_instant_until_it_is_let_go() -> None:
    with clock.stopped_at(local(2020, 6, 1, 12)):
        assert clock.now() == datetime(2020, 6, 1, 10, tzinfo=UTC)
    assert clock.now() > datetime(2024, 1, 1, tzinfo=UTC)


def test_a_clock_is_not_stopped_at_a_time_without_a_zone() -> None:
    naive = local(2020, 6, 1).replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"), clock.stopped_at(naive):
        pass
