"""The database's part of /admin accounts."""

from collections.abc import Mapping, Sequence

from kotodom.db.admin.audit import AuditLog
from kotodom.db.admin.desk import insert_audit
from kotodom.db.connection import Connection, Database, Row
from kotodom.db.sql import storable, values
from kotodom.model import Account, AccountRole, Person
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.accounts import OPERATOR, AccountInvite, AccountOrigin, Redeemed, Redeeming

_ACCOUNT = "telegram_user_id, role, id, name, status"
_INVITE = "id, code, role, expires_at, created_by, created_at"
_USABLE = "bot_id IS NULL AND role <> '' AND NOT revoked AND uses_left > 0 AND expires_at > $1"


class AccountsStore(AuditLog):
    """The store's part for accounts."""

    _database: Database

    async def save_account(
        self, account: Account, invited_by: int, entry: AuditEntry, now: int
    ) -> Account:
        async def write(connection: Connection) -> Account:
            saved = await _save(connection, account, invited_by, now)
            await insert_audit(connection, entry, now)
            return saved

        return await self._database.write(write)

    async def remove_account(self, user_id: int, entry: AuditEntry, now: int) -> None:
        async def write(connection: Connection) -> None:
            await connection.execute(
                "UPDATE bot SET owner_id = NULL WHERE owner_id ="
                " (SELECT id FROM account WHERE telegram_user_id = $1)",
                user_id,
            )
            await connection.execute("DELETE FROM account WHERE telegram_user_id = $1", user_id)
            await insert_audit(connection, entry, now)

        await self._database.write(write)

    async def account_origin(self, user_id: int) -> AccountOrigin | None:
        row = await self._database.read(
            lambda c: c.fetchrow(
                "SELECT created_at, invited_by FROM account WHERE telegram_user_id = $1", user_id
            )
        )
        return AccountOrigin(row[0], row[1]) if row is not None else None

    async def people_known(self, user_ids: Sequence[int]) -> Mapping[int, Person]:
        if not user_ids:
            return {}
        places = ", ".join(f"${number}" for number in range(1, len(user_ids) + 1))
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT id, username, full_name, COALESCE(NULLIF(language, ''), language_code)"
                f" FROM tg_user WHERE id IN ({places})",
                *user_ids,
            )
        )
        return {row[0]: Person(row[0], row[1], row[2], row[3]) for row in rows}

    async def create_account_invite(
        self, invite: AccountInvite, entry: AuditEntry, now: int
    ) -> AccountInvite:
        async def write(connection: Connection) -> AccountInvite:
            await connection.execute(
                "INSERT INTO invite (code, role, uses_left, expires_at, created_by, created_at,"
                " origin) VALUES ($1, $2, 1, $3, $4, $5, $6) ON CONFLICT (origin) DO NOTHING",
                invite.code,
                invite.role,
                invite.expires_at,
                invite.created_by,
                invite.created_at,
                entry.origin,
            )
            row = await connection.fetchrow(
                f"SELECT {_INVITE} FROM invite WHERE origin = $1", entry.origin
            )
            await insert_audit(connection, entry, now)
            return _invite(row)

        return await self._database.write(write)

    async def account_invites(
        self, now: int, *, admins: Sequence[int], offset: int, limit: int
    ) -> list[AccountInvite]:
        if not admins:
            return []
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT {_INVITE} FROM invite WHERE {_USABLE}"
                f" AND created_by IN {values(1, len(admins), first=4)}"
                " ORDER BY id DESC LIMIT $2 OFFSET $3",
                now,
                limit,
                offset,
                *admins,
            )
        )
        return [_invite(row) for row in rows]

    async def revoke_account_invite(self, invite_id: int, entry: AuditEntry, now: int) -> bool:
        async def write(connection: Connection) -> bool:
            found = await connection.execute(
                "UPDATE invite SET revoked = $2 WHERE id = $1 AND bot_id IS NULL AND role <> ''",
                invite_id,
                True,
            )
            if found:
                await insert_audit(connection, entry, now)
            return bool(found)

        return await self._database.write(write)

    async def redeem_account_invite(
        self, code: str, person: Person, origin: str, now: int, *, admins: Sequence[int]
    ) -> Redeemed:
        return await self._database.write(lambda c: _redeem(c, code, person, origin, now, admins))


async def _save(connection: Connection, account: Account, invited_by: int, now: int) -> Account:
    row = await connection.fetchrow(
        "INSERT INTO account (telegram_user_id, role, status, name, invited_by, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (telegram_user_id) DO UPDATE SET role = excluded.role,"
        f" status = excluded.status RETURNING {_ACCOUNT}",
        account.user_id,
        account.role,
        "ACTIVE" if account.active else "DISABLED",
        storable(account.name),
        invited_by,
        now,
    )
    return _account(row)


async def _redeem(
    connection: Connection,
    code: str,
    person: Person,
    origin: str,
    now: int,
    admins: Sequence[int],
) -> Redeemed:
    row = await connection.fetchrow(
        f"SELECT {_INVITE} FROM invite WHERE code = $1 AND bot_id IS NULL AND role <> ''", code
    )
    if row is None:
        return Redeemed(Redeeming.INVALID)
    invite = _invite(row)
    found = await connection.fetchrow(
        f"SELECT {_ACCOUNT} FROM account WHERE telegram_user_id = $1", person.id
    )
    account = _account(found) if found is not None else None
    done = await connection.fetchrow("SELECT 1 FROM audit WHERE origin = $1", origin)
    if done is not None and account is not None:
        return Redeemed(Redeeming.WELCOME, account, invite)
    if invite.created_by not in (OPERATOR, *admins) or (account is not None and not account.active):
        return Redeemed(Redeeming.INVALID)
    if account is not None and account.role.includes(invite.role):
        return Redeemed(Redeeming.ALREADY, account, invite)
    used = await connection.execute(
        f"UPDATE invite SET uses_left = uses_left - 1 WHERE id = $2 AND {_USABLE}", now, invite.id
    )
    if not used:
        told = invite if invite.created_by == OPERATOR else None
        return Redeemed(Redeeming.INVALID, invite=told)
    wanted = Account(person.id, invite.role, name=person.full_name)
    entry = AuditEntry(
        user_id=person.id,
        user_name=person.full_name,
        action="start INVITE",
        object=f"account:{person.id}",
        field="role",
        before=account.role if account is not None else None,
        after=f"{invite.role} (#{invite.id}, {invite.created_by})",
        origin=origin,
    )
    saved = await _save(connection, wanted, invite.created_by, now)
    await insert_audit(connection, entry, now)
    return Redeemed(Redeeming.WELCOME, saved, invite)


def _account(row: Row) -> Account:
    return Account(row[0], AccountRole(row[1]), row[2], row[3], row[4] == "ACTIVE")


def _invite(row: Row) -> AccountInvite:
    return AccountInvite(row[0], row[1], AccountRole(row[2]), row[3], row[4], row[5])
