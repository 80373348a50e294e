"""The database's part of finding people: lists, searches and what is known of one."""

from collections.abc import Sequence

from kotodom.db.connection import Connection, Database, Row
from kotodom.db.jobs import chat_of
from kotodom.db.sql import values, wrote_to
from kotodom.db.standings import load_standing, standing_of
from kotodom.db.store_export import CHATS
from kotodom.model import Access, Chat, ChatType, Person
from kotodom.ports.admin.access import Standing
from kotodom.ports.admin.people import Card, Found, Known, Sought

SEEN_AT_ONCE = 50
"""People a search found of whom it is asked at a time which bots know them."""
CHATS_MAX = 500
"""Conversations of one person that are looked at."""
_PERSON = (
    "COALESCE(u.username, ''), COALESCE(u.full_name, ''),"
    " COALESCE(NULLIF(u.language, ''), u.language_code, '')"
)
_STANDING = "b.access, b.until, b.note, b.invite_id, b.decided_by, b.updated_at"


class PeopleDirectory:
    """The store's part for people."""

    _database: Database

    async def people_of(self, bot_ids: Sequence[int], *, offset: int, limit: int) -> list[Known]:
        if not bot_ids:
            return []
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT c.bot_id, c.telegram_chat_id, {_PERSON}, c.last_at, {_STANDING}"
                " FROM chat c LEFT JOIN tg_user u ON u.id = c.telegram_chat_id"
                " LEFT JOIN bot_user b ON b.bot_id = c.bot_id AND b.user_id = c.telegram_chat_id"
                f" WHERE c.bot_id IN {values(1, len(bot_ids), first=3)}"
                f" AND c.type = '{ChatType.PRIVATE}'"
                # A person's topics are one entry: the one they wrote in last.
                " AND NOT EXISTS (SELECT 1 FROM chat d WHERE d.bot_id = c.bot_id"
                "  AND d.telegram_chat_id = c.telegram_chat_id"
                "  AND (d.last_at > c.last_at OR d.last_at = c.last_at AND d.id > c.id))"
                " ORDER BY c.last_at DESC, c.id DESC LIMIT $1 OFFSET $2",
                limit,
                offset,
                *bot_ids,
            )
        )
        return [_known(row) for row in rows]

    async def people_with(
        self, bot_ids: Sequence[int], access: Access, *, offset: int, limit: int
    ) -> list[Known]:
        if not bot_ids:
            return []
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT b.bot_id, b.user_id, {_PERSON}, 0, {_STANDING} FROM"
                " (SELECT * FROM bot_user WHERE access = $1"
                f"  AND bot_id IN {values(1, len(bot_ids), first=4)}"
                "  ORDER BY updated_at DESC, user_id LIMIT $2 OFFSET $3) AS b"
                # Whoever was decided about but never wrote here stays a number: another's bot
                # may know their name.
                f" LEFT JOIN tg_user u ON u.id = b.user_id AND {wrote_to('= b.bot_id', 'u.id')}"
                " ORDER BY b.updated_at DESC, b.user_id",
                access,
                limit,
                offset,
                *bot_ids,
            )
        )
        return [_known(row) for row in rows]

    async def count_people_with(self, bot_ids: Sequence[int], access: Access, limit: int) -> int:
        if not bot_ids:
            return 0
        row = await self._database.read(
            lambda c: c.fetchrow(
                "SELECT COUNT(*) FROM (SELECT 1 FROM bot_user WHERE access = $1"
                f" AND bot_id IN {values(1, len(bot_ids), first=3)} LIMIT $2) AS waiting",
                access,
                limit,
                *bot_ids,
            )
        )
        return row[0] if row is not None else 0

    async def find_people(
        self, words: str, bot_ids: Sequence[int], *, before: int, look: int, limit: int
    ) -> Sought:
        wanted = words.strip().removeprefix("@").casefold()
        if not wanted or not bot_ids:
            return Sought((), 0)

        async def find(connection: Connection) -> Sought:
            bound = " WHERE u.id < $2" if before else ""
            rows = await connection.fetch(
                f"SELECT u.id, {_PERSON} FROM tg_user u{bound} ORDER BY u.id DESC LIMIT $1",
                look + 1,
                *([before] if before else []),
            )
            more, rows = len(rows) > look, rows[:look]
            # Here rather than in SQL: SQLite knows capital letters of English only.
            alike = [row for row in rows if _alike(row, wanted)]
            found: list[Found] = []
            for start in range(0, len(alike), SEEN_AT_ONCE):
                page = alike[start : start + SEEN_AT_ONCE]
                ids = [row[0] for row in page]
                known = await _bots_of(connection, ids, bot_ids, decided=False)
                found += (
                    Found(Person(*row[:4]), tuple(sorted(known[row[0]])))
                    for row in page
                    if row[0] in known
                )
                if len(found) > limit:
                    return Sought(tuple(found[:limit]), found[limit - 1].person.id)
            return Sought(tuple(found), rows[-1][0] if more else 0)

        return await self._database.read(find)

    async def bots_of(self, user_id: int, bot_ids: Sequence[int]) -> list[int]:
        if not bot_ids:
            return []
        known = await self._database.read(lambda c: _bots_of(c, [user_id], bot_ids))
        return sorted(known.get(user_id, ()))

    async def person_card(self, bot_id: int, user_id: int, *, chats: int) -> Card:
        return await self._database.read(lambda c: _card(c, bot_id, user_id, chats))

    async def languages(self, user_ids: Sequence[int]) -> dict[int, str]:
        if not user_ids:
            return {}
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT id, COALESCE(NULLIF(language, ''), language_code) FROM tg_user"
                f" WHERE id IN {values(1, len(user_ids))}",
                *user_ids,
            )
        )
        return {row[0]: row[1] for row in rows}


