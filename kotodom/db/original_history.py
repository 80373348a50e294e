"""Makes history of what was asked and answered at the original Kotodom GPT.

Each answer becomes a finished row with its question, which the model is told and nobody answers
again; a question without one stays a message.
"""

import json
from dataclasses import dataclass

from kotodom.clock import SECOND
from kotodom.days import Days
from kotodom.db.connection import Connection
from kotodom.db.spending import insert_spend
from kotodom.db.sql import id_space, storable
from kotodom.db.store_notices import made_up_update_id
from kotodom.model import ChatType, Kind, Role, Status, Usage
from kotodom.original.ports import Came
from kotodom.original.rows import OldProcessing
from kotodom.original.understanding import NewChat, NewMessage
from kotodom.ports.store_people import Purpose


class Notes:
    """What has come over from one *origin*."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    async def write(
        self, connection: Connection, kind: Came, foreign_id: str, row_id: int | None
    ) -> None:
        """Note a row with our id of it."""
        await connection.execute(
            "INSERT INTO imported_row (origin, kind, foreign_id, row_id) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (origin, kind, foreign_id) DO NOTHING",
            self.origin,
            kind,
            foreign_id,
            row_id or 0,
        )

    async def find(self, connection: Connection, kind: Came, foreign_id: int | None) -> int:
        """Our id of what has come over; 0 for what has not."""
        row = await connection.fetchrow(
            "SELECT row_id FROM imported_row WHERE origin = $1 AND kind = $2 AND foreign_id = $3",
            self.origin,
            kind,
            str(foreign_id),
        )
        return row[0] if row is not None else 0


@dataclass(frozen=True, slots=True)
class _Place:
    """The conversation in which something was said."""

    chat_id: int
    bot_id: int
    model: str


@dataclass(frozen=True, slots=True)
class _Question:
    """What an answer answers."""

    id: int
    text: str
    asked_at: int
    user_id: int


class History:
    """Writes messages in their order."""

    def __init__(self, notes: Notes, days: Days) -> None:
        self._notes = notes
        self._days = days
        self._places: dict[str, _Place] = {}
        """By the chat's id there: as many as the walk itself remembers."""

    async def add(self, connection: Connection, message: NewMessage) -> None:
        """Write a message; an answer also as the end of its question."""
        old, chat = message.old, message.chat
        place = self._places.get(chat.foreign_id) or await _place(connection, chat)
        self._places[chat.foreign_id] = place
        question = None
        if message.role is Role.ASSISTANT:
            question = await self._question(connection, place, message)
        row = await connection.fetchrow(
            "INSERT INTO message (chat_id, role, tg_user_id, text, id_space, reply_to_id,"
            " created_at) VALUES ($1, $2, (SELECT id FROM tg_user WHERE id = $3), $4, $5, $6, $7)"
            " RETURNING id",
            place.chat_id,
            message.role,
            old.user_id,
            storable(old.text),
            id_space(message.chat.type, place.bot_id, message.chat.telegram_chat_id),
            question.id if question else None,
            old.created_at,
        )
        message_id: int = row[0] if row is not None else 0
        await self._notes.write(connection, Came.MESSAGE, str(old.id), message_id)
        if message.role is Role.ASSISTANT:
            row_id = await self._finish(connection, message, place, question, message_id)
            await self._notes.write(connection, Came.ANSWER, str(old.id), row_id)
            await self._pay(connection, row_id, old.price)
        else:
            await connection.execute(
                "UPDATE chat SET last_at = $2 WHERE id = $1 AND last_at < $2",
                place.chat_id,
                old.created_at,
            )

    async def complete(self, connection: Connection, old: OldProcessing) -> None:
        """Add what the original kept beside a message."""
        row_id = await self._notes.find(connection, Came.ANSWER, old.answer_id)
        await self._notes.write(connection, Came.PROCESSING, str(old.id), row_id)
        if row_id:
            await connection.execute(
                "UPDATE message_processing SET attempts = $2 WHERE id = $1",
                row_id,
                max(1, old.attempts),
            )
            await self._pay(connection, row_id, old.price)

    async def _question(
        self, connection: Connection, place: _Place, message: NewMessage
    ) -> _Question | None:
        """The question that the answer names, or the one said last; unless it is answered."""
        if message.old.answers is not None:
            number = await self._notes.find(connection, Came.MESSAGE, message.old.answers)
        else:
            last = await connection.fetchrow(
                "SELECT MAX(id) FROM message WHERE chat_id = $1", place.chat_id
            )
            number = (last and last[0]) or 0
        row = await connection.fetchrow(
            "SELECT id, text, created_at, COALESCE(tg_user_id, 0) FROM message m"
            f" WHERE id = $1 AND chat_id = $2 AND role = '{Role.USER}'"
            " AND NOT EXISTS (SELECT 1 FROM message_processing p WHERE p.message_id = m.id)",
            number,
            place.chat_id,
        )
        return _Question(*row) if row is not None else None

    async def _finish(
        self,
        connection: Connection,
        message: NewMessage,
        place: _Place,
        question: _Question | None,
        message_id: int,
    ) -> int:
        """The row that tells the model of a question and its answer; returns its id."""
        old = message.old
        update_id = await self._update_id(connection, message, place)
        row = await connection.fetchrow(
            "INSERT INTO message_processing (bot_id, update_id, chat_id, kind, status, raw_update,"
            " message_id, response_message_id, telegram_incoming_id, telegram_outgoing_id,"
            " attempts, answered_revision, received_at, response_generated_at, response_sent_at,"
            " finished_at, model) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, 1, $11, $12,"
            " $13, $13, $14) RETURNING id",
            place.bot_id,
            update_id,
            place.chat_id,
            Kind.QUESTION if question else Kind.NOTICE,
            Status.COMPLETED,
            _update(message, update_id, question),
            question.id if question else None,
            message_id,
            old.incoming_id,
            old.outgoing_id,
            question.asked_at if question else old.created_at,
            old.created_at,
            old.sent_at or old.created_at,
            place.model,
        )
        return row[0] if row is not None else 0

    async def _update_id(self, connection: Connection, message: NewMessage, place: _Place) -> int:
        """That of the question, so that it is known should Telegram hand it over again."""
        said = message.old.update_id
        if said is not None:
            taken = await connection.fetchrow(
                "SELECT 1 FROM message_processing WHERE bot_id = $1 AND update_id = $2",
                place.bot_id,
                said,
            )
            if taken is None:
                return said
        return made_up_update_id(f"{self._notes.origin} {message.old.id}")

    async def _pay(self, connection: Connection, row_id: int, price: int) -> None:
        """Account for what an answer cost; nothing is said of what has no price there."""
        row = await connection.fetchrow(
            "SELECT p.bot_id, p.chat_id, m.tg_user_id, p.model, p.response_generated_at"
            " FROM message_processing p LEFT JOIN message m ON m.id = p.message_id"
            " WHERE p.id = $1",
            row_id,
        )
        if row is None or not price:
            return
        await connection.execute(
            "UPDATE message_processing SET cost = COALESCE(cost, 0) + $2 WHERE id = $1",
            row_id,
            price,
        )
        await insert_spend(
            connection,
            bot_id=row[0],
            chat_id=row[1],
            user_id=row[2],
            purpose=Purpose.ANSWER,
            model=row[3],
            usage=Usage(),
            cost=price,
            days=self._days,
            now=row[4],
        )


async def _place(connection: Connection, chat: NewChat) -> _Place:
    row = await connection.fetchrow(
        "SELECT c.id, c.bot_id, b.model FROM chat c JOIN bot b ON b.id = c.bot_id"
        " WHERE b.telegram_id = $1 AND c.telegram_chat_id = $2 AND c.thread_id = 0",
        chat.bot_telegram_id,
        chat.telegram_chat_id,
    )
    assert row is not None  # conversations come before what was said in them
    return _Place(*row)


def _update(message: NewMessage, update_id: int, question: _Question | None) -> str:
    """The update as Telegram may have sent it: it is read when the question is asked again."""
    if question is None:
        return "{}"
    chat = message.chat
    name = "first_name" if chat.type is ChatType.PRIVATE else "title"
    sender = question.user_id or chat.telegram_chat_id
    said = {
        "message_id": message.old.incoming_id,
        "date": question.asked_at // SECOND,
        "chat": {"id": chat.telegram_chat_id, "type": chat.type, name: chat.name},
        "from": {"id": sender, "is_bot": False, "first_name": ""},
        "text": question.text,
    }
    return storable(json.dumps({"update_id": update_id, "message": said}, ensure_ascii=False))
