"""The values the emulator hands out, and the one error its methods raise."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]
"""An object as it travels in the Bot API."""


class ApiError(Exception):
    """A refusal, in Telegram's own words."""

    def __init__(
        self, status: int, description: str, *, retry_after: int = 0, migrate_to: int = 0
    ) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to

    def body(self) -> Json:
        """The JSON a client receives."""
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after:
            body["parameters"] = {"retry_after": self.retry_after}
        if self.migrate_to:
            body["parameters"] = {"migrate_to_chat_id": self.migrate_to}
        return body


def bad_request(what: str) -> ApiError:
    """A 400 with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {what}")


class Account(Protocol):
    """Whoever can send a message: a person or a bot."""

    @property
    def id(self) -> int: ...

    @property
    def is_bot(self) -> bool: ...

    @property
    def full_name(self) -> str: ...

    def to_dict(self) -> Json:
        """As a ``User`` object of the Bot API."""
        ...


@dataclass(eq=False)
class User:
    """A person with a Telegram account."""

    id: int
    first_name: str = "User"
    username: str = ""
    language_code: str = "en"
    deactivated: bool = False
    """The account was deleted: nothing can be sent to it any more."""

    @property
    def is_bot(self) -> bool:
        return False

    @property
    def full_name(self) -> str:
        return self.first_name

    def to_dict(self) -> Json:
        """As a ``User`` object of the Bot API."""
        data: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            data["username"] = self.username
        if self.language_code:
            data["language_code"] = self.language_code
        return data


@dataclass(frozen=True, slots=True)
class ShownMedia:
    """What a message shows besides words."""

    kind: str
    """The field of the Bot API's Message: ``photo``, ``document``, ``voice``, ``sticker``…"""
    name: str = ""
    """Of a file its name; of anything else what people see of it: an emoji, a title, a place."""
    mime_type: str = ""
    size: int = 0
    """Bytes, as Telegram tells it; 0 for what is no file."""
    group: str = ""
    """The album it belongs to: its ``media_group_id``."""

    def __str__(self) -> str:
        size = f", {self.size:,} bytes" if self.size else ""
        return f"[{self.kind}{': ' if self.name else ''}{self.name}{size}]"

    def to_dict(self) -> Json:
        """As the control plane tells it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "mime_type": self.mime_type,
            "size": self.size,
            "group": self.group,
        }


@dataclass(frozen=True, slots=True)
class Shown:
    """A message (or draft) as the people in the chat see it now."""

    id: int
    """The message id; of a draft, the draft id."""
    sender: Account
    text: str
    """Of media the caption, of a rich message its text without any formatting."""
    entities: tuple[Json, ...] = ()
    edited: bool = False
    date: int = 0
    """Seconds since the epoch, UTC."""
    reply_to: int = 0
    """The message this one answers; 0 for none."""
    thread_id: int = 0
    reply_markup: Mapping[str, Any] | None = None
    quote: str = ""
    """The part of the answered message that is quoted."""
    media: ShownMedia | None = None
    rich: bool = False
    markdown: str = ""
    """What a rich message was written in, if that was Markdown."""
    html: str = ""
    """The same for HTML."""
    blocks: tuple[Json, ...] = ()
    """The blocks of a rich message."""
    silent: bool = False
    """Nobody was notified."""
    link_preview: Mapping[str, Any] | None = None
    """The ``link_preview_options`` it was sent with."""

    @property
    def from_bot(self) -> bool:
        return self.sender.is_bot

    def to_dict(self) -> Json:
        """As the control plane tells it."""
        return {
            "id": self.id,
            "from_bot": self.from_bot,
            "sender_id": self.sender.id,
            "name": self.sender.full_name,
            "text": self.text,
            "entities": list(self.entities),
            "edited": self.edited,
            "date": self.date,
            "reply_to": self.reply_to,
            "thread_id": self.thread_id,
            "reply_markup": self.reply_markup,
            "quote": self.quote,
            "media": self.media.to_dict() if self.media else None,
            "rich": self.rich,
            "markdown": self.markdown,
            "html": self.html,
            "silent": self.silent,
        }


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a chat."""

    kind: str
    """``say`` (a person's message), ``send``, ``edit``, ``delete``, ``draft``, ``typing`` or
    ``stop`` (a person pressed Stop)."""
    at: float
    """Monotonic seconds."""
    message_id: int = 0
    """Of a draft, the draft id."""
    text: str = ""
    from_bot: bool = True


@dataclass(slots=True)
class Call:
    """One Bot API call as it arrived, and how it ended."""

    bot_id: int
    method: str
    """As the caller spelled it."""
    params: Json = field(repr=False)
    at: float
    """Monotonic seconds."""
    chat_id: int = 0
    """0 when the call names no chat."""
    status: int = 0
    """The HTTP status of the answer; 0 until answered, and for good when the connection was
    dropped instead."""
    description: str = ""
    """Telegram's words for a refusal; empty on success."""
    result: Any = field(default=None, repr=False)
    """What the method returned, even when the answer was lost on the way."""


class Signal:
    """Wakes everybody who waits at this moment."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def fire(self) -> None:
        """Wake them; later waiters wait for the next time."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, timeout: float | None) -> bool:
        """Wait for the next time; False when *timeout* seconds passed first."""
        event = self._event
        try:
            async with asyncio.timeout(timeout):
                await event.wait()
        except TimeoutError:
            return False
        return True


def describe(messages: Sequence[Shown]) -> str:
    """The messages as plain text, one after the other."""
    lines = []
    for shown in messages:
        mark = " (edited)" if shown.edited else ""
        body = " ".join(filter(None, (str(shown.media or ""), shown.text))) or "(no text)"
        lines.append(f"[{shown.id}] {shown.sender.full_name}{mark}: {body}")
    return "\n".join(lines)
