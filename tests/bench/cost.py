"""CPU: a long streamed answer, reading a provider's stream, and importing aiogram."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2
from openai import AsyncOpenAI

from kotodom.clock import SystemClock
from kotodom.demo.model import ModelServer
from kotodom.demo.model_events import Script
from kotodom.llm import sdk
from kotodom.llm.exchange import Deadlines, Exchange
from kotodom.llm.responses import AnswerReader
from kotodom.model import Done, Question
from tests.bench.figures import Figure
from tests.bench.stage import Databases, Stage

DELTAS = 300
INTERVAL = 0.01
ANSWERS = 8
AT_ONCE = 10
ROUNDS = 30
TEXT = "One two three. " * (DELTAS * 4 // 15)
QUESTION = Question("gpt-6-luna", "", (), "hello", "", "")


async def answer(database: Databases) -> list[Figure]:
    """A 300-delta answer over three seconds, drafts on."""
    model = ModelServer(delta_interval=INTERVAL, answer=lambda items, body: TEXT)
    async with Stage(model=model, database=database()) as stage:
        await stage.warm()
        alone = await _answers(stage, ANSWERS, 1)
        together = await _answers(stage, AT_ONCE * 2, AT_ONCE)
    name = f"{DELTAS}-delta answer, CPU"
    return [
        Figure(name, alone, "s", 0.03, note="one at a time, ~3 s, drafts on"),
        Figure(name, together, "s", 0.03, note=f"{AT_ONCE} at a time"),
    ]


async def _answers(stage: Stage, count: int, at_once: int) -> float:
    """The daemon's CPU seconds for one of *count* answers."""
    cpu = stage.cpu()
    for _ in range(count // at_once):
        before = stage.sent
        for chat in [stage.chat() for _ in range(at_once)]:
            await chat.say("hello")
        await stage.answered(before + at_once)
    await asyncio.sleep(0.2)
    return (stage.cpu() - cpu) / count


async def parsing(database: Databases) -> list[Figure]:
    """The same stream read by the SDK and by us, without a network."""
    body = {"model": QUESTION.model, "input": "hello"}
    pieces = [TEXT[at : at + 4] for at in range(0, DELTAS * 4, 4)]
    script = Script(body, pieces, number=1, created_at=1_760_000_000, input_tokens=1)
    chunks = [script.opening(), script.head(), *script.deltas(), script.tail()]

    async def stream() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    def handle(request: httpx2.Request) -> httpx2.Response:
        headers = {"Content-Type": "text/event-stream"}
        return httpx2.Response(200, headers=headers, content=stream())

    transport = httpx2.AsyncClient(transport=httpx2.MockTransport(handle))
    async with AsyncOpenAI(api_key="sk-bench", max_retries=0, http_client=transport) as client:
        theirs = await _cpu(lambda: _read_by_sdk(client))
        ours = await _cpu(lambda: _read_by_us(client))
    note = f"{DELTAS} deltas, one a chunk, no network"
    return [
        Figure("reading the stream with the SDK's parser, CPU", theirs * 1000, "ms", note=note),
        Figure("reading the stream as plain JSON, CPU", ours * 1000, "ms"),
    ]


async def _read_by_sdk(client: AsyncOpenAI) -> None:
    stream = await client.responses.create(model=QUESTION.model, input="hello", stream=True)
    last = ""
    async for event in stream:
        last = event.type
    assert last == "response.completed"


async def _read_by_us(client: AsyncOpenAI) -> None:
    response = await sdk.open_stream(client, {"model": QUESTION.model, "input": "hello"})
    exchange = Exchange(response, AnswerReader(QUESTION), Deadlines(60, 300), SystemClock())
    while not isinstance(await exchange.next(), Done):
        pass
    await exchange.close()


async def _cpu(work: Callable[[], Awaitable[None]]) -> float:
    """CPU seconds of one run, after a first one that is not counted."""
    await work()
    begun = time.process_time()
    for _ in range(ROUNDS):
        await work()
    return (time.process_time() - begun) / ROUNDS


_PROBE = """
import json, resource, sys, time
begun = time.process_time()
{imports}
from pathlib import Path
pages = int(Path("/proc/self/statm").read_text().split()[1])
print(json.dumps([time.process_time() - begun, pages * resource.getpagesize() / 2**20]))
"""
_IMPORTS = {
    "plain": "import aiogram",
    "lean": "import kotodom.telegram, aiogram",
}


async def imports(database: Databases) -> list[Figure]:
    """Importing aiogram as it is, and with its models built on first use."""
    figures = []
    for name, line in _IMPORTS.items():
        runs = [_probe(line) for _ in range(3)]
        cpu, rss = min(run[0] for run in runs), min(run[1] for run in runs)
        figures.append(Figure(f"import aiogram, {name}, CPU", cpu, "s", note="best of 3"))
        figures.append(Figure(f"import aiogram, {name}, RSS", rss, "MiB", note="whole process"))
    return figures


def _probe(imports: str) -> tuple[float, float]:
    code = _PROBE.format(imports=imports)
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    cpu, rss = json.loads(done.stdout)
    return cpu, rss
