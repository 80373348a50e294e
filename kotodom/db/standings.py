"""Who may talk to which bot, as rows: what the store's rooms do to them within a transaction."""

from collections.abc import Sequence

from kotodom.db.connection import Connection, Row
from kotodom.db.jobs import chat_of
from kotodom.db.store_edits import REOPEN
from kotodom.db.store_notices import insert_notice
from kotodom.model import Access, Chat, ChatType, Content, Kind, Lane, Status
from kotodom.ports.admin.access import Standing

COLUMNS = "access, until, note, invite_id, decided_by, updated_at"


async def load_standing(connection: Connection, bot_id: int, user_id: int) -> Standing | None:
    """What was decided about somebody; None when nothing ever was."""
    row = await connection.fetchrow(
        f"SELECT {COLUMNS} FROM bot_user WHERE bot_id = $1 AND user_id = $2", bot_id, user_id
    )
    return None if row is None else standing_of(row)


async def lock_standing(connection: Connection, bot_id: int, user_id: int) -> Standing | None:
    """The same, and until this transaction ends nobody else changes it."""
    await connection.execute(
        "UPDATE bot_user SET access = access WHERE bot_id = $1 AND user_id = $2", bot_id, user_id
    )
    return await load_standing(connection, bot_id, user_id)


def standing_of(row: Row) -> Standing:
    """A standing from :data:`COLUMNS`, all of which are NULL for somebody who has none."""
    if row[0] is None:
        return Standing()
    return Standing(Access(row[0]), row[1], row[2], row[3], row[4], row[5])


async def save_standing(
    connection: Connection, bot_id: int, user_id: int, standing: Standing
) -> None:
    """Write somebody's standing; what else is remembered of them stays."""
    await connection.execute(
        "INSERT INTO bot_user (bot_id, user_id, access, until, note, invite_id, decided_by,"
        " updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT (bot_id, user_id) DO UPDATE SET access = excluded.access,"
        " until = excluded.until, note = excluded.note, invite_id = excluded.invite_id,"
        " decided_by = excluded.decided_by, updated_at = excluded.updated_at",
        bot_id,
        user_id,
        standing.access,
        standing.until,
        standing.note,
        standing.invite_id,
        standing.decided_by,
        standing.updated_at,
    )


async def answer_parked(
    connection: Connection, bot_id: int, user_id: int | None = None
) -> list[Lane]:
    """Reopen what somebody (None: anybody) asked a bot before they were let in."""
    whose = "> 0" if user_id is None else f"= {user_id:d}"
    rows = await connection.fetch(
        f"UPDATE message_processing SET {REOPEN} WHERE bot_id = $1 AND parked > 0"
        f" AND parked {whose} AND status = '{Status.COMPLETED}' RETURNING chat_id",
        bot_id,
        False,
        False,
    )
    return [Lane(bot_id, chat_id, Kind.QUESTION) for chat_id in dict.fromkeys(r[0] for r in rows)]


async def drop_parked(connection: Connection, bot_id: int, user_id: int) -> None:
    """Nothing of what somebody asked will be answered."""
    await connection.execute(
        "UPDATE message_processing SET parked = 0 WHERE bot_id = $1 AND parked > 0 AND parked = $2",
        bot_id,
        user_id,
    )


async def tell_person(
    connection: Connection,
    bot_id: int,
    user_id: int,
    words: Sequence[Content],
    *,
    key: str,
    now: int,
) -> list[Lane]:
    """Write words to somebody's private chat, if they have one; return the lanes that got work."""
    chat = await private_chat(connection, bot_id, user_id)
    if chat is None or not words:
        return []
    row_id = await insert_notice(connection, chat, words, key=key, now=now)
    return [Lane(bot_id, chat.id, Kind.NOTICE)] if row_id else []


async def private_chat(connection: Connection, bot_id: int, user_id: int) -> Chat | None:
    """The private chat in which somebody wrote to a bot last, unless they have blocked it."""
    row = await connection.fetchrow(
        "SELECT id, telegram_chat_id, thread_id, type, name, history_from, not_before FROM chat"
        f" WHERE bot_id = $1 AND telegram_chat_id = $2 AND type = '{ChatType.PRIVATE}'"
        " AND blocked_at IS NULL ORDER BY last_at DESC, id DESC LIMIT 1",
        bot_id,
        user_id,
    )
    return None if row is None else chat_of(bot_id, row)


async def forget_standing(connection: Connection, bot_id: int, user_id: int) -> None:
    """Forget what was decided about somebody, but for what keeps them out: of that the id stays.

    Or else /forgetme would be a way to ask again and again, or to use a link up alone.
    """
    out = f"access IN ('{Access.BLOCKED}', '{Access.DENIED}')"
    await connection.execute(
        "UPDATE bot_user SET note = '', until = NULL, invite_id = NULL, told_at = 0, told_row = 0"
        f" WHERE bot_id = $1 AND user_id = $2 AND {out}",
        bot_id,
        user_id,
    )
    await connection.execute(
        f"DELETE FROM bot_user WHERE bot_id = $1 AND user_id = $2 AND NOT {out}",
        bot_id,
        user_id,
    )
    await connection.execute(
        "DELETE FROM invite_use WHERE user_id = $2 AND invite_id IN (SELECT id FROM invite"
        "  WHERE bot_id = $1 AND (revoked OR uses_left = 0))",
        bot_id,
        user_id,
    )
