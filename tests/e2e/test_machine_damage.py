"""A damaged SQLite file: refused and kept, with the way back, at the start and in the middle."""

import sqlite3
from contextlib import closing
from pathlib import Path

from kotodom.backup.files import whose
from kotodom.db import sqlite_path
from tests.support.stage import Stage

PAGE = 4096


def file_of(stage: Stage) -> Path:
    path = sqlite_path(stage.database_url)
    assert path is not None
    return path


def damage(path: Path) -> None:
    """Write rubbish over everything but the first page, which tells what the file is."""
    with path.open("r+b") as file:
        file.seek(PAGE)
        file.write(b"rubbish!" * ((path.stat().st_size - PAGE) // 8))


async def test_damage_met_at_work_ends_it_and_the_next_start_is_refused(stage: Stage) -> None:
    """Nothing more is answered: what was said could not be recorded, and would be said again."""
    chat, path = stage.chat(), file_of(stage)
    daemon = stage.daemon()
    await daemon.start()
    await chat.say("one")
    await chat.wait(lambda chat: chat.answers() == ["Answer to: one"], timeout=30)
    with closing(sqlite3.connect(path, isolation_level=None)) as shell:
        # Until it gets its turn: then nothing is in the log, nor in the daemon's memory of it.
        while shell.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            pass
    damage(path)
    await chat.say("two")
    assert await daemon.died() == 69
    last = daemon.said().splitlines()[-1]
    assert last.startswith(f"cannot use {path}: it is damaged (")
    assert last.endswith(f"kotodom restore PATH (there is none in {stage.folder}/backups)")

    newest = stage.folder / "backups" / f"kotodom-nightly-{whose(str(path))}-20261122-031500.db"
    newest.parent.mkdir()
    others = ("kotodom-20261121-031500.db", "kotodom-nightly-0a1b2c-20261122-051500.db")
    for name in (newest.name, *others):
        newest.with_name(name).write_bytes(b"")
    kept = path.read_bytes()
    again = stage.daemon()
    await again.start()
    assert await again.died() == 69
    (line,) = again.said().splitlines()
    assert line.startswith(f"cannot use {path}: it is damaged (")
    assert line.endswith(
        f"left as it is; to go on from the newest backup: kotodom restore {newest}"
    )
    assert path.read_bytes() == kept
    assert chat.answers() == ["Answer to: one"]
