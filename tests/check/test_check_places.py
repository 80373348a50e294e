"""Who may read the files that Kotodom keeps, whose they are, and whether there is room."""

import os
import shlex
from pathlib import Path

import pytest

from kotodom.check import State
from kotodom.check.places import Places, disk_rows, mode_rows, places_of
from kotodom.check.report import Row
from tests.check.check_kit import config, is_ok


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Everything there can be, as we make it."""
    os.umask(0o022)
    data, backups = tmp_path / "data", tmp_path / "backups"
    for folder in (data, backups):
        folder.mkdir(mode=0o700)
    names = ("kotodom.db", "kotodom.db-wal", "kotodom.db.key", "kotodom.db.lock", "kotodom.log")
    for file in (*(data / name for name in names), backups / "kotodom-1.db"):
        file.touch(mode=0o600)
    settings = tmp_path / "config.toml"
    settings.touch(mode=0o600)
    return Places(settings, data / "kotodom.db", data / "kotodom.log", backups)


def row_of(places: Places, what: str) -> Row:
    return next(row for row in mode_rows(places) if row.what == what)


def test_files_of_their_owner_alone_are_fine(places: Places) -> None:
    assert is_ok(row_of(places, "file modes"))
    assert is_ok(row_of(places, "file owners"))


@pytest.mark.parametrize(
    "name",
    ["data/kotodom.db", "data/kotodom.db-wal", "data/kotodom.db.key", "data/kotodom.log"],
)
def test_a_file_that_others_may_read_is_a_note_with_the_command(
    tmp_path: Path, places: Places, name: str
) -> None:
    (tmp_path / name).chmod(0o644)
    row = row_of(places, "file modes")
    assert row.state is State.NOTE
    assert row.fix == f"chmod 600 {tmp_path / name}"


def test_backups_and_old_logs_count_too(tmp_path: Path, places: Places) -> None:
    old = tmp_path / "data/kotodom.2026-11-21.log"
    old.touch(mode=0o640)
    (tmp_path / "backups/kotodom-1.db").chmod(0o640)
    row = row_of(places, "file modes")
    assert row.state is State.NOTE
    assert f"{old} {tmp_path / 'backups/kotodom-1.db'}" in row.fix


def test_credentials_beside_the_configuration_count_but_may_be_anybodys(
    tmp_path: Path, places: Places
) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir(mode=0o700)
    token = folder / "cat_token"
    token.touch(mode=0o644)
    row = row_of(places, "file modes")
    assert row.state is State.NOTE
    assert row.fix == f"chmod 600 {token}"
    token.chmod(0o600)
    assert is_ok(row_of(places, "file modes"))
    assert token not in places.files()  # whose owners have to be the database's


def test_a_fix_can_be_copied_whatever_the_folder_is_called(tmp_path: Path) -> None:
    data = tmp_path / "Ann's data"
    data.mkdir(mode=0o700)
    (data / "kotodom.db").touch(mode=0o644)
    row = row_of(Places(None, data / "kotodom.db", None, None), "file modes")
    assert shlex.split(row.fix) == ["chmod", "600", str(data / "kotodom.db")]


@pytest.mark.parametrize("folder", ["data", "backups", "."])
def test_a_folder_where_others_may_write_is_a_note(
    tmp_path: Path, places: Places, folder: str
) -> None:
    """They could replace the files in it, whatever the modes of those."""
    (tmp_path / folder).chmod(0o777)
    row = row_of(places, "file modes")
    assert row.state is State.NOTE
    assert row.fix == f"chmod go-w {(tmp_path / folder).resolve()}"


def test_a_file_of_another_user_fails_with_the_command(
    tmp_path: Path, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after `sudo kotodom run`; only root can give a file away."""
    wal = tmp_path / "data/kotodom.db-wal"
    if os.geteuid() == 0:
        os.chown(wal, 12345, 12345)
    else:
        database = tmp_path / "data/kotodom.db"
        places = Places(None, Path("/etc/hostname"), database, None)
        wal = database
    row = row_of(places, "file owners")
    assert row.state is State.FAILED
    assert row.fix.startswith("sudo chown --reference=")
    assert str(wal) in row.fix


def test_room_enough_is_fine_and_too_little_fails(places: Places) -> None:
    [row] = disk_rows(places, 1)
    assert is_ok(row)
    assert row.what == "disk of database, log, backups"
    [row] = disk_rows(places, 10**9)
    assert row.state is State.FAILED
    assert "processing.min_free_disk_mb" in row.detail
    assert "sudo du" in row.fix


def test_little_room_is_a_note(places: Places) -> None:
    free = os.statvfs(places.folders()["database"])
    least = int(free.f_bavail * free.f_frsize / 1024 / 1024 * 0.8)
    [row] = disk_rows(places, least)
    assert row.state is State.NOTE
    assert row.fix


def test_places_follow_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = config(
        tmp_path,
        "http://localhost",
        "http://localhost",
        log={"file": "logs/k.log"},
        backup={"folder": "~/kept"},
    )
    places = places_of(settings, tmp_path)
    assert places.database == tmp_path.resolve() / "data/kotodom.db"
    assert places.log == tmp_path / "logs/k.log"
    assert places.backups == Path.home() / "kept"
    none = config(tmp_path, "http://localhost", "http://localhost", backup={"keep": 0})
    assert places_of(none, tmp_path).backups is None
    beside = places_of(config(tmp_path, "http://localhost", "http://localhost"), tmp_path)
    assert beside.backups == tmp_path.resolve() / "data/backups"
    url = {"url": "postgres://localhost/kotodom"}
    far = places_of(config(tmp_path, "http://a", "http://a", database=url), tmp_path)
    assert (far.database, far.backups) == (None, tmp_path / "backups")
