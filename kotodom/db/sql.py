"""Small pieces that the store's queries share."""

from kotodom.model import Chat, ChatType

OPEN = "status IN ('RECEIVED', 'PROCESSING', 'FAILED')"
"""Word for word the condition of the queue's partial indexes in ``kotodom.db.tables``."""

FINISHED = "status IN ('COMPLETED', 'TERMINAL')"
"""Word for word the beginning of the condition of ``processing_finished``."""

WAITING = f"{OPEN} AND status <> 'PROCESSING'"
"""RECEIVED or FAILED, said so that the partial indexes serve."""


def values(rows: int, columns: int, *, first: int = 1) -> str:
    """The placeholders of a VALUES list: ``($1, $2), ($3, $4)``."""
    return ", ".join(
        "(" + ", ".join(f"${first + row * columns + column}" for column in range(columns)) + ")"
        for row in range(rows)
    )


def wrote_to(bots: str, person: str) -> str:
    """The condition that a *person* has written to one of some *bots*: ``= …`` or ``IN (…)``."""
    return (
        f"(EXISTS (SELECT 1 FROM chat wc WHERE wc.telegram_chat_id = {person}"
        f" AND wc.bot_id {bots}) OR EXISTS (SELECT 1 FROM message wm"
        f" JOIN chat wc ON wc.id = wm.chat_id WHERE wm.tg_user_id = {person}"
        f" AND wc.bot_id {bots}))"
    )


def counts_itself(chat: Chat) -> bool:
    """Whether the chat has its own sequence of message ids."""
    return chat.type in {ChatType.SUPERGROUP, ChatType.CHANNEL}


def id_space(chat_type: ChatType, bot_id: int, telegram_chat_id: int) -> int:
    """Who numbers a chat's messages: the bot (positive) or, for large groups, the chat itself."""
    if chat_type in {ChatType.SUPERGROUP, ChatType.CHANNEL}:
        return telegram_chat_id
    return bot_id


def storable(text: str) -> str:
    """*text* with U+FFFD for what no database takes: NUL, and halves of surrogate pairs.

    Its length in UTF-16 units stays the same.
    """
    text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
