"""SIGKILL with fifty messages in work."""

import asyncio
import contextlib

from kotodom.demo.botapi import Call, ChatView
from kotodom.demo.model import ModelServer
from tests.bench.figures import Figure
from tests.bench.stage import Databases, Stage

BOTS = 5
IN_WORK = 50
SETTLED = 90.0
"""Seconds in which every doubt about a send must be resolved."""
QUIET = 4.0
"""Seconds after the last answer in which a second one would show."""


async def kill(database: Databases) -> list[Figure]:
    """Kill it while the model thinks, and after some sends took effect; then start it again."""
    lost = twice = bubbles = 0
    moments = (0, 1, 25)
    for moment in moments:
        model = ModelServer(delay=1.0, answer=lambda items, body: "The answer.")
        async with Stage(model=model, bots=BOTS, database=database()) as stage:
            await stage.warm()
            chats = [stage.chat(number % BOTS) for number in range(IN_WORK)]
            for chat in chats:
                await chat.say("hello")
            await _reach(stage, moment)
            await stage.kill()
            await stage.start()
            with contextlib.suppress(TimeoutError):
                await _settle(stage, chats)
            answers = [chat.answers() for chat in chats]
            lost += sum("The answer." not in texts for texts in answers)
            twice += sum(texts.count("The answer.") > 1 for texts in answers)
            bubbles += sum("…" in texts for texts in answers)
    note = f"{len(moments)} kills: model at work, {moments[1]} and {moments[2]} sends unanswered"
    return [
        Figure(f"SIGKILL with {IN_WORK} in work, lost", lost, "", 0, note=note),
        Figure(f"SIGKILL with {IN_WORK} in work, answered twice", twice, "", 0),
        Figure(f"SIGKILL with {IN_WORK} in work, placeholders left", bubbles, "", 0),
    ]


async def _settle(stage: Stage, chats: list[ChatView]) -> None:
    """Wait until every doubt is resolved: answers that had arrived are there before that."""
    async with asyncio.timeout(SETTLED):
        while True:
            await stage.until(lambda: all(map(_settled, chats)), timeout=SETTLED)
            await asyncio.sleep(QUIET)
            if all(map(_settled, chats)):
                return


def _settled(chat: ChatView) -> bool:
    """Whether the chat shows an answer and no placeholder."""
    answers = chat.answers()
    return "The answer." in answers and "…" not in answers


async def _reach(stage: Stage, sends: int) -> None:
    """Wait until all questions are at the model, or *sends* answers took effect unacknowledged."""
    if not sends:
        await stage.model.wait_for(lambda model: model.active == IN_WORK, timeout=30)
        return
    reached = asyncio.Event()
    effects = 0

    async def hold(call: Call, phase: str) -> None:
        nonlocal effects
        if call.method == "sendMessage" and phase == "after":
            effects += 1
            if effects >= sends:
                reached.set()
            # The answer never leaves: the daemon dies before it could read it.
            await asyncio.sleep(5)

    forget = stage.api.on_call(hold)
    await reached.wait()
    forget()
