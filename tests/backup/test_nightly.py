"""The nightly backup: when it runs, what it keeps, who hears of its failure."""

from pathlib import Path

import pytest

from kotodom.backup.files import find_backups, name_of
from kotodom.backup.nightly import JOB, Backups
from kotodom.clock import SECOND
from kotodom.config import Config
from kotodom.errors import BackupFailed
from kotodom.schedule import Schedule, TimeOfDay
from kotodom.settings import BACKUP_KEEP, BACKUP_TIME, TIMEZONE, Settings
from tests.support.clock import FakeClock

DAY = 24 * 3600 * SECOND


class _Copies:
    """Makes backups of one byte."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None

    async def make(self, stem: Path, now: int) -> Path:
        if self.trouble is not None:
            raise self.trouble
        stem.parent.mkdir(exist_ok=True)
        path = stem.with_name(f"{stem.name}.db")
        path.write_bytes(b"x")
        return path


def _backups(
    folder: Path, clock: FakeClock, copies: _Copies, whose: str = "abc123"
) -> tuple[Backups, Settings]:
    config = Config.model_validate({"openai": {"api_key": "k", "model": "m"}})
    settings = Settings(config)
    made = Backups(make=copies.make, folder=folder, whose=whose, settings=settings, clock=clock)
    return made, settings


async def test_admins_say_when_it_runs_and_whether(tmp_path: Path) -> None:
    backups, settings = _backups(tmp_path, FakeClock(), _Copies())
    assert backups.when() == TimeOfDay(3, 30, "UTC")
    settings.put(BACKUP_TIME, "23:05")
    settings.put(TIMEZONE, "Europe/Moscow")
    assert backups.when() == TimeOfDay(23, 5, "Europe/Moscow")
    settings.put(BACKUP_KEEP, 0)
    assert backups.when() is None


async def test_a_week_of_nights_leaves_as_many_as_are_wanted(tmp_path: Path) -> None:
    clock = FakeClock()
    backups, settings = _backups(tmp_path, clock, _Copies())
    settings.put(BACKUP_KEEP, 3)
    by_hand = tmp_path / f"{name_of(clock.now() - 50 * DAY)}.db"
    by_hand.write_bytes(b"mine")
    for _ in range(7):
        await clock.advance(DAY / SECOND)
        assert (await backups.run()).startswith("kotodom-nightly-")
    kept = await backups.all()
    assert [one.nightly for one in kept] == [True, True, True, False]
    assert kept[0].made_at == clock.now() // SECOND * SECOND
    assert by_hand.read_bytes() == b"mine"


async def test_a_failure_is_told_and_costs_no_old_backup(tmp_path: Path) -> None:
    clock, copies = FakeClock(), _Copies()
    backups, settings = _backups(tmp_path, clock, copies)
    settings.put(BACKUP_KEEP, 1)
    await backups.run()
    told: list[tuple[str, str]] = []
    schedule = Schedule(clock=clock, failed=lambda name, error: told.append((name, error)))
    schedule.daily(backups.when, backups.run, name=JOB)
    copies.trouble = BackupFailed("the disk is full")
    for _ in range(3):
        await clock.advance(DAY / SECOND)
        await schedule.run_now(JOB)
    assert told == [(JOB, "BackupFailed: the disk is full")] * 3
    assert len(find_backups(tmp_path)) == 1


async def test_two_of_one_second_are_told_apart(tmp_path: Path) -> None:
    """Somebody presses the button twice."""
    backups, _ = _backups(tmp_path, FakeClock(), _Copies())
    names = [await backups.run() for _ in range(2)]
    assert names[1] == names[0].replace(".db", "-2.db")
    assert [one.path.name for one in await backups.all()] == [names[1]]  # of one day the newest


@pytest.mark.parametrize("keep", [0, 7])
async def test_switched_off_it_deletes_nothing(tmp_path: Path, keep: int) -> None:
    clock = FakeClock()
    backups, settings = _backups(tmp_path, clock, _Copies())
    for _ in range(3):
        await clock.advance(DAY / SECOND)
        await backups.run()
    settings.put(BACKUP_KEEP, keep)
    await clock.advance(DAY / SECOND)
    await backups.run()
    assert len(find_backups(tmp_path)) == 4


async def test_two_databases_may_share_a_folder(tmp_path: Path) -> None:
    """Neither's backups are taken for the other's, though both are made in the same second."""
    clock = FakeClock()
    both = [_backups(tmp_path, clock, _Copies(), whose=whose)[0] for whose in ("aaaaaa", "bbbbbb")]
    for _ in range(9):
        await clock.advance(DAY / SECOND)
        for backups in both:
            await backups.run()
    found = find_backups(tmp_path)
    assert [sum(one.whose == whose for one in found) for whose in ("aaaaaa", "bbbbbb")] == [7, 7]


@pytest.mark.parametrize("years", [-40, 40])
async def test_a_clock_that_was_wrong_costs_no_new_backup(tmp_path: Path, years: int) -> None:
    clock = FakeClock()
    backups, settings = _backups(tmp_path, clock, _Copies())
    settings.put(BACKUP_KEEP, 1)
    wrong = tmp_path / f"{name_of(clock.now() + years * 365 * DAY, whose='abc123')}.db"
    wrong.write_bytes(b"x")
    made = await backups.run()
    assert [one.path.name for one in find_backups(tmp_path)] == [made]
