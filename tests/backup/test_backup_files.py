"""What backups are called, and which may go."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kotodom.backup.files import (
    backup_folder,
    find_backups,
    name_of,
    old_halves,
    surplus,
    whose,
)
from kotodom.clock import SECOND

MIDNIGHT = round(datetime(2026, 11, 22, tzinfo=UTC).timestamp()) * SECOND
DAY = 24 * 3600 * SECOND
WHOSE = "abc123"
NOW = MIDNIGHT + 5 * DAY


def _make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(b"x" * 10)


def test_backups_are_found_by_the_names_they_are_given(tmp_path: Path) -> None:
    _make(
        tmp_path,
        f"{name_of(MIDNIGHT, whose=WHOSE)}.db",
        f"{name_of(MIDNIGHT + DAY)}.zip",
        f"{name_of(MIDNIGHT - DAY, whose=WHOSE)}.pgdump",
        *("kotodom.db", "kotodom-nightly-abc123-20261122-000000.db.bak", "notes.txt"),
        *("kotodom-20269922-000000.db", "my-kotodom-20261122-000000.db"),
        "kotodom.snapshot-0.1.0-20261122T000000000000Z.db",
    )
    (tmp_path / "kotodom-20261120-000000.db").mkdir()
    found = find_backups(tmp_path)
    assert [(one.path.suffix, one.nightly, one.size) for one in found] == [
        (".zip", False, 10),
        (".db", True, 10),
        (".pgdump", True, 10),
    ]
    assert [one.made_at for one in found] == [MIDNIGHT + DAY, MIDNIGHT, MIDNIGHT - DAY]
    assert find_backups(tmp_path / "missing") == []


def test_the_last_days_stay_and_nothing_made_by_hand_goes(tmp_path: Path) -> None:
    days = [name_of(MIDNIGHT + day * DAY, whose=WHOSE) for day in range(5)]
    again = name_of(MIDNIGHT + 4 * DAY + 3600 * SECOND, whose=WHOSE)
    by_hand = name_of(MIDNIGHT - 100 * DAY)
    _make(tmp_path, *(f"{name}.db" for name in (*days, again, by_hand)))
    gone = {one.path.stem for one in surplus(find_backups(tmp_path), WHOSE, 3, NOW)}
    assert gone == {days[0], days[1], days[4]}  # of one day the newest stays


@pytest.mark.parametrize("keep", [0, 1])
def test_the_newest_stays_in_any_case(tmp_path: Path, keep: int) -> None:
    name = name_of(MIDNIGHT, whose=WHOSE)
    _make(tmp_path, f"{name}.db")
    assert surplus(find_backups(tmp_path), WHOSE, keep, NOW) == []


def test_only_old_halves_of_ours_are_swept_away(tmp_path: Path) -> None:
    half = f".{name_of(MIDNIGHT, whose=WHOSE)}.db.0a1b2c3d.part"
    _make(tmp_path, half, ".something.part", "whole.db")
    now = round((tmp_path / half).stat().st_mtime * SECOND)
    assert old_halves(tmp_path, now + SECOND) == []
    assert [path.name for path in old_halves(tmp_path, now + 2 * DAY)] == [half]


def test_names_sort_by_time() -> None:
    first = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    times = [round((first + timedelta(hours=hour)).timestamp()) * SECOND for hour in range(3)]
    names = [name_of(time) for time in times]
    assert names == sorted(names)
    assert names[0] == "kotodom-20261231-235959"


def test_backups_go_beside_the_database_unless_a_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ann")
    assert backup_folder("", Path("/srv/k/kotodom.db")) == Path("/srv/k/backups")
    assert backup_folder("", None) == tmp_path / "backups"
    assert backup_folder("~/b", Path("/srv/k/kotodom.db")) == Path("/home/ann/b")
    assert backup_folder("b", None) == tmp_path / "b"


def test_whose_a_backup_is_changes_with_the_database_and_not_with_the_password() -> None:
    ours = whose("postgres://ann:secret@host/k")
    assert ours == whose("postgres://ann:new@host/k")
    assert len({ours, whose("postgres://host/other"), whose("/a@b/k.db"), whose("/c@b/k.db")}) == 4
