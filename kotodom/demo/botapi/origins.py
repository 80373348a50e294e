"""Where a forwarded message came from: the four kinds of ``forward_origin``.

The date is that of the original message, in seconds since the epoch; 0 means "just before".
"""

from kotodom.demo.botapi.values import Json, User


def from_user(user: User, date: int = 0) -> Json:
    """Somebody who lets their name be linked."""
    return {"type": "user", "date": date, "sender_user": user.to_dict()}


def from_hidden_user(name: str, date: int = 0) -> Json:
    """Somebody whose account is not linked to what is forwarded."""
    return {"type": "hidden_user", "date": date, "sender_user_name": name}


def from_chat(title: str, chat_id: int = -1_009_000_000_001, date: int = 0) -> Json:
    """A group's anonymous administrator."""
    chat = {"id": chat_id, "type": "supergroup", "title": title}
    return {"type": "chat", "date": date, "sender_chat": chat}


def from_channel(
    title: str, message_id: int = 1, chat_id: int = -1_009_000_000_002, date: int = 0
) -> Json:
    """A post of a channel."""
    chat = {"id": chat_id, "type": "channel", "title": title}
    return {"type": "channel", "date": date, "chat": chat, "message_id": message_id}
