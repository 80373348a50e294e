"""What tests look at: what a chat shows, what the model was told, what is stored."""

import re
import sqlite3
from contextlib import closing
from typing import Any

from kotodom.demo.botapi import ChatView, Shown
from kotodom.demo.model_received import Received
from tests.support.stage import Stage

Row = tuple[Any, ...]


async def answered(chat: ChatView, count: int = 1, timeout: float = 30.0) -> str:
    """Wait until the bot has said so many things here; return the last."""
    await chat.wait(lambda chat: len(chat.answers()) >= count, timeout=timeout)
    return chat.answers()[-1]


def shown(chat: ChatView) -> Shown:
    """The bot's last message."""
    return [message for message in chat.messages() if message.from_bot][-1]


def buttons(message: Shown) -> dict[str, str]:
    """The buttons under a message: label and what it stands for."""
    rows = (message.reply_markup or {}).get("inline_keyboard", ())
    return {button["text"]: button["callback_data"] for row in rows for button in row}


async def press(chat: ChatView, label: str) -> int:
    """Press that button under the bot's last message; return the message's id."""
    message = shown(chat)
    await chat.press(message.id, buttons(message)[label])
    return message.id


def last(stage: Stage) -> Received:
    """What the model was asked last."""
    return stage.model.requests[-1]


def rows(stage: Stage, sql: str, *values: object) -> list[Row]:
    """Read the stage's database while the daemon has it open."""
    file = f"file:{stage.folder / 'kotodom.db'}?mode=ro"
    with closing(sqlite3.connect(file, uri=True)) as database:
        return database.execute(sql, values).fetchall()


def stored(stage: Stage) -> dict[str, list[str]]:
    """Every value of the whole database as text, by ``table.column``."""
    found: dict[str, list[str]] = {}
    for (table,) in rows(stage, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        for _, column, *_ in rows(stage, f'PRAGMA table_info("{table}")'):
            values = rows(stage, f'SELECT "{column}" FROM "{table}"')
            found[f"{table}.{column}"] = [str(value) for (value,) in values]
    return found


def traces(stage: Stage, *marks: str | int) -> list[str]:
    """Where any of these words and numbers is stored, whole numbers only."""
    patterns = [
        re.compile(rf"(?<!\d){mark}(?!\d)" if isinstance(mark, int) else re.escape(mark))
        for mark in marks
    ]
    return [
        f"{place}: {value[:80]}"
        for place, values in stored(stage).items()
        for value in values
        if any(pattern.search(value) for pattern in patterns)
    ]
