"""A bot, and updates as Telegram sends them, for the tests of reading."""

from dataclasses import replace
from typing import Any

from kotodom.model import Bot, Incoming
from kotodom.reading import read_update

BOT = Bot(
    id=1,
    telegram_id=42,
    name="cat",
    username="CatBot",
    token="",
    model="",
    prompt="",
    start_message="",
    help_message="",
    error_message="",
    enabled=True,
    error="",
)

ANN = {"id": 5, "is_bot": False, "first_name": "Ann", "username": "ann", "language_code": "ru"}
BOB = {"id": 6, "is_bot": False, "first_name": "Bob"}
CAT = {"id": 42, "is_bot": True, "first_name": "Cat", "username": "CatBot"}
PRIVATE = {"id": 5, "type": "private", "first_name": "Ann"}
GROUP = {"id": -9, "type": "supergroup", "title": "Cats"}


def message(text: str | None = "hi", **fields: Any) -> dict[str, Any]:
    """A private message of Ann's; *text* None leaves it out."""
    base: dict[str, Any] = {"message_id": 7, "date": 1, "chat": PRIVATE, "from": ANN}
    if text is not None:
        base |= {"text": text, "entities": commands(text)}
    return {**base, **fields}


def commands(text: str) -> list[dict[str, Any]]:
    """The entity of a command at the beginning."""
    if not text.startswith("/"):
        return []
    return [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]


def update(text: str | None = "hi", **fields: Any) -> dict[str, Any]:
    return {"update_id": 100, "message": message(text, **fields)}


def read(text: str | None = None, **fields: Any) -> Incoming:
    """What is stored of a message of Ann's; without a text unless one is given."""
    return taken(update(text, **fields))


def taken(raw: dict[str, Any], **bot: Any) -> Incoming:
    """What is stored of an update by a bot with these settings; it is something, and readable."""
    row = read_update(raw, replace(BOT, **bot))
    assert isinstance(row, Incoming)
    assert not row.poison
    return row
