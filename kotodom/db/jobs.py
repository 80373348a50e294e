"""A row in work as the core takes it: the message, all its pieces, its chat and its sender."""

import json
from dataclasses import replace

from kotodom.asking import joined
from kotodom.db.connection import Connection, Row
from kotodom.db.sql import OPEN
from kotodom.model import (
    Attachment,
    Chat,
    ChatType,
    Job,
    Kind,
    Person,
    Piece,
    Status,
)

_JOB = f"""
SELECT p.id, p.bot_id, p.kind, p.raw_update, p.telegram_incoming_id, p.received_at, p.attempts,
       p.deferrals, p.crashes, p.outcome,
       c.id, c.telegram_chat_id, c.thread_id, c.type, c.name, c.history_from, c.not_before,
       c.blocked_at, c.model,
       u.id, u.username, u.full_name, u.language_code,
       EXISTS (SELECT 1 FROM message_processing
               WHERE chat_id = p.chat_id AND kind = p.kind AND id > p.id AND {OPEN})
       -- or this one itself is asked again once its answer has arrived
       OR (p.outcome IS NOT NULL AND p.revision > p.answered_revision),
       p.revision, p.in_place, p.stop_requested, p.joined,
       COALESCE(NULLIF(u.language, ''), NULLIF(b.language, ''), u.language_code, ''),
       m.id, m.text, m.preface, m.attachments, p.wanted_model, p.told, c.taken_until
FROM message_processing p
JOIN chat c ON c.id = p.chat_id
JOIN bot b ON b.id = p.bot_id
LEFT JOIN message m ON m.id = p.message_id
LEFT JOIN tg_user u ON u.id = m.tg_user_id
WHERE p.id = $1"""

PIECE = "m.id, m.text, m.preface, m.attachments"

_PIECES = f"""
SELECT {PIECE} FROM message_processing p JOIN message m ON m.id = p.message_id
WHERE p.id = $1 OR (p.joined_to = $1 AND p.joined_to > 0) ORDER BY m.telegram_message_id, m.id
"""


async def load_job(connection: Connection, row_id: int, condition: str = "") -> Job | None:
    """Read a row with everything that belongs to it; None when there is no such row."""
    row = await connection.fetchrow(_JOB + condition, row_id)
    if row is None:
        return None
    pieces: tuple[Piece, ...] = () if row[29] is None else (piece_of(row[29:33]),)
    if row[27]:
        pieces = await load_pieces(connection, row_id)
    return _job(row, pieces)


async def load_pieces(connection: Connection, row_id: int) -> tuple[Piece, ...]:
    """All pieces of a question, in the order they were sent."""
    return tuple(map(piece_of, await connection.fetch(_PIECES, row_id)))


def piece_of(row: Row) -> Piece:
    """A piece from the columns :data:`PIECE`."""
    attachments = () if row[3] == "[]" else tuple(map(Attachment.from_dict, json.loads(row[3])))
    return Piece(row[0], row[1], row[2], attachments)


def _job(row: Row, pieces: tuple[Piece, ...]) -> Job:
    bot_id: int = row[1]
    return Job(
        id=row[0],
        bot_id=bot_id,
        kind=Kind(row[2]),
        raw=row[3],
        telegram_message_id=row[4],
        received_at=row[5],
        attempts=row[6],
        deferrals=row[7],
        crashes=row[8],
        outcome=None if row[9] is None else Status(row[9]),
        chat=replace(
            chat_of(bot_id, row[10:17]),
            blocked=row[17] is not None,
            model=row[18],
            taken_until=row[35],
        ),
        text=joined(piece.text for piece in pieces),
        sender=None if row[19] is None else Person(row[19], row[20], row[21], row[22]),
        more=bool(row[23]),
        pieces=pieces,
        language=row[28],
        revision=row[24],
        in_place=bool(row[25]),
        stopped=bool(row[26]),
        wanted_model=row[33],
        told=bool(row[34]),
    )


def chat_of(bot_id: int, row: Row) -> Chat:
    """A chat from (id, telegram_chat_id, thread_id, type, name, history_from, not_before)."""
    return Chat(
        id=row[0],
        bot_id=bot_id,
        telegram_chat_id=row[1],
        thread_id=row[2],
        type=ChatType(row[3]),
        name=row[4],
        history_from=row[5],
        not_before=row[6],
    )
