"""Telegram and the model provider as the core sees them, and the core as they see it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Any, NamedTuple, Protocol

from kotodom.chart import Chart
from kotodom.model import (
    Attachment,
    Bot,
    Chat,
    Content,
    Event,
    Image,
    Job,
    Membership,
    Person,
    Question,
    Transcript,
)


class Provider(Protocol):
    """Whoever answers questions."""

    def stream(self, question: Question) -> AsyncIterator[Event]:
        """Ask, and yield events until exactly one Done.

        Raises only ProviderError. Closing the iterator closes the connection at once.
        """
        ...

    async def transcribe(
        self,
        data: bytes,
        *,
        name: str,
        mime: str,
        seconds: int,
        user_key: str,
        api_key: str = "",
    ) -> Transcript:
        """Listen to a recording; *name* ends as its format does, *seconds* is how long it is.

        *api_key* is who pays for it; empty: the instance's own.

        Raises only ProviderError, or FileUnusable: UNHEARD when this provider listens to nothing,
        UNREADABLE when it cannot make sense of the file.
        """
        ...

    def open_for(self, api_key: str = "") -> float:
        """Seconds until the circuit of that key lets a call through; 0.0 when it does now."""
        ...


class Files(Protocol):
    """Where the files that people send are kept: with Telegram."""

    async def fetch(self, bot_id: int, attachment: Attachment, *, limit: int) -> bytes:
        """Download a file of at most *limit* bytes.

        Raises FileUnusable (TOO_BIG, GONE), FileNotFetched or another TelegramError.
        """
        ...


class Extract(NamedTuple):
    """The text of a document."""

    text: str
    cut: bool
    """There was more than may be read."""


class Reader(Protocol):
    """Makes sense of files; what it is given may be hostile."""

    def reads(self, mime: str, name: str) -> bool:
        """Whether :meth:`document` knows such files, by what they call themselves."""
        ...

    async def image(self, data: bytes) -> Image:
        """The picture, no larger than a model needs; raises FileUnusable (UNREADABLE)."""
        ...

    async def document(self, data: bytes, *, mime: str, name: str, limit: int) -> Extract:
        """A document's text, *limit* characters of it at most.

        Raises FileUnusable: UNSUPPORTED for a kind it does not read, UNREADABLE.
        """
        ...


class Painter(Protocol):
    """Draws pictures of numbers."""

    async def bars(self, chart: Chart) -> bytes | None:
        """A PNG of the chart; None where no library for it is installed, or it has failed."""
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
        self,
        chat: Chat,
        content: Content,
        *,
        reply_to: int = 0,
        silent: bool = False,
        preview: bool = False,
    ) -> int:
        """Send one message of any kind; return its id. *preview*: links show what they lead to.

        Raises EntitiesRefused when a rich message is refused, whatever the reason.
        """
        ...

    async def edit(
        self, chat: Chat, message_id: int, content: Content, *, preview: bool = False
    ) -> EditResult:
        """Make a message show exactly *content*; of a document only the caption can be edited."""
        ...

    async def answer_guest(self, chat: Chat, query_id: str, content: Content) -> str:
        """Answer a summons to a chat the bot is no member of; return the inline message's id.

        Telegram takes one answer to each summons.
        """
        ...

    async def edit_inline(
        self, chat: Chat, inline_id: str, content: Content, *, preview: bool = False
    ) -> EditResult:
        """Make an inline message show exactly *content*, which is text or rich."""
        ...

    async def answer_inline(
        self, bot_id: int, query_id: str, answer: Content | None, *, title: str, seconds: int
    ) -> None:
        """Offer one answer to an inline query (None: nothing), cached for that person so long."""
        ...

    async def whisper(self, chat: Chat, user_id: int, content: Content) -> bool:
        """Show a text in a group to one person alone, for a while; it may not arrive.

        False when that cannot be done there. Raises another TelegramError when nothing can be.
        """
        ...

    async def answer_callback(self, bot_id: int, query_id: str, words: str = "") -> None:
        """Let a pressed button rest; *words* are shown for a moment. Never raises."""
        ...

    async def create_topic(self, chat: Chat, name: str) -> int:
        """Make a topic in a forum group; return its thread's id. One in doubt may be there."""
        ...

    async def leave(self, chat: Chat) -> None:
        """Leave a group; one that was left already is fine."""
        ...

    async def set_menu(
        self,
        bot_id: int,
        scope: str,
        language: str,
        commands: Sequence[tuple[str, str]],
        *,
        chat_id: int = 0,
    ) -> None:
        """Show these (command, description) in the menu; no commands delete it.

        *scope* is Telegram's: ``all_private_chats``, ``all_group_chats``, or ``chat`` for the one
        chat *chat_id*; an empty *language* serves everybody whose own has no menu.
        """
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
    code: str = ""
    """The short name of *error*'s cause."""
    failing_since: float | None = None
    """Monotonic time of the first failure since the last completed poll."""
    due: float = inf
    """Monotonic time by which the poller's present step ends, if it does not hang."""


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

    async def inline(self, bot_id: int, query_id: str, person: Person, text: str) -> None:
        """Somebody typed the bot's name and *text* in some chat and waits for what to send."""
        ...

    async def membership(self, bot_id: int, change: Membership) -> None:
        """The bot was blocked, unblocked, added, removed, promoted or restricted."""
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
