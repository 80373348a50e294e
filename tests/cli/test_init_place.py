"""Where `kotodom init` writes, and that a failure leaves everything there as it was."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kotodom.cli.setup import _tell_later
from kotodom.db import open_database
from kotodom.db.inspection import inspect
from kotodom.db.upgrade import upgrade
from kotodom.setup.given import Options, default_path, gather
from kotodom.setup.outcome import NotDone
from kotodom.setup.writing import CannotWrite, check_place
from tests.cli.init_kit import KEY, TOKEN, environ, invoked, kotodom
from tests.support.users import unprivileged

SAID = f"{TOKEN}\n{KEY}\n"
NOTHING = ("init", "--config", "config.toml", "--no-test", "--token-file", "-", "--key-file", "-")


def test_what_exists_is_only_replaced_when_told_and_then_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "config.toml"
    config.write_text("mine")
    config.chmod(0o644)
    code, _, errors = invoked(*NOTHING, said=SAID)
    assert code == 73
    assert "kotodom claim" in errors
    assert config.read_text() == "mine"
    code, output, _ = invoked(*NOTHING, "--replace", said=SAID)
    assert code == 0
    assert f"{config}.old" in output
    old = tmp_path / "config.toml.old"
    assert old.read_text() == "mine"
    assert {stat.S_IMODE(file.stat().st_mode) for file in (old, config)} == {0o600}


async def test_a_first_run_that_was_killed_while_it_made_the_database_can_be_repeated(
    tmp_path: Path,
) -> None:
    config, url = tmp_path / "config.toml", f"sqlite://{tmp_path}/data/kotodom.db"
    database = await open_database(url)
    await upgrade(database, url, None, 0, upto=1)
    await database.close()
    code, _, errors = await kotodom(tmp_path, *NOTHING, said=SAID)
    assert (code, errors, config.exists()) == (0, "", True)
    assert (await inspect(url)).pending == ()


def test_a_disk_that_fills_up_at_the_very_end_leaves_all_as_it_was(tmp_path: Path) -> None:
    """The copy of the old configuration is too big for what is left."""
    config = tmp_path / "config.toml"
    with config.open("wb") as file:
        file.truncate(30_000_000)
    small = 'ulimit -f 20000; exec "$0" -m kotodom "$@"'
    result = subprocess.run(
        ["sh", "-c", small, sys.executable, *NOTHING, "--replace"],
        cwd=tmp_path,
        env=environ(),
        input=SAID,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 73
    assert "cannot be written: File too large" in result.stderr
    assert os.listdir(tmp_path) == ["config.toml"]
    assert config.stat().st_size == 30_000_000


def test_root_sets_a_service_of_the_system_up_and_everybody_else_one_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_path(is_root=False) == Path("config.toml")
    assert default_path(is_root=True) == Path("/etc/kotodom/config.toml")
    _tell_later(default_path(is_root=True))
    assert capsys.readouterr().out.rstrip().endswith("    kotodom service install")
    _tell_later(tmp_path / "config.toml")
    assert capsys.readouterr().out.rstrip().endswith("    kotodom service install --user")
    _tell_later(Path("/my bots/it's.toml"))
    assert """ --config '/my bots/it'"'"'s.toml'\n""" in capsys.readouterr().out
    Path("config.toml").touch()
    assert default_path(is_root=True) == Path("config.toml"), "there is one already"


def test_a_folder_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(NotDone, match="does not exist any more"):
        gather(Options(config=Path("config.toml")), {})


@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_folder_that_may_not_be_written_is_named_before_anything_is_asked(
    tmp_path: Path, mode: int
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(mode)
    with unprivileged(tmp_path), pytest.raises(CannotWrite, match="you may not write in"):
        check_place(closed / "in" / "config.toml")
