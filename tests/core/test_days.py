"""Days and months as money is counted by."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from kotodom.days import Days


def at(*when: int, zone: str = "UTC") -> int:
    moment = datetime(*when, tzinfo=UTC if zone == "UTC" else ZoneInfo(zone))  # type: ignore[arg-type,misc]
    return round(moment.timestamp() * 1000)


def test_a_day_begins_at_midnight_of_the_zone() -> None:
    days = Days("Europe/Moscow")
    late = at(2026, 11, 30, 21, 0)
    assert days.day(late - 1) == 20261130
    assert days.day(late) == 20261201
    assert days.month(late - 1) == 202611
    assert days.month(late) == 202612
    assert days.next_day(late - 1) == late
    assert days.next_month(late - 1) == late


def test_the_zone_changes_while_we_run() -> None:
    days = Days()
    noon = at(2026, 1, 1, 12)
    days.use("Pacific/Kiritimati")
    assert days.day(noon) == 20260102
    assert days.zone == "Pacific/Kiritimati"


def test_a_day_with_another_hour_in_it_ends_at_the_next_midnight() -> None:
    days = Days("Europe/Berlin")
    assert days.next_day(at(2026, 10, 25, 1, zone="Europe/Berlin")) == at(
        2026, 10, 26, zone="Europe/Berlin"
    )


def test_the_last_days_cross_months_and_years() -> None:
    days = Days()
    assert days.last(at(2027, 1, 2, 5), 4) == [20261230, 20261231, 20270101, 20270102]
    assert days.next_month(at(2026, 12, 31, 5)) == at(2027, 1, 1)
    assert days.next_month(at(2027, 1, 31, 5)) == at(2027, 2, 1)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(KeyError):
        Days("Europe/Atlantis")
