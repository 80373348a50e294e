"""Conversations, alerts and health."""

import json
from collections.abc import Sequence

from kotodom.asking import BY_ADMIN, words
from kotodom.days import Days
from kotodom.db.connection import Connection, Database, Row
from kotodom.db.jobs import PIECE, chat_of, load_pieces, piece_of
from kotodom.db.spending import insert_spend
from kotodom.db.sql import OPEN, storable, values
from kotodom.errors import QuestionChanged
from kotodom.model import (
    Chat,
    ChatType,
    Job,
    Kind,
    Person,
    Piece,
    Role,
    Transcript,
    Turn,
)
from kotodom.ports import Purpose
from kotodom.reading.words import speaker

KEY_LENGTH = 255
ROOM = "room"
"""The fact that stands for nothing but its size."""


class ChatStore:
    """The conversations' part of the store."""

    _database: Database
    days: Days

    async def history(self, job: Job, limit: int) -> list[Turn]:
        async def read(connection: Connection) -> list[Turn]:
            rows = await connection.fetch(
                f"SELECT {PIECE}, p.id, p.joined, u.id, u.username, u.full_name, u.language_code,"
                " a.text, p.tokens_input, p.tokens_output, a.role FROM message_processing p"
                " LEFT JOIN message m ON m.id = p.message_id"
                " JOIN message a ON a.id = p.response_message_id"
                " LEFT JOIN tg_user u ON u.id = m.tg_user_id"
                " WHERE p.chat_id = $1 AND p.id < $2"
                " AND p.id > (SELECT history_from FROM chat WHERE id = $1)"
                " AND p.response_message_id IS NOT NULL"
                f" AND p.kind IN ('{Kind.QUESTION}', '{Kind.NOTICE}')"
                f" AND (a.role = '{Role.ASSISTANT}' AND a.text <> '' OR a.role = '{Role.ADMIN}')"
                " ORDER BY p.id DESC LIMIT $3",
                job.chat.id,
                job.id,
                limit,
            )
            grown = {row[4]: await load_pieces(connection, row[4]) for row in rows if row[5]}
            private = job.chat.type is ChatType.PRIVATE
            turns = [_turn(row, grown.get(row[4]), private) for row in rows]
            # Nothing can be said of what nobody listened to and nobody answered.
            return [turn for turn in turns if turn.question or turn.answer or turn.attachments]

        return await self._database.read(read)

    async def keep_reading(
        self,
        job: Job,
        piece: Piece,
        *,
        transcript: Transcript | None = None,
        cost: int | None = None,
        reservation: int = 0,
        now: int,
    ) -> None:
        async def keep(connection: Connection) -> bool:
            # A write, though it changes nothing: on PostgreSQL its row lock keeps an edit out.
            same = await connection.execute(
                "UPDATE message_processing SET revision = revision WHERE id = $1 AND revision = $2",
                job.id,
                job.revision,
            )
            if same:
                await connection.execute(
                    "UPDATE message SET text = $2, attachments = $3 WHERE id = $1",
                    piece.message_id,
                    storable(piece.text),
                    storable(json.dumps([item.to_dict() for item in piece.attachments])),
                )
            if transcript is not None:
                await insert_spend(
                    connection,
                    bot_id=job.bot_id,
                    chat_id=job.chat.id,
                    user_id=job.sender.id if job.sender else None,
                    purpose=Purpose.TRANSCRIPT,
                    model=transcript.model,
                    usage=transcript.usage,
                    cost=cost,
                    seconds=transcript.seconds,
                    days=self.days,
                    now=now,
                    reservation=reservation,
                )
            return bool(same)

        if not await self._database.write(keep):
            raise QuestionChanged

    async def forget(self, job: Job) -> None:
        await self._database.write(
            lambda c: c.execute(
                "UPDATE chat SET history_from = $2 WHERE id = $1 AND history_from < $2",
                job.chat.id,
                job.id,
            )
        )

    async def set_penalty(self, bot_id: int, telegram_chat_id: int, until: int) -> None:
        await self._database.write(
            lambda c: c.execute(
                "UPDATE chat SET not_before = $3 WHERE bot_id = $1 AND telegram_chat_id = $2",
                bot_id,
                telegram_chat_id,
                until,
            )
        )

    async def penalties(self, now: int) -> list[tuple[int, int, int]]:
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT bot_id, telegram_chat_id, not_before FROM chat"
                " WHERE not_before > 0 AND not_before > $1",
                now,
            )
        )
        latest: dict[tuple[int, int], int] = {}
        for bot_id, chat_id, until in rows:
            latest[bot_id, chat_id] = max(until, latest.get((bot_id, chat_id), 0))
        return sorted((bot_id, chat_id, until) for (bot_id, chat_id), until in latest.items())

    async def rewind(self, milliseconds: int, now: int) -> None:
        async def shift(connection: Connection) -> None:
            for table, condition in (("message_processing", f"{OPEN} AND"), ("chat", "")):
                await connection.execute(
                    f"UPDATE {table} SET not_before = not_before - $1"
                    f" WHERE {condition} not_before > 0 AND not_before > $2",
                    milliseconds,
                    now,
                )
            await connection.execute(
                "UPDATE chat SET taken_until = taken_until - $1"
                " WHERE taken_until > 0 AND taken_until > $2",
                milliseconds,
                now,
            )

        await self._database.write(shift)

    async def set_blocked(self, bot_id: int, telegram_chat_id: int, at: int | None) -> None:
        await self._database.write(
            lambda c: c.execute(
                "UPDATE chat SET blocked_at = $3 WHERE bot_id = $1 AND telegram_chat_id = $2",
                bot_id,
                telegram_chat_id,
                at,
            )
        )

    async def admit_alert(self, key: str, now: int, window: int) -> int | None:
        key = key[:KEY_LENGTH]

        async def admit(connection: Connection) -> int | None:
            new = await connection.execute(
                "INSERT INTO alert (key, last_sent_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                key,
                now,
            )
            if new:
                return 0
            # A time in the future is a clock that was set back: it must not silence the alert.
            told = await connection.execute(
                "UPDATE alert SET suppressed = suppressed + 1"
                " WHERE key = $1 AND last_sent_at > $2 AND last_sent_at <= $3",
                key,
                now - window,
                now,
            )
            if told:
                return None
            row = await connection.fetchrow("SELECT suppressed FROM alert WHERE key = $1", key)
            await connection.execute(
                "UPDATE alert SET last_sent_at = $2, suppressed = 0 WHERE key = $1", key, now
            )
            return int(row[0]) if row else 0

        return await self._database.write(admit)

    async def admin_chats(self, user_ids: Sequence[int]) -> list[Chat]:
        if not user_ids:
            return []
        rows = await self._database.read(
            lambda c: c.fetch(
                # CROSS JOIN keeps SQLite from walking all chats: it takes the tables in this order.
                "SELECT c.bot_id, c.id, c.telegram_chat_id, c.thread_id, c.type, c.name,"
                " c.history_from, c.not_before FROM bot b CROSS JOIN chat c"
                f" WHERE c.bot_id = b.id AND b.enabled AND c.type = '{ChatType.PRIVATE}'"
                " AND c.blocked_at IS NULL"
                f" AND c.telegram_chat_id IN {values(1, len(user_ids))}"
                " ORDER BY c.bot_id, c.telegram_chat_id, c.thread_id",
                *user_ids,
            )
        )
        first_topics: dict[tuple[int, int], Chat] = {}
        for row in rows:
            first_topics.setdefault((row[0], row[2]), chat_of(row[0], row[1:]))
        return list(first_topics.values())

    async def ping(self) -> None:
        await self._database.read(lambda c: c.fetch("SELECT 1 FROM setting LIMIT 1"))

    async def make_sure_of_room(self, size: int) -> None:
        # In two transactions: one that takes back what it wrote would need no room.
        await self._database.write(
            lambda c: c.execute(
                "INSERT INTO fact (key, value) VALUES ($1, $2)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                ROOM,
                "-" * size,
            )
        )
        await self._database.write(lambda c: c.execute("DELETE FROM fact WHERE key = $1", ROOM))


def _turn(row: Row, grown: tuple[Piece, ...] | None, private: bool) -> Turn:
    pieces = grown or (() if row[0] is None else (piece_of(row),))
    who = "" if private or row[6] is None else speaker(Person(row[6], row[7], row[8], row[9]))
    question = words(pieces, who)
    if row[13] == Role.ADMIN and row[10]:
        question = f"{question}\n{BY_ADMIN}".strip()
    return Turn(
        question=question,
        answer=row[10],
        input_tokens=row[11],
        output_tokens=row[12],
        attachments=tuple(
            attachment for piece in pieces for attachment in piece.attachments if attachment.picture
        ),
    )
