"""Forgetting: what a person wants gone, and what has been kept for long enough.

Everything goes in transactions of bounded size, each of which leaves whole questions behind, so
that it can be cut off at any point and begun again.

What is deleted makes its message ids unknown to whoever resolves a doubt about a lost message
(``unknown_ids``). That is harmless: ``last_message_id`` stays with the bot and the groups, so no
doubt reaches further down than before, and an unknown id is only probed by an edit in the doubtful
message's own chat, where Telegram refuses all but our own. The rule that follows: the rows of
groups are never deleted, and those of private chats only once nothing of theirs can be in doubt.
"""

from collections.abc import Collection, Iterable, Sequence

from kotodom.db.connection import Connection
from kotodom.db.repeated import erase_page
from kotodom.db.sql import FINISHED, values
from kotodom.db.standings import forget_standing
from kotodom.db.store_export import CHATS
from kotodom.db.store_intake import IntakeStore
from kotodom.errors import StaleJob
from kotodom.model import EACH, Job, Kind

SEARCHED = 500
"""Rows of others that are searched at a time for what they repeat of somebody."""
_NO_BOUND = 2**63 - 1


class ErasureStore(IntakeStore):
    """The part of the store that forgets."""

    async def begin_erasure(self, job: Job) -> None:
        touched = await self._database.write(
            lambda c: c.execute(
                "UPDATE message_processing SET erases = $2 WHERE id = $1 AND status = 'PROCESSING'",
                job.id,
                True,
            )
        )
        if not touched:
            raise StaleJob

    async def erase_some(self, job: Job, limit: int) -> bool:
        if job.sender is None:  # an anonymous admin or a channel: nobody we could know
            return False
        return await self._erase(job.bot_id, job.sender.id, job.id, limit)

    async def erase_repeated(self, job: Job, after: int | None, limit: int) -> int | None:
        if job.sender is None:
            return None
        return await erase_page(self._database, job.bot_id, job.sender.id, after, limit)

    async def purge(self, limit: int) -> int:
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT p.id, p.bot_id, m.tg_user_id FROM message_processing p"
                " LEFT JOIN message m ON m.id = p.message_id"
                f" WHERE p.erases AND {FINISHED} ORDER BY p.id LIMIT $1",
                limit,
            )
        )
        gone = 0
        for row_id, bot_id, user_id in rows:
            # A row that ended before its work did (its attempts were spent) is no reason to keep
            # what somebody wanted gone.
            if user_id is not None:
                if await self._erase(bot_id, user_id, row_id, limit):
                    continue
                place = await erase_page(self._database, bot_id, user_id, None, SEARCHED)
                while place is not None:
                    place = await erase_page(self._database, bot_id, user_id, place, SEARCHED)
            gone += await self._remove(row_id, bot_id, user_id)
        return gone

    async def expire(self, bot_id: int, before: int, limit: int) -> int:
        async def expire(connection: Connection) -> int:
            rows = await connection.fetch(
                "SELECT id FROM message_processing"
                f" WHERE {FINISHED} AND joined_to = 0 AND bot_id = $1 AND received_at < $2"
                " AND NOT erases ORDER BY received_at LIMIT $3",
                bot_id,
                before,
                limit,
            )
            await _delete_questions(connection, [row[0] for row in rows])
            return len(rows)

        return await self._database.write(expire)

    async def _erase(self, bot_id: int, user_id: int, row_id: int, limit: int) -> bool:
        """One transaction of :meth:`erase_some`."""

        async def erase(connection: Connection) -> bool:
            found = await _messages_before(connection, bot_id, user_id, row_id, limit + 1)
            await _delete_messages(connection, found[:limit], keep=row_id)
            if len(found) > limit or await _leave_spending_nameless(
                connection, bot_id, user_id, limit
            ):
                return True
            await _reset_choices(connection, bot_id, user_id)
            return False

        return await self._database.write(erase)

    async def _remove(self, row_id: int, bot_id: int, user_id: int | None) -> int:
        """Delete a finished row of /forgetme, and what only it still needed."""

        async def remove(connection: Connection) -> int:
            # On PostgreSQL these row locks keep out batches of people who write at this moment.
            await connection.execute("UPDATE bot SET last_message_id = last_message_id")
            row = await connection.fetchrow(
                "SELECT finished_at FROM message_processing"
                f" WHERE id = $1 AND erases AND {FINISHED}",
                row_id,
            )
            if row is None:
                return 0
            await _delete_questions(connection, [row_id])
            if user_id is not None:
                await _forget_person(connection, bot_id, user_id, row[0])
            return 1

        # Before, so that what is written from now on relies on nothing that goes.
        self._forget_known()
        try:
            return await self._database.write(remove)
        finally:
            self._forget_known()

    def _forget_known(self) -> None:
        self._known_chats.clear()
        self._known_people.clear()


