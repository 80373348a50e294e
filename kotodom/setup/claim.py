"""The one-time link that makes whoever opens it first ADMIN."""

import secrets
from dataclasses import dataclass

from kotodom.admin.invitations import new_code
from kotodom.check.telegram import TelegramRefused, ask_telegram
from kotodom.clock import SECOND, Clock
from kotodom.config import BotConfig, Config
from kotodom.db import SqlStore, open_database
from kotodom.db.inspection import inspect
from kotodom.db.migrate import shipped
from kotodom.db.upgrade import upgrade
from kotodom.errors import DatabaseUnusable
from kotodom.model import AccountRole
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.accounts import OPERATOR, AccountInvite

MINUTES = 15
"""For which such a link is good."""
_PATIENCE = 10.0
"""Seconds to learn a bot's name."""
_OLDER = (
    "the database is of an older version: start `kotodom run` (or `kotodom migrate`) first, then "
    "run `kotodom claim`"
)
_OPEN_AT_MOST = 100
"""Earlier links that are revoked; there are never that many within their time."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A link that has just been made."""

    code: str
    expires_at: int
    running: bool
    """Somebody works on the database, so the link works at once."""

    def link(self, username: str) -> str:
        """The address that opens it."""
        return f"https://t.me/{username}?start={self.code}"


async def make_claim(url: str, clock: Clock, *, prepares: bool = False) -> Claim:
    """Write a claim into the database of *url*, which is made if there is none.

    Earlier claims that nobody used are revoked. Works beside a running daemon, which looks every
    code up in the database. A database of an older version, or one whose making was cut off, is
    refused; with *prepares* it is brought up to date, as `kotodom run` would. Raises
    DatabaseUnusable.
    """
    found = await inspect(url)
    dialect = "sqlite" if url.startswith("sqlite") else "postgres"
    fresh = not found.exists or len(found.pending) == len(shipped(dialect))
    if found.pending and not (fresh or prepares):
        raise DatabaseUnusable(_OLDER)
    database = await open_database(url)
    try:
        try:
            await database.hold()
            running = False
        except DatabaseUnusable:
            running = True
        now = clock.now()
        if fresh:
            await database.migrate()
        elif found.pending and running:
            raise DatabaseUnusable(_OLDER)
        elif found.pending:
            await upgrade(database, url, None, now)
        made = AccountInvite(
            0, new_code(), AccountRole.ADMIN, now + MINUTES * 60 * SECOND, OPERATOR, now
        )
        await _replace(SqlStore(database), made, now)
    finally:
        await database.close()
    return Claim(made.code, made.expires_at, running)


async def _replace(store: SqlStore, made: AccountInvite, now: int) -> None:
    """Keep this claim and no other."""
    earlier = await store.account_invites(now, admins=[OPERATOR], offset=0, limit=_OPEN_AT_MOST)
    for claim in earlier:
        entry = _entry(f"invite:{claim.id}", "revoked", "no", "yes")
        await store.revoke_account_invite(claim.id, entry, now)
    entry = _entry("invites", "role", None, f"{made.role}, {MINUTES} min")
    await store.create_account_invite(made, entry, now)


def _entry(object: str, field: str, before: str | None, after: str) -> AuditEntry:
    return AuditEntry(
        user_id=OPERATOR,
        user_name="kotodom claim",
        action="claim",
        object=object,
        field=field,
        before=before,
        after=after,
        origin=f"claim:{secrets.token_hex(16)}",
    )


async def username_of(config: Config, bot: BotConfig) -> str:
    """The bot's @username, as Telegram or else the database knows it; empty: nobody does."""
    telegram = config.telegram
    token = bot.token.get_secret_value()
    try:
        found = await ask_telegram(
            telegram.api_base, token, telegram.proxy.get_secret_value(), timeout=_PATIENCE
        )
    except TelegramRefused:
        return await _stored_username(
            config.database.url.get_secret_value(), bot.spec().telegram_id
        )
    return found.username


async def _stored_username(url: str, telegram_id: int) -> str:
    database = await open_database(url)
    try:
        row = await database.read(
            lambda c: c.fetchrow("SELECT username FROM bot WHERE telegram_id = $1", telegram_id)
        )
    finally:
        await database.close()
    return str(row[0] or "") if row is not None else ""
