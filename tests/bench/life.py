"""What starting and idling cost."""

import asyncio
import compileall
from pathlib import Path

import kotodom
from tests.bench.figures import Figure
from tests.bench.stage import Databases, Stage

IDLE = 10.0
WATCHED = 30.0
"""Seconds; at least one poll of every bot ends in them."""
MEBIBYTE = 1.048576
"""Millions of bytes."""


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
    """Memory (in millions of bytes) and CPU of bots that have nothing to do."""
    figures = []
    async with Stage(database=database()) as stage:
        await asyncio.sleep(IDLE)
        started = stage.rss() * MEBIBYTE
        await stage.warm()
        await asyncio.sleep(IDLE)
        figures.append(Figure("RSS after the start, one bot", started, "MB", 110))
        figures.append(
            Figure("RSS, one idle bot", stage.rss() * MEBIBYTE, "MB", 90, note="1 answer given")
        )
    for bots, memory, share in ((100, 110, 2.0), (300, 200, 5.0)):
        async with Stage(bots=bots, database=database()) as stage:
            await stage.warm()
            await asyncio.sleep(IDLE)
            cpu = stage.cpu()
            await asyncio.sleep(WATCHED)
            cpu = (stage.cpu() - cpu) / WATCHED * 100
            figures.append(Figure(f"RSS, {bots} idle bots", stage.rss() * MEBIBYTE, "MB", memory))
            note = f"over {WATCHED:g} s"
            figures.append(Figure(f"CPU, {bots} idle bots", cpu, "%", share, note=note))
    return figures