async def _messages_before(
    connection: Connection, bot_id: int, user_id: int, row_id: int, limit: int
) -> list[int]:
    """Up to *limit* messages of a person at a bot; in private chats of everybody there.

    Only those that were there when *row_id*'s came: what somebody says after they asked to be
    forgotten is said anew, and gets its answer.
    """
    row = await connection.fetchrow(
        "SELECT message_id FROM message_processing WHERE id = $1", row_id
    )
    bound = _NO_BOUND if row is None or row[0] is None else row[0]
    private = {
        chat_id
        for (chat_id,) in await connection.fetch(
            "SELECT id FROM chat WHERE bot_id = $1 AND telegram_chat_id = $2", bot_id, user_id
        )
    }
    found: list[int] = []
    for (chat_id,) in await connection.fetch(CHATS, bot_id, user_id):
        whose = "" if chat_id in private else f" AND tg_user_id = {user_id:d}"
        page = await connection.fetch(
            f"SELECT id FROM message WHERE chat_id = $1 AND id < $2{whose} ORDER BY id LIMIT $3",
            chat_id,
            bound,
            limit - len(found),
        )
        found += (id_ for (id_,) in page)
        if len(found) >= limit:
            break
    return found


async def _delete_messages(connection: Connection, messages: Sequence[int], *, keep: int) -> None:
    """Delete messages with the whole questions that they belong to, except the row *keep*."""
    if not messages:
        return
    rows = await connection.fetch(
        "SELECT CASE WHEN joined_to > 0 THEN joined_to ELSE id END FROM message_processing"
        f" WHERE message_id IN {values(1, len(messages))}",
        *messages,
    )
    await _delete_questions(connection, {row[0] for row in rows} - {keep}, messages)


async def _delete_questions(
    connection: Connection, heads: Collection[int], messages: Iterable[int] = ()
) -> None:
    """Delete questions with all their pieces, answers and parts; and *messages* beside them."""
    said = set(messages)
    if heads:
        ids = values(1, len(heads))
        # The rows first: whoever is writing an answer is waited for, or finds nothing to answer.
        for row in await connection.fetch(
            f"DELETE FROM message_processing WHERE id IN {ids}"
            f" OR (joined_to IN {ids} AND joined_to > 0)"
            " RETURNING message_id, response_message_id",
            *heads,
        ):
            said.update(id_ for id_ in row if id_ is not None)
    if said:
        said.update(
            row[0]
            for row in await connection.fetch(
                f"SELECT id FROM message WHERE reply_to_id IN {values(1, len(said))}", *said
            )
        )
        await connection.execute(
            f"DELETE FROM message WHERE id IN {values(1, len(said))}", *sorted(said)
        )


