"""The database's part of invite links to bots."""

from dataclasses import replace

from kotodom.clock import SECOND
from kotodom.db.admin.desk import insert_audit
from kotodom.db.connection import Connection, Database, Row
from kotodom.db.sql import storable
from kotodom.db.standings import answer_parked, lock_standing, save_standing
from kotodom.model import Access, Job, Lane
from kotodom.ports.admin.access import Entrance, Invite, Redeemed, Standing
from kotodom.ports.admin.desk import AuditEntry

DAY = 24 * 3600 * SECOND
_INVITE = (
    "SELECT id, bot_id, code, uses_left, expires_at, days, quota, note, revoked, created_by,"
    " created_at, (SELECT COUNT(*) FROM invite_use u WHERE u.invite_id = invite.id) FROM invite"
)


class InviteStore:
    """The store's part for invite links to bots."""

    _database: Database

    async def create_invite(self, invite: Invite, entry: AuditEntry, now: int) -> Invite:
        async def write(connection: Connection) -> Invite:
            await connection.execute(
                "INSERT INTO invite (code, bot_id, uses_left, expires_at, days, quota, note,"
                " created_by, created_at, origin) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                " ON CONFLICT (origin) DO NOTHING",
                invite.code,
                invite.bot_id,
                invite.uses_left,
                invite.expires_at,
                invite.days,
                invite.quota,
                storable(invite.note),
                invite.created_by,
                now,
                entry.origin,
            )
            await insert_audit(connection, entry, now)
            row = await connection.fetchrow(f"{_INVITE} WHERE origin = $1", entry.origin)
            assert row is not None  # it was there, or it is now
            return _invite(row)

        return await self._database.write(write)

    async def invites(self, bot_id: int, *, offset: int, limit: int) -> list[Invite]:
        rows = await self._database.read(
            lambda c: c.fetch(
                f"{_INVITE} WHERE bot_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3",
                bot_id,
                limit,
                offset,
            )
        )
        return [_invite(row) for row in rows]

    async def invite(self, invite_id: int) -> Invite | None:
        row = await self._database.read(
            lambda c: c.fetchrow(f"{_INVITE} WHERE id = $1 AND bot_id IS NOT NULL", invite_id)
        )
        return None if row is None else _invite(row)

    async def knows_invite(self, bot_id: int, code: str) -> bool:
        row = await self._database.read(
            lambda c: c.fetchrow(
                "SELECT 1 FROM invite WHERE code = $1 AND (bot_id = $2 OR bot_id IS NULL)",
                storable(code),
                bot_id,
            )
        )
        return row is not None

    async def revoke_invite(self, invite_id: int, entry: AuditEntry, now: int) -> bool:
        async def write(connection: Connection) -> bool:
            touched = await connection.execute(
                "UPDATE invite SET revoked = $2 WHERE id = $1 AND NOT revoked", invite_id, True
            )
            if touched:
                await insert_audit(connection, entry, now)
            return bool(touched)

        return await self._database.write(write)

    async def set_invite_note(self, invite_id: int, entry: AuditEntry, now: int) -> None:
        async def write(connection: Connection) -> None:
            await connection.execute(
                "UPDATE invite SET note = $2 WHERE id = $1", invite_id, storable(entry.after or "")
            )
            await insert_audit(connection, entry, now)

        await self._database.write(write)

    async def redeem(self, job: Job, code: str, now: int) -> Redeemed:
        if job.sender is None:
            return Redeemed(Entrance.UNKNOWN)
        return await self._database.write(lambda c: _redeem(c, job, code, now))

    async def invited(self, invite_id: int, limit: int) -> list[tuple[int, str, int]]:
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT i.user_id, COALESCE(u.full_name, ''), i.at FROM invite_use i"
                " LEFT JOIN tg_user u ON u.id = i.user_id WHERE i.invite_id = $1"
                " ORDER BY i.id DESC LIMIT $2",
                invite_id,
                limit,
            )
        )
        return [(row[0], row[1], row[2]) for row in rows]


async def _redeem(connection: Connection, job: Job, code: str, now: int) -> Redeemed:
    user_id = job.sender.id if job.sender else 0
    row = await connection.fetchrow(
        f"{_INVITE} WHERE code = $1 AND bot_id = $2", storable(code), job.bot_id
    )
    if row is None:
        return Redeemed(Entrance.UNKNOWN)
    invite = _invite(row)
    before = await lock_standing(connection, job.bot_id, user_id) or Standing()
    was = before.now(now)
    if was in (Access.DENIED, Access.BLOCKED):
        return Redeemed(Entrance.DENIED)
    used = await connection.fetchrow(
        "SELECT row_id, at FROM invite_use WHERE invite_id = $1 AND user_id = $2",
        invite.id,
        user_id,
    )
    if used is not None and was is Access.ALLOWED:
        # The same command once more, after a crash; or the same link.
        fresh = used[0] == job.id
        entrance = Entrance.WELCOME if fresh else Entrance.INSIDE
        return Redeemed(entrance, before.until, invite.quota, fresh)
    until = _stay(invite, now if used is None else used[1])
    if used is not None:
        # Only who had themselves forgotten comes back by it, for what is left of their stay.
        if before.decided_by is not None or (until is not None and until <= now):
            return Redeemed(Entrance.SPENT)
        if not replace(invite, uses_left=None).works(now):
            return Redeemed(_refusal(invite))
    elif was is Access.ALLOWED and not _later(until, before.until):
        return Redeemed(Entrance.INSIDE, before.until)
    elif not invite.works(now):
        return Redeemed(_refusal(invite))
    elif not await _count(connection, invite.id, user_id, job.id, now):
        return Redeemed(Entrance.USED_UP)  # by somebody who was quicker
    after = replace(
        before,
        access=Access.ALLOWED,
        until=until,
        invite_id=invite.id,
        decided_by=invite.created_by,
        updated_at=now,
    )
    await save_standing(connection, job.bot_id, user_id, after)
    lanes: list[Lane] = await answer_parked(connection, job.bot_id, user_id)
    return Redeemed(Entrance.WELCOME, until, invite.quota, used is None, tuple(lanes))


def _stay(invite: Invite, since: int) -> int | None:
    """Until when whoever came then may stay; None: for ever."""
    return None if invite.days is None else since + invite.days * DAY


async def _count(
    connection: Connection, invite_id: int, user_id: int, row_id: int, now: int
) -> bool:
    """Use the link up by one person; False when somebody else was the last."""
    left = await connection.execute(
        "UPDATE invite SET uses_left = uses_left - 1"
        " WHERE id = $1 AND NOT revoked AND (uses_left IS NULL OR uses_left > 0)",
        invite_id,
    )
    if left:
        await connection.execute(
            "INSERT INTO invite_use (invite_id, user_id, row_id, at) VALUES ($1, $2, $3, $4)",
            invite_id,
            user_id,
            row_id,
            now,
        )
    return bool(left)


def _later(until: int | None, than: int | None) -> bool:
    """Whether a stay until then is a longer one; None is for ever."""
    return than is not None and (until is None or until > than)


def _refusal(invite: Invite) -> Entrance:
    if invite.revoked:
        return Entrance.REVOKED
    return Entrance.USED_UP if invite.uses_left == 0 else Entrance.EXPIRED


def _invite(row: Row) -> Invite:
    return Invite(
        id=row[0],
        bot_id=row[1],
        code=row[2],
        uses_left=row[3],
        expires_at=row[4],
        days=row[5],
        quota=row[6],
        note=row[7],
        revoked=bool(row[8]),
        created_by=row[9],
        created_at=row[10],
        used=row[11],
    )
