"""Hours, days, months and working days from an instant, in the time zone of a country."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import holidays

# A pattern for any country: Saturday and Sunday, and no public holiday of its own.
ANY_COUNTRY = "ZZ"


class WorkingCalendar:
    """The working days of a country: its weekend, its public holidays, and days added by hand."""

    def __init__(self, country: str, zone: str, extra_holidays: Iterable[date] = ()) -> None:
        self.country = country
        self.zone = ZoneInfo(zone)
        self.extra_holidays = frozenset(extra_holidays)
        self._counted: dict[tuple[date, int], date] = {}

    @cached_property
    def _public_holidays(self) -> holidays.HolidayBase:
        if self.country == ANY_COUNTRY:
            return holidays.HolidayBase()
        return holidays.country_holidays(self.country)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on this day."""
        if day.weekday() in self._public_holidays.weekend:
            return False
        return day not in self.extra_holidays and day not in self._public_holidays

    def local_day(self, instant: datetime) -> date:
        """The day it is in the country at this instant."""
        return instant.astimezone(self.zone).date()

    def add_hours(self, instant: datetime, hours: int) -> datetime:
        """Elapsed hours: 24 hours are 24 hours also on the night the clocks change."""
        return instant.astimezone(UTC) + timedelta(hours=hours)

    def add_days(self, instant: datetime, days: int) -> datetime:
        """The same time of day, so many calendar days later."""
        return self._same_time_on(instant, self.local_day(instant) + timedelta(days=days))

    def add_months(self, instant: datetime, months: int) -> datetime:
        """The same time of day on the same day of a later month, or on its last day."""
        day = self.local_day(instant)
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        last = monthrange(year, month + 1)[1]
        return self._same_time_on(instant, date(year, month + 1, min(day.day, last)))

    def add_working_days(self, instant: datetime, days: int) -> datetime:
        """The same time of day, so many working days later; the day it starts on does not count."""
        if days < 0:
            raise ValueError("working days are counted forward")
        return self._same_time_on(instant, self._working_day_after(self.local_day(instant), days))

    def _working_day_after(self, day: date, days: int) -> date:
        # Over a whole caseload the same days are counted again and again.
        if (found := self._counted.get((day, days))) is None:
            found, left = day, days
            while left:
                found += timedelta(days=1)
                left -= self.is_working_day(found)
            self._counted[day, days] = found
        return found

    def _same_time_on(self, instant: datetime, day: date) -> datetime:
        local = instant.astimezone(self.zone)
        # A time that does not exist on the night the clocks go forward becomes the hour after the gap,
        # because zoneinfo reads it with the offset before the change; fold 0 takes the first of two.
        return datetime.combine(day, local.time(), self.zone).replace(fold=0).astimezone(UTC)
