"""What is sent: formatted text, rich messages, files, buttons; and the parts of an answer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kotodom.model.state import PartState


@dataclass(frozen=True, slots=True)
class Entity:
    """A piece of formatting; offset and length count UTF-16 units, as Telegram does."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As the Bot API wants it."""
        data: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.url is not None:
            data["url"] = self.url
        if self.language is not None:
            data["language"] = self.language
        return data


class ContentKind(StrEnum):
    """By which method a content is sent."""

    TEXT = "text"
    RICH = "rich"
    """A rich message: ``payload`` is its Markdown, and ``text`` is empty."""
    DOCUMENT = "document"
    """A file: ``payload`` is what is in it, ``name`` its name, ``text`` its caption."""
    PHOTO = "photo"
    """A picture: ``payload`` is a PNG in base64, ``name`` its name, ``text`` its caption."""
    COPY = "copy"
    """What somebody sent, whatever it is: ``payload`` is the JSON of the Telegram chat's and the
    message's id, and maybe another caption; ``text`` is said when it cannot be copied."""


FILES = frozenset({ContentKind.DOCUMENT, ContentKind.PHOTO, ContentKind.COPY})
"""No text becomes one of these, and none of these a text."""


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message; pressing it does what typing *command* would do."""

    label: str
    command: str = ""
    """``/name args``, at most 64 bytes in UTF-8."""
    url: str = ""
    """Instead of a command: a link that it opens."""
    creates: str = ""
    """Instead of both, below where people write: it offers to create a bot of that name."""


Buttons = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one Telegram message shows: 1 to 4096 UTF-16 units, and its formatting."""

    text: str
    entities: tuple[Entity, ...] = ()
    kind: ContentKind = ContentKind.TEXT
    payload: str = ""
    name: str = ""
    buttons: Buttons = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One message of an answer, written ahead of its sending."""

    index: int
    content: Content
    state: PartState = PartState.PENDING
    known_before: int = 0
    """The highest message id known when SENDING was committed."""
    bubble_id: int = 0
    """The placeholder that resolves a doubt; 0 when there is none."""
    telegram_message_id: int = 0
    """Its message; while PENDING: the message that is edited into it instead of sending one."""
