"""Edits: a question changes before it is answered, or is asked again after."""

import json
from typing import Any

from kotodom.db.connection import Connection
from kotodom.db.inbox_entries import insert_inbox_entry
from kotodom.db.sql import OPEN, id_space, storable
from kotodom.model import Edit, Kind, Lane, Status

MEDIA = ("photo", "document", "voice", "audio", "video_note", "video", "animation", "sticker")

_PIECE = """
SELECT p.id, p.joined_to, p.raw_update, m.id, c.id FROM message m
JOIN chat c ON c.id = m.chat_id
JOIN message_processing p ON p.message_id = m.id
WHERE m.id_space = $1 AND m.telegram_message_id = $2 AND c.bot_id = $3 AND c.telegram_chat_id = $4
"""

REOPEN = (
    "status = 'RECEIVED', outcome = NULL, revision = revision + 1, attempts = 0, deferrals = 0,"
    " crashes = 0, not_before = 0, finished_at = NULL, stop_requested = $2, in_place = $3,"
    " response_message_id = NULL, wanted_model = '', told = $2, parked = 0"
)
"""What makes a finished question one that waits for its answer."""


async def apply_edit(
    connection: Connection, bot_id: int, edit: Edit, since: int | None
) -> tuple[Lane | None, int]:
    """Change the question that the message is (a piece of).

    Returns its lane if it has work now, or as soon as what is in work there is done; and its row
    if it is in work and has changed.
    """
    space = id_space(edit.chat.type, bot_id, edit.chat.telegram_chat_id)
    row = await connection.fetchrow(
        f"{_PIECE} AND p.kind = '{Kind.QUESTION}' ORDER BY p.id DESC LIMIT 1",
        space,
        edit.telegram_message_id,
        bot_id,
        edit.chat.telegram_chat_id,
    )
    if row is None:
        return None, 0
    row_id, joined_to, raw, message_id, chat_id = row
    update = json.loads(raw)
    if not _replace(update, edit):
        return None, 0
    head = joined_to or row_id
    status = await _ask_anew(connection, head, since)
    if status is None:
        return None, 0  # too late: the old answer belongs to the old question
    await connection.execute(
        "UPDATE message SET text = $2, preface = $3, attachments = $4 WHERE id = $1",
        message_id,
        storable(edit.text),
        storable(edit.preface),
        storable(json.dumps([item.to_dict() for item in edit.attachments])),
    )
    await insert_inbox_entry(connection, bot_id, message_id, edited=True)
    await connection.execute(
        "UPDATE message_processing SET raw_update = $2 WHERE id = $1",
        row_id,
        storable(json.dumps(update, ensure_ascii=False)),
    )
    waits = status in (Status.RECEIVED, Status.FAILED)
    lane = None if waits else Lane(bot_id, chat_id, Kind.QUESTION)
    return lane, head if status == Status.PROCESSING else 0


async def _ask_anew(connection: Connection, row_id: int, since: int | None) -> str | None:
    """Have a question answered as it is now; return where it stood, None when it is too late.

    One whose answer is on its way counts as COMPLETED.
    """
    row = await connection.fetchrow(
        "UPDATE message_processing SET revision = revision + 1, stop_requested = $2"
        # One that waits for its sender to be let in is answered, one day, as it is then.
        f" WHERE id = $1 AND ({OPEN} AND outcome IS NULL OR parked > 0) RETURNING status",
        row_id,
        False,
    )
    if row is not None:
        return str(row[0])
    if since is None:
        return None
    # Its answer is on its way: once it has arrived, the question is asked again.
    on_its_way = await connection.execute(
        "UPDATE message_processing SET revision = revision + 1, in_place = $2,"
        f" stop_requested = $4 WHERE id = $1 AND {OPEN} AND received_at >= $3",
        row_id,
        True,
        since,
        False,
    )
    if on_its_way:
        return Status.COMPLETED
    reopened = await connection.execute(
        f"UPDATE message_processing SET {REOPEN} WHERE id = $1 AND received_at >= $4"
        " AND status IN ('COMPLETED', 'TERMINAL')",
        row_id,
        False,
        True,
        since,
    )
    return Status.COMPLETED if reopened else None


def _replace(update: dict[str, Any], edit: Edit) -> bool:
    """Make it the update as if the message had been sent like that at once.

    False when nothing that was said has changed: Telegram also reports what nobody can see.
    """
    for name, value in update.items():
        if isinstance(value, dict) and value.get("message_id") == edit.telegram_message_id:
            if _said(value) == _said(edit.raw_message):
                return False
            update[name] = edit.raw_message
            return True
    return False


def _said(message: dict[str, Any]) -> tuple[object, ...]:
    media = []
    for kind in MEDIA:
        item = message.get(kind)
        if isinstance(item, list) and item:
            item = item[-1]
        if isinstance(item, dict):
            media.append((kind, item.get("file_unique_id")))
    said = message.get("text") or message.get("caption") or ""
    return said, message.get("rich_message"), *media
