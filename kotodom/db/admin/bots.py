"""The database's part of /admin bots: adding and changing them, versions, drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kotodom.days import Days
from kotodom.db.admin.bots_history import BotHistoryStore
from kotodom.db.admin.desk import insert_audit
from kotodom.db.connection import Connection, Row
from kotodom.db.sql import OPEN, storable, values
from kotodom.db.store_bots import BOTS, COLUMNS, bot_of
from kotodom.model import Bot, BotSource, Kind, Scope
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.bots import Came, Draft, Figures, NewBot, Version

_COPIED = (*(name for name in COLUMNS if name not in ("inbox_id", "enabled")), "api_key")
"""What a clone has in common with its model."""
_NO_KEY = "UPDATE bot SET api_key = '' WHERE id = $1"
_GONE = (BotSource.REMOVED, BotSource.DELETED, BotSource.ERASED)
_VERSION = "id, at, user_id, user_name, COALESCE(before, ''), COALESCE(after, ''), origin"


class BotsStore(BotHistoryStore):
    """The store's part for bots."""

    days: Days

    async def known_bot(self, telegram_id: int) -> Bot | None:
        row = await self._database.read(
            lambda c: c.fetchrow(f"{BOTS} WHERE telegram_id = $1", telegram_id)
        )
        return bot_of(row) if row is not None else None

    async def add_bot(self, new: NewBot, entry: AuditEntry, now: int) -> tuple[Bot, Came]:
        async def add(connection: Connection) -> tuple[Bot, Came]:
            came = Came.RENEWED
            row = await _renew(connection, new)
            if row is None and (number := await _insert(connection, new, now)):
                came, row = Came.NEW, (number, "", new.owner_id)
            # On PostgreSQL somebody else may have added it between the look and the insertion.
            row = row or await _renew(connection, new)
            assert row is not None  # bots of the configuration are not given here
            if row[1] in _GONE:
                came = Came.BACK
                if row[2] != new.owner_id:
                    await connection.execute(_NO_KEY, row[0])
            if row[1] != BotSource.ADMIN:
                await connection.execute(
                    "UPDATE bot SET source = 'admin', enabled = $2, owner_id = $3 WHERE id = $1",
                    row[0],
                    True,
                    new.owner_id,
                )
            told = replace(entry, object=f"bot:{row[0]}")
            if await _change_of(connection, told):
                came = Came.SAME
            await insert_audit(connection, told, now)
            found = await connection.fetchrow(f"{BOTS} WHERE id = $1", row[0])
            return bot_of(found), came

        return await self._database.write(add)

    async def change_bot(
        self, bot_id: int, field: str, value: object, entry: AuditEntry, now: int
    ) -> tuple[int, Bot]:
        column = COLUMNS.get(field)  # name and api_key are plain texts
        stored = column.store(value) if column is not None else storable(str(value))

        async def change(connection: Connection) -> tuple[int, Bot]:
            if not await _change_of(connection, entry):
                await write(connection)
            found = await connection.fetchrow(f"{BOTS} WHERE id = $1", bot_id)
            return await _change_of(connection, entry), bot_of(found)

        async def write(connection: Connection) -> None:
            await connection.execute(
                f"UPDATE bot SET {field} = $2 WHERE id = $1"
                " AND source NOT IN ('deleted', 'erased')",
                bot_id,
                stored,
            )
            await connection.execute(
                "DELETE FROM bot_draft WHERE bot_id = $1 AND user_id = $2 AND field = $3",
                bot_id,
                entry.user_id,
                field,
            )
            await insert_audit(connection, entry, now)

        return await self._database.write(change)

    async def delete_bot(self, bot_id: int, erase: bool, entry: AuditEntry, now: int) -> None:
        source = BotSource.ERASED if erase else BotSource.DELETED

        async def delete(connection: Connection) -> None:
            if await _change_of(connection, entry):
                return
            await connection.execute(
                "UPDATE bot SET source = $2, token = '', api_key = '', enabled = $3, error = '',"
                " menu = ''"
                " WHERE id = $1 AND source <> 'config'",
                bot_id,
                source,
                False,
            )
            # Nobody is to hear from it once it should come back.
            await connection.execute(
                "UPDATE message_processing SET status = 'TERMINAL', finished_at = $2,"
                f" terminal_reason = 'the bot was deleted' WHERE bot_id = $1 AND {OPEN}",
                bot_id,
                now,
            )
            await connection.execute("DELETE FROM bot_draft WHERE bot_id = $1", bot_id)
            await connection.execute("DELETE FROM awaited WHERE bot_id = $1", bot_id)
            await insert_audit(connection, entry, now)

        await self._database.write(delete)

    async def bot_versions(
        self, bot_id: int, field: str, *, skip: int, limit: int
    ) -> list[Version]:
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT {_VERSION} FROM audit WHERE object = $1 AND field = $2"
                " ORDER BY id DESC LIMIT $3 OFFSET $4",
                f"bot:{bot_id}",
                field,
                limit,
                skip,
            )
        )
        return [Version(*row) for row in rows]

    async def bot_version(self, bot_id: int, field: str, change_id: int) -> Version | None:
        row = await self._database.read(
            lambda c: c.fetchrow(
                f"SELECT {_VERSION} FROM audit WHERE id = $3 AND object = $1 AND field = $2",
                f"bot:{bot_id}",
                field,
                change_id,
            )
        )
        return Version(*row) if row is not None else None

    async def put_bot_draft(
        self, bot_id: int, user_id: int, field: str, draft: Draft, now: int
    ) -> None:
        await self._database.write(
            lambda c: c.execute(
                "INSERT INTO bot_draft (bot_id, user_id, field, base, text, origin, at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (bot_id, user_id, field)"
                " DO UPDATE SET base = excluded.base, text = excluded.text,"
                " origin = excluded.origin, at = excluded.at",
                bot_id,
                user_id,
                field,
                storable(draft.base),
                storable(draft.text),
                draft.origin,
                now,
            )
        )

    async def bot_draft(self, bot_id: int, user_id: int, field: str) -> Draft | None:
        row = await self._database.read(
            lambda c: c.fetchrow(
                "SELECT base, text, origin FROM bot_draft"
                " WHERE bot_id = $1 AND user_id = $2 AND field = $3",
                bot_id,
                user_id,
                field,
            )
        )
        return Draft(*row) if row is not None else None

    async def drop_bot_draft(self, bot_id: int, user_id: int, field: str) -> None:
        await self._database.write(
            lambda c: c.execute(
                "DELETE FROM bot_draft WHERE bot_id = $1 AND user_id = $2 AND field = $3",
                bot_id,
                user_id,
                field,
            )
        )

    async def bot_figures(self, bot_ids: Sequence[int], now: int) -> Mapping[int, Figures]:
        if not bot_ids:
            return {}
        day = self.days.day(now)

        async def count(connection: Connection) -> dict[int, Figures]:
            waiting = await connection.fetch(
                "SELECT bot_id, COUNT(*) FROM message_processing"
                f" WHERE {OPEN} AND kind = '{Kind.QUESTION}'"
                f" AND bot_id IN {values(1, len(bot_ids))} GROUP BY bot_id",
                *bot_ids,
            )
            spent = await connection.fetch(
                "SELECT key, questions, cost, unpriced FROM spend_total"
                f" WHERE scope = '{Scope.BOT}' AND day = $1"
                f" AND key IN {values(1, len(bot_ids), first=2)}",
                day,
                *map(str, bot_ids),
            )
            open_rows = {row[0]: row[1] for row in waiting}
            today = {int(row[0]): row[1:4] for row in spent}
            return {
                bot_id: Figures(open_rows.get(bot_id, 0), *today.get(bot_id, (0, 0, 0)))
                for bot_id in bot_ids
            }

        return await self._database.read(count)


