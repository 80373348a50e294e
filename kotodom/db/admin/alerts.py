"""Alerts: when each cause was told, who is told, and what is silenced."""

import json
from collections.abc import Sequence

from kotodom.db.admin.desk import insert_audit
from kotodom.db.connection import Connection, Database, Row
from kotodom.db.jobs import chat_of
from kotodom.db.sql import storable, values
from kotodom.db.store_notices import insert_notice
from kotodom.model import ChatType, Kind, Lane
from kotodom.ports.admin import Addressee, AlertRecord, AuditEntry, Notice

KEY_LENGTH = 255
_RECORD = (
    "key, bot_id, words, args, screen, retry, last_sent_at, suppressed, silent_until FROM alert"
)
_CHAT = (
    "c.bot_id, c.id, c.telegram_chat_id, c.thread_id, c.type, c.name, c.history_from,"
    " c.not_before, COALESCE(NULLIF(u.language, ''), u.language_code, '')"
)


class AlertsStore:
    """The alerts' part of the store."""

    _database: Database

    async def weigh_alert(self, key: str, now: int, window: int) -> int | None:
        key = key[:KEY_LENGTH]

        async def weigh(connection: Connection) -> int | None:
            # A time in the future is a clock that was set back: it must not silence the alert.
            kept_back = await connection.execute(
                "UPDATE alert SET suppressed = suppressed + 1 WHERE key = $1"
                " AND ((last_sent_at > $2 AND last_sent_at <= $3) OR silent_until > $3)",
                key,
                now - window,
                now,
            )
            if kept_back:
                return None
            row = await connection.fetchrow("SELECT suppressed FROM alert WHERE key = $1", key)
            return int(row[0]) if row is not None else 0

        return await self._database.write(weigh)

    async def tell_alert(
        self, record: AlertRecord, notices: Sequence[Notice], now: int
    ) -> list[Lane]:
        async def tell(connection: Connection) -> list[Lane]:
            lanes = []
            for notice in notices:
                written = await insert_notice(
                    connection, notice.chat, notice.contents, key=notice.key, now=now
                )
                if written:
                    lanes.append(Lane(notice.chat.bot_id, notice.chat.id, Kind.NOTICE))
            await connection.execute(
                "INSERT INTO alert (key, bot_id, words, args, screen, retry, last_sent_at,"
                " suppressed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                " ON CONFLICT (key) DO UPDATE SET bot_id = excluded.bot_id,"
                " words = excluded.words, args = excluded.args, screen = excluded.screen,"
                " retry = excluded.retry, last_sent_at = excluded.last_sent_at,"
                " suppressed = excluded.suppressed",
                record.key[:KEY_LENGTH],
                record.bot_id,
                record.words,
                storable(json.dumps(dict(record.args), ensure_ascii=False)),
                record.screen,
                record.retry,
                now if notices else 0,
                0 if notices else record.suppressed + 1,
            )
            return lanes

        return await self._database.write(tell)

    async def silence_alert(self, key: str, until: int, entry: AuditEntry, now: int) -> None:
        async def silence(connection: Connection) -> None:
            await connection.execute(
                "INSERT INTO alert (key, last_sent_at, silent_until) VALUES ($1, 0, $2)"
                " ON CONFLICT (key) DO UPDATE SET silent_until = excluded.silent_until",
                key[:KEY_LENGTH],
                until,
            )
            await insert_audit(connection, entry, now)

        await self._database.write(silence)

    async def silent_until(self, key: str) -> int:
        row = await self._database.read(
            lambda c: c.fetchrow("SELECT silent_until FROM alert WHERE key = $1", key[:KEY_LENGTH])
        )
        return int(row[0]) if row is not None else 0

    async def alert_record(self, key: str) -> AlertRecord | None:
        row = await self._database.read(
            lambda c: c.fetchrow(
                f"SELECT {_RECORD} WHERE key = $1 AND words <> ''", key[:KEY_LENGTH]
            )
        )
        return _record(row) if row is not None else None

    async def alert_records(
        self, bot_ids: Sequence[int] | None, *, limit: int, offset: int
    ) -> list[AlertRecord]:
        if bot_ids is not None and not bot_ids:
            return []
        whose = "" if bot_ids is None else f" AND bot_id IN {values(1, len(bot_ids), first=3)}"
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT {_RECORD} WHERE words <> ''{whose}"
                " ORDER BY silent_until DESC, last_sent_at DESC, key LIMIT $1 OFFSET $2",
                limit,
                offset,
                *(bot_ids or ()),
            )
        )
        return [_record(row) for row in rows]

    async def addressees(self, user_ids: Sequence[int]) -> list[Addressee]:
        if not user_ids:
            return []
        rows = await self._database.read(
            lambda c: c.fetch(
                # CROSS JOIN keeps SQLite from walking all chats: it takes the tables in this order.
                f"SELECT {_CHAT} FROM bot b CROSS JOIN chat c"
                " LEFT JOIN tg_user u ON u.id = c.telegram_chat_id"
                f" WHERE c.bot_id = b.id AND b.enabled AND c.type = '{ChatType.PRIVATE}'"
                " AND c.blocked_at IS NULL"
                f" AND c.telegram_chat_id IN {values(1, len(user_ids))}"
                " ORDER BY c.bot_id, c.telegram_chat_id, c.thread_id",
                *user_ids,
            )
        )
        first_topics: dict[tuple[int, int], Addressee] = {}
        for row in rows:
            first_topics.setdefault((row[0], row[2]), _addressee(row))
        return list(first_topics.values())

    async def place(self, bot_id: int, telegram_chat_id: int) -> Addressee | None:
        row = await self._database.read(
            lambda c: c.fetchrow(
                f"SELECT {_CHAT} FROM chat c LEFT JOIN tg_user u ON u.id = c.telegram_chat_id"
                " WHERE c.bot_id = $1 AND c.telegram_chat_id = $2 AND c.blocked_at IS NULL"
                " ORDER BY c.thread_id LIMIT 1",
                bot_id,
                telegram_chat_id,
            )
        )
        return _addressee(row) if row is not None else None


def _addressee(row: Row) -> Addressee:
    return Addressee(chat_of(row[0], row[1:8]), row[8])


def _record(row: Row) -> AlertRecord:
    return AlertRecord(
        row[0], row[1], row[2], json.loads(row[3]), row[4], row[5], row[6], row[7], row[8]
    )
