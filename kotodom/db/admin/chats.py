"""The database's part of /admin chats: lists, search, what was said."""

import json
from collections.abc import Sequence
from dataclasses import replace

from kotodom.db.admin.chats_inbox import InboxStore
from kotodom.db.admin.chats_taken import TakenStore
from kotodom.db.admin.desk import CHAT, insert_audit
from kotodom.db.connection import Connection, Row
from kotodom.db.jobs import chat_of
from kotodom.db.sql import storable, values
from kotodom.model import Attachment, ChatType, Person, Role, Status
from kotodom.ports.admin.chats import ChatCard, ChatEntry, Page, Said
from kotodom.ports.admin.desk import AuditEntry

COUNTED = 1_000
"""Messages of a conversation that are counted; more are "many"."""
NAMES = 5_000
"""Conversations that one step of a search looks at."""
TEXTS = 5_000
"""Messages that one step looks at: about 10 ms (of 200,000, on both engines)."""
LOOKED_AT = 4_000
"""Characters of each that are searched, so that one step has an end."""
COMMAND = "/admin"
SNIPPET = 60
"""Characters before what was found."""

_ENTRY = (
    "c.id, c.bot_id, c.type, c.name, COALESCE(u.username, ''), c.telegram_chat_id, c.last_at,"
    " c.taken_until"
)
SPOKEN = (
    f"NOT (m.role = '{Role.ADMIN}' AND m.text = '') AND LOWER(SUBSTR(m.text, 1, 6)) <> '{COMMAND}'"
)
"""Not the mark of a question that was left to an admin, and nothing that is said to /admin: that
may be about other bots than the one it is said to."""

_SAID = """
SELECT m.id, m.role, m.created_at, m.text, m.attachments, u.id, u.username, u.full_name,
  u.language_code, COALESCE(p.id, a.id, 0), p.status, p.terminal_reason, p.last_error,
  left_to.role, left_to.text, a.model, a.tokens_input + a.tokens_output, a.cost,
  a.status, a.terminal_reason, a.last_error
FROM ({page}) page
JOIN message m ON m.id = page.id
LEFT JOIN tg_user u ON u.id = m.tg_user_id
LEFT JOIN message_processing p ON p.message_id = m.id
LEFT JOIN message left_to ON left_to.id = p.response_message_id
LEFT JOIN message_processing a ON a.response_message_id = m.id
  AND a.response_message_id IS NOT NULL
ORDER BY m.id {order}
"""


