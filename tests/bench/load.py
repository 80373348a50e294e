"""Many at once, and a backlog."""

import asyncio
import os

from kotodom.demo.model import ModelServer
from tests.bench.figures import Figure
from tests.bench.stage import Databases, Stage, cpu_of

BURST = 200
BOTS = 20
SETTLE = 5.0
"""Seconds of quiet before memory is read."""


async def burst(database: Databases) -> list[Figure]:
    """200 chats at once, each asking a model that takes a second.

    One bot may send about 30 messages a second (Telegram's bot FAQ) and keeps to that, so the
    process is measured with eight bots, and what the limit costs with one.
    """
    figures = []
    for bots in (8, 1):
        model = ModelServer(delay=1.0, answer=lambda items, body: "word " * 20)
        async with Stage(model=model, bots=bots, database=database()) as stage:
            await stage.warm()
            chats = [stage.chat(number % bots) for number in range(BURST)]
            begun = stage.api.clock.monotonic()
            for chat in chats:
                await chat.say("hello")
            await stage.answered(BURST + 1)
            took = max(stage.sends[chat.id][-1].at for chat in chats) - begun
        name = f"200 chats of {bots} bot{'s' * (bots > 1)} at once, last answered"
        note = "" if bots > 1 else "the bot's own limit of 30 messages/s"
        figures.append(Figure(name, took, "s", 2.0 if bots > 1 else None, note=note))
    return figures


async def backlog(database: Databases, chats: int = 1000) -> list[Figure]:
    """What was said while nobody listened: one message in each of many chats."""
    count = BOTS * chats
    async with Stage(bots=BOTS, database=database()) as stage:
        await stage.warm()
        await asyncio.sleep(SETTLE)
        stage.forget_peak()
        rss, cpu = stage.rss(), stage.cpu()
        # One block without a pause: the daemon finds all of it at once.
        for number in range(count):
            await stage.chat(number % BOTS).say(f"message {number}")
        begun, own = stage.api.clock.monotonic(), cpu_of(os.getpid())
        await stage.answered(count + 1, timeout=count / 20)
        took = stage.api.clock.monotonic() - begun
        cpu, own = stage.cpu() - cpu, cpu_of(os.getpid()) - own
        await asyncio.sleep(SETTLE)
        peak, after = stage.peak(), stage.rss()
        twice = sum(len(calls) > 1 for calls in stage.sends.values())
    busy = f"daemon {cpu / took:.0%}, emulators {own / took:.0%} of a core"
    name = f"backlog of {count:,}"
    return [
        Figure(name, count / took, "/s", 200, at_least=True, note=busy),
        Figure(
            f"{name}, RSS growth at its peak", peak - rss, "MiB", 40, note=f"from {rss:.0f} MiB"
        ),
        Figure(f"{name}, RSS growth afterwards", after - rss, "MiB"),
        Figure(f"{name}, CPU of the daemon a message", cpu / count * 1000, "ms"),
        Figure(f"{name}, answered more than once", twice, "", 0),
    ]
