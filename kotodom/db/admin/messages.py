"""The database's part of /admin messages: lists, causes, and all there is of one message."""

import json
from collections.abc import Sequence
from typing import Any

from kotodom.db.admin.messages_bulk import BulkStore
from kotodom.db.admin.messages_change import ChangeStore
from kotodom.db.connection import Connection, Row
from kotodom.db.jobs import chat_of, load_pieces
from kotodom.db.sql import OPEN
from kotodom.model import Attachment, Kind, PartState, Person, Role, Status
from kotodom.ports.admin.messages import (
    FailedAttempt,
    MessageCard,
    MessageFilter,
    MessageLine,
    Which,
)

BEGINNING = 80
"""Characters of a message in a list."""
ANSWER = 1_500
"""Characters of an answer on a card."""
BOTS_AT_ONCE = 100
"""Bots whose newest questions one statement looks for."""
DROPPED = "dropped"
"""The cause of what an admin gave up: it is listed only when it is asked for."""

_QUESTION = f"kind = '{Kind.QUESTION}' AND joined_to = 0"
"""Word for word the condition of ``processing_questions``."""


class MessagesStore(ChangeStore, BulkStore):
    """The store's part for messages."""

    async def messages_page(
        self, wanted: MessageFilter, *, now: int, offset: int, limit: int
    ) -> list[MessageLine]:
        async def read(connection: Connection) -> list[MessageLine]:
            ids = await _page(connection, wanted, offset, limit)
            if not ids:
                return []
            marks = ", ".join(f"${number}" for number in range(1, len(ids) + 1))
            rows = await connection.fetch(f"{_LINE} WHERE p.id IN ({marks})", *ids)
            lines = {row[0]: _line(row) for row in rows}
            return [lines[id_] for id_ in ids if id_ in lines]

        return await self._database.read(read)

    async def message_causes(
        self, bot_ids: Sequence[int] | None, *, since: int, bound: int
    ) -> list[tuple[str, int]]:
        if bot_ids is not None and not bot_ids:
            return []
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT last_error_kind, COUNT(*) FROM (SELECT last_error_kind"
                " FROM message_processing WHERE status = 'TERMINAL' AND finished_at >= $1"
                f" AND last_error_kind <> '{DROPPED}'{_of(bot_ids)}"
                " ORDER BY finished_at DESC LIMIT $2) newest"
                " GROUP BY last_error_kind ORDER BY 2 DESC, 1",
                since,
                bound,
            )
        )
        return [(row[0], row[1]) for row in rows]

    async def message_card(self, row_id: int) -> MessageCard | None:
        async def read(connection: Connection) -> MessageCard | None:
            row = await connection.fetchrow(_CARD, row_id)
            if row is None:
                return None
            if row[3]:  # a piece: the question has all of them
                row = await connection.fetchrow(_CARD, row[3])
                if row is None:
                    return None
            head = row[0]
            pieces = await load_pieces(connection, head)
            failed = await connection.fetch(
                "SELECT number, began_at, at, code, message FROM attempt"
                " WHERE processing_id = $1 ORDER BY id",
                head,
            )
            parts = await connection.fetch(
                'SELECT state, "index" FROM delivery_part WHERE processing_id = $1', head
            )
            texts = [piece.text for piece in pieces if piece.text]
            files = tuple(item for piece in pieces for item in piece.attachments)
            return _card(row, "\n".join(texts), files, failed, parts)

        return await self._database.read(read)


async def _page(
    connection: Connection, wanted: MessageFilter, offset: int, limit: int
) -> list[int]:
    """The ids of one page, in order; each kind of list has an index that it walks along."""
    if wanted.bot_ids is not None and not wanted.bot_ids:
        return []
    match wanted.which:
        case Which.DEAD:
            return await _dead(connection, wanted, offset, limit)
        case Which.WAIT | Which.WORK:
            return await _open(connection, wanted, offset, limit)
        case Which.DONE | Which.ALL:
            if wanted.code:
                return await _troubled(connection, wanted, offset, limit)
            return await _questions(connection, wanted, offset, limit)


async def _dead(
    connection: Connection, wanted: MessageFilter, offset: int, limit: int
) -> list[int]:
    cause = "last_error_kind = $4" if wanted.code else "last_error_kind <> $4"
    rows = await connection.fetch(
        "SELECT id FROM message_processing WHERE status = 'TERMINAL' AND finished_at >= $1"
        f" AND {cause}{_of(wanted.bot_ids, one=not wanted.code)}"
        " ORDER BY finished_at DESC, id DESC LIMIT $2 OFFSET $3",
        wanted.since,
        limit,
        offset,
        wanted.code or DROPPED,
    )
    return [row[0] for row in rows]


async def _open(
    connection: Connection, wanted: MessageFilter, offset: int, limit: int
) -> list[int]:
    which = "= 'PROCESSING'" if wanted.which is Which.WORK else "<> 'PROCESSING'"
    cause = "last_error_kind = $4" if wanted.code else "$4 = ''"
    rows = await connection.fetch(
        f"SELECT id FROM message_processing WHERE {OPEN} AND status {which}"
        f" AND received_at >= $1 AND {cause}{_of(wanted.bot_ids)}"
        " ORDER BY not_before, status, received_at LIMIT $2 OFFSET $3",
        wanted.since,
        limit,
        offset,
        wanted.code,
    )
    return [row[0] for row in rows]


async def _troubled(
    connection: Connection, wanted: MessageFilter, offset: int, limit: int
) -> list[int]:
    rows = await connection.fetch(
        "SELECT id FROM message_processing WHERE last_error_kind <> '' AND last_error_kind = $4"
        f" AND received_at >= $1 AND {_QUESTION}{_status(wanted)}{_of(wanted.bot_ids)}"
        " ORDER BY received_at DESC LIMIT $2 OFFSET $3",
        wanted.since,
        limit,
        offset,
        wanted.code,
    )
    return [row[0] for row in rows]


