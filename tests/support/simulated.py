"""A tiny Telegram in memory that obeys a script of faults, for property tests of delivery.

It implements the Messenger port with the real rules that the protocol leans on: rising message
ids, edits that answer "not modified", and calls whose fate the caller does not learn.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from kotodom.errors import FloodWait, InDoubt, MessageRefused, NotSent
from kotodom.model import Chat, Content
from kotodom.ports import EditResult

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
    """Telegram refuses to send it, or to edit somebody else's message in words of its own."""
    CHATTER = "chatter"
    """All is well, but other people's messages take the next ids first."""
    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"


class Crash(BaseException):
    """The process is killed: nothing after this line runs."""


@dataclass
class SimulatedTelegram:
    """One bot's chats; *script* says what happens to each call, then all is well."""

    script: Iterator[Fault]
    next_id: int = 1
    shown: dict[tuple[int, int], Content] = field(default_factory=dict)
    """(Telegram chat id, message id) → what it shows."""
    topics: dict[tuple[int, int], int] = field(default_factory=dict)
    """The same for the topic it was sent to."""
    refused: list[str] = field(default_factory=list)
    """The texts that it refused to send."""

    async def send(
        self, chat: Chat, content: Content, *, reply_to: int = 0, silent: bool = False
    ) -> int:
        fault = self._before()
        if fault is Fault.REFUSED:
            self.refused.append(content.text)
            raise MessageRefused("Bad Request: not enough rights to send text messages")
        message_id = self.say()
        self.shown[chat.telegram_chat_id, message_id] = content
        self.topics[chat.telegram_chat_id, message_id] = chat.thread_id
        self._after(fault)
        return message_id

    async def edit(self, chat: Chat, message_id: int, content: Content) -> EditResult:
        fault = self._before()
        key = (chat.telegram_chat_id, message_id)
        if key not in self.shown:
            if fault is Fault.REFUSED:
                raise MessageRefused("Bad Request: MESSAGE_AUTHOR_REQUIRED")
            result = EditResult.NOT_OURS
        elif self.shown[key] == content:
            result = EditResult.UNCHANGED
        else:
            self.shown[key] = content
            result = EditResult.EDITED
        self._after(fault)
        return result

    async def delete(self, chat: Chat, message_id: int) -> None:
        fault = self._before()
        self.shown.pop((chat.telegram_chat_id, message_id), None)
        self._after(fault)

    async def draft(self, chat: Chat, draft_id: int, content: Content | None) -> bool:
        return True

    async def typing(self, chat: Chat) -> bool:
        return True

    def texts(self, telegram_chat_id: int) -> list[str]:
        """What that chat shows, oldest first."""
        return [
            content.text
            for (chat, _), content in sorted(self.shown.items(), key=lambda item: item[0])
            if chat == telegram_chat_id
        ]

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
