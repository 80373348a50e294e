"""What /admin asks of the database about broadcasts."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from kotodom.model import Chat, Content, Lane
from kotodom.model.broadcasts import Broadcast, BroadcastState
from kotodom.ports.admin.alerts import Notice
from kotodom.ports.admin.desk import AuditEntry


class Fed(NamedTuple):
    """Some more people put in line."""

    lanes: tuple[Lane, ...] = ()
    """They got work."""
    over: bool = False
    """Everybody is in line."""


class Tally(NamedTuple):
    """What became of a broadcast's rows since the last look."""

    delivered: int = 0
    blocked: int = 0
    failed: int = 0
    in_line: int = 0
    """Rows that are still to be sent, now."""


class Place(NamedTuple):
    """Where a notice is shown, and in which language."""

    chat: Chat
    message_id: int
    """Its first message; 0 while that is not sent."""
    language: str


class BroadcastsStore(Protocol):
    """The part of the store for broadcasts."""

    async def create_broadcast(
        self, bot_id: int, text: str, user_id: int, entry: AuditEntry, now: int
    ) -> int:
        """Write a draft; told again (the same ``entry.origin``) it is the same one. Returns it."""
        ...

    async def extend_broadcast(
        self, bot_id: int, text: str, user_id: int, entry: AuditEntry, *, since: int, now: int
    ) -> int:
        """Add the rest of a text that the client split to the newest draft since then.

        Returns the draft; 0 when there is none. Told again, it is added once.
        """
        ...

    async def broadcast(self, broadcast_id: int) -> Broadcast | None:
        """One broadcast."""
        ...

    async def broadcasts(
        self, bot_ids: Sequence[int] | None, *, limit: int, offset: int
    ) -> list[Broadcast]:
        """Those of these bots (None: of all), newest first."""
        ...

    async def running_broadcasts(self) -> list[Broadcast]:
        """Those that are RUNNING, or whose last rows have not ended yet; oldest first."""
        ...

    async def change_draft(
        self, broadcast_id: int, changes: Mapping[str, str | int], entry: AuditEntry, now: int
    ) -> bool:
        """Set its text, language or active_days; False when it is no draft any more."""
        ...

    async def audience(self, broadcast_id: int, now: int) -> int:
        """How many people would get a draft now."""
        ...

    async def audience_languages(self, bot_id: int, limit: int) -> list[tuple[str, int]]:
        """The languages that most people in a bot's private chats speak, with their number."""
        ...

    async def start_broadcast(
        self,
        broadcast_id: int,
        entry: AuditEntry,
        *,
        progress: tuple[Chat, Sequence[Content]],
        now: int,
    ) -> Lane | None:
        """DRAFT → RUNNING for everybody who is there now, with a notice to show how far it is.

        Returns the notice's lane; None when it was started already, or is no draft any more.
        """
        ...

    async def turn_broadcast(
        self,
        broadcast_id: int,
        wanted: BroadcastState,
        entry: AuditEntry | None = None,
        *,
        reason: str = "",
        now: int,
    ) -> bool:
        """Pause, resume or cancel; False when its state does not allow that (any more).

        Cancelled, it takes back whoever is in line and got nothing of it yet.
        """
        ...

    async def feed_broadcast(
        self, broadcast_id: int, contents: Sequence[Content], *, limit: int, now: int
    ) -> Fed:
        """Put the next people in line, each once, in one transaction with the place it came to.

        Private chats only, none that are blocked, nobody whom the bot does not serve.
        """
        ...

    async def tally_broadcast(self, broadcast_id: int, limit: int) -> Tally:
        """Count up to *limit* rows that have ended; what did not arrive leaves the history."""
        ...

    async def end_broadcast(
        self, broadcast_id: int, report: Notice | None, now: int
    ) -> list[Lane] | None:
        """RUNNING → DONE, with its report; None when it is not running any more."""
        ...

    async def broadcast_failures(self, broadcast_id: int, limit: int) -> list[tuple[str, int]]:
        """Why it failed, by error code, of up to *limit* people: the most frequent first."""
        ...

    async def progress_place(self, row_id: int) -> Place | None:
        """Where a notice is shown; None when its row is gone."""
        ...