async def _questions(
    connection: Connection, wanted: MessageFilter, offset: int, limit: int
) -> list[int]:
    """Bot by bot, because their index begins with the bot; together they are put in order."""
    bots = list(wanted.bot_ids or ())
    if wanted.bot_ids is None:
        bots = [row[0] for row in await connection.fetch("SELECT id FROM bot ORDER BY id")]
    found: list[tuple[int, int]] = []
    for first in range(0, len(bots), BOTS_AT_ONCE):
        each = (
            "SELECT * FROM (SELECT received_at, id FROM message_processing"
            f" WHERE bot_id = {bot:d} AND {_QUESTION} AND received_at >= $1{_status(wanted)}"
            f" ORDER BY received_at DESC LIMIT $2) of_{bot:d}"
            for bot in bots[first : first + BOTS_AT_ONCE]
        )
        rows = await connection.fetch(
            " UNION ALL ".join(each) + " ORDER BY 1 DESC, 2 DESC LIMIT $2",
            wanted.since,
            offset + limit,
        )
        found += ((row[0], row[1]) for row in rows)
    found.sort(reverse=True)
    return [id_ for _, id_ in found[offset : offset + limit]]


def _status(wanted: MessageFilter) -> str:
    return " AND status = 'COMPLETED'" if wanted.which is Which.DONE else ""


def _of(bot_ids: Sequence[int] | None, *, one: bool = False) -> str:
    """The condition for rows of these bots.

    The sign keeps the planners from taking the bot's index where another one gives the order;
    with *one*, that of a single bot gives it, too.
    """
    if bot_ids is None:
        return ""
    if one and len(bot_ids) == 1:
        return f" AND bot_id = {bot_ids[0]:d}"
    return f" AND +bot_id IN ({', '.join(f'{bot:d}' for bot in bot_ids)})"


_LINE = f"""
SELECT p.id, p.bot_id, p.kind, p.status, p.last_error_kind, p.finished_at, p.received_at,
  p.not_before, COALESCE(NULLIF(u.full_name, ''), NULLIF(u.username, ''), c.name, ''),
  SUBSTR(m.text, 1, {BEGINNING}), m.attachments
FROM message_processing p LEFT JOIN chat c ON c.id = p.chat_id
LEFT JOIN message m ON m.id = p.message_id LEFT JOIN tg_user u ON u.id = m.tg_user_id
"""


def _line(row: Row) -> MessageLine:
    return MessageLine(
        id=row[0],
        bot_id=row[1],
        kind=Kind(row[2]),
        status=Status(row[3]),
        code=row[4],
        at=row[5] if row[5] is not None and row[3] == Status.TERMINAL else row[6],
        due=row[7],
        sender=row[8],
        text=row[9] or _files(row[10]),
    )


def _files(attachments: str | None) -> str:
    """What stands for a message without words: the kinds of its files."""
    items: list[dict[str, Any]] = json.loads(attachments or "[]")
    return ", ".join(f"[{item['kind']}]" for item in items)[:BEGINNING]


_CARD = f"""
SELECT p.id, p.bot_id, p.kind, p.joined_to, p.status, p.outcome,
  c.id, c.telegram_chat_id, c.thread_id, c.type, c.name, c.history_from, c.not_before,
  u.id, u.username, u.full_name, u.language_code,
  p.received_at, p.claimed_at, p.first_token_at, p.response_generated_at, p.response_sent_at,
  p.finished_at, p.not_before, p.attempts, p.crashes, p.last_error_kind, p.terminal_reason,
  p.wanted_model, p.model, p.tokens_input, p.tokens_output, p.cost,
  SUBSTR(a.text, 1, {ANSWER}), a.role, p.told,
  COALESCE(NULLIF(u.language, ''), u.language_code, ''), c.blocked_at
FROM message_processing p LEFT JOIN chat c ON c.id = p.chat_id
LEFT JOIN message m ON m.id = p.message_id LEFT JOIN tg_user u ON u.id = m.tg_user_id
LEFT JOIN message a ON a.id = p.response_message_id
WHERE p.id = $1
"""


def _card(
    row: Row,
    text: str,
    attachments: tuple[Attachment, ...],
    failed: Sequence[Row],
    parts: Sequence[Row],
) -> MessageCard:
    outcome = None if row[5] is None else Status(row[5])
    sent = [index for state, index in parts if state == PartState.SENT]
    apologised = bool(row[35]) or (outcome is Status.TERMINAL and max(sent, default=-1) >= 0)
    return MessageCard(
        id=row[0],
        bot_id=row[1],
        kind=Kind(row[2]),
        status=Status(row[4]),
        outcome=outcome,
        chat=None if row[6] is None else chat_of(row[1], row[6:13]),
        sender=None if row[13] is None else Person(row[13], row[14], row[15], row[16]),
        text=text,
        attachments=attachments,
        received_at=row[17],
        claimed_at=row[18],
        first_token_at=row[19],
        generated_at=row[20],
        sent_at=row[21],
        finished_at=row[22],
        not_before=row[23],
        attempts=row[24],
        crashes=row[25],
        code=row[26],
        reason=row[27],
        wanted_model=row[28],
        model=row[29],
        tokens_input=row[30],
        tokens_output=row[31],
        cost=row[32],
        answer=row[33] or "",
        answered_by=None if row[34] is None else Role(row[34]),
        parts=len(parts),
        parts_sent=len(sent),
        apologised=apologised,
        language=row[36],
        blocked=row[37] is not None,
        failed=tuple(FailedAttempt(*item) for item in failed),
    )
