"""/mydata: everything that is kept of a person, as JSON objects read in pages."""

import json
from array import array
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

from kotodom.clock import SECOND
from kotodom.db.connection import Connection, Database, Row
from kotodom.db.sql import values
from kotodom.model import Role

PAGE = 200
"""So many messages are read at once."""
IDS = 10_000
"""So many ids are read at once, to know in which order they were said."""
DAY = 24 * 3600 * SECOND

CHATS = """
WITH RECURSIVE said(chat_id) AS (
  SELECT (SELECT MIN(chat_id) FROM message WHERE tg_user_id = $2)
  UNION ALL
  SELECT (SELECT MIN(chat_id) FROM message WHERE tg_user_id = $2 AND chat_id > said.chat_id)
  FROM said WHERE said.chat_id IS NOT NULL
)
SELECT c.id FROM said CROSS JOIN chat c WHERE c.id = said.chat_id AND c.bot_id = $1
UNION SELECT id FROM chat WHERE bot_id = $1 AND telegram_chat_id = $2
ORDER BY 1
"""
"""The conversations with bot $1 in which person $2 said something, and their private ones.

One step of the index for each conversation, however many messages there are.
"""

_SAID = """
SELECT m.id, m.chat_id, m.created_at, m.text, m.preface, m.attachments, p.id, p.kind, p.status,
  p.response_message_id, p.response_sent_at, p.model, p.tokens_input, p.tokens_cached,
  p.tokens_output, p.usage_estimated, p.cost
FROM message m LEFT JOIN message_processing p ON p.message_id = m.id
WHERE m.id IN """

_SPENT = f"""
SELECT created_at / {DAY}, COUNT(*), SUM(tokens_input), SUM(tokens_output), SUM(seconds),
  SUM(cost), COUNT(*) - COUNT(cost)
FROM spend WHERE tg_user_id = $1 AND bot_id = $2 GROUP BY 1 ORDER BY 1
"""


