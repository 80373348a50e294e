"""Short ways to the rows that store tests need."""

import json
from typing import Any

from kotodom.db import SqlStore
from kotodom.model import BotSpec, ChatRef, ChatType, Edit, Incoming, Job, Kind, Lane, Person

NOW = 1_700_000_000_000
BOTS = tuple(range(1, 20))
"""The ids of every bot a test has."""
ANN = Person(501, "ann", "Ann Lee", "en")
PRIVATE = ChatRef(501, name="Ann Lee")
SUPERGROUP = ChatRef(-1001, type=ChatType.SUPERGROUP, name="Group")


async def add_bot(store: SqlStore, telegram_id: int = 11) -> int:
    """A bot beside those that are there; returns its id."""
    bots = await store.sync_bots([])
    specs = [BotSpec(bot.telegram_id, "", bot.name) for bot in bots]
    specs.append(BotSpec(telegram_id, f"{telegram_id}:secret", f"bot{telegram_id}"))
    bots = await store.sync_bots(specs)
    return next(bot.id for bot in bots if bot.telegram_id == telegram_id)


def incoming(
    number: int,
    text: str = "",
    *,
    update_id: int | None = None,
    chat: ChatRef | None = PRIVATE,
    sender: Person | None = ANN,
    kind: Kind = Kind.QUESTION,
    poison: str = "",
) -> Incoming:
    """A message whose Telegram id is *number*."""
    update = number if update_id is None else update_id
    text = text or f"question {number}"
    raw = {"update_id": update, "message": {"message_id": number, "text": text}}
    return Incoming(update, json.dumps(raw), kind, chat, sender, text, number, poison)


def edit(number: int, text: str, chat: ChatRef = PRIVATE) -> Edit:
    """A new text for the message *number*."""
    return Edit(chat, number, text, {"message_id": number, "text": text, "edit_date": 1})


async def put(store: SqlStore, bot_id: int, *messages: Incoming) -> Lane:
    """Store messages of one conversation; returns its lane."""
    (lane,) = (await store.record_batch(bot_id, messages, [], NOW)).lanes
    return lane


async def claimed(store: SqlStore, lane: Lane, now: int = NOW) -> Job:
    """The lane's next job, which must be there."""
    job = await store.claim(lane, now)
    assert job is not None
    return job


async def new_job(store: SqlStore, number: int = 1, **how: Any) -> Job:
    """A claimed job of a bot of its own."""
    bot_id = await add_bot(store)
    return await claimed(store, await put(store, bot_id, incoming(number, **how)))


async def column(store: SqlStore, job: Job, name: str) -> Any:
    """What the job's row holds in one column."""
    database = store._database
    rows = await database.read(
        lambda c: c.fetch(f"SELECT {name} FROM message_processing WHERE id = $1", job.id)
    )
    return rows[0][0]
