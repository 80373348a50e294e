"""Answers: written ahead in one transaction, then sent part by part."""

import json
from collections.abc import Sequence

from kotodom.db.connection import Connection, Database, Row
from kotodom.db.sql import id_space, storable, values
from kotodom.errors import StaleJob
from kotodom.model import (
    Answer,
    Chat,
    ChatType,
    Content,
    Entity,
    Job,
    Part,
    PartState,
    Role,
    Status,
)

PAGE = 1000
"""So many known ids are read at once when a gap is looked through."""

PART = '"index", text, entities, state, known_before, bubble_id, telegram_message_id'
_UNSENT = " AND state <> 'SENT'"


class DeliveryStore:
    """The delivery's part of the store."""

    _database: Database

    async def save_answer(
        self,
        job: Job,
        answer: Answer | None,
        contents: Sequence[Content],
        *,
        outcome: Status,
        reason: str = "",
        code: str = "",
        now: int,
    ) -> tuple[Part, ...]:
        if not contents:
            raise ValueError("an answer has at least one part")

        async def save(connection: Connection) -> tuple[Part, ...]:
            answer_values: tuple[object, ...] = ()
            if answer is not None:
                answer_values = await _insert_message(connection, job, answer, now)
            touched = await connection.execute(
                "UPDATE message_processing SET outcome = $2, terminal_reason = $3,"
                " last_error_kind = CASE WHEN $4 = '' THEN last_error_kind ELSE $4 END,"
                " last_error_at = CASE WHEN $4 = '' THEN last_error_at ELSE $5 END,"
                f" response_generated_at = $5{_ANSWERED if answer_values else ''}"
                " WHERE id = $1 AND status = 'PROCESSING'",
                job.id,
                outcome,
                storable(reason),
                code,
                now,
                *answer_values,
            )
            if not touched:
                raise StaleJob
            return await _replace_parts(connection, job, contents)

        return await self._database.write(save)

    async def outcome(self, job: Job) -> Status | None:
        row = await self._database.read(
            lambda c: c.fetchrow("SELECT outcome FROM message_processing WHERE id = $1", job.id)
        )
        return Status(row[0]) if row is not None and row[0] else None

    async def parts(self, job: Job) -> tuple[Part, ...]:
        return await self._database.read(lambda c: _parts(c, job))

    async def mark_sending(self, job: Job, index: int) -> Part:
        chat = job.chat
        if counts_itself(chat):
            last_id = (
                "(SELECT MAX(last_message_id) FROM chat"
                " WHERE bot_id = $3 AND telegram_chat_id = $4)"
            )
            sequence: tuple[int, ...] = (chat.bot_id, chat.telegram_chat_id)
        else:
            last_id = "(SELECT last_message_id FROM bot WHERE id = $3)"
            sequence = (chat.bot_id,)
        # A part in doubt keeps its lower bound: the lost send is not younger than that.
        change = (
            "state = 'SENDING', known_before ="
            f" CASE WHEN state = 'SENDING' THEN known_before ELSE {last_id} END"
        )
        return await self._database.write(
            lambda c: _update_part(c, job, index, change, *sequence, unsent=True)
        )

    async def mark_pending(self, job: Job, index: int, *, plain: bool = False) -> Part:
        change = "state = 'PENDING', bubble_id = 0" + (", entities = '[]'" if plain else "")
        return await self._database.write(
            lambda c: _update_part(c, job, index, change, unsent=True)
        )

    async def mark_bubble(self, job: Job, index: int, message_id: int) -> None:
        async def mark(connection: Connection) -> None:
            await _update_part(connection, job, index, "bubble_id = $3", message_id, unsent=True)
            await _raise_last_id(connection, job.chat, message_id)

        await self._database.write(mark)

    async def mark_probed(self, job: Job, index: int, message_id: int, *, arrived: int) -> None:
        change = "known_before = $3, telegram_message_id = $4"
        await self._database.write(
            lambda c: _update_part(c, job, index, change, message_id, arrived or None, unsent=True)
        )

    async def mark_sent(self, job: Job, index: int, message_id: int, *, now: int) -> bool:
        change = "state = 'SENT', telegram_message_id = $3, bubble_id = 0"

        async def mark(connection: Connection) -> bool:
            await _update_part(connection, job, index, change, message_id)
            last = await _complete(connection, job, now)
            # At the end, because every answer of a bot waits for this row on PostgreSQL.
            await _raise_last_id(connection, job.chat, message_id)
            return last

        return await self._database.write(mark)

    async def unknown_ids(self, job: Job, low: int, high: int, limit: int) -> list[int] | None:
        space = space_of(job.chat)

        async def look(connection: Connection) -> list[int] | None:
            unknown: list[int] = []
            last = low
            while last < high - 1:
                page = await connection.fetch(_KNOWN_IDS, space, last, high, PAGE)
                known = [row[0] for row in page]
                if len(known) < PAGE:
                    known.append(high)
                for id_ in known:
                    if len(unknown) + (id_ - last - 1) > limit:
                        return None
                    unknown.extend(range(last + 1, id_))
                    last = id_
            return unknown

        return await self._database.read(look)

    async def note_sent(self, chat: Chat, message_id: int, text: str, now: int) -> None:
        async def note(connection: Connection) -> None:
            await connection.execute(
                "INSERT INTO message (chat_id, role, text, telegram_message_id, id_space,"
                " created_at) VALUES ($1, $2, $3, $4, $5, $6)",
                chat.id,
                Role.NOTICE,
                storable(text),
                message_id,
                space_of(chat),
                now,
            )
            await _raise_last_id(connection, chat, message_id)

        await self._database.write(note)


