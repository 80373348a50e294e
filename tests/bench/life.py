"""What starting and idling cost."""

import asyncio
import compileall
from pathlib import Path

import kotodom
from tests.bench.figures import Figure
from tests.bench.stage import Databases, Stage

IDLE = 10.0
WATCHED = 20.0


async def startup(database: Databases) -> list[Figure]:
    """`run` → first getUpdates."""
    # Installed packages have their bytecode; a fresh checkout does not.
    compileall.compile_dir(Path(kotodom.__file__).parent, quiet=1)
    starts = []
    for _ in range(3):
        async with Stage(database=database()) as stage:
            assert stage.begun is not None
            starts.append(stage.begun)
    best = min(starts, key=lambda begin: begin.cpu)
    return [
        Figure("run → first getUpdates, CPU", best.cpu, "s", 2.0, note="best of 3"),
        Figure("run → first getUpdates, wall", best.wall, "s"),
    ]


async def idle(database: Databases) -> list[Figure]:
    """Memory and CPU of bots that have nothing to do."""
    figures = []
    async with Stage(database=database()) as stage:
        await asyncio.sleep(IDLE)
        before = stage.rss()
        await stage.warm()
        await asyncio.sleep(IDLE)
        figures.append(Figure("RSS, one bot, nothing asked yet", before, "MiB"))
        figures.append(Figure("RSS, one idle bot", stage.rss(), "MiB", 90, note="1 answer given"))
    async with Stage(bots=100, database=database()) as stage:
        await stage.warm()
        await asyncio.sleep(IDLE)
        cpu = stage.cpu()
        await asyncio.sleep(WATCHED)
        cpu = (stage.cpu() - cpu) / WATCHED * 100
        figures.append(Figure("RSS, 100 idle bots", stage.rss(), "MiB", 110))
        figures.append(Figure("CPU, 100 idle bots", cpu, "%", 2.0, note=f"over {WATCHED:g} s"))
    return figures
