"""A tiny Telegram in memory that obeys a script of faults, for property tests of delivery.

It implements the Messenger port with the real rules that the protocol leans on: rising message
ids, edits that answer "not modified", files that no text becomes, and calls whose fate the caller
does not learn. What belongs to no message (menus, queries) is remembered in ``aside``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kotodom.errors import (
    EntitiesRefused,
    FloodWait,
    InDoubt,
    MessageRefused,
    NotSent,
    TopicGone,
)
from kotodom.model import FILES, Chat, Content, ContentKind
from kotodom.ports import EditResult
from tests.support.aside import Aside

CHATTER = 3
"""Messages of other people at a time."""


class Fault(StrEnum):
    """What happens to one call."""

    NONE = "none"
    LOST_BEFORE = "lost before"
    LOST_AFTER = "lost after"
    NOT_SENT = "not sent"
    FLOOD = "flood"
    REFUSED = "refused"
    """Telegram refuses to send it, or as the next one says."""
    UNSEEN = "unseen"
    """Telegram refuses to edit somebody else's message in words of its own."""
    CHATTER = "chatter"
    """All is well, but other people's messages take the next ids first."""
    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"


class Crash(BaseException):
    """The process is killed: nothing after this line runs."""


@dataclass(frozen=True)
class Sent:
    """How a message was sent."""

    content: Content
    reply_to: int
    silent: bool
    preview: bool
    thread_id: int


@dataclass
class SimulatedTelegram(Aside):
    """One bot's chats; *script* says what happens to each call, then all is well."""

    script: Iterator[Fault]
    next_id: int = 1
    shown: dict[tuple[int, int], Content] = field(default_factory=dict)
    """(Telegram chat id, message id) → what it shows."""
    topics: dict[tuple[int, int], int] = field(default_factory=dict)
    """The same for the topic it was sent to."""
    dead_topics: set[int] = field(default_factory=set)
    """The threads of topics that somebody has deleted."""
    refused: list[str] = field(default_factory=list)
    """The texts that it refused to send."""
    rich: bool = True
    """Whether it takes rich messages."""
    sent: list[Sent] = field(default_factory=list)
    """Every message that arrived, in order."""
    inline: dict[str, Content] = field(default_factory=dict)
    """Inline message id → what it shows."""
    frames: list[Content | None] = field(default_factory=list)
    """The drafts it was given."""
    typed: list[int] = field(default_factory=list)
    """The chats in which the bot was seen typing."""

    async def send(
        self,
        chat: Chat,
        content: Content,
        *,
        reply_to: int = 0,
        silent: bool = False,
        preview: bool = False,
    ) -> int:
        fault = self._before()
        self._take(content)
        if chat.thread_id in self.dead_topics:
            raise TopicGone("Bad Request: message thread not found")
        if fault is Fault.REFUSED:
            self.refused.append(content.text)
            raise _refusal(content, "not enough rights to send text messages")
        message_id = self.say()
        self.shown[chat.telegram_chat_id, message_id] = content
        self.topics[chat.telegram_chat_id, message_id] = chat.thread_id
        self.sent.append(Sent(content, reply_to, silent, preview, chat.thread_id))
        self._after(fault)
        return message_id

    async def edit(
        self, chat: Chat, message_id: int, content: Content, *, preview: bool = False
    ) -> EditResult:
        fault = self._before()
        self._take(content)
        key = (chat.telegram_chat_id, message_id)
        old = self.shown.get(key)
        if old is None and fault in (Fault.REFUSED, Fault.UNSEEN):
            raise _refusal(content, "MESSAGE_AUTHOR_REQUIRED")
        if old is None or _is_file(old) is not _is_file(content):
            result = EditResult.NOT_OURS
        else:
            # Of a file only the caption is edited, and only that is compared.
            new = replace(content, payload=old.payload, name=old.name) if _is_file(old) else content
            result = EditResult.UNCHANGED if old == new else EditResult.EDITED
            self.shown[key] = new
        self._after(fault)
        return result

    async def delete(self, chat: Chat, message_id: int) -> None:
        fault = self._before()
        self.shown.pop((chat.telegram_chat_id, message_id), None)
        self._after(fault)

    async def answer_guest(self, chat: Chat, query_id: str, content: Content) -> str:
        fault = self._before()
        if f"inline {query_id}" in self.inline:
            raise MessageRefused("Bad Request: GUEST_QUERY_ID_INVALID")
        self.inline[f"inline {query_id}"] = content
        self._after(fault)
        return f"inline {query_id}"

    async def edit_inline(
        self, chat: Chat, inline_id: str, content: Content, *, preview: bool = False
    ) -> EditResult:
        fault = self._before()
        same = self.inline.get(inline_id) == content
        self.inline[inline_id] = content
        self._after(fault)
        return EditResult.UNCHANGED if same else EditResult.EDITED

    async def draft(self, chat: Chat, draft_id: int, content: Content | None) -> bool:
        self.frames.append(content)
        return True

    async def typing(self, chat: Chat) -> bool:
        self.typed.append(chat.telegram_chat_id)
        return True

    def contents(self, telegram_chat_id: int) -> list[Content]:
        """What that chat shows, oldest first."""
        return [
            content
            for (chat, _), content in sorted(self.shown.items(), key=lambda item: item[0])
            if chat == telegram_chat_id
        ]

    def texts(self, telegram_chat_id: int) -> list[str]:
        """What that chat shows, oldest first."""
        return [content.text for content in self.contents(telegram_chat_id)]

    def texts_by_topic(self, telegram_chat_id: int) -> dict[int, list[str]]:
        """What each topic of that chat shows, oldest first."""
        texts: dict[int, list[str]] = {}
        for (chat, message_id), content in sorted(self.shown.items(), key=lambda item: item[0]):
            if chat == telegram_chat_id:
                texts.setdefault(self.topics[chat, message_id], []).append(content.text)
        return texts

    def say(self) -> int:
        """Somebody else's message takes an id."""
        self.next_id += 1
        return self.next_id - 1

    def _take(self, content: Content) -> None:
        if content.kind is ContentKind.RICH and not self.rich:
            raise EntitiesRefused("Bad Request: RICH_MESSAGE_INVALID")

    def _before(self) -> Fault:
        fault = next(self.script, Fault.NONE)
        match fault:
            case Fault.LOST_BEFORE:
                raise InDoubt
            case Fault.NOT_SENT:
                raise NotSent
            case Fault.FLOOD:
                raise FloodWait(retry_after=1.0)
            case Fault.CRASH_BEFORE:
                raise Crash
            case Fault.CHATTER:
                self.next_id += CHATTER
        return fault

    @staticmethod
    def _after(fault: Fault) -> None:
        if fault is Fault.LOST_AFTER:
            raise InDoubt
        if fault is Fault.CRASH_AFTER:
            raise Crash


def _is_file(content: Content) -> bool:
    return content.kind in FILES


def _refusal(content: Content, words: str) -> MessageRefused | EntitiesRefused:
    """As the messenger says it: whatever is wrong with a rich message, it can go out plain."""
    if content.kind is ContentKind.RICH:
        return EntitiesRefused(f"Bad Request: {words}")
    return MessageRefused(f"Bad Request: {words}")
