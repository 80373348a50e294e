"""The values the core works with: frozen, without behaviour of their own, and the state machine.

Every time is an integer of milliseconds since the epoch, UTC; every money amount an integer of
nano-dollars; every Telegram id a 64-bit integer. ``id`` without a prefix is our database's.
"""

from kotodom.model.accounts import Access, AccessMode, Account, AccountRole
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
from kotodom.model.bots import Bot, BotSource, BotSpec, Groups, Rich
from kotodom.model.chats import Chat, ChatRef, Membership, Person
from kotodom.model.content import FILES, Button, Buttons, Content, ContentKind, Entity, Part
from kotodom.model.counts import Backlog, Recovered
from kotodom.model.limits import EACH, Check, Limit, Measure, Period, Scope, Spending, Standing
from kotodom.model.messages import Attachment, AttachmentKind, Edit, Incoming, Job, Lane, Piece
from kotodom.model.state import OPEN, TRANSITIONS, ChatType, Kind, PartState, Role, Status

__all__ = [
    "EACH",
    "FILES",
    "OPEN",
    "TRANSITIONS",
    "Access",
    "AccessMode",
    "Account",
    "AccountRole",
    "Answer",
    "Attachment",
    "AttachmentKind",
    "Backlog",
    "Bot",
    "BotSource",
    "BotSpec",
    "Button",
    "Buttons",
    "Chat",
    "ChatRef",
    "ChatType",
    "Check",
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
    "Limit",
    "Measure",
    "Membership",
    "Part",
    "PartState",
    "Period",
    "Person",
    "Piece",
    "Question",
    "Recovered",
    "Rich",
    "Role",
    "Scope",
    "Spending",
    "Standing",
    "Status",
    "Thinking",
    "Transcript",
    "Turn",
    "Usage",
]
