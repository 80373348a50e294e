"""Questions that grow: an album's pictures, and the rest of a text that the client split."""

from collections.abc import Iterator
from dataclasses import dataclass

from kotodom.clock import SECOND
from kotodom.db.connection import Connection
from kotodom.db.sql import OPEN
from kotodom.model import Incoming, Kind, Status

GAP = 5 * SECOND
"""What comes later than that after the last piece begins a question of its own."""
HOLD = 5 * SECOND
"""A question that keeps growing is answered after so long all the same."""

ChatKey = tuple[int, int, int]
"""(bot, Telegram chat, topic)."""


@dataclass(slots=True)
class Head:
    """The first message of a question that may still grow."""

    key: ChatKey
    sender: int | None
    media_group: str
    long: bool
    row_id: int = 0
    """0 while it is not stored: it came with the same batch."""
    update_id: int = 0
    """Its update, when it came with the same batch."""
    joined: int = 0
    """How many pieces have joined it in this batch."""
    until: int = 0
    """When it is answered, if nothing more comes."""
    in_work: bool = False

    def takes(self, item: Incoming, key: ChatKey) -> bool:
        """Whether *item* is the next piece of this question."""
        if key != self.key or item.kind is not Kind.QUESTION:
            return False
        if item.media_group or self.media_group:
            return item.media_group == self.media_group
        rest = not (item.attachments or item.preface or item.reply_to)
        return self.long and rest and self.sender == (item.sender and item.sender.id)


async def known_heads(connection: Connection, bot_id: int, now: int) -> list[Head]:
    """The stored questions of a bot that may still grow."""
    rows = await connection.fetch(
        "SELECT p.id, c.telegram_chat_id, c.thread_id, m.tg_user_id, p.media_group, p.long"
        " FROM message_processing p JOIN chat c ON c.id = p.chat_id"
        " JOIN message m ON m.id = p.message_id"
        f" WHERE p.bot_id = $1 AND p.grown_at > 0 AND p.grown_at > $2 AND p.{OPEN}"
        " AND p.outcome IS NULL"
        # Whoever has begun another question has ended the long one.
        " AND (p.media_group <> '' OR NOT EXISTS (SELECT 1 FROM message_processing q"
        "  JOIN message n ON n.id = q.message_id WHERE q.chat_id = p.chat_id"
        "  AND q.received_at >= p.received_at AND q.id > p.id AND q.joined_to = 0"
        f"  AND q.kind = '{Kind.QUESTION}' AND n.tg_user_id = m.tg_user_id))"
        " ORDER BY p.id",
        bot_id,
        now - GAP,
    )
    return [Head((bot_id, row[1], row[2]), row[3], row[4], bool(row[5]), row[0]) for row in rows]


def begins(item: Incoming) -> bool:
    """Whether more of the same question may follow *item*."""
    return item.kind is Kind.QUESTION and bool(item.media_group or item.long)


def in_order(items: list[Incoming]) -> Iterator[Incoming]:
    """First what is meant for the bot: in a group the caption may come after the pictures."""
    yield from (item for item in items if not item.follows_only)
    yield from (item for item in items if item.follows_only)


async def grow(connection: Connection, head: Head, now: int, window: int) -> bool:
    """Let a stored question wait for yet another piece; False when it is answered meanwhile.

    One in work is asked anew: its revision rises.
    """
    row = await connection.fetchrow(
        "UPDATE message_processing SET joined = joined + 1, grown_at = $2, long = $3,"
        " revision = revision + 1, not_before = CASE"
        f"  WHEN status <> '{Status.RECEIVED}' OR claimed_at IS NOT NULL THEN not_before"
        f"  WHEN received_at < $5 THEN received_at + {HOLD} ELSE $4 END"
        f" WHERE id = $1 AND {OPEN} AND outcome IS NULL RETURNING status, not_before",
        head.row_id,
        now,
        head.long,
        now + window,
        now + window - HOLD,
    )
    if row is None:
        return False
    head.in_work = row[0] == Status.PROCESSING
    head.until = row[1]
    return True