class ExportStore:
    """The part of the store that shows people what it has of them."""

    _database: Database

    async def stored_about(self, bot_id: int, user_id: int) -> AsyncIterator[dict[str, Any]]:
        person = await self._database.read(
            lambda c: c.fetchrow(
                "SELECT id, username, full_name, language_code, language FROM tg_user"
                " WHERE id = $1",
                user_id,
            )
        )
        if person is None:
            return
        names = ("id", "username", "full_name", "language_code", "chosen_language")
        yield {"kind": "person", **dict(zip(names, person, strict=True))}
        chats = [
            row[0] for row in await self._database.read(lambda c: c.fetch(CHATS, bot_id, user_id))
        ]
        for chat_id in chats:
            row = await self._chat(chat_id)
            if row is not None:
                yield row
        async for row in self._decided(bot_id, user_id):
            yield row
        ids = await self._said(user_id, chats)
        for start in range(0, len(ids), PAGE):
            for message in await self._messages(ids[start : start + PAGE]):
                yield message
        async for said in self._said_by_admins(bot_id, user_id):
            yield said
        for row in await self._database.read(lambda c: c.fetch(_SPENT, user_id, bot_id)):
            yield _spending(row)

    async def _said_by_admins(self, bot_id: int, user_id: int) -> AsyncIterator[dict[str, Any]]:
        """What admins wrote to the person in private, beside answers to single messages."""
        after = 0
        while rows := await self._database.read(_admins_words(bot_id, user_id, after)):
            for _, chat_id, at, text in rows:
                yield {"kind": "admin", "conversation": chat_id, "at": _time(at), "said": text}
            after = rows[-1][0]

    async def _decided(self, bot_id: int, user_id: int) -> AsyncIterator[dict[str, Any]]:
        """What admins decided about the person, and wrote down."""
        row = await self._database.read(
            lambda c: c.fetchrow(
                "SELECT access, until, note, invite_id, updated_at FROM bot_user"
                " WHERE bot_id = $1 AND user_id = $2",
                bot_id,
                user_id,
            )
        )
        if row is not None:
            yield {
                "kind": "access",
                "is": row[0],
                "until": _time(row[1]),
                "note": row[2],
                "came_by_invite": row[3],
                "since": _time(row[4]),
            }
        for limit in await self._database.read(
            lambda c: c.fetch(
                "SELECT period, measure, amount FROM spend_limit"
                " WHERE scope = 'user' AND key = $1 ORDER BY id",
                f"{bot_id}:{user_id}",
            )
        ):
            yield {"kind": "limit", "period": limit[0], "measure": limit[1], "amount": limit[2]}

    async def _chat(self, chat_id: int) -> dict[str, Any] | None:
        row = await self._database.read(
            lambda c: c.fetchrow(
                "SELECT id, type, telegram_chat_id, thread_id, name, model, start_payload,"
                " blocked_at FROM chat WHERE id = $1",
                chat_id,
            )
        )
        if row is None:
            return None
        names = ("conversation", "type", "telegram_chat_id", "topic", "name", "chosen_model")
        return {
            "kind": "conversation",
            **dict(zip(names, row, strict=False)),
            "start_payload": row[6],
            "blocked_at": _time(row[7]),
        }

    async def _said(self, user_id: int, chats: Sequence[int]) -> "array[int]":
        """The ids of the person's messages in these conversations, oldest first."""
        found = array("q")
        for chat_id in chats:
            after = 0
            while True:
                page = await self._database.read(_ids_after(user_id, chat_id, after))
                found.extend(page)
                if len(page) < IDS:
                    break
                after = page[-1]
        return array("q", sorted(found))

    async def _messages(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        async def read(connection: Connection) -> list[dict[str, Any]]:
            rows = await connection.fetch(f"{_SAID}{values(1, len(ids))} ORDER BY m.id", *ids)
            answers = await connection.fetch(
                "SELECT reply_to_id, id, text FROM message"
                f" WHERE reply_to_id IN {values(1, len(ids))} ORDER BY id",
                *ids,
            )
            notices = await _notices(connection, [row[6] for row in rows if row[9] is None])
            return [_message(row, answers, notices) for row in rows]

        return await self._database.read(read)


def _admins_words(bot_id: int, user_id: int, after: int) -> Any:
    async def read(connection: Connection) -> Sequence[Row]:
        return await connection.fetch(
            "SELECT m.id, m.chat_id, m.created_at, m.text FROM chat c CROSS JOIN message m"
            " WHERE c.bot_id = $1 AND c.telegram_chat_id = $2 AND m.chat_id = c.id AND m.id > $3"
            f" AND m.role = '{Role.ADMIN}' AND m.text <> '' AND m.reply_to_id IS NULL"
            " ORDER BY m.id LIMIT $4",
            bot_id,
            user_id,
            after,
            PAGE,
        )

    return read


def _ids_after(user_id: int, chat_id: int, after: int) -> Any:
    async def read(connection: Connection) -> list[int]:
        rows = await connection.fetch(
            "SELECT id FROM message WHERE tg_user_id = $1 AND chat_id = $2 AND id > $3"
            " ORDER BY id LIMIT $4",
            user_id,
            chat_id,
            after,
            IDS,
        )
        return [row[0] for row in rows]

    return read


async def _notices(connection: Connection, rows: Sequence[int | None]) -> dict[int, str]:
    """What was said to these rows, none of which the model answered: replies to commands, errors.

    Without the files that were sent: an earlier /mydata would be in them.
    """
    asked = [row_id for row_id in rows if row_id is not None]
    if not asked:
        return {}
    parts = await connection.fetch(
        "SELECT processing_id, text FROM delivery_part"
        f" WHERE processing_id IN {values(1, len(asked))} AND state <> 'SURPLUS' AND text <> ''"
        ' ORDER BY processing_id, "index"',
        *asked,
    )
    said: dict[int, str] = {}
    for row_id, text in parts:
        said[row_id] = f"{said[row_id]}\n{text}" if row_id in said else text
    return said


def _message(row: Row, answers: Sequence[Row], notices: dict[int, str]) -> dict[str, Any]:
    mine = [(id_, text) for question, id_, text in answers if question == row[0]]
    now = [text for id_, text in mine if id_ == row[9]]
    earlier = [text for id_, text in mine if id_ != row[9]]
    message: dict[str, Any] = {
        "kind": "message",
        "conversation": row[1],
        "at": _time(row[2]),
        "text": row[3],
        "context": row[4],
        "attachments": [_attachment(item) for item in json.loads(row[5])],
        "is": row[7],
        "status": row[8],
        "answer": now[0] if now else notices.get(row[6]),
        "answered_at": _time(row[10]),
        "model": row[11],
        "tokens": {
            "input": row[12],
            "cached": row[13],
            "output": row[14],
            "estimated": bool(row[15]),
        },
        "cost_nano_dollars": row[16],
    }
    if earlier:
        message["earlier_answers"] = earlier
    return message


def _attachment(stored: dict[str, Any]) -> dict[str, Any]:
    shown = {"kind": stored["kind"], "bytes": stored.get("size", 0)}
    kept = ("name", "mime", "duration", "text")
    return shown | {name: stored[name] for name in kept if name in stored}


def _spending(row: Row) -> dict[str, Any]:
    return {
        "kind": "spending",
        "day": _time(int(row[0]) * DAY, "%Y-%m-%d"),
        "calls": row[1],
        "tokens": {"input": int(row[2]), "output": int(row[3])},
        "seconds_of_sound": int(row[4]),
        "cost_nano_dollars": None if row[5] is None else int(row[5]),
        "calls_without_price": row[6],
    }


def _time(milliseconds: int | None, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str | None:
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds / SECOND, UTC).strftime(form)