class ChatsStore(TakenStore, InboxStore):
    """The store's part for chats."""

    async def list_chats(
        self, bot_ids: Sequence[int], *, offset: int, limit: int
    ) -> list[ChatEntry]:
        if not bot_ids:
            return []

        async def read(connection: Connection) -> list[ChatEntry]:
            rows = await connection.fetch(
                f"SELECT {_ENTRY}, (SELECT m.text FROM message m WHERE m.chat_id = c.id"
                f" AND {SPOKEN} ORDER BY m.id DESC LIMIT 1) FROM"
                " (SELECT c.* FROM chat c JOIN bot b ON b.id = c.bot_id"
                f" WHERE c.bot_id IN {values(1, len(bot_ids), first=3)}"
                " AND c.telegram_chat_id <> b.inbox_id"
                " ORDER BY c.last_at DESC, c.id DESC LIMIT $1 OFFSET $2) c"
                " LEFT JOIN tg_user u ON u.id = c.tg_user_id"
                " ORDER BY c.last_at DESC, c.id DESC",
                limit,
                offset,
                *bot_ids,
            )
            return [_entry(row, (row[8] or "")[:LOOKED_AT]) for row in rows]

        return await self._database.read(read)

    async def find_chats(
        self, bot_ids: Sequence[int], text: str, *, before: int, limit: int
    ) -> Page:
        if not bot_ids:
            return Page([], 0)
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT {_ENTRY} FROM (SELECT * FROM chat WHERE id < $1 AND bot_id IN"
                f" {values(1, len(bot_ids), first=3)} ORDER BY id DESC LIMIT $2) c"
                " LEFT JOIN tg_user u ON u.id = c.tg_user_id ORDER BY c.id DESC",
                before or 2**62,
                NAMES,
                *bot_ids,
            )
        )
        wanted = text.casefold()
        handle, number = wanted.removeprefix("@"), wanted.removeprefix("#")
        found: list[ChatEntry] = []
        for row in rows:
            by_id = number in (str(row[0]), str(row[5]))
            if by_id or wanted in row[3].casefold() or handle in row[4].casefold():
                found.append(_entry(row))
                if len(found) == limit:
                    return Page(found, row[0])
        return Page(found, rows[-1][0] if len(rows) == NAMES else 0)

    async def find_said(
        self, bot_ids: Sequence[int], text: str, *, before: int, limit: int
    ) -> Page:
        if not bot_ids:
            return Page([], 0)
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT m.id, m.chat_id, SUBSTR(m.text, 1, {LOOKED_AT}), c.bot_id FROM"
                " (SELECT id, chat_id, text FROM message WHERE id < $1 ORDER BY id DESC LIMIT $2) m"
                " JOIN chat c ON c.id = m.chat_id ORDER BY m.id DESC",
                before or 2**62,
                TEXTS,
            )
        )
        mine, wanted = set(bot_ids), text.casefold()
        found: dict[int, tuple[int, str]] = {}
        further = rows[-1][0] if len(rows) == TEXTS else 0
        for message_id, chat_id, said, bot_id in rows:
            if bot_id not in mine or chat_id in found or said[:6].lower() == COMMAND:
                continue
            place = said.casefold().find(wanted)
            if place >= 0:
                found[chat_id] = (message_id, said[max(0, place - SNIPPET) :])
                if len(found) == limit:
                    further = message_id
                    break
        if not found:
            return Page([], further)
        entries = await self._database.read(
            lambda c: c.fetch(
                f"SELECT {_ENTRY} FROM chat c LEFT JOIN tg_user u ON u.id = c.tg_user_id"
                f" WHERE c.id IN {values(1, len(found))}",
                *found,
            )
        )
        newest = sorted(entries, key=lambda row: found[row[0]][0], reverse=True)
        return Page([_entry(row, found[row[0]][1]) for row in newest], further)

    async def chat_card(self, chat_id: int) -> ChatCard | None:
        async def read(connection: Connection) -> ChatCard | None:
            row = await connection.fetchrow(
                f"SELECT c.bot_id, {', '.join(f'c.{name}' for name in CHAT.split(', '))},"
                " c.model, u.id, u.username, u.full_name, u.language_code, c.last_at, c.blocked_at,"
                " c.taken_until, c.taken_by, t.full_name FROM chat c"
                " LEFT JOIN tg_user u ON u.id = c.tg_user_id"
                " LEFT JOIN tg_user t ON t.id = c.taken_by WHERE c.id = $1",
                chat_id,
            )
            if row is None:
                return None
            count = await connection.fetchrow(
                "SELECT COUNT(*) FROM (SELECT 1 FROM message m"
                f" WHERE m.chat_id = $1 AND {SPOKEN} LIMIT {COUNTED + 1}) m",
                chat_id,
            )
            spent = await connection.fetchrow(
                "SELECT COALESCE(SUM(cost), 0), COUNT(*) - COUNT(cost) FROM spend"
                " WHERE chat_id = $1",
                chat_id,
            )
            return ChatCard(
                chat=replace(chat_of(row[0], row[1:8]), model=row[8], blocked=row[14] is not None),
                person=None if row[9] is None else Person(row[9], row[10], row[11], row[12]),
                last_at=row[13],
                blocked_at=row[14],
                taken_until=row[15],
                taken_by=row[16],
                taken_by_name=row[17] or "",
                messages=count[0] if count else 0,
                cost=int(spent[0]) if spent else 0,
                unpriced=spent[1] if spent else 0,
            )

        return await self._database.read(read)

    async def chat_said(self, chat_id: int, *, offset: int, limit: int) -> list[Said]:
        page = (
            f"SELECT m.id FROM message m WHERE m.chat_id = $1 AND {SPOKEN}"
            " ORDER BY m.id DESC LIMIT $2 OFFSET $3"
        )
        rows = await self._database.read(
            lambda c: c.fetch(_SAID.format(page=page, order="DESC"), chat_id, limit, offset)
        )
        return [_said(row) for row in rows]

    async def chat_said_after(self, chat_id: int, after: int, limit: int) -> list[Said]:
        page = (
            f"SELECT m.id FROM message m WHERE m.chat_id = $1 AND m.id > $3 AND {SPOKEN}"
            " ORDER BY m.id LIMIT $2"
        )
        rows = await self._database.read(
            lambda c: c.fetch(_SAID.format(page=page, order=""), chat_id, limit, after)
        )
        return [_said(row) for row in rows]

    async def asked_words(self, row_id: int, user_id: int) -> str | None:
        row = await self._database.read(
            lambda c: c.fetchrow(
                "SELECT m.text FROM message_processing p JOIN message m ON m.id = p.message_id"
                " WHERE p.id = $1 AND m.tg_user_id = $2",
                row_id,
                user_id,
            )
        )
        return row and row[0]

    async def forget_chat(self, chat_id: int, row_id: int, audit: AuditEntry, now: int) -> bool:
        async def forget(connection: Connection) -> bool:
            touched = await connection.execute(
                "UPDATE chat SET history_from = $2 WHERE id = $1 AND history_from < $2",
                chat_id,
                row_id,
            )
            if touched:
                await insert_audit(connection, audit, now)
            return bool(touched)

        return await self._database.write(forget)

    async def choose_chat_model(
        self, chat_id: int, model: str, audit: AuditEntry, now: int
    ) -> None:
        async def choose(connection: Connection) -> None:
            touched = await connection.execute(
                "UPDATE chat SET model = $2 WHERE id = $1 AND model <> $2",
                chat_id,
                storable(model),
            )
            if touched:
                await insert_audit(connection, audit, now)

        await self._database.write(choose)


def _entry(row: Row, said: str = "") -> ChatEntry:
    return ChatEntry(row[0], row[1], ChatType(row[2]), row[3], row[4], row[5], row[6], row[7], said)


def _said(row: Row) -> Said:
    role = Role(row[1])
    # What an admin said is the answer of a row that nobody asked for.
    status, *reasons = row[18:21] if role is Role.ADMIN else row[10:13]
    return Said(
        id=row[0],
        role=role,
        at=row[2],
        sender=None if row[5] is None else Person(row[5], row[6], row[7], row[8]),
        text=row[3],
        attachments=tuple(map(Attachment.from_dict, json.loads(row[4]))),
        row_id=row[9],
        status=None if status is None else Status(status),
        reason=next(filter(None, reasons), ""),
        left=row[13] == Role.ADMIN and row[14] == "",
        model=row[15] or "",
        tokens=row[16] or 0,
        cost=row[17],
    )
