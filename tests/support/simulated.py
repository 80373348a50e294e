"""A tiny Telegram in memory that obeys a script of faults, for property tests of delivery.

It implements the Messenger port with the real rules that the protocol leans on: rising message
ids, edits that answer "not modified", and calls whose fate the caller does not learn.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from kotodom.errors import FloodWait, InDoubt, NotSent
from kotodom.model import Chat, Content
from kotodom.ports import EditResult


class Fault(StrEnum):
    """What happens to one call."""

    NONE = "none"
    LOST_BEFORE = "lost before"
    LOST_AFTER = "lost after"
    NOT_SENT = "not sent"
    FLOOD = "flood"
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

    async def send(
        self, chat: Chat, content: Content, *, reply_to: int = 0, silent: bool = False
    ) -> int:
        fault = self._before()
        message_id = self.next_id
        self.next_id += 1
        self.shown[chat.telegram_chat_id, message_id] = content
        self._after(fault)
        return message_id

    async def edit(self, chat: Chat, message_id: int, content: Content) -> EditResult:
        fault = self._before()
        key = (chat.telegram_chat_id, message_id)
        if key not in self.shown:
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
        return fault

    @staticmethod
    def _after(fault: Fault) -> None:
        if fault is Fault.LOST_AFTER:
            raise InDoubt
        if fault is Fault.CRASH_AFTER:
            raise Crash
