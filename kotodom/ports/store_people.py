"""What the database keeps of people and their conversations beside the messages themselves."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from kotodom.model import Job, Membership, Usage


class Purpose(StrEnum):
    """What a call to the provider was made for."""

    ANSWER = "answer"
    TRANSCRIPT = "transcript"
    INLINE = "inline"
    PROBE = "probe"
    """An admin wanted to know whether the provider answers."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What somebody's questions used, in some time."""

    questions: int
    tokens: int
    """Sent and answered together."""
    cost: int
    """Nano-dollars, as far as prices are known."""
    unpriced: int
    """Calls whose price is unknown."""


class PeopleStore(Protocol):
    """Choices that people made, what they used, and what is kept of them."""

    async def set_language(self, user_id: int, language: str) -> None:
        """Remember the language chosen with /language; empty follows their Telegram."""
        ...

    async def set_model(self, chat_id: int, model: str) -> None:
        """Remember the model chosen for a conversation (our id); empty is the bot's own."""
        ...

    async def set_start_payload(self, chat_id: int, payload: str) -> None:
        """Remember what a deep link brought along."""
        ...

    async def set_membership(self, bot_id: int, change: Membership, now: int) -> None:
        """Record the bot's place in a chat, which need not be known yet.

        Every topic of it is marked as gone, or as back, in the same transaction.
        """
        ...

    async def set_menu(self, bot_id: int, fingerprint: str) -> None:
        """Remember which command menu Telegram was given."""
        ...

    async def record_spend(
        self,
        bot_id: int,
        user_id: int,
        *,
        purpose: Purpose,
        model: str,
        usage: Usage,
        cost: int | None,
        seconds: int = 0,
        chat_id: int | None = None,
        reservation: int = 0,
        counts: bool = True,
        now: int,
    ) -> None:
        """Account for a call to the provider that no stored answer or transcript came of.

        What was lost through no fault of theirs does not *count* as a question of the person.

        *seconds* of sound were sent. The *reservation* that was made for it is settled; one that
        is settled already says that this call is accounted for.

        Somebody we keep nothing else of (*user_id* is no known person) is counted without a name,
        unless there is a limit for them.
        """
        ...

    async def spent(self, bot_id: int, user_id: int, since: int) -> Spent:
        """What a person used at a bot since then."""
        ...

    def stored_about(self, bot_id: int, user_id: int) -> AsyncIterator[dict[str, Any]]:
        """Everything that is kept of a person at a bot: JSON objects, oldest first, read in pages.

        The first is the person, then their conversations with the bot (settings included), then
        what admins decided about them, then
        every message of theirs with its answer (whole text, attachments by kind and size, times,
        status, model, tokens, cost), then their spending by day.
        """
        ...

    async def begin_erasure(self, job: Job) -> None:
        """Mark the row of a /forgetme: it and what only it needs goes last (:meth:`purge`)."""
        ...

    async def erase_some(self, job: Job, limit: int) -> bool:
        """Delete up to *limit* messages of *job*'s sender at this bot; True while more are left.

        Their messages everywhere at this bot with the answers, every row and part of these, and
        in a private chat everything that was said; spending loses the name, nothing else. Only
        the row of *job* itself stays, so that it can be answered, and what came after it. Safe to
        repeat after a crash.
        """
        ...

    async def erase_repeated(self, job: Job, after: int | None, limit: int) -> int | None:
        """Take *job*'s sender out of what others' messages at this bot repeat of them.

        In the next *limit* rows behind *after* (None: from the first): the stored update loses
        what it replies to, quotes, forwards or names of the person, its message the preface and
        the files that tell of it. Returns where to go on; None at the end.
        """
        ...

    async def purge(self, limit: int) -> int:
        """Delete finished rows of /forgetme with their chat and person, if nothing else needs them.

        Returns how many rows went.
        """
        ...

    async def expire(self, bot_id: int, before: int, limit: int) -> int:
        """Delete up to *limit* of a bot's finished questions, commands and notices before then.

        With their messages, answers and parts; spending stays. Returns how many went.
        """
        ...
