"""A group becomes a supergroup: it gets another id, and its conversations go along."""

from kotodom.db.connection import Connection
from kotodom.db.sql import OPEN
from kotodom.db.store_intake import IntakeStore
from kotodom.model import ChatType


class MovesStore(IntakeStore):
    """The part of the store that carries conversations over."""

    async def move_chat(self, bot_id: int, old_chat_id: int, new_chat_id: int) -> None:
        async def move(connection: Connection) -> None:
            rows = await connection.fetch(
                "SELECT old.id, new.id FROM chat old LEFT JOIN chat new"
                " ON new.bot_id = old.bot_id AND new.thread_id = old.thread_id"
                " AND new.telegram_chat_id = $3"
                " WHERE old.bot_id = $1 AND old.telegram_chat_id = $2",
                bot_id,
                old_chat_id,
                new_chat_id,
            )
            for old, new in rows:
                await _send_anew(connection, old, new_chat_id)
                if new is None:
                    await _rename(connection, old, new_chat_id)
                else:
                    await _merge(connection, old, new)

        await self._database.write(move)
        self._known_chats.clear()


async def _send_anew(connection: Connection, chat_id: int, new_chat_id: int) -> None:
    """Nothing unsent can have arrived under the old id; the new chat numbers its own messages.

    What was sent under the old one cannot be edited any more: that number is another message's now.
    """
    rows = "processing_id IN (SELECT id FROM message_processing WHERE chat_id = $1"
    await connection.execute(
        f"DELETE FROM delivery_part WHERE state = 'SURPLUS' AND {rows})", chat_id
    )
    await connection.execute(
        "UPDATE delivery_part SET state = 'PENDING', bubble_id = 0, known_before = 0, id_space = $2"
        f" WHERE state <> 'SENT' AND {rows} AND {OPEN})",
        chat_id,
        new_chat_id,
    )
    await connection.execute(
        f"UPDATE delivery_part SET telegram_message_id = NULL WHERE {rows})", chat_id
    )


async def _rename(connection: Connection, chat_id: int, new_chat_id: int) -> None:
    await connection.execute(
        f"UPDATE chat SET telegram_chat_id = $2, type = '{ChatType.SUPERGROUP}',"
        " last_message_id = 0, not_before = 0 WHERE id = $1",
        chat_id,
        new_chat_id,
    )


async def _merge(connection: Connection, old: int, new: int) -> None:
    """Somebody has written in the new chat already: one conversation of the two."""
    for table in ("message_processing", "message", "spend", "reservation"):
        await connection.execute(f"UPDATE {table} SET chat_id = $2 WHERE chat_id = $1", old, new)
    await connection.execute(
        "UPDATE chat SET history_from = (SELECT MAX(history_from) FROM chat WHERE id IN ($1, $2))"
        " WHERE id = $2",
        old,
        new,
    )
    await _carry_limits(connection, old, new)
    await connection.execute("DELETE FROM chat WHERE id = $1", old)


async def _carry_limits(connection: Connection, old: int, new: int) -> None:
    """What may be spent goes along where the new chat has no limit of its own, and what was."""
    await connection.execute(
        "UPDATE spend_limit SET key = $2 WHERE scope = 'chat' AND key = $1 AND NOT EXISTS"
        " (SELECT 1 FROM spend_limit l WHERE l.scope = 'chat' AND l.key = $2"
        "  AND l.period = spend_limit.period AND l.measure = spend_limit.measure)",
        str(old),
        str(new),
    )
    await connection.execute(
        "INSERT INTO spend_total (scope, key, bot_id, day, questions, tokens, cost, unpriced)"
        " SELECT scope, $2, bot_id, day, questions, tokens, cost, unpriced FROM spend_total"
        " WHERE scope = 'chat' AND key = $1 ON CONFLICT (scope, key, day) DO UPDATE SET"
        " questions = spend_total.questions + excluded.questions,"
        " tokens = spend_total.tokens + excluded.tokens,"
        " cost = spend_total.cost + excluded.cost,"
        " unpriced = spend_total.unpriced + excluded.unpriced",
        str(old),
        str(new),
    )
    for table in ("spend_total", "spend_limit"):
        await connection.execute(f"DELETE FROM {table} WHERE scope = 'chat' AND key = $1", str(old))
