"""Conversations that an admin answers instead of the model, as the database keeps them.

A question that is left to an admin is COMPLETED with an empty answer of the role ADMIN: so it is
found where answered questions are, and the model sees later that nobody answered it there.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from kotodom.clock import SECOND
from kotodom.db.admin.desk import CHAT, insert_audit
from kotodom.db.connection import Connection, Database, Row
from kotodom.db.jobs import chat_of
from kotodom.db.parts import space_of
from kotodom.db.sql import OPEN
from kotodom.db.store_edits import REOPEN
from kotodom.db.store_notices import insert_notice
from kotodom.errors import QuestionChanged, StaleJob
from kotodom.model import Attachment, Chat, Content, Job, Kind, Lane, Role, Status
from kotodom.ports.admin.chats import GivenBack, Taken
from kotodom.ports.admin.desk import AuditEntry

MINUTE = 60 * SECOND

_HERE = ", ".join(f"c.{name}" for name in CHAT.split(", "))
_THERE = ", ".join(f"s.{name}" for name in CHAT.split(", "))
_TAKEN = f"""
SELECT c.bot_id, {_HERE}, c.taken_until, c.taken_by, c.taken_for,
  COALESCE(NULLIF(u.language, ''), u.language_code, ''), s.bot_id, {_THERE}, s.blocked_at
FROM chat c LEFT JOIN tg_user u ON u.id = c.taken_by LEFT JOIN chat s ON s.id = c.taken_in
WHERE c.taken_until > 0 AND"""

_LATER = "CASE WHEN taken_until < $2 + taken_for THEN $2 + taken_for ELSE taken_until END"
"""Each message of the admin's gives the whole time again."""


class _Changed(Exception):
    """Nobody, or somebody else, has the conversation: nothing of the transaction is kept."""


class TakenStore:
    """The part of the store for what admins have taken over, and for what they say there."""

    _database: Database
    ended: Callable[[Job, Status, bool], None]

    async def say_as_admin(
        self,
        chat: Chat,
        contents: Sequence[Content],
        *,
        said: str,
        key: str,
        mirror: bool,
        audit: AuditEntry,
        now: int,
    ) -> Lane | None:
        async def write(connection: Connection) -> bool:
            row_id = await insert_notice(
                connection,
                chat,
                contents,
                key=key,
                role=Role.ADMIN,
                said=said,
                mirror=mirror,
                now=now,
            )
            if row_id:
                await insert_audit(connection, audit, now)
                await connection.execute(
                    f"UPDATE chat SET taken_until = {_LATER} WHERE id = $1 AND taken_until > $2",
                    chat.id,
                    now,
                )
            return bool(row_id)

        written = await self._database.write(write)
        return Lane(chat.bot_id, chat.id, Kind.NOTICE) if written else None

    async def take_chat(
        self, chat: Chat, *, by: int, shown_in: int, minutes: int, audit: AuditEntry, now: int
    ) -> Taken | None:
        async def take(connection: Connection) -> Taken | None:
            before = await _taken(connection, chat.id)
            # Rows before chats, as everywhere: on PostgreSQL two would else wait for each other.
            await connection.execute(
                "UPDATE message_processing SET not_before = 0 WHERE chat_id = $1"
                f" AND kind = '{Kind.QUESTION}' AND {OPEN} AND status = '{Status.FAILED}'"
                " AND outcome IS NULL",
                chat.id,
            )
            await connection.execute(
                "UPDATE chat SET taken_until = $2, taken_by = $3, taken_in = $4, taken_for = $5"
                " WHERE id = $1",
                chat.id,
                now + minutes * MINUTE,
                by,
                shown_in,
                minutes * MINUTE,
            )
            await connection.execute(
                "UPDATE message_processing SET not_before = 0 WHERE chat_id = $1"
                f" AND kind = '{Kind.QUESTION}' AND {OPEN} AND status = '{Status.FAILED}'"
                " AND outcome IS NULL",
                chat.id,
            )
            await insert_audit(connection, audit, now)
            return before

        return await self._database.write(take)

    async def taken_chat(self, chat_id: int) -> Taken | None:
        return await self._database.read(lambda c: _taken(c, chat_id))

    async def taken_chats_due(self, now: int) -> list[Taken]:
        rows = await self._database.read(
            lambda c: c.fetch(f"{_TAKEN} c.taken_until <= $1 ORDER BY c.taken_until LIMIT 100", now)
        )
        return [_taken_of(row) for row in rows]

    async def give_chat_back(
        self,
        taken: Taken,
        *,
        answer: bool,
        contents: Sequence[Content],
        waiting: Sequence[Content],
        audit: AuditEntry | None,
        now: int,
    ) -> GivenBack | None:
        chat = taken.chat

        async def give(connection: Connection) -> GivenBack:
            reopened = answer and await _reopen_newest(connection, chat.id)
            touched = await connection.execute(
                "UPDATE chat SET taken_until = 0, taken_by = 0, taken_in = 0, taken_for = 0"
                " WHERE id = $1 AND taken_until = $2 AND taken_until > 0",
                chat.id,
                taken.until,
            )
            if not touched:
                raise _Changed
            told = waiting if reopened else contents
            if told and taken.shown_in is not None:
                key = f"given:{chat.id}:{taken.until}"
                await insert_notice(connection, taken.shown_in, told, key=key, now=now)
            if audit is not None:
                await insert_audit(connection, audit, now)
            return GivenBack(
                Lane(chat.bot_id, chat.id, Kind.QUESTION) if reopened else None,
                _notice_lane(taken.shown_in) if told else None,
            )

        try:
            return await self._database.write(give)
        except _Changed:
            return None

    async def leave_to_admin(
        self, job: Job, contents: Sequence[Content], *, shown_in: Chat | None, now: int
    ) -> tuple[bool, Lane | None]:
        async def leave(connection: Connection) -> tuple[bool, Lane | None]:
            await _complete(connection, job, now)
            taken = await connection.execute(
                "UPDATE chat SET taken_until = taken_until WHERE id = $1 AND taken_until > $2",
                job.chat.id,
                now,
            )
            if not taken:
                raise _Changed
            if not contents or shown_in is None:
                return True, None
            await insert_notice(
                connection,
                shown_in,
                contents,
                key=f"taken:{job.id}:{job.revision}",
                about=job.id,
                now=now,
            )
            return True, _notice_lane(shown_in)

        try:
            left = await self._database.write(leave)
        except _Changed:
            return False, None
        self.ended(job, Status.COMPLETED, False)
        return left

    async def piece_ids(self, job: Job) -> list[tuple[int, tuple[Attachment, ...]]]:
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT m.telegram_message_id, m.attachments FROM message_processing p"
                " JOIN message m ON m.id = p.message_id"
                " WHERE p.id = $1 OR (p.joined_to = $1 AND p.joined_to > 0)"
                " ORDER BY m.telegram_message_id, m.id",
                job.id,
            )
        )
        return [
            (row[0], tuple(map(Attachment.from_dict, json.loads(row[1])))) for row in rows if row[0]
        ]


