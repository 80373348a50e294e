"""backup, restore, export and import as a person types them."""

import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.backup.moving_kit import filled

SECRET = "pg-password-nobody-may-see"


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    """A folder with a configuration and a full database."""
    (tmp_path / "data").mkdir()
    await filled(f"sqlite://{tmp_path}/data/kotodom.db")
    config = tmp_path / "config.toml"
    config.write_text(
        f'[database]\nurl = "sqlite://{tmp_path}/data/kotodom.db"\n[openai]\napi_key = "k"\n'
    )
    config.chmod(0o600)
    return tmp_path


def kotodom(home: Path, *arguments: str, code: int = 0, **environ: str) -> str:
    """Run it; return everything it said, of which nothing is a traceback."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KOTODOM")}
    done = subprocess.run(
        [sys.executable, "-m", "kotodom", *arguments],
        cwd=home,
        env={**clean, "PYTHONPATH": os.pathsep.join(sys.path), **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert "Traceback" not in said
    assert SECRET not in said
    return said


def refused(home: Path, *commands: tuple[str, ...], code: int = 1, **environ: str) -> list[str]:
    """Run several that cannot be done, side by side; return what each said."""
    with ThreadPoolExecutor(len(commands)) as pool:
        runs = [pool.submit(kotodom, home, *words, code=code, **environ) for words in commands]
        return [run.result() for run in runs]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_backup_says_where_it_is_and_which_key_it_needs(home: Path) -> None:
    key = home / "data" / "kotodom.db.key"
    key.write_text("A" * 43 + "\n")
    said = kotodom(home, "backup")
    (copy,) = (home / "data" / "backups").iterdir()
    assert f"backed up to {copy} (" in said
    assert "checked" in said
    assert f"sealed with {key}, which is not in it" in said
    assert (mode(copy), mode(copy.parent)) == (0o600, 0o700)

    said = kotodom(home, "backup", "mine.db", "--with-key")
    assert mode(home / "mine.db") == mode(home / "mine.db.key") == 0o600
    assert "who has both files has the tokens" in said
    key.unlink()
    said = kotodom(home, "restore", "mine.db")
    assert f"its key was put to {key}" in said
    assert mode(key) == 0o600
    assert "are not answered by themselves" in said
    assert "kotodom.db.before-restore-" in said


async def test_what_cannot_be_done_is_one_line(home: Path) -> None:
    (home / "taken.db").write_text("x")
    (home / "text").write_text("hello")
    expected = {
        ("backup", "taken.db"): "taken.db exists already",
        ("backup", "text/copy.db"): "cannot write",
        ("backup", "x" * 300): "cannot back up to",
        ("restore", "missing.db"): "cannot read",
        ("import", "text"): "is no backup and no export",
    }
    said = refused(home, *expected)
    said += refused(home, ("restore", "text"))  # which holds the database
    said += refused(home, ("restore", "data/kotodom.db"))
    for line, words in zip(
        said, [*expected.values(), "is no backup", "is the database itself"], strict=True
    ):
        assert words in line
        assert len(line.strip().splitlines()) == 1, line


async def test_without_a_database_none_is_made(home: Path) -> None:
    url = f"sqlite://{home}/elsewhere/k.db"
    for said in refused(home, ("backup",), ("export", "x.zip"), KOTODOM_DATABASE__URL=url):
        assert "is missing" in said
    assert not (home / "elsewhere").exists()


async def test_a_server_that_is_not_there_keeps_its_password(home: Path) -> None:
    url = f"postgres://ann:{SECRET}@127.0.0.1:1/k"
    await_restore = home / "copy.db"
    with closing(sqlite3.connect(await_restore)) as raw:
        raw.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    commands = (("backup", "x"), ("restore", "copy.db"), ("export", "x.zip"))
    for said in refused(home, *commands, code=69, KOTODOM_DATABASE__URL=url):
        assert "127.0.0.1:1" in said


async def test_an_export_and_an_import_show_what_they_moved(home: Path) -> None:
    said = kotodom(home, "export", "all.zip")
    assert "exporting: 100 %" in said
    assert " message_processing " in said
    assert mode(home / "all.zip") == 0o600
    url = f"sqlite://{home}/other/k.db"
    said = kotodom(home, "import", "all.zip", KOTODOM_DATABASE__URL=url)
    assert "the counts match" in said
    said = kotodom(home, "import", "all.zip", code=1, KOTODOM_DATABASE__URL=url)
    assert "has it all already" in said
