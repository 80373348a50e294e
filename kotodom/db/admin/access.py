"""The database's part of who may talk: standings, requests and decisions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from kotodom.db.admin.desk import insert_audit
from kotodom.db.connection import Connection, Database
from kotodom.db.sql import storable
from kotodom.db.standings import (
    answer_parked,
    drop_parked,
    load_standing,
    lock_standing,
    save_standing,
    tell_person,
)
from kotodom.db.store_notices import insert_notice
from kotodom.errors import StaleJob
from kotodom.model import Access, AccessMode, Chat, Content, Job, Kind, Lane, Status
from kotodom.ports.admin.access import Decided, Standing
from kotodom.ports.admin.desk import AuditEntry

WAITS = "waits to be let in"
"""Why the row of somebody who is not let in yet has no answer."""


class AccessStore:
    """The store's part for who may talk."""

    _database: Database
    ended: Callable[[Job, Status, bool], None]

    async def bots_with(self, access: Access) -> set[int]:
        rows = await self._database.read(
            lambda c: c.fetch("SELECT DISTINCT bot_id FROM bot_user WHERE access = $1", access)
        )
        return {row[0] for row in rows}

    async def standing(self, bot_id: int, user_id: int) -> Standing | None:
        return await self._database.read(lambda c: load_standing(c, bot_id, user_id))

    async def park(
        self,
        job: Job,
        words: Sequence[Content],
        cards: Sequence[tuple[Chat, Sequence[Content]]],
        *,
        limit: int,
        now: int,
    ) -> list[Lane]:
        lanes = await self._database.write(lambda c: _park(c, job, words, cards, limit, now))
        self.ended(job, Status.COMPLETED, False)
        return lanes

    async def tell_once(self, job: Job, since: int, now: int) -> bool:
        if job.sender is None:
            return False
        touched = await self._database.write(
            lambda c: c.execute(
                "INSERT INTO bot_user (bot_id, user_id, updated_at, told_at, told_row)"
                " VALUES ($1, $2, $4, $4, $3) ON CONFLICT (bot_id, user_id) DO UPDATE"
                " SET told_at = excluded.told_at, told_row = excluded.told_row"
                " WHERE bot_user.told_at <= $5 OR bot_user.told_row = $3",
                job.bot_id,
                job.sender.id if job.sender else 0,
                job.id,
                now,
                since,
            )
        )
        return bool(touched)

    async def decide(
        self,
        bot_id: int,
        user_id: int,
        access: Access,
        *,
        until: int | None,
        pending_only: bool,
        words: Mapping[Access, Sequence[Content]],
        entry: AuditEntry,
        now: int,
    ) -> Decided:
        async def write(connection: Connection) -> Decided:
            before = await lock_standing(connection, bot_id, user_id) or Standing()
            was = before.now(now)
            same = (was, before.until if was is Access.ALLOWED else None) == (access, until)
            if same or (pending_only and was is not Access.PENDING):
                return Decided(before, changed=False)
            after = replace(
                before, access=access, until=until, decided_by=entry.user_id, updated_at=now
            )
            await save_standing(connection, bot_id, user_id, after)
            await insert_audit(connection, entry, now)
            lanes = await tell_person(
                connection,
                bot_id,
                user_id,
                words.get(was, ()),
                key=f"decided:{entry.origin}:{user_id}",
                now=now,
            )
            if access is Access.ALLOWED:
                lanes += await answer_parked(connection, bot_id, user_id)
            else:
                await drop_parked(connection, bot_id, user_id)
            return Decided(before, changed=True, lanes=tuple(lanes))

        return await self._database.write(write)

    async def open_bot(self, bot_id: int) -> list[Lane]:
        async def write(connection: Connection) -> list[Lane]:
            await connection.execute(
                "UPDATE bot_user SET access = $2"
                f" WHERE bot_id = $1 AND access = '{Access.PENDING}'",
                bot_id,
                Access.NONE,
            )
            return await answer_parked(connection, bot_id)

        return await self._database.write(write)

    async def set_person_note(self, bot_id: int, user_id: int, entry: AuditEntry, now: int) -> None:
        async def write(connection: Connection) -> None:
            before = await load_standing(connection, bot_id, user_id) or Standing(updated_at=now)
            note = storable(entry.after or "")
            await save_standing(connection, bot_id, user_id, replace(before, note=note))
            await insert_audit(connection, replace(entry, before=before.note), now)

        await self._database.write(write)


async def _park(
    connection: Connection,
    job: Job,
    words: Sequence[Content],
    cards: Sequence[tuple[Chat, Sequence[Content]]],
    limit: int,
    now: int,
) -> list[Lane]:
    user_id = job.sender.id if job.sender else 0
    parked = user_id if job.kind is Kind.QUESTION else 0
    if parked:
        row = await connection.fetchrow(
            "SELECT COUNT(*) FROM message_processing"
            " WHERE bot_id = $1 AND parked > 0 AND parked = $2",
            job.bot_id,
            user_id,
        )
        parked = parked if row is not None and row[0] < limit else 0
    touched = await connection.execute(
        f"UPDATE message_processing SET status = '{Status.COMPLETED}', finished_at = $2,"
        " parked = $3, terminal_reason = $4 WHERE id = $1 AND status = 'PROCESSING'",
        job.id,
        now,
        parked,
        WAITS,
    )
    if not touched:
        raise StaleJob
    if await _is_public(connection, job.bot_id):
        return await answer_parked(connection, job.bot_id, user_id)
    # In one statement: two messages of theirs may come here at once.
    asks = await connection.execute(
        "INSERT INTO bot_user (bot_id, user_id, access, updated_at)"
        f" VALUES ($1, $2, '{Access.PENDING}', $3) ON CONFLICT (bot_id, user_id) DO UPDATE"
        " SET access = excluded.access, until = NULL, updated_at = excluded.updated_at"
        f" WHERE bot_user.access = '{Access.NONE}'"
        f" OR bot_user.access = '{Access.ALLOWED}' AND bot_user.until <= $3",
        job.bot_id,
        user_id,
        now,
    )
    if not asks:
        return await _decided_meanwhile(connection, job.bot_id, user_id, now)
    key = f"request:{job.id}"
    lanes = await tell_person(connection, job.bot_id, user_id, words, key=key, now=now)
    for chat, contents in cards:
        if await insert_notice(
            connection,
            chat,
            contents,
            key=f"{key}:{chat.telegram_chat_id}",
            about=job.id,
            now=now,
        ):
            lanes.append(Lane(chat.bot_id, chat.id, Kind.NOTICE))
    return lanes


async def _is_public(connection: Connection, bot_id: int) -> bool:
    """Whether everybody may talk to the bot by now."""
    row = await connection.fetchrow("SELECT access FROM bot WHERE id = $1", bot_id)
    return row is not None and row[0] == AccessMode.PUBLIC


async def _decided_meanwhile(
    connection: Connection, bot_id: int, user_id: int, now: int
) -> list[Lane]:
    """An admin may have decided since it was asked whether they may talk: nothing is left over."""
    access = (await load_standing(connection, bot_id, user_id) or Standing()).now(now)
    if access is Access.ALLOWED:
        return await answer_parked(connection, bot_id, user_id)
    if access in (Access.DENIED, Access.BLOCKED):
        await drop_parked(connection, bot_id, user_id)
    return []
