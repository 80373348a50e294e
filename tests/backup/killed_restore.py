"""``killed_restore.py DATABASE BACKUP``: restores that die, each a little later than the last.

Each is a fork of this process, which has everything imported, and dies before its N-th change. How
it ended is written as a line; the next one begins when a line is read.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kotodom.db import open_database
from kotodom.db.restore_sqlite import restore_sqlite

left = 0


def _dying(call: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **how: Any) -> Any:
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **how)

    return wrapped


def _restore(step: int) -> None:
    global left
    left = step
    for name in ("link", "replace", "unlink", "open", "fsync", "rename"):
        setattr(os, name, _dying(getattr(os, name)))
    asyncio.run(restore_sqlite(Path(sys.argv[1]), Path(sys.argv[2]), now=1, stamp=f"k{step}"))
    os._exit(0)


async def _import_all() -> None:
    await (await open_database(f"sqlite://{sys.argv[2]}")).close()


if __name__ == "__main__":
    asyncio.run(_import_all())
    for step in range(100):
        child = os.fork()
        if not child:
            _restore(step)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        if not sys.stdin.readline():
            break
