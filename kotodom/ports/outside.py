"""Telegram and the model provider as the core sees them, and the core as they see it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from kotodom.model import (
    Bot,
    Chat,
    Content,
    Event,
    Job,
    Question,
)


class Provider(Protocol):
    """Whoever answers questions."""

    def stream(self, question: Question) -> AsyncIterator[Event]:
        """Ask, and yield events until exactly one Done.

        Raises only ProviderError. Closing the iterator closes the connection at once.
        """
        ...

    def open_for(self) -> float:
        """Seconds until the circuit lets a call through; 0.0 when it does now."""
        ...


class EditResult(StrEnum):
    """What editMessageText did."""

    EDITED = "EDITED"
    UNCHANGED = "UNCHANGED"
    """"message is not modified": it is ours and shows exactly that."""
    NOT_OURS = "NOT_OURS"
    """Not found, or can't be edited."""


class Messenger(Protocol):
    """Telegram's sending side. Every call passes the chat's gate and raises only TelegramError."""

    async def send(
        self, chat: Chat, content: Content, *, reply_to: int = 0, silent: bool = False
    ) -> int:
        """Send one message; return its id."""
        ...

    async def edit(self, chat: Chat, message_id: int, content: Content) -> EditResult:
        """Make a message show exactly *content*."""
        ...

    async def delete(self, chat: Chat, message_id: int) -> None:
        """Delete a message; one that is gone already is fine."""
        ...

    async def draft(self, chat: Chat, draft_id: int, content: Content | None) -> bool:
        """Show an unfinished answer (None: thinking), with a Stop button, in a private chat.

        False when the gate skipped the frame. Never waits, never raises.
        """
        ...

    async def typing(self, chat: Chat) -> bool:
        """Show "typing…"; like :meth:`draft` it is skipped rather than awaited."""
        ...


@dataclass(frozen=True, slots=True)
class BotState:
    """How one bot is doing."""

    bot: Bot
    running: bool
    last_poll: float | None
    """Monotonic time of the last completed getUpdates; None before the first."""
    error: str


class Fleet(Protocol):
    """The bots that are running."""

    async def start(self, bot: Bot) -> None:
        """Begin polling for *bot*; a bot that runs already is restarted."""
        ...

    async def stop(self, bot_id: int) -> None:
        """Stop polling; returns when the poller has ended. Unknown ids are fine."""
        ...

    def states(self) -> list[BotState]:
        """Every bot that was ever started, running or not."""
        ...

    async def dispatch(self, job: Job) -> Any:
        """Feed the job's update to its bot's dispatcher and return what the handler returned.

        Raises PoisonUpdate when the update cannot be decoded.
        """
        ...


class Intake(Protocol):
    """Where a poller puts what it received."""

    async def ready(self) -> None:
        """Wait until more may be taken in: backlog and disk are within their limits."""
        ...

    async def accept(self, bot: Bot, updates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Persist one raw batch in one transaction and wake the workers.

        Returns the interactive updates (buttons, membership, Stop), which are handled at once and
        not persisted. Raises whatever the store raises: then the offset must stay where it is.
        """
        ...


class Handlers(Protocol):
    """What a bot's router may ask of the core; one method for each kind of update."""

    async def question(self, job: Job) -> None:
        """Answer a question."""
        ...

    async def command(self, job: Job, name: str, args: str) -> None:
        """Carry out ``/name args``; *name* is lower case, without slash and bot name."""
        ...

    async def membership(self, bot_id: int, telegram_chat_id: int, present: bool) -> None:
        """The bot was blocked or removed (False), or unblocked or added (True)."""
        ...

    async def stop_generation(
        self, bot_id: int, telegram_chat_id: int, thread_id: int, draft_id: int
    ) -> None:
        """The user pressed Stop on that draft."""
        ...


class FleetWatcher(Protocol):
    """Who decides what a poller's trouble means."""

    async def poller_failed(self, bot: Bot, error: Exception, failures: int) -> None:
        """A getUpdates (or getMe) failed for the *failures*-th time in a row.

        On TokenRevoked the poller has ended; on everything else it backs off and goes on.
        """
        ...

    async def poller_recovered(self, bot: Bot) -> None:
        """The first success, at the start and after failures; ``bot.username`` is up to date."""
        ...
