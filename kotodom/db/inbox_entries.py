"""What is to be shown in the inbox of a bot, as the database keeps it."""

from kotodom.db.connection import Connection


async def insert_inbox_entry(
    connection: Connection, bot_id: int, message_id: int, *, edited: bool = False
) -> None:
    """Have a message shown in its bot's inbox, when the bot has one, in this transaction."""
    await connection.execute(
        "INSERT INTO inbox_entry (bot_id, chat_id, message_id, edited)"
        " SELECT b.id, m.chat_id, m.id, $3 FROM bot b CROSS JOIN message m"
        " JOIN chat c ON c.id = m.chat_id"
        " WHERE b.id = $1 AND b.inbox_id <> 0 AND m.id = $2"
        " AND c.telegram_chat_id <> b.inbox_id AND c.type <> 'guest'",
        bot_id,
        message_id,
        edited,
    )
