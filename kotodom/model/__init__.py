"""The values the core works with: frozen, without behaviour of their own, and the state machine.

Every time is an integer of milliseconds since the epoch, UTC; every money amount an integer of
nano-dollars; every Telegram id a 64-bit integer. ``id`` without a prefix is our database's.
"""

from kotodom.model.answers import (
    Answer,
    Delta,
    Done,
    Event,
    Image,
    Question,
    Thinking,
    Transcript,
    Turn,
    Usage,
)
from kotodom.model.bots import Bot, BotSpec, Groups, Rich
from kotodom.model.chats import Chat, ChatRef, Membership, Person
from kotodom.model.content import Button, Buttons, Content, ContentKind, Entity, Part
from kotodom.model.counts import Backlog, Recovered
from kotodom.model.messages import Attachment, AttachmentKind, Edit, Incoming, Job, Lane, Piece
from kotodom.model.state import OPEN, TRANSITIONS, ChatType, Kind, PartState, Role, Status

__all__ = [
    "OPEN",
    "TRANSITIONS",
    "Answer",
    "Attachment",
    "AttachmentKind",
    "Backlog",
    "Bot",
    "BotSpec",
    "Button",
    "Buttons",
    "Chat",
    "ChatRef",
    "ChatType",
    "Content",
    "ContentKind",
    "Delta",
    "Done",
    "Edit",
    "Entity",
    "Event",
    "Groups",
    "Image",
    "Incoming",
    "Job",
    "Kind",
    "Lane",
    "Membership",
    "Part",
    "PartState",
    "Person",
    "Piece",
    "Question",
    "Recovered",
    "Rich",
    "Role",
    "Status",
    "Thinking",
    "Transcript",
    "Turn",
    "Usage",
]
