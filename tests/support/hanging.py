"""``kotodom run`` whose event loop hangs as long as a file is there.

The file's name is in HANG_WHILE. Only the loop hangs: every other thread goes on, and SIGKILL is
what ends it then. The product is not patched: the hang is a callback of the same event loop.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

from kotodom.app import App
from kotodom.config import load
from kotodom.notify import Notifier


async def run() -> None:
    file = Path(os.environ["HANG_WHILE"])
    loop = asyncio.get_running_loop()

    def hang() -> None:
        while file.exists():
            time.sleep(0.01)
        loop.call_later(0.05, hang)

    loop.call_later(0.05, hang)
    config = load(Path(sys.argv[sys.argv.index("--config") + 1]), {})
    await App(config, notifier=Notifier.take(os.environ)).run()


if __name__ == "__main__":
    asyncio.run(run())