async def _leave_spending_nameless(
    connection: Connection, bot_id: int, user_id: int, limit: int
) -> bool:
    """Take the person out of up to *limit* rows of the ledger; True while more are left."""
    mine = "FROM spend WHERE tg_user_id = $1 AND bot_id = $2"
    touched = await connection.execute(
        "UPDATE spend SET tg_user_id = NULL, chat_id = NULL"
        f" WHERE id IN (SELECT id {mine} LIMIT $3)",
        user_id,
        bot_id,
        limit,
    )
    if touched < limit:
        return False
    return await connection.fetchrow(f"SELECT 1 {mine} LIMIT 1", user_id, bot_id) is not None


async def _reset_choices(connection: Connection, bot_id: int, user_id: int) -> None:
    """Forget what the person chose here, and their language if no other bot speaks it to them."""
    await forget_standing(connection, bot_id, user_id)
    await connection.execute(
        "UPDATE chat SET model = '', start_payload = ''"
        " WHERE bot_id = $1 AND telegram_chat_id = $2",
        bot_id,
        user_id,
    )
    await connection.execute(
        "UPDATE tg_user SET language = '' WHERE id = $2 AND language <> ''"
        " AND NOT EXISTS (SELECT 1 FROM chat WHERE tg_user_id = $2 AND bot_id <> $1)"
        " AND NOT EXISTS (SELECT 1 FROM message m JOIN chat c ON c.id = m.chat_id"
        "  WHERE m.tg_user_id = $2 AND c.bot_id <> $1)",
        bot_id,
        user_id,
    )
    await _forget_totals(connection, bot_id, user_id)


async def _forget_totals(connection: Connection, bot_id: int, user_id: int) -> None:
    """Delete what the person spent, but for what their limits go by: that ends with the month.

    Or else /forgetme would be a way around every limit. Comes last in its transaction: whoever
    accounts for a call raises the totals last, too.
    """
    await connection.execute(
        "DELETE FROM spend_total WHERE scope = 'user' AND key = $1 AND NOT EXISTS"
        " (SELECT 1 FROM spend_limit l WHERE l.scope = 'user' AND l.bot_id = $2"
        "  AND l.key IN ($1, $3))",
        f"{bot_id}:{user_id}",
        bot_id,
        f"{bot_id}:{EACH}",
    )


async def _forget_person(connection: Connection, bot_id: int, user_id: int, until: int) -> None:
    """Delete the person's chats with the bot, and the person, where nothing else needs them."""
    # A call that was under way while everything was deleted may have been accounted for since.
    await connection.execute(
        "UPDATE spend SET tg_user_id = NULL, chat_id = NULL"
        " WHERE tg_user_id = $1 AND bot_id = $2 AND created_at <= $3",
        user_id,
        bot_id,
        until,
    )
    await connection.execute(
        f"DELETE FROM message_processing WHERE kind = '{Kind.NOTICE}' AND {FINISHED} AND chat_id IN"
        " (SELECT id FROM chat WHERE bot_id = $1 AND telegram_chat_id = $2)",
        bot_id,
        user_id,
    )
    # Groups' ids are negative: only private chats have the id of a person.
    await connection.execute(
        "DELETE FROM chat WHERE bot_id = $1 AND telegram_chat_id = $2"
        " AND NOT EXISTS (SELECT 1 FROM message m WHERE m.chat_id = chat.id)"
        " AND NOT EXISTS (SELECT 1 FROM message_processing p WHERE p.chat_id = chat.id)",
        bot_id,
        user_id,
    )
    await connection.execute(
        "DELETE FROM tg_user WHERE id = $1"
        " AND NOT EXISTS (SELECT 1 FROM message m WHERE m.tg_user_id = tg_user.id)"
        " AND NOT EXISTS (SELECT 1 FROM chat c WHERE c.tg_user_id = tg_user.id)"
        " AND NOT EXISTS (SELECT 1 FROM spend s"
        "  WHERE s.tg_user_id = tg_user.id AND s.bot_id <> $2)",
        user_id,
        bot_id,
    )
    await _forget_totals(connection, bot_id, user_id)
