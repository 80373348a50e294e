"""What others' messages repeat of a person: whom they reply to, quote, forward or name.

Telegram puts the person and their words into the update of whoever does so, in groups above all.
A forward from somebody who hides their account bears a name and no id: it cannot be found.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kotodom.db.connection import Connection, Database
from kotodom.db.sql import storable

_FIRST = -(2**63)

_PAGE = """
SELECT update_id, id, message_id, CASE WHEN raw_update LIKE $4 THEN raw_update END
FROM message_processing WHERE bot_id = $1 AND update_id > $2 ORDER BY update_id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class _Repeating:
    """A row whose update repeats something, and the update without that."""

    row_id: int
    message_id: int | None
    raw: str
    stripped: str
    told: bool
    """The model was told of it, too: it is in the message's preface and attachments."""


async def erase_page(
    database: Database, bot_id: int, user_id: int, after: int | None, limit: int
) -> int | None:
    """Strip the next *limit* rows of a bot; where to go on, None at the end."""
    rows = await database.read(
        lambda c: c.fetch(
            _PAGE, bot_id, _FIRST if after is None else after, limit, f"%{user_id:d}%"
        )
    )
    found: list[_Repeating] = []
    for _, row_id, message_id, raw in rows:
        if raw is not None:
            update = json.loads(raw)
            changed, told = strip(update, user_id)
            if changed:
                stripped = json.dumps(update, ensure_ascii=False, separators=(",", ":"))
                found.append(_Repeating(row_id, message_id, raw, stripped, told))
    if found:
        await database.write(lambda c: _rewrite(c, found))
    return rows[-1][0] if len(rows) == limit else None


async def _rewrite(connection: Connection, found: Sequence[_Repeating]) -> None:
    for row in found:
        # An edit that came in between is a message of its own time, and is found the next time.
        touched = await connection.execute(
            "UPDATE message_processing SET raw_update = $2 WHERE id = $1 AND raw_update = $3",
            row.row_id,
            storable(row.stripped),
            row.raw,
        )
        if not touched or not row.told or row.message_id is None:
            continue
        message = await connection.fetchrow(
            "SELECT attachments FROM message WHERE id = $1", row.message_id
        )
        if message is not None:
            own = [item for item in json.loads(message[0]) if not item.get("quoted")]
            await connection.execute(
                "UPDATE message SET preface = '', attachments = $2 WHERE id = $1",
                row.message_id,
                json.dumps(own),
            )


def strip(update: Any, user_id: int) -> tuple[bool, bool]:
    """Take a person out of somebody else's update: (something was, their words were).

    What they said themselves stays.
    """
    if not isinstance(update, dict) or any(
        _is(_table(said).get("from"), user_id) for said in update.values()
    ):
        return False, False
    changed = told = False
    inside: list[Any] = list(update.values())
    while inside:
        value = inside.pop()
        if isinstance(value, list):
            inside += value
        elif isinstance(value, dict):
            for name in _repeated(value, user_id):
                changed = value.pop(name, None) is not None or changed
                told = told or name != "user"
            inside += value.values()
    return changed, told


def _repeated(message: dict[str, Any], user_id: int) -> Sequence[str]:
    """The fields of a message (or of a part of one) that repeat something of the person."""
    reply = _table(message.get("reply_to_message"))
    names: list[str] = []
    if _is(reply.get("from"), user_id) or _from(reply.get("forward_origin"), user_id):
        names += ("reply_to_message", "quote")
    if _from(_table(message.get("external_reply")).get("origin"), user_id):
        names += ("external_reply", "quote")
    if _from(message.get("forward_origin"), user_id):
        names.append("forward_origin")
    if _is(message.get("user"), user_id):  # a mention of somebody without a username
        names.append("user")
    return names


def _from(origin: Any, user_id: int) -> bool:
    return _is(_table(origin).get("sender_user"), user_id)


def _is(user: Any, user_id: int) -> bool:
    return bool(_table(user).get("id") == user_id)


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
