"""What the tests of broadcasts share: people with chats, and a broadcaster at work."""

from kotodom.broadcast import Broadcaster
from kotodom.db import SqlStore
from kotodom.db.connection import Connection
from kotodom.model import Bot
from kotodom.model.broadcasts import Broadcast
from kotodom.ports.admin import AuditEntry
from tests.support.talking import Room

FIRST = 10_001
"""The first person's Telegram id."""


async def invite(
    store: SqlStore,
    bot: Bot | int,
    count: int,
    *,
    first: int = FIRST,
    language: str = "en",
    last_at: int = 0,
    blocked: bool = False,
    thread_id: int = 0,
) -> range:
    """So many people who have written to a bot; returns their Telegram ids."""
    bot_id = bot if isinstance(bot, int) else bot.id
    people = range(first, first + count)

    async def write(connection: Connection) -> None:
        await connection.executemany(
            "INSERT INTO tg_user (id, full_name, language_code) VALUES ($1, $2, $3)"
            " ON CONFLICT (id) DO NOTHING",
            [(one, f"Person {one}", language) for one in people],
        )
        await connection.executemany(
            "INSERT INTO chat (bot_id, telegram_chat_id, thread_id, type, name, tg_user_id,"
            " last_at, blocked_at) VALUES ($1, $2, $3, 'private', '', $2, $4, $5)",
            [(bot_id, one, thread_id, last_at, 1 if blocked else None) for one in people],
        )

    await store._database.write(write)
    return people


async def stand(store: SqlStore, bot_id: int, user_id: int, access: str, until: int | None) -> None:
    """What admins decided about somebody."""
    await store._database.write(
        lambda c: c.execute(
            "INSERT INTO bot_user (bot_id, user_id, access, until, updated_at)"
            " VALUES ($1, $2, $3, $4, 0)",
            bot_id,
            user_id,
            access,
            until,
        )
    )


def entry(origin: str = "job:1") -> AuditEntry:
    """A change by the boss."""
    return AuditEntry(900, "Boss", "test", "broadcast:1", origin, None, None, origin)


def broadcaster(room: Room) -> Broadcaster:
    """As the app wires it; call again for the next life of the process."""
    return Broadcaster(
        store=room.core_store,
        messenger=room.telegram,
        registry=room.registry,
        offer=room.offered.append,
        submit=room.effects.append,
        paused=lambda: room.intake.paused,
        metrics=room.metrics,
        clock=room.clock,
    )


async def run(room: Room, caster: Broadcaster, *, rounds: int = 100) -> Broadcast:
    """Look and deliver until the newest broadcast runs no more."""
    for _ in range(rounds):
        await caster.look()
        await room.settle()
        (newest,) = await room.store.broadcasts(None, limit=1, offset=0)
        if newest.state != "RUNNING":
            return newest
    raise AssertionError("it runs for ever")


def received(room: Room, person: int) -> list[str]:
    """What somebody was sent."""
    return room.shown(person)
