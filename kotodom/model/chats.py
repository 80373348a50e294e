"""People and conversations."""

from dataclasses import dataclass

from kotodom.model.state import ChatType


@dataclass(frozen=True, slots=True)
class Person:
    """A Telegram user who wrote something."""

    id: int
    username: str = ""
    full_name: str = ""
    language_code: str = ""
    """What their Telegram speaks; /language may say otherwise (:attr:`Job.language`)."""


@dataclass(frozen=True, slots=True)
class ChatRef:
    """A conversation as Telegram names it; ``thread_id`` 0 means no topic."""

    telegram_chat_id: int
    thread_id: int = 0
    type: ChatType = ChatType.PRIVATE
    name: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation: a (bot, Telegram chat, topic)."""

    id: int
    bot_id: int
    telegram_chat_id: int
    thread_id: int
    type: ChatType
    name: str
    history_from: int
    """The processing id up to which history is forgotten; 0 keeps it all."""
    not_before: int
    """Nothing is sent to this chat before that time; 0 means no penalty."""
    blocked: bool = False
    """It could not be written to the last time, and has not written since."""
    model: str = ""
    """The model chosen here with /model; empty: the bot's."""
    taken_until: int = 0
    """An admin answers here instead of the model until then; 0: nobody does."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The bot's place in a chat has changed."""

    chat: ChatRef
    status: str
    """In Telegram's words: member, administrator, restricted, left, kicked…"""
    present: bool
    """Whether it can write there now."""
    by: Person | None
    """Who changed it."""
