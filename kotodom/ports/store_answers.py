"""How the database keeps answers and their delivery, as the core sees it."""

from collections.abc import Sequence
from typing import Protocol

from kotodom.model import Answer, Chat, Content, Job, Part, Status


class AnswerStore(Protocol):
    """Outcomes, answers written ahead, and how far they have been sent."""

    # -- outcome ----------------------------------------------------------------------------

    async def postpone(
        self,
        job: Job,
        *,
        status: Status,
        spent: bool,
        not_before: int,
        code: str,
        message: str,
        counted: bool = True,
    ) -> None:
        """Put a row in work off: FAILED after a spent attempt, RECEIVED after a free one.

        *not_before* 0 means at once. A free one gives the attempt back and, if *counted*, counts a
        deferral; a spent one resets the deferrals. *code* and *message* (at most 1,000 characters
        are kept) become the row's last error, and an attempt that /admin shows; an empty code
        leaves it. Raises StaleJob when the row is not PROCESSING any more.
        """
        ...

    async def finish(
        self,
        job: Job,
        status: Status,
        *,
        reason: str = "",
        code: str = "",
        message: str = "",
        now: int,
    ) -> None:
        """End a row without sending anything (more): COMPLETED or TERMINAL. Raises StaleJob.

        *code* and *message* are those of the attempt that failed, as with :meth:`postpone`.
        """
        ...

    async def save_answer(
        self,
        job: Job,
        answer: Answer | None,
        contents: Sequence[Content],
        *,
        outcome: Status,
        reason: str = "",
        code: str = "",
        replaces: int = 0,
        reservation: int = 0,
        now: int,
    ) -> tuple[Part, ...]:
        """Commit the answer, its usage and cost, and all its parts (PENDING), in one transaction.

        PENDING parts of an earlier save are replaced; SENT ones and those in doubt stay, with
        numbers below zero: the new ones begin at zero. Returns every part, in order. ValueError
        without any content.
        *outcome* is what the row becomes once the last part is sent; *code* that of the attempt
        that failed, whose words are the *reason*. *answer* None stores no
        message for the history (error messages, command replies). Raises StaleJob; and
        QuestionChanged when there is an answer and it is not to the question as it is now.

        An answer to a job that is ``in_place`` takes over the messages of the earlier one: each
        new part is edited into an old message as long as there are any, and what is left of them
        becomes SURPLUS. *replaces* does the same for the first part and one message of ours (the
        menu whose button was pressed).

        The *reservation* that was made for the answer is settled with it.
        """
        ...

    # -- delivery ---------------------------------------------------------------------------

    async def outcome(self, job: Job) -> Status | None:
        """What the row becomes once its parts are sent, as committed; None without parts."""
        ...

    async def parts(self, job: Job) -> tuple[Part, ...]:
        """The job's parts in order."""
        ...

    async def mark_sending(self, job: Job, index: int) -> Part:
        """Commit SENDING with ``known_before``: the highest message id known in that sequence.

        The sequence is the chat's own for supergroups and channels, else the bot's.
        """
        ...

    async def mark_pending(self, job: Job, index: int, *, plain: bool = False) -> Part:
        """The part is surely not there: back to PENDING, without a bubble; return it.

        *plain* drops its entities, because Telegram refused them.
        """
        ...

    async def mark_anew(self, job: Job, index: int) -> tuple[Part, ...]:
        """The message that a PENDING part was to replace is not there: it will be sent.

        And so will those behind it, or they would stand above it: the messages they were to
        replace become SURPLUS. Returns every part.
        """
        ...

    async def rewrite_part(
        self, job: Job, index: int, contents: Sequence[Content]
    ) -> tuple[Part, ...]:
        """Put *contents* in the place of one part that is surely not there; return every part.

        The first keeps the message that the part was to replace.
        """
        ...

    async def drop_part(self, job: Job, index: int, *, now: int) -> bool:
        """A SURPLUS part's message is deleted; returns what :meth:`mark_sent` does."""
        ...

    async def set_inline_id(self, job: Job, inline_id: str) -> None:
        """Remember where a guest's answer is shown."""
        ...

    async def inline_id(self, job: Job) -> str:
        """Where a guest's answer is shown; empty before its placeholder is there."""
        ...

    async def mark_bubble(self, job: Job, index: int, message_id: int) -> None:
        """Commit the placeholder's id; the highest known id rises with it."""
        ...

    async def mark_probed(self, job: Job, index: int, message_id: int, *, arrived: int) -> None:
        """The ids up to *message_id* are looked through: ``known_before`` rises to it.

        *arrived* is where the doubtful part was found, 0 while it was not; the part keeps it.
        """
        ...

    async def mark_sent(self, job: Job, index: int, message_id: int, *, now: int) -> bool:
        """Commit SENT; with the last part the row takes its outcome in the same transaction.

        Or it is RECEIVED again, if the question has changed since. Returns True when that was
        the last part. Clears the bubble; the highest known id rises.
        """
        ...

    async def unknown_ids(self, job: Job, low: int, high: int, limit: int) -> list[int] | None:
        """Message ids strictly between *low* and *high* that we know nothing of, ascending.

        Known are the ids of stored messages, sent parts and notices in the same id sequence.
        None when more than *limit* ids would be returned.
        """
        ...

    async def note_sent(self, chat: Chat, message_id: int, text: str, now: int) -> None:
        """Remember a message that is no answer (an alert) so that its id is known."""
        ...
