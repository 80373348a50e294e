"""Answers: written ahead, with their cost and all their parts, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kotodom.days import Days
from kotodom.db.attempts import ERROR_LENGTH, insert_attempt
from kotodom.db.connection import Connection, Database
from kotodom.db.inbox_entries import insert_inbox_entry
from kotodom.db.parts import insert_parts, load_parts, space_of
from kotodom.db.spending import insert_spend
from kotodom.db.sql import storable
from kotodom.errors import QuestionChanged, StaleJob
from kotodom.model import FILES, Answer, Content, Job, Part, PartState, Status
from kotodom.ports import Purpose


class AnswerStore:
    """The part of the store that commits an answer."""

    _database: Database
    days: Days

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
        if not contents:
            raise ValueError("an answer has at least one part")

        async def save(connection: Connection) -> tuple[Part, ...]:
            # What is no answer of the model's may be said even if the question has changed: it
            # will be answered after that.
            same = f" AND revision = {job.revision:d}" if answer is not None else ""
            message = reason.removeprefix(f"{code}: ")
            # First of all, because on PostgreSQL this row lock keeps an erasure out.
            touched = await connection.execute(
                "UPDATE message_processing SET outcome = $2, terminal_reason = $3,"
                " last_error_kind = CASE WHEN $4 = '' THEN last_error_kind ELSE $4 END,"
                " last_error = CASE WHEN $4 = '' THEN last_error ELSE $7 END,"
                " last_error_at = CASE WHEN $4 = '' THEN last_error_at ELSE $5 END,"
                " response_generated_at = $5, answered_revision = $6, grown_at = 0"
                f" WHERE id = $1 AND status = 'PROCESSING'{same}",
                job.id,
                outcome,
                storable(reason),
                code,
                now,
                job.revision,
                storable(message)[:ERROR_LENGTH],
            )
            if not touched:
                raise await _reason(connection, job)
            if code:
                await insert_attempt(connection, job, code=code, message=message, now=now)
            if answer is not None:
                await _insert_answer(connection, job, answer, self.days, reservation, now)
            in_place = job.in_place and answer is not None
            return await replace_parts(connection, job, contents, in_place, replaces)

        return await self._database.write(save)


async def _reason(connection: Connection, job: Job) -> StaleJob | QuestionChanged:
    """Why an answer was not taken."""
    row = await connection.fetchrow(
        "SELECT revision FROM message_processing WHERE id = $1 AND status = 'PROCESSING'", job.id
    )
    return StaleJob() if row is None or row[0] == job.revision else QuestionChanged()


async def _insert_answer(
    connection: Connection, job: Job, answer: Answer, days: Days, reservation: int, now: int
) -> None:
    """Keep the answer for the history, and account for it."""
    row = await connection.fetchrow(
        "INSERT INTO message (chat_id, role, text, id_space, reply_to_id, created_at)"
        " VALUES ($1, $2, $3, $4, (SELECT message_id FROM message_processing WHERE id = $5), $6)"
        " RETURNING id",
        job.chat.id,
        answer.role,
        storable(answer.text),
        space_of(job.chat),
        job.id,
        now,
    )
    if row is not None:
        await insert_inbox_entry(connection, job.bot_id, row[0])
    usage = answer.usage
    await connection.execute(
        "UPDATE message_processing SET response_message_id = $2, model = $3, cost = $4,"
        " tokens_input = $5, tokens_cached = $6, tokens_cache_write = $7, tokens_output = $8,"
        " usage_estimated = $9, first_token_at = $10 WHERE id = $1",
        job.id,
        row and row[0],
        storable(answer.model),
        answer.cost,
        usage.input,
        usage.cached,
        usage.cache_write,
        usage.output,
        usage.estimated,
        answer.first_token_at,
    )
    await insert_spend(
        connection,
        bot_id=job.bot_id,
        chat_id=job.chat.id,
        user_id=job.sender.id if job.sender else None,
        purpose=Purpose.ANSWER,
        model=answer.model,
        usage=usage,
        cost=answer.cost,
        days=days,
        now=now,
        reservation=reservation,
    )


async def replace_parts(
    connection: Connection, job: Job, contents: Sequence[Content], in_place: bool, replaces: int
) -> tuple[Part, ...]:
    """Put new parts behind those that were (or may have been) sent, or in their place."""
    parts = await load_parts(connection, job)
    kept = [part for part in parts if part.state is PartState.SENDING or not in_place]
    kept = [_settled(part) for part in kept if not _droppable(part)]
    new = [Part(0, content) for content in contents]
    if in_place:
        new = list(_in_place(parts, new))
    elif replaces and not kept:
        new[0] = replace(new[0], telegram_message_id=replaces)
    if parts:
        await connection.execute("DELETE FROM delivery_part WHERE processing_id = $1", job.id)
    # Below zero: what is said anew begins at zero, rings, and quotes the question in a group.
    return await insert_parts(connection, job.id, job.chat, [*kept, *new], first=-len(kept))


def _droppable(part: Part) -> bool:
    """Whether nobody has seen, or will see, anything of it."""
    return part.state is PartState.PENDING and not part.telegram_message_id


def _settled(part: Part) -> Part:
    """A part that was to replace a message does so no more: what stands there stays."""
    return replace(part, state=PartState.SENT) if part.state is PartState.PENDING else part


def _in_place(old: Iterable[Part], new: Sequence[Part]) -> Iterable[Part]:
    """Give the old messages to the new parts, in order; what is left of them is surplus.

    A file takes over no message, and no message takes over a file: Telegram edits only what
    is alike.
    """
    messages = [part for part in old if part.telegram_message_id and part.state is not _DOUBT]
    free = [part for part in messages if part.content.kind not in FILES]
    surplus = [part for part in messages if part.content.kind in FILES]
    placed = True
    for part in new:
        # Behind one that is sent there is no older message: the order has to hold.
        placed = placed and bool(free) and part.content.kind not in FILES
        old_id = free.pop(0).telegram_message_id if placed else 0
        yield replace(part, telegram_message_id=old_id)
    for part in (*free, *surplus):
        yield replace(part, state=PartState.SURPLUS)


_DOUBT = PartState.SENDING
