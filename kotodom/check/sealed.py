"""The key that secrets in the database are sealed with: is it there, and does it open them all?"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kotodom.check.report import Row, State
from kotodom.db.inspection import StoredBot
from kotodom.errors import SealBroken
from kotodom.redaction import remember
from kotodom.sealing import SEALED, Sealer, key_file


@dataclass(frozen=True, slots=True)
class Opened:
    """The secrets of the bots in the database that could be opened, by Telegram id."""

    row: Row
    tokens: dict[int, str]
    keys: dict[int, str]


async def look(keys: str, database: Path | None, bots: Sequence[StoredBot]) -> Opened:
    """Open every sealed secret; *keys* are [secrets] key, *database* a SQLite file."""
    return await asyncio.to_thread(_look, keys, database, bots)


def _look(keys: str, database: Path | None, bots: Sequence[StoredBot]) -> Opened:
    file = key_file(database)
    sealer = Sealer(keys, file)
    tokens: dict[int, str] = {}
    own: dict[int, str] = {}
    broken: dict[str, str] = {}
    for bot in bots:
        for sealed, opened in ((bot.token, tokens), (bot.api_key, own)):
            if not SEALED.fullmatch(sealed):
                continue
            try:
                opened[bot.telegram_id] = sealer.open(sealed)
            except SealBroken as error:
                broken[bot.name or str(bot.telegram_id)] = str(error)
    remember([*tokens.values(), *own.values()])
    count = len(tokens) + len(own)
    if broken:
        why = next(iter(broken.values()))
        reason, _, step = why.partition(": ")
        text = f"the secrets of {', '.join(sorted(broken))} cannot be opened: {reason}"
        return Opened(Row("sealing key", State.FAILED, text, step), tokens, own)
    place = "[secrets] key" if keys else str(file)
    if count:
        row = Row("sealing key", State.OK, f"{place} opens all {count} secrets in the database")
    elif keys or file is not None:
        there = keys or (
            file is not None and os.path.exists(file)
        )  # False where it may not be seen
        made = "" if there else ", made when it is needed"
        row = Row("sealing key", State.OK, f"{place}{made}; nothing is sealed yet")
    else:
        row = Row(
            "sealing key",
            State.NOTE,
            "none: bots cannot be added with /admin, because their tokens could not be sealed",
            "make one with: openssl rand -base64 32, and name it in [secrets] key",
        )
    return Opened(row, tokens, own)
