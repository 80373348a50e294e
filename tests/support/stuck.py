"""``kotodom run`` with a thread that never comes back, as from a disk whose server is gone."""

import asyncio
import sys
import threading
from pathlib import Path

from kotodom.app import App
from kotodom.config import load


async def run() -> None:
    asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)
    config = load(Path(sys.argv[sys.argv.index("--config") + 1]), {})
    await App(config).run()


if __name__ == "__main__":
    asyncio.run(run())
