"""``killed_restore.py DATABASE BACKUP STEP``: a restore that dies before its STEP-th change."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kotodom.db.restore_sqlite import restore_sqlite

left = int(sys.argv[3])


def _dying(call: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **how: Any) -> Any:
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **how)

    return wrapped


if __name__ == "__main__":
    for name in ("link", "replace", "unlink", "open", "fsync", "rename"):
        setattr(os, name, _dying(getattr(os, name)))
    stamp = f"k{sys.argv[3]}"
    asyncio.run(restore_sqlite(Path(sys.argv[1]), Path(sys.argv[2]), now=1, stamp=stamp))
