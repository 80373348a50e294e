"""Delivery: what is committed before and after each part of an answer is sent."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from kotodom.db.connection import Connection, Database
from kotodom.db.parts import PART, insert_parts, load_parts, part_of, space_of
from kotodom.db.sql import counts_itself, storable
from kotodom.errors import StaleJob
from kotodom.model import Chat, Content, Job, Part, PartState, Role, Status

PAGE = 1000
"""So many known ids are read at once when a gap is looked through."""

_UNSENT = " AND state <> 'SENT'"


class DeliveryStore:
    """The delivery's part of the store."""

    _database: Database
    ended: Callable[[Job, Status, bool], None]

    async def outcome(self, job: Job) -> Status | None:
        row = await self._database.read(
            lambda c: c.fetchrow("SELECT outcome FROM message_processing WHERE id = $1", job.id)
        )
        return Status(row[0]) if row is not None and row[0] else None

    async def parts(self, job: Job) -> tuple[Part, ...]:
        return await self._database.read(lambda c: load_parts(c, job))

    async def mark_sending(self, job: Job, index: int) -> Part:
        chat = job.chat
        if counts_itself(chat):
            last_id = (
                "(SELECT CASE WHEN MIN(last_message_id) < 0 THEN -1 ELSE MAX(last_message_id) END"
                " FROM chat"
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
        # A part that was to be edited into a message still is; one that was sent is not there.
        change = (
            "state = 'PENDING', bubble_id = 0,"
            " telegram_message_id = CASE WHEN state = 'PENDING' THEN telegram_message_id END"
        ) + (", entities = '[]'" if plain else "")
        return await self._database.write(
            lambda c: _update_part(c, job, index, change, unsent=True)
        )

    async def mark_anew(self, job: Job, index: int) -> tuple[Part, ...]:
        async def mark(connection: Connection) -> tuple[Part, ...]:
            await _update_part(connection, job, index, "telegram_message_id = NULL", unsent=True)
            parts = await load_parts(connection, job)
            later = [
                part
                for part in parts
                if part.index > index
                and part.state is PartState.PENDING
                and part.telegram_message_id
            ]
            for part in later:
                await _update_part(connection, job, part.index, "telegram_message_id = NULL")
            surplus = [replace(part, state=PartState.SURPLUS) for part in later]
            await insert_parts(connection, job.id, job.chat, surplus, first=parts[-1].index + 1)
            return await load_parts(connection, job)

        return await self._database.write(mark)

    async def rewrite_part(
        self, job: Job, index: int, contents: Sequence[Content]
    ) -> tuple[Part, ...]:
        async def rewrite(connection: Connection) -> tuple[Part, ...]:
            parts = await load_parts(connection, job)
            (old,) = (part for part in parts if part.index == index)
            later = [part for part in parts if part.index > index]
            await connection.execute(
                'DELETE FROM delivery_part WHERE processing_id = $1 AND "index" >= $2',
                job.id,
                index,
            )
            new = [Part(0, content) for content in contents]
            new[0] = replace(new[0], telegram_message_id=old.telegram_message_id)
            await insert_parts(connection, job.id, job.chat, [*new, *later], first=index)
            return await load_parts(connection, job)

        return await self._database.write(rewrite)

    async def drop_part(self, job: Job, index: int, *, now: int) -> bool:
        async def drop(connection: Connection) -> Status | None:
            await connection.execute(
                'DELETE FROM delivery_part WHERE processing_id = $1 AND "index" = $2'
                " AND state = 'SURPLUS'",
                job.id,
                index,
            )
            return await _complete(connection, job, now)

        return self._told(job, await self._database.write(drop))

    async def set_inline_id(self, job: Job, inline_id: str) -> None:
        await self._database.write(
            lambda c: c.execute(
                "UPDATE message_processing SET inline_message_id = $2 WHERE id = $1",
                job.id,
                storable(inline_id),
            )
        )

    async def inline_id(self, job: Job) -> str:
        row = await self._database.read(
            lambda c: c.fetchrow(
                "SELECT inline_message_id FROM message_processing WHERE id = $1", job.id
            )
        )
        return str(row[0]) if row is not None else ""

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
        # A file that has been sent is Telegram's to keep.
        # One that was in doubt when its question was asked anew has no place in the new answer.
        change = (
            "state = CASE WHEN \"index\" < 0 AND state = 'SENDING'"
            " AND (SELECT in_place FROM message_processing WHERE id = $1)"
            " THEN 'SURPLUS' ELSE 'SENT' END,"
            " telegram_message_id = $3, bubble_id = 0,"
            " payload = CASE WHEN kind = 'document' THEN '' ELSE payload END"
        )

        async def mark(connection: Connection) -> Status | None:
            await _update_part(connection, job, index, change, message_id)
            last = await _complete(connection, job, now)
            # At the end, because every answer of a bot waits for this row on PostgreSQL.
            await _raise_last_id(connection, job.chat, message_id)
            return last

        return self._told(job, await self._database.write(mark))

    def _told(self, job: Job, became: Status | None) -> bool:
        """Say what a row *became* with its last part; whether it was that."""
        if became is not None:
            self.ended(job, became, True)
        return became is not None

    async def unknown_ids(self, job: Job, low: int, high: int, limit: int) -> list[int] | None:
        space = space_of(job.chat)

        if low < 0:
            return None  # the database was restored: any message of later may lie between

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
    return part_of(row)


async def _complete(connection: Connection, job: Job, now: int) -> Status | None:
    """Give the row its outcome when nothing is left to send.

    Or let it wait for another answer, if its question has changed since this one was given: that
    takes the place of what was shown.
    """
    row = await connection.fetchrow(
        "UPDATE message_processing SET response_sent_at = CAST($2 AS BIGINT),"
        f" status = CASE WHEN {_CHANGED} THEN 'RECEIVED' ELSE outcome END,"
        f" outcome = CASE WHEN {_CHANGED} THEN NULL ELSE outcome END,"
        f" response_message_id = CASE WHEN {_CHANGED} THEN NULL ELSE response_message_id END,"
        f" finished_at = CASE WHEN {_CHANGED} THEN NULL ELSE CAST($2 AS BIGINT) END,"
        f" attempts = CASE WHEN {_CHANGED} THEN 0 ELSE attempts END,"
        f" in_place = in_place OR {_CHANGED},"
        " telegram_outgoing_id = (SELECT telegram_message_id FROM delivery_part"
        '  WHERE processing_id = $1 AND "index" = 0)'
        " WHERE id = $1 AND status = 'PROCESSING' AND NOT EXISTS (SELECT 1 FROM delivery_part"
        "  WHERE processing_id = $1 AND state <> 'SENT') RETURNING status",
        job.id,
        now,
    )
    return None if row is None else Status(row[0])


_CHANGED = "revision > answered_revision"