async def _renew(connection: Connection, new: NewBot) -> Row | None:
    """Give a known bot its token; return its id, source and owner, None when nobody knows it."""
    return await connection.fetchrow(
        "UPDATE bot SET error = '', username = $2, token = $3 WHERE telegram_id = $1"
        " AND source <> 'config' RETURNING id, source, owner_id",
        new.telegram_id,
        storable(new.username),
        new.token,
    )


async def _insert(connection: Connection, new: NewBot, now: int) -> int:
    """A new row, with the settings of the bot that it is to be like; 0: there is one already."""
    settings: dict[str, object] = {name: column.default for name, column in COLUMNS.items()}
    if new.like:
        row = await connection.fetchrow(
            f"SELECT owner_id, {', '.join(_COPIED)} FROM bot WHERE id = $1", new.like
        )
        if row is not None:
            settings |= dict(zip(_COPIED, row[1:], strict=True))
            if row[0] != new.owner_id:
                settings["api_key"] = ""  # nobody pays for the questions of somebody else's bot
    names = ("telegram_id", "name", "username", "token", "source", "created_at", *settings)
    found = await connection.fetchrow(
        f"INSERT INTO bot ({', '.join(names)}) VALUES {values(1, len(names))}"
        " ON CONFLICT (telegram_id) DO NOTHING RETURNING id",
        new.telegram_id,
        storable(new.name),
        storable(new.username),
        new.token,
        BotSource.ADMIN.value,
        now,
        *settings.values(),
    )
    return 0 if found is None else int(found[0])


async def _change_of(connection: Connection, entry: AuditEntry) -> int:
    """The number of the change that this very command has made already; 0 when it has not."""
    row = await connection.fetchrow(
        "SELECT id FROM audit WHERE origin = $1 AND object = $2 AND field = $3",
        entry.origin,
        entry.object,
        entry.field,
    )
    return row[0] if row is not None else 0
