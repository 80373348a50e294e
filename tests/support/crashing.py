"""``kotodom run`` that kills itself with SIGKILL at one exact await of the store.

``CRASH_AT=method:before|after:n`` names the store's method, the side of it, and the n-th call;
``method:done:n`` means after the n-th call that returned something true.
``CRASH_AT=@path`` waits for a file that says so: from then on the calls are counted.
The product is not patched: the store it gets is wrapped through the seam that App offers.
"""

import asyncio
import inspect
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

from kotodom.app import App
from kotodom.config import load
from kotodom.ports import Store


class CrashingStore:
    """Passes every call on, and dies at the chosen one."""

    def __init__(self, store: Store, crash_at: str) -> None:
        self._store = store
        self._file = Path(crash_at[1:]) if crash_at.startswith("@") else None
        self._method = self._side = ""
        self._left = 0
        if self._file is None:
            self._choose(crash_at)

    def _choose(self, crash_at: str) -> None:
        self._method, self._side, count = crash_at.split(":")
        self._left = int(count)

    def _look(self) -> None:
        """Take up the point that has been written meanwhile."""
        if self._file is not None and self._file.exists():
            self._choose(self._file.read_text())
            self._file.unlink()

    def _due(self, method: str) -> bool:
        """Whether this call is the chosen one."""
        if method != self._method:
            return False
        self._left -= 1
        return self._left == 0

    def __getattr__(self, name: str) -> Any:
        call: Callable[..., Awaitable[Any]] = getattr(self._store, name)
        if not inspect.iscoroutinefunction(call):
            return call

        async def dying(*args: Any, **kwargs: Any) -> Any:
            self._look()
            due = self._side != "done" and self._due(name)
            if due and self._side == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = await call(*args, **kwargs)
            if due or (self._side == "done" and result and self._due(name)):
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return dying


def main() -> None:
    crash_at = os.environ["CRASH_AT"]
    config = load(Path(sys.argv[sys.argv.index("--config") + 1]), {})

    def wrap(store: Store) -> Store:
        return cast(Store, CrashingStore(store, crash_at))

    asyncio.run(App(config, wrap_store=wrap).run())


if __name__ == "__main__":
    main()
