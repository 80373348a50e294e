"""Incoming messages: as they are read from an update, and as work that a worker has claimed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kotodom.model.chats import Chat, ChatRef, Person
from kotodom.model.state import Kind, Status


class AttachmentKind(StrEnum):
    """What a file that came with a message is."""

    PHOTO = "photo"
    """A picture; also a static sticker or a picture sent as a file is shown as one."""
    DOCUMENT = "document"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO_NOTE = "video_note"
    PREVIEW = "preview"
    """The still that Telegram made of a video or an animation."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that Telegram keeps: held by reference, fetched when it is needed."""

    kind: AttachmentKind
    file_id: str
    unique_id: str = ""
    mime: str = ""
    name: str = ""
    size: int = 0
    """Bytes; 0 when Telegram does not say."""
    duration: int = 0
    """Seconds of sound."""
    quoted: bool = False
    """It belongs to the message that was replied to."""
    text: str | None = None
    """What was read out of it (a document's text, a recording's transcript); None: not yet."""

    @property
    def document(self) -> bool:
        """Whether what is read out of it stays with it, rather than becoming the message's text."""
        return self.kind is AttachmentKind.DOCUMENT

    @property
    def picture(self) -> bool:
        """Whether the model can look at it."""
        return self.kind in (AttachmentKind.PHOTO, AttachmentKind.PREVIEW)

    @property
    def sound(self) -> bool:
        """Whether somebody speaks in it."""
        return self.kind in (AttachmentKind.VOICE, AttachmentKind.AUDIO, AttachmentKind.VIDEO_NOTE)

    def to_dict(self) -> dict[str, Any]:
        """As it is stored: what is empty is left out."""
        fields: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("unique_id", "mime", "name", "size", "duration", "quoted")
            if getattr(self, name)
        }
        if self.text is not None:
            fields["text"] = self.text
        return {"kind": self.kind, "file_id": self.file_id, **fields}

    @staticmethod
    def from_dict(data: dict[str, Any]) -> "Attachment":
        """What :meth:`to_dict` gave."""
        return Attachment(**{**data, "kind": AttachmentKind(data["kind"])})


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a batch, read from its raw update and ready to be stored."""

    update_id: int
    raw: str
    """The whole update as JSON text."""
    kind: Kind
    chat: ChatRef | None
    """None when the update is too broken to say."""
    sender: Person | None
    text: str
    telegram_message_id: int
    """0 for what is no message of the chat: a pressed button, a guest message."""
    poison: str = ""
    """Why it can never be answered; such a row is stored as TERMINAL at once."""
    preface: str = ""
    """What the model is told before the text: what it replies to, whom it was forwarded from."""
    reply_to: int = 0
    """The message it replies to when the update does not say what that said; else 0."""
    attachments: tuple[Attachment, ...] = ()
    media_group: str = ""
    """The album it belongs to; empty for none."""
    long: bool = False
    """Its text is as long as a message can be: the client may have split it."""
    follows_only: bool = False
    """Not meant for the bot by itself: it counts only as the rest of a message that was."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A user changed an earlier message."""

    chat: ChatRef
    telegram_message_id: int
    text: str
    raw_message: dict[str, Any]
    preface: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """One conversation's queue: messages of one kind in one chat are answered in order."""

    bot_id: int
    chat_id: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of a question; an album or a text that a client split has several."""

    message_id: int
    """Our id of the stored message."""
    text: str
    preface: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed row: one incoming message that this worker now answers."""

    id: int
    bot_id: int
    chat: Chat
    kind: Kind
    raw: str
    text: str
    """What was said, all pieces together."""
    sender: Person | None
    telegram_message_id: int
    received_at: int
    attempts: int
    """Including this one."""
    deferrals: int
    """How often it was put off without an attempt spent, since its last real attempt."""
    crashes: int
    outcome: Status | None
    """What it will be once its parts are sent; None while no parts are written."""
    more: bool = False
    """Other open rows of the same lane wait behind this one."""
    pieces: tuple[Piece, ...] = ()
    language: str = ""
    """The sender's choice, else the bot's, else what their Telegram speaks: a language code."""
    revision: int = 0
    """Rises whenever the question changes or is asked again."""
    in_place: bool = False
    """Its answer takes the place of the one it had: the question was edited."""
    stopped: bool = False
    """Somebody asked to stop before anything was answered."""
    wanted_model: str = ""
    """An admin wants it to be answered by this one; empty: by whichever answers here."""
    told: bool = False
    """An admin had it asked again after its sender was told that it failed: once is enough."""

    @property
    def lane(self) -> Lane:
        return Lane(self.bot_id, self.chat.id, self.kind)
