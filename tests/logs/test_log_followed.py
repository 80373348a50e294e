"""One message can be followed through the whole log by its number, and meets no other there."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loguru import logger

from kotodom import logs
from kotodom.errors import ProviderUnavailable
from kotodom.ports import NewRow
from tests.support.scripted import Pause
from tests.support.talking import Room, room
from tests.support.updates import BOB

OTHER: dict[str, Any] = {"from": BOB, "chat": {"id": 502, "type": "private", "first_name": "Bob"}}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, as JSON, at DEBUG."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    stream = io.StringIO()
    logs.configure("DEBUG", "json", stream=stream)
    yield stream
    logger.remove()
    logging.captureWarnings(False)
    root.handlers = before
    root.setLevel(level)


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    logger.remove()
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def of(found: list[dict[str, Any]], row: int, level: str = "") -> list[str]:
    return [
        event["message"]
        for event in found
        if event.get("processing") == row and level in ("", event["level"])
    ]


async def rows(talk: Room) -> list[NewRow]:
    found = await talk.store._database.read(
        lambda c: c.fetch("SELECT id, chat_id, joined_to FROM message_processing ORDER BY id")
    )
    return [NewRow(*row) for row in found]


async def test_a_question_is_followed_from_its_coming_to_its_last_part(
    tmp_path: Path, lines: io.StringIO
) -> None:
    async with room(f"sqlite://{tmp_path}/k.db") as talk:
        meanwhile = Pause()
        talk.provider.plays += [
            [ProviderUnavailable("It cannot be reached")],
            ["one ", meanwhile, "answer"],
        ]
        await talk.say("a question of mine")
        (lane,) = await talk.lanes()
        await talk.work(lane)
        await talk.clock.advance(60.0)
        task = talk.begin(lane)
        await meanwhile.reached.wait()
        # Somebody else's life goes on in between.
        await talk.say("another question", **OTHER)
        (other,) = [one for one in await talk.lanes() if one != lane]
        await talk.work(other)
        meanwhile.go_on.set()
        await task
        (mine, theirs) = await rows(talk)
        bot = talk.bot.id
    found = events(lines)
    assert of(found, mine.id) == [
        "received",
        "attempt 1 begins",
        "m is asked, with 0 turns before",
        next(one for one in of(found, mine.id) if one.startswith("message 1 waits: attempt 1")),
        "attempt 2 begins",
        "m is asked, with 0 turns before",
        "the answer begins",
        "m has answered: 10 tokens in (0 cached), 5 out",
        next(one for one in of(found, mine.id) if one.startswith("part 0 is message")),
        next(one for one in of(found, mine.id) if one.startswith("answered in ")),
        "attempt 2 is over",
    ]
    assert len(of(found, theirs.id)) == 8
    for event in found:
        if "processing" in event:
            row = mine if event["processing"] == mine.id else theirs
            assert (event["bot"], event["chat"]) == (bot, row.chat_id)
        assert "question" not in event["message"]


async def test_at_info_a_life_is_few_lines_and_no_text(tmp_path: Path, lines: io.StringIO) -> None:
    async with room(f"sqlite://{tmp_path}/k.db") as talk:
        talk.provider.plays.append([ProviderUnavailable("It cannot be reached")])
        await talk.say("a question of mine")
        await talk.settle()
        (mine,) = await rows(talk)
    told = of(events(lines), mine.id, "INFO")
    assert [line.split()[0] for line in told] == ["received", "message", "m", "answered"]
    assert "provider_unavailable (It cannot be reached)" in told[1]


async def test_a_piece_of_a_question_is_found_under_the_whole(
    tmp_path: Path, lines: io.StringIO
) -> None:
    async with room(f"sqlite://{tmp_path}/k.db") as talk:
        picture = {"photo": [{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}]}
        album = {**picture, "media_group_id": "album"}
        await talk.say(None, caption="look", **album)
        await talk.say(None, **album)
        first, second = await rows(talk)
    assert second.joined_to == first.id
    found = events(lines)
    assert of(found, first.id) == ["received", f"a piece of it is received: message {second.id}"]
    assert of(found, second.id) == []


async def test_a_command_is_followed_too(tmp_path: Path, lines: io.StringIO) -> None:
    async with room(f"sqlite://{tmp_path}/k.db") as talk:
        await talk.say("/help")
        await talk.settle()
        (mine,) = await rows(talk)
    told = of(events(lines), mine.id, "INFO")
    assert [line.split()[0] for line in told] == ["received", "answered"]