_KNOWN_IDS = """
SELECT telegram_message_id FROM message
WHERE id_space = $1 AND telegram_message_id > $2 AND telegram_message_id < $3
UNION SELECT telegram_message_id FROM delivery_part
WHERE id_space = $1 AND telegram_message_id > $2 AND telegram_message_id < $3
UNION SELECT bubble_id FROM delivery_part
WHERE id_space = $1 AND bubble_id > 0 AND bubble_id > $2 AND bubble_id < $3
ORDER BY 1 LIMIT $4
"""


def counts_itself(chat: Chat) -> bool:
    """Whether the chat has its own sequence of message ids."""
    return chat.type in {ChatType.SUPERGROUP, ChatType.CHANNEL}


def space_of(chat: Chat) -> int:
    """Who numbers this chat's messages."""
    return id_space(chat.type, chat.bot_id, chat.telegram_chat_id)


async def _raise_last_id(connection: Connection, chat: Chat, message_id: int) -> None:
    """Remember that the chat's sequence has come as far as *message_id*."""
    if counts_itself(chat):
        await connection.execute(
            "UPDATE chat SET last_message_id = $3"
            " WHERE bot_id = $1 AND telegram_chat_id = $2 AND last_message_id < $3",
            chat.bot_id,
            chat.telegram_chat_id,
            message_id,
        )
    else:
        await connection.execute(
            "UPDATE bot SET last_message_id = $2 WHERE id = $1 AND last_message_id < $2",
            chat.bot_id,
            message_id,
        )


async def _insert_message(
    connection: Connection, job: Job, answer: Answer, now: int
) -> tuple[object, ...]:
    """Insert the answer; return what :data:`_ANSWERED` writes of it on the question's row."""
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
    usage = answer.usage
    tokens = (usage.input, usage.cached, usage.cache_write, usage.output, usage.estimated)
    return row and row[0], storable(answer.model), answer.cost, *tokens


_ANSWERED = (
    ", response_message_id = $6, model = $7, cost = $8, tokens_input = $9, tokens_cached = $10,"
    " tokens_cache_write = $11, tokens_output = $12, usage_estimated = $13"
)


async def _parts(connection: Connection, job: Job) -> tuple[Part, ...]:
    rows = await connection.fetch(
        f'SELECT {PART} FROM delivery_part WHERE processing_id = $1 ORDER BY "index"', job.id
    )
    return tuple(_part(row) for row in rows)


async def _replace_parts(
    connection: Connection, job: Job, contents: Sequence[Content]
) -> tuple[Part, ...]:
    """Put new parts behind those that were (or may have been) sent, instead of the others."""
    parts = await _parts(connection, job)
    kept = tuple(part for part in parts if part.state is not PartState.PENDING)
    if len(kept) < len(parts):
        await connection.execute(
            "DELETE FROM delivery_part WHERE processing_id = $1 AND state = 'PENDING'", job.id
        )
    first = kept[-1].index + 1 if kept else 0
    new = tuple(
        Part(index, Content(storable(content.text), content.entities))
        for index, content in enumerate(contents, first)
    )
    row_values: list[object] = []
    for part in new:
        row_values += (job.id, part.index, part.content.text, _dump(part.content), part.state)
        row_values.append(space_of(job.chat))
    await connection.execute(
        'INSERT INTO delivery_part (processing_id, "index", text, entities, state, id_space)'
        f" VALUES {values(len(new), 6)}",
        *row_values,
    )
    return kept + new


async def _update_part(
    connection: Connection, job: Job, index: int, change: str, *values: object, unsent: bool = False
) -> Part:
    """Change one part of a row that is still in work; *unsent*: unless it is sent already."""
    row = await connection.fetchrow(
        f'UPDATE delivery_part SET {change} WHERE processing_id = $1 AND "index" = $2'
        f"{_UNSENT if unsent else ''}"
        " AND EXISTS (SELECT 1 FROM message_processing WHERE id = $1 AND status = 'PROCESSING')"
        f" RETURNING {PART}",
        job.id,
        index,
        *values,
    )
    if row is None:
        raise StaleJob
    return _part(row)


async def _complete(connection: Connection, job: Job, now: int) -> bool:
    """Give the row its outcome when nothing is left to send."""
    touched = await connection.execute(
        "UPDATE message_processing SET status = outcome, response_sent_at = $2, finished_at = $2,"
        " telegram_outgoing_id = (SELECT telegram_message_id FROM delivery_part"
        '  WHERE processing_id = $1 AND "index" = 0)'
        " WHERE id = $1 AND status = 'PROCESSING' AND NOT EXISTS (SELECT 1 FROM delivery_part"
        "  WHERE processing_id = $1 AND state <> 'SENT')",
        job.id,
        now,
    )
    return touched == 1


def _dump(content: Content) -> str:
    return json.dumps([entity.to_dict() for entity in content.entities])


def _part(row: Row) -> Part:
    entities = tuple(Entity(**entity) for entity in json.loads(row[2]))
    return Part(
        index=row[0],
        content=Content(row[1], entities),
        state=PartState(row[3]),
        known_before=row[4],
        bubble_id=row[5],
        telegram_message_id=row[6] or 0,
    )
