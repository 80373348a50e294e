"""``kotodom run`` that kills itself with SIGKILL at one exact await of the store.

``CRASH_AT=method:before|after:n`` names the store's method, the side of it, and the n-th call.
The product is not patched: the store it gets is wrapped through the seam that App offers.
"""

import asyncio
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

    def __init__(self, store: Store, method: str, side: str, count: int) -> None:
        self._store = store
        self._method = method
        self._side = side
        self._left = count

    def __getattr__(self, name: str) -> Any:
        call: Callable[..., Awaitable[Any]] = getattr(self._store, name)
        if name != self._method:
            return call

        async def dying(*args: Any, **kwargs: Any) -> Any:
            self._left -= 1
            if self._left == 0 and self._side == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = await call(*args, **kwargs)
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return dying


def main() -> None:
    method, side, count = os.environ["CRASH_AT"].split(":")
    config = load(Path(sys.argv[sys.argv.index("--config") + 1]), {})

    def wrap(store: Store) -> Store:
        return cast(Store, CrashingStore(store, method, side, int(count)))

    asyncio.run(App(config, wrap_store=wrap).run())


if __name__ == "__main__":
    main()
