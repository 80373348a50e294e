"""How long a person waits for us, beyond what the model takes."""

import asyncio
import random

from kotodom.clock import SystemClock
from kotodom.demo.model import ModelServer
from tests.bench.figures import Figure, percentile
from tests.bench.stage import Databases, Stage, question_of

RATE = 20.0
MESSAGES = 600
CHATS = 120
BOTS = 5
SAMPLES = 60


class Stamping(SystemClock):
    """Remembers when the last sleep ended: what the model sends next, it sends right then."""

    woke = 0.0

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        self.woke = self.monotonic()


async def question(database: Databases) -> list[Figure]:
    """Update available at Telegram → request received by the provider, at a steady rate."""
    model = ModelServer(delay=0.3, delta_interval=0.02, answer=lambda items, body: "word " * 24)
    async with Stage(model=model, bots=BOTS, database=database()) as stage:
        chats = [stage.chat(number % BOTS) for number in range(CHATS)]
        await stage.warm()
        warm = len(model.requests)
        said, cpu = await _say_all(stage, chats)
        await stage.answered(MESSAGES + 1)
        cpu = stage.cpu() - cpu
    delays = [
        (request.at - said[question_of(request.body)]) * 1000
        for request in list(model.requests)[warm:]
    ]
    note = f"{len(delays)} messages, {RATE:g}/s at random times, {CHATS} chats"
    return [
        Figure("update → provider request, p50", percentile(delays, 50), "ms", 10, note=note),
        Figure("update → provider request, p99", percentile(delays, 99), "ms", 50),
        Figure("CPU for each of those messages", cpu / MESSAGES * 1000, "ms", note="30 deltas"),
    ]


async def _say_all(stage: Stage, chats: list) -> tuple[dict[str, float], float]:
    """Say the messages on schedule; when each was said, and the daemon's CPU before."""
    chance = random.Random(1)
    clock = stage.api.clock
    cpu, due = stage.cpu(), clock.monotonic()
    said: dict[str, float] = {}
    for number in range(MESSAGES):
        due += chance.expovariate(RATE)
        await asyncio.sleep(max(0.0, due - clock.monotonic()))
        text = f"question {number}"
        said[text] = clock.monotonic()
        await chats[number % len(chats)].say(text)
    return said, cpu


async def answer(database: Databases) -> list[Figure]:
    """The model's last word → sendMessage received by Telegram, one chat at a time."""
    clock = Stamping()
    model = ModelServer(delta_interval=0.01, answer=lambda items, body: "word " * 40, clock=clock)
    delays = []
    async with Stage(model=model, database=database()) as stage:
        await stage.warm()
        for number in range(SAMPLES):
            chat = stage.chat()
            await chat.say("hello")
            await stage.answered(number + 2)
            delays.append((stage.sends[chat.id][0].at - clock.woke) * 1000)
    return [
        Figure(
            "last delta → final message, p50",
            percentile(delays, 50),
            "ms",
            8,
            note=f"{SAMPLES} answers of 50 deltas",
        ),
        Figure("last delta → final message, p99", percentile(delays, 99), "ms"),
    ]
