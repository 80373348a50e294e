"""Ten thousand messages with pictures: does memory stay flat?"""

import asyncio
import io

from PIL import Image

from kotodom.demo.model import ModelServer
from tests.bench.figures import Figure
from tests.bench.stage import Databases, Stage

MESSAGES = 10_000
CHATS = 50
DIFFERENT = 150
"""So many pictures that the daemon cannot remember them all."""
SETTLE = 5.0
"""Seconds of quiet before memory is read."""


async def pictures(database: Databases, messages: int = MESSAGES) -> list[Figure]:
    """One picture a message, every hundredth too large to be sent as it is; people ask in turns."""
    small = [_picture(1280, 960) for _ in range(DIFFERENT)]
    large = [_picture(2600, 1900) for _ in range(DIFFERENT // 10)]
    model = ModelServer(answer=lambda items, body: "A picture.")
    async with Stage(model=model, bots=4, database=database(), keep=2_000_000) as stage:
        await stage.warm()
        chats = [stage.chat(number % 4) for number in range(CHATS)]
        marks: list[float] = []
        asked = stage.sent
        begun = stage.api.clock.monotonic()
        for number in range(0, messages, CHATS):
            for place, chat in enumerate(chats):
                kind = small if (number + place) % 100 else large
                data = kind[(number + place) % len(kind)]
                await chat.photo(data, caption=f"what is this, {number + place}?")
            asked += CHATS
            await stage.answered(asked)
            if (number + CHATS) % (messages // 10) == 0:
                await asyncio.sleep(SETTLE)
                marks.append(stage.rss())
        took = stage.api.clock.monotonic() - begun - SETTLE * len(marks)
    name = f"{messages:,} messages with pictures"
    course = ", ".join(f"{mark:.0f}" for mark in marks)
    return [
        Figure(f"{name}, RSS after the first tenth", marks[0], "MiB"),
        Figure(
            f"{name}, RSS growth from the first tenth to the last",
            marks[-1] - marks[0],
            "MiB",
            note=f"each tenth: {course}",
        ),
        Figure(f"{name}, answered", messages / took, "/s", at_least=True),
    ]


def _picture(width: int, height: int) -> bytes:
    """A JPEG that compresses like a photo rather than like a drawing."""
    noise = Image.effect_noise((width // 4, height // 4), 60).resize((width, height))
    file = io.BytesIO()
    Image.merge("RGB", (noise, noise, noise)).save(file, "JPEG", quality=80)
    return file.getvalue()
