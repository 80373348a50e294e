"""People: what they chose, what they used, and the bot's place in their chats."""

from kotodom.db.connection import Connection
from kotodom.db.spending import insert_spend
from kotodom.db.sql import storable
from kotodom.db.store_erasure import ErasureStore
from kotodom.db.store_export import ExportStore
from kotodom.model import ChatType, Membership, Usage
from kotodom.ports.store_people import Purpose, Spent

STATUS_LENGTH = 16


class PeopleStore(ErasureStore, ExportStore):
    """The people's part of the store."""

    async def set_language(self, user_id: int, language: str) -> None:
        await self._database.write(
            lambda c: c.execute(
                "UPDATE tg_user SET language = $2 WHERE id = $1", user_id, storable(language)
            )
        )

    async def set_model(self, chat_id: int, model: str) -> None:
        await self._database.write(
            lambda c: c.execute(
                "UPDATE chat SET model = $2 WHERE id = $1", chat_id, storable(model)
            )
        )

    async def set_start_payload(self, chat_id: int, payload: str) -> None:
        await self._database.write(
            lambda c: c.execute(
                "UPDATE chat SET start_payload = $2 WHERE id = $1", chat_id, storable(payload)
            )
        )

    async def set_membership(self, bot_id: int, change: Membership, now: int) -> None:
        chat = change.chat
        status = storable(change.status)[:STATUS_LENGTH]

        async def write(connection: Connection) -> None:
            # Somebody who blocks a bot that knows nothing of them (any more) stays unknown to it.
            if chat.type is not ChatType.PRIVATE:
                await connection.execute(
                    "INSERT INTO chat (bot_id, telegram_chat_id, thread_id, type, name)"
                    " VALUES ($1, $2, $3, $4, $5)"
                    " ON CONFLICT (bot_id, telegram_chat_id, thread_id)"
                    " DO UPDATE SET type = excluded.type, name = excluded.name",
                    bot_id,
                    chat.telegram_chat_id,
                    chat.thread_id,
                    chat.type,
                    storable(chat.name),
                )
            since = "NULL" if change.present else f"COALESCE(blocked_at, {now:d})"
            await connection.execute(
                f"UPDATE chat SET member_status = $3, blocked_at = {since}"
                " WHERE bot_id = $1 AND telegram_chat_id = $2",
                bot_id,
                chat.telegram_chat_id,
                status,
            )

        await self._database.write(write)
        self._known_chats.clear()

    async def record_spend(
        self,
        bot_id: int,
        user_id: int,
        *,
        purpose: Purpose,
        model: str,
        usage: Usage,
        cost: int | None,
        seconds: int = 0,
        chat_id: int | None = None,
        reservation: int = 0,
        counts: bool = True,
        now: int,
    ) -> None:
        async def record(connection: Connection) -> None:
            known = await connection.fetchrow("SELECT id FROM tg_user WHERE id = $1", user_id)
            # A private chat would name somebody whom nothing else is kept of.
            place = (known or not user_id) and await connection.fetchrow(
                "SELECT id FROM chat WHERE id = $1", chat_id
            )
            await insert_spend(
                connection,
                bot_id=bot_id,
                chat_id=place[0] if place else None,
                user_id=known and known[0],
                nameless=0 if known else user_id,
                purpose=purpose,
                model=model,
                usage=usage,
                cost=cost,
                seconds=seconds,
                days=self.days,
                now=now,
                reservation=reservation,
                counts=counts,
            )

        await self._database.write(record)

    async def spent(self, bot_id: int, user_id: int, since: int) -> Spent:
        row = await self._database.read(
            lambda c: c.fetchrow(
                f"SELECT COUNT(CASE WHEN purpose <> '{Purpose.TRANSCRIPT}' THEN 1 END),"
                " COALESCE(SUM(tokens_input + tokens_output), 0), COALESCE(SUM(cost), 0),"
                " COUNT(*) - COUNT(cost) FROM spend"
                " WHERE tg_user_id = $1 AND bot_id = $2 AND created_at >= $3",
                user_id,
                bot_id,
                since,
            )
        )
        # PostgreSQL sums whole numbers into decimals.
        return Spent(*map(int, row)) if row is not None else Spent(0, 0, 0, 0)