def _alike(row: Row, wanted: str) -> bool:
    return (
        wanted in row[2].casefold()
        or wanted in row[1].casefold()
        or (wanted.isdigit() and wanted in str(row[0]))
    )


def _known(row: Row) -> Known:
    return Known(row[0], Person(*row[1:5]), standing_of(row[6:12]), row[5])


async def _bots_of(
    connection: Connection,
    user_ids: Sequence[int],
    bot_ids: Sequence[int],
    *,
    decided: bool = True,
) -> dict[int, set[int]]:
    """By person: which of these bots know them, be it only because they were *decided* about."""
    people = values(1, len(user_ids))
    bots = values(1, len(bot_ids), first=len(user_ids) + 1)
    # What was said in groups last: one step of the index for each group.
    rows = await connection.fetch(
        f"SELECT telegram_chat_id, bot_id FROM chat WHERE bot_id IN {bots}"
        f" AND telegram_chat_id IN {people}"
        + (
            f" UNION SELECT user_id, bot_id FROM bot_user WHERE user_id IN {people}"
            f" AND bot_id IN {bots}"
            if decided
            else ""
        )
        + " UNION SELECT m.tg_user_id, c.bot_id FROM (SELECT DISTINCT tg_user_id, chat_id"
        f"  FROM message WHERE tg_user_id IN {people}) AS m"
        f" JOIN chat c ON c.id = m.chat_id WHERE c.bot_id IN {bots}",
        *user_ids,
        *bot_ids,
    )
    known: dict[int, set[int]] = {}
    for user_id, bot_id in rows:
        known.setdefault(user_id, set()).add(bot_id)
    return known


async def _card(connection: Connection, bot_id: int, user_id: int, chats: int) -> Card:
    ids = [row[0] for row in await connection.fetch(CHATS, bot_id, user_id)]
    standing = await load_standing(connection, bot_id, user_id) or Standing()
    person = None
    if ids:
        person = await connection.fetchrow(
            f"SELECT u.id, {_PERSON} FROM tg_user u WHERE u.id = $1", user_id
        )
    decider = None
    if standing.decided_by is not None:
        decider = await connection.fetchrow(
            "SELECT full_name FROM tg_user WHERE id = $1", standing.decided_by
        )
    shown = await _chats(connection, bot_id, ids[-CHATS_MAX:], chats)
    first_at, last_at = await _seen(connection, shown)
    waiting = await connection.fetchrow(
        "SELECT COUNT(*) FROM message_processing WHERE bot_id = $1 AND parked > 0 AND parked = $2",
        bot_id,
        user_id,
    )
    return Card(
        person=Person(user_id) if person is None else Person(*person[:3]),
        language="" if person is None else person[3],
        standing=standing,
        decider="" if decider is None else decider[0],
        first_at=first_at,
        last_at=last_at,
        waiting=waiting[0] if waiting is not None else 0,
        chats=shown,
    )


async def _chats(
    connection: Connection, bot_id: int, ids: Sequence[int], limit: int
) -> tuple[Chat, ...]:
    if not ids:
        return ()
    rows = await connection.fetch(
        "SELECT id, telegram_chat_id, thread_id, type, name, history_from, not_before FROM chat"
        f" WHERE id IN {values(1, len(ids), first=2)} ORDER BY"
        f" CASE type WHEN '{ChatType.PRIVATE}' THEN 0 ELSE 1 END, last_at DESC, id DESC LIMIT $1",
        limit,
        *ids,
    )
    return tuple(chat_of(bot_id, row) for row in rows)


async def _seen(connection: Connection, chats: Sequence[Chat]) -> tuple[int | None, int | None]:
    """When somebody wrote first and last in their private chats, as far as that is kept."""
    first: list[int] = []
    last: list[int] = []
    for chat in chats:
        if chat.type is not ChatType.PRIVATE:
            continue
        for order, times in (("ASC", first), ("DESC", last)):
            row = await connection.fetchrow(
                "SELECT created_at FROM message WHERE chat_id = $1 AND role = 'user'"
                f" ORDER BY id {order} LIMIT 1",
                chat.id,
            )
            if row is not None:
                times.append(row[0])
    return min(first, default=None), max(last, default=None)
