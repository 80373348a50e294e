"""Days and months as money is counted by: in a zone that admins choose, not in UTC.

A day is a number such as 20261122, a month one such as 202611; so both sort as time goes, and no
month is ever taken for a day.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from kotodom.clock import SECOND


class Days:
    """The calendar of one zone, which may be changed while we run."""

    def __init__(self, zone: str = "UTC") -> None:
        self.use(zone)

    def use(self, zone: str) -> None:
        """Count by that IANA zone from now on; raises what ZoneInfo raises about its name."""
        # UTC needs no zone data, which not every machine has.
        self._zone: tzinfo = UTC if zone == "UTC" else ZoneInfo(zone)
        self.zone = zone

    def today(self, now: int) -> date:
        """The date at *now* (milliseconds, as everywhere)."""
        return datetime.fromtimestamp(now / SECOND, UTC).astimezone(self._zone).date()

    def day(self, now: int) -> int:
        """The number of the day."""
        return number(self.today(now))

    def month(self, now: int) -> int:
        """The number of the month."""
        return self.day(now) // 100

    def last(self, now: int, days: int) -> list[int]:
        """So many days up to today, oldest first."""
        today = self.today(now)
        return [number(today - timedelta(back)) for back in reversed(range(days))]

    def this_day(self, now: int) -> int:
        """When today began, in milliseconds."""
        return self._begin(self.today(now))

    def this_month(self, now: int) -> int:
        """When this month began, in milliseconds."""
        return self._begin(self.today(now).replace(day=1))

    def next_day(self, now: int) -> int:
        """When tomorrow begins, in milliseconds."""
        return self._begin(self.today(now) + timedelta(1))

    def next_month(self, now: int) -> int:
        """When the next month begins, in milliseconds."""
        return self._begin((self.today(now).replace(day=1) + timedelta(32)).replace(day=1))

    def _begin(self, day: date) -> int:
        begin = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        return round(begin.timestamp() * SECOND)


def number(day: date) -> int:
    """The number of a date."""
    return day.year * 10_000 + day.month * 100 + day.day
