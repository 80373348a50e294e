"""People who talk to bots in every way there is, so that something can be forgotten."""

import json
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

from kotodom.db import Connection, SqlStore
from kotodom.model import (
    Answer,
    Attachment,
    AttachmentKind,
    ChatRef,
    ChatType,
    Content,
    Incoming,
    Job,
    Kind,
    Lane,
    Person,
    Status,
    Usage,
)
from kotodom.ports import Purpose
from tests.support.rows import NOW, claimed

ANN = Person(777000501, "ann_lee_x", "Ann Leeward", "ru")
BOB = Person(777000502, "bob_roy_x", "Bob Royston", "en")
GROUP = ChatRef(-4, type=ChatType.GROUP, name="Friends")
FORUM = ChatRef(-1007, 3, type=ChatType.SUPERGROUP, name="Forum")
TABLES = ("bot", "tg_user", "chat", "message", "message_processing", "delivery_part", "spend")


def private(person: Person, topic: int = 0) -> ChatRef:
    return ChatRef(person.id, topic, name=person.full_name)


def traces(person: Person) -> tuple[str, ...]:
    """What no row may hold once this person is forgotten; :class:`Lives` says it in every text."""
    return str(person.id), person.username, person.full_name, f"words of {person.username}"


class Lives:
    """Says and answers things; Telegram's numbers rise by themselves."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self._numbers: Iterator[int] = count(1)

    async def say(
        self,
        bot: int,
        person: Person,
        chat: ChatRef,
        *,
        kind: Kind = Kind.QUESTION,
        pieces: int = 1,
        now: int = NOW,
    ) -> Lane:
        """One message, or an album of several."""
        items = [self._item(person, chat, kind) for _ in range(pieces)]
        if pieces > 1:
            album = f"album {items[0].update_id}"
            items = [self._of_album(item, album) for item in items]
        recorded = await self.store.record_batch(bot, items, [], now)
        return recorded.lanes[0] if recorded.lanes else recorded.held[0][1]

    async def answer(self, lane: Lane, *, now: int = NOW) -> Job:
        """Answer the lane's next message, with usage, cost and a sent part."""
        job = await claimed(self.store, lane, now + 60_000)
        assert job.sender is not None
        text = f"answer to words of {job.sender.username}"
        answer = Answer(text, "m", Usage(input=10, output=5), 7)
        await self.store.save_answer(
            job, answer, [Content(text)], outcome=Status.COMPLETED, now=now
        )
        await self.store.mark_sending(job, 0)
        await self.store.mark_sent(job, 0, next(self._numbers), now=now)
        return job

    async def live(self, bot: int, person: Person, random: Random) -> None:
        """Something happens between a person and a bot."""
        places = (private(person), private(person, 9), GROUP, FORUM)
        lane = await self.say(
            bot,
            person,
            random.choice(places),
            kind=random.choice((Kind.QUESTION, Kind.QUESTION, Kind.COMMAND)),
            pieces=random.choice((1, 1, 3)),
        )
        match random.randrange(6):
            case 0:
                pass
            case 1:
                await self.store.claim(lane, NOW + 60_000)
            case 2:
                if job := await self.store.claim(lane, NOW + 60_000):
                    await self.store.finish(job, Status.TERMINAL, reason="x", now=NOW)
            case 3:
                if job := await self.store.claim(lane, NOW + 60_000):
                    words = Content(f"sorry, words of {person.username}")
                    await self.store.save_answer(
                        job, None, [words], outcome=Status.TERMINAL, now=NOW
                    )
                    await self.store.note_sent(
                        job.chat, next(self._numbers), "the bot's notice", NOW
                    )
            case _:
                if job := await self.store.claim(lane, NOW + 60_000):
                    await self.store.release(lane)
                    await self.answer(lane)
        await spend(self.store, bot, person.id)

    async def forget(self, bot: int, person: Person, chat: ChatRef, now: int = NOW) -> Job:
        """A /forgetme in work, confirmed."""
        lane = await self.say(bot, person, chat, kind=Kind.COMMAND, now=now)
        await self.store.release(lane)
        while True:
            job = await claimed(self.store, lane, now + 60_000)
            if not job.more:
                await self.store.begin_erasure(job)
                return job
            await self.store.finish(job, Status.COMPLETED, now=now)

    async def confirm(self, job: Job, now: int = NOW) -> None:
        """Answer a /forgetme."""
        await self.store.save_answer(
            job, None, [Content("Done.")], outcome=Status.COMPLETED, now=now
        )
        await self.store.mark_sending(job, 0)
        await self.store.mark_sent(job, 0, next(self._numbers), now=now)

    def _item(self, person: Person, chat: ChatRef, kind: Kind) -> Incoming:
        number = next(self._numbers)
        text = f"words of {person.username}, number {number}"
        sender = {"id": person.id, "username": person.username, "first_name": person.full_name}
        message = {"message_id": number, "from": sender, "text": text}
        raw = json.dumps({"update_id": number, "message": message})
        return Incoming(number, raw, kind, chat, person, text, number)

    @staticmethod
    def _of_album(item: Incoming, album: str) -> Incoming:
        photo = Attachment(AttachmentKind.PHOTO, f"file-{item.update_id}", size=5)
        return Incoming(
            item.update_id,
            item.raw,
            item.kind,
            item.chat,
            item.sender,
            item.text,
            item.telegram_message_id,
            attachments=(photo,),
            media_group=album,
        )


async def spend(store: SqlStore, bot: int, person: int, **how: Any) -> None:
    """A call to the provider that no message asked for."""
    call: dict[str, Any] = {
        "purpose": Purpose.INLINE,
        "model": "m",
        "usage": Usage(input=10, cached=4, output=5),
        "cost": 7,
        "now": NOW,
    }
    await store.record_spend(bot, person, **{**call, **how})


async def dump(store: SqlStore) -> dict[str, dict[int, dict[str, Any]]]:
    """Every row of every table that knows people, by table and id."""

    async def read(connection: Connection) -> dict[str, dict[int, dict[str, Any]]]:
        found: dict[str, dict[int, dict[str, Any]]] = {}
        for table in TABLES:
            names = await _columns(connection, table, store._database.dialect)
            rows = await connection.fetch(
                "SELECT " + ", ".join(f'"{name}"' for name in names) + f" FROM {table}"
            )
            found[table] = {row[0]: dict(zip(names, row, strict=True)) for row in rows}
        return found

    return await store._database.read(read)


async def _columns(connection: Connection, table: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        rows = await connection.fetch(f"SELECT name FROM pragma_table_info('{table}')")
    else:
        rows = await connection.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = $1", table
        )
    return sorted((row[0] for row in rows), key=lambda name: (name != "id", name))


def mentions(row: dict[str, Any], person: Person) -> bool:
    """Whether any column of a row says anything of a person."""
    return any(trace in str(value) for value in row.values() for trace in traces(person))
