"""Updates as Telegram sends them, for whoever feeds a core with them; ids rise by themselves."""

from itertools import count
from typing import Any

ANN: dict[str, Any] = {"id": 501, "is_bot": False, "first_name": "Ann", "username": "ann"}
BOB: dict[str, Any] = {"id": 502, "is_bot": False, "first_name": "Bob"}
PRIVATE: dict[str, Any] = {"id": 501, "type": "private", "first_name": "Ann"}
GROUP: dict[str, Any] = {"id": -9, "type": "supergroup", "title": "Cats"}
ME: dict[str, Any] = {"id": 42, "is_bot": True, "first_name": "Cat", "username": "cat_bot"}
"""The bot itself."""

_QUERIES = count(1)


def message(number: int, text: str | None = None, **fields: Any) -> dict[str, Any]:
    """A private message of Ann's; in it a text, or whatever *fields* say."""
    said: dict[str, Any] = {"message_id": number, "date": 1, "chat": PRIVATE, "from": ANN}
    if text is not None:
        said["text"] = text
        if text.startswith("/"):
            length = len(text.split()[0])
            said["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return {**said, **fields}


def update(text: str | None = None, number: int = 1_000, **fields: Any) -> dict[str, Any]:
    """A message that somebody sent, without the update's id."""
    return {"message": message(number, text, **fields)}


def edited(text: str | None = None, number: int = 1_000, **fields: Any) -> dict[str, Any]:
    """The same message after somebody has changed it."""
    return {"edited_message": message(number, text, edit_date=2, **fields)}


def press(command: str, message_id: int, **fields: Any) -> dict[str, Any]:
    """A button that stands for a command, under a message of ours in Ann's chat."""
    under = {"message_id": message_id, "date": 1, "chat": PRIVATE, "from": ME, "text": "menu"}
    query = {"id": f"query {next(_QUERIES)}", "from": ANN, "message": under, "data": command}
    return {"callback_query": {**query, **fields}}


def photo(file_id: str = "photo", **more: Any) -> dict[str, Any]:
    """A picture, as a message's field."""
    return {"photo": [{"file_id": file_id, "file_unique_id": f"u-{file_id}", **more}]}


def document(file_id: str = "doc", name: str = "notes.txt", **more: Any) -> dict[str, Any]:
    """A text file, as a message's field."""
    item = {"file_id": file_id, "file_unique_id": f"u-{file_id}", "file_name": name}
    return {"document": {**item, "mime_type": "text/plain", **more}}


def voice(file_id: str = "voice", duration: int = 3, **more: Any) -> dict[str, Any]:
    """A recording, as a message's field."""
    item = {"file_id": file_id, "file_unique_id": f"u-{file_id}", "duration": duration}
    return {"voice": {**item, **more}}


def guest(text: str, query_id: str = "summons", **fields: Any) -> dict[str, Any]:
    """Somebody summons the bot to a chat that it is no member of."""
    where = {"id": -77, "type": "supergroup", "title": "Strangers"}
    return {"guest_message": message(5, text, chat=where, guest_query_id=query_id, **fields)}