async def _complete(connection: Connection, job: Job, now: int) -> None:
    """End the question, with the mark that it was left to an admin."""
    touched = await connection.execute(
        f"UPDATE message_processing SET status = '{Status.COMPLETED}', finished_at = $3,"
        " terminal_reason = '', answered_revision = $2, in_place = $4, grown_at = 0"
        f" WHERE id = $1 AND status = '{Status.PROCESSING}' AND revision = $2",
        job.id,
        job.revision,
        now,
        False,
    )
    if not touched:
        row = await connection.fetchrow(
            "SELECT revision FROM message_processing"
            f" WHERE id = $1 AND status = '{Status.PROCESSING}'",
            job.id,
        )
        raise StaleJob if row is None or row[0] == job.revision else QuestionChanged
    question = "(SELECT message_id FROM message_processing WHERE id = $1)"
    await connection.execute(
        f"DELETE FROM message WHERE reply_to_id = {question} AND role = '{Role.ADMIN}'"
        " AND text = ''",
        job.id,
    )
    mark = await connection.fetchrow(
        "INSERT INTO message (chat_id, role, text, id_space, reply_to_id, created_at)"
        f" VALUES ($2, '{Role.ADMIN}', '', $3, {question}, $4) RETURNING id",
        job.id,
        job.chat.id,
        space_of(job.chat),
        now,
    )
    await connection.execute(
        "UPDATE message_processing SET response_message_id = $2 WHERE id = $1",
        job.id,
        mark and mark[0],
    )


async def _reopen_newest(connection: Connection, chat_id: int) -> bool:
    """Have the newest question answered if it was left to an admin, and nobody said anything."""
    row = await connection.fetchrow(
        "SELECT p.id, p.kind, a.role, a.text, p.status FROM message_processing p"
        " JOIN message a ON a.id = p.response_message_id"
        " WHERE p.chat_id = $1 AND p.response_message_id IS NOT NULL"
        " AND p.id > (SELECT history_from FROM chat WHERE id = $1) ORDER BY p.id DESC LIMIT 1",
        chat_id,
    )
    if row is None or row[1] != Kind.QUESTION or (row[2], row[3]) != (Role.ADMIN, ""):
        return False
    return bool(
        await connection.execute(
            f"UPDATE message_processing SET {REOPEN}"
            f" WHERE id = $1 AND status = '{Status.COMPLETED}'",
            row[0],
            False,
            False,
        )
    )


async def _taken(connection: Connection, chat_id: int) -> Taken | None:
    row = await connection.fetchrow(f"{_TAKEN} c.id = $1", chat_id)
    return row and _taken_of(row)


def _taken_of(row: Row) -> Taken:
    there = None if row[12] is None else chat_of(row[12], row[13:20])
    return Taken(
        chat=chat_of(row[0], row[1:8]),
        until=row[8],
        by=row[9],
        minutes=row[10] // MINUTE,
        language=row[11],
        shown_in=there and replace(there, blocked=row[20] is not None),
    )


def _notice_lane(chat: Chat | None) -> Lane | None:
    return None if chat is None else Lane(chat.bot_id, chat.id, Kind.NOTICE)
