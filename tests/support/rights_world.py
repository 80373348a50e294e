"""A world with two bots, a USER who owns one of them, and everything that a command may name."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from kotodom.model import AccountRole, Bot, BotSpec, ChatRef, Incoming, Kind, Person
from tests.support.office import MASHA, UMA, employ
from tests.support.talking import Room, room

STRANGER, GONE = 940, 950
"""Nobody, and a disabled account."""
HILDA = 6001
"""Who talks to the other bot."""
ANNA = 6002
"""Who talks to UMA's."""
SECRETS = ("hiddenbot", "Hilda", "classified", "hush")
"""What only the other bot's administrators may read."""

_TRANSPORT = ("message", "message_processing", "delivery_part", "chat", "bot", "tg_user")
"""Tables in which giving a command leaves traces of its own."""
_ARGUMENTS = {"audit": "ENTRY", "bulk_retry": "RETRY"}
"""What commands call the ids of these tables."""
_PASSING = ("audit", "awaited", "spend", "spend_total", "alert", "job_run", "broadcast_recipient")


@dataclass
class World:
    """The room, and the ids of all there is."""

    talk: Room
    own: Bot
    """UMA's."""
    other: Bot
    """Nobody's, which is to say the admins'."""
    named: Mapping[int, Mapping[str, int]]
    """By bot: the ids of its CHAT, MESSAGE, BROADCAST, INVITE, ENTRY and RETRY."""

    def objects(self, *, mine: bool) -> dict[str, str]:
        """A value for every argument, of UMA's bot or of the other."""
        bot = self.own if mine else self.other
        numbers = {kind: str(number) for kind, number in self.named[bot.id].items()}
        return {
            **numbers,
            "BOT": str(bot.id),
            "PERSON": str(ANNA if mine else HILDA),
            "USER": str(UMA),
            "ROLE": "MANAGER",
            "KEY": "processing.concurrency" if mine else f"quiet:{bot.id}",
            "FIELD": "help_message",
            "STANDING": "allowed",
            "STATE": "dead",
            "BOTS": str(bot.id),
            "CODE": "provider_account",
            "PERIOD": "day",
            "MEASURE": "questions",
            "AMOUNT": "5",
            "MODEL": "gpt-6-luna",
            "FORMAT": "json",
            "OBJECT": f"bot:{bot.id}",
            "NAME": "sweep",
            "LANGUAGE": "ru",
            "TOKEN": "nonsense",
            "WHICH": "before",
            "HOW": "quietly",
            "CONFIRM": "yes",
            "TEXT": "words",
            "VALUE": "8",
        }

    def line(self, pattern: str, *, mine: bool) -> str:
        """The command with every argument filled in."""
        return self.fill(pattern, self.objects(mine=mine))

    def short(self, pattern: str, *, mine: bool) -> str:
        """The same without what may be left out."""
        needed = " ".join(step for step in pattern.split() if not step.startswith("["))
        return self.fill(needed, self.objects(mine=mine))

    @staticmethod
    def fill(pattern: str, values: Mapping[str, str]) -> str:
        """*pattern* with values for its arguments; numbers are 1."""
        return " ".join(
            step if step.islower() else values.get(step.strip("[]…"), "1")
            for step in pattern.split()
        )

    async def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """What a refused command may not change."""
        tables = await self._tables()
        found = {table: await self._rows(table) for table in tables if table not in _TRANSPORT}
        return {**found, **await self.hidden()}

    async def hidden(self) -> dict[str, list[tuple[Any, ...]]]:
        """What belongs to the other bot, and what is everybody's."""
        bot, found = self.other.id, {}
        for table in await self._tables():
            columns = await self._columns(table)
            if "bot_id" in columns and table not in _PASSING:
                found[f"{table} of it"] = await self._rows(table, f"bot_id = {bot}")
        chats = f"chat_id IN (SELECT id FROM chat WHERE bot_id = {bot})"
        found["its messages"] = await self._rows("message", chats)
        found["itself"] = await self._rows("bot", f"id = {bot}")
        found["its alert"] = await self._rows("alert", f"bot_id = {bot}")
        for table in ("account", "setting", "price"):
            found[table] = await self._rows(table)
        found["limits"] = await self._rows("spend_limit", f"bot_id IN (0, {bot})")
        found["retries"] = await self._rows("bulk_retry", "created_by <> " + str(UMA))
        return found

    async def _tables(self) -> set[str]:
        names = await self.talk.store._database.read(self.talk.store._database.tables)
        return {name for name in names if name not in ("aerich", "sqlite_sequence")}

    async def _columns(self, table: str) -> list[str]:
        rows = await self._read(f"SELECT name FROM pragma_table_info('{table}')")
        return [row[0] for row in rows]

    async def _rows(self, table: str, where: str = "1 = 1") -> list[tuple[Any, ...]]:
        return await self._read(f"SELECT * FROM {table} WHERE {where} ORDER BY 1")

    async def _read(self, sql: str) -> list[tuple[Any, ...]]:
        rows = await self.talk.store._database.read(lambda c: c.fetch(sql))
        return [tuple(row) for row in rows]


@asynccontextmanager
async def world(url: str) -> AsyncIterator[World]:
    """It, on a fresh SQLite database."""
    async with room(url) as talk:
        await employ(talk, MASHA, AccountRole.MANAGER)
        uma = await employ(talk, UMA, AccountRole.USER)
        await employ(talk, GONE, AccountRole.ADMIN, active=False)
        specs = [
            BotSpec(42, "42:x", "cat", prompt="purr"),
            BotSpec(43, "43:x", "hiddenbot", prompt="classified prompt", help_message="hush"),
        ]
        own, other = sorted(await talk.store.sync_bots(specs), key=lambda bot: bot.telegram_id)
        own = replace(own, owner_id=uma.id, username="cat_bot", configured=frozenset())
        await _write(talk, f"UPDATE bot SET owner_id = {uma.id} WHERE id = {own.id}")
        await _write(talk, "UPDATE bot SET source = 'admin'")
        other = replace(other, configured=frozenset())
        talk.registry.put(own)
        talk.registry.put(other)
        named = {
            own.id: await _furnish(talk, own, Person(ANNA, "anna", "Anna"), "hello", "open"),
            other.id: await _furnish(
                talk, other, Person(HILDA, "hilda", "Hilda Hush"), "classified words", "secretlink"
            ),
        }
        yield World(talk, own, other, named)


async def _furnish(talk: Room, bot: Bot, person: Person, words: str, link: str) -> dict[str, int]:
    """A conversation with an unanswered message, a broadcast, an invite and whatever else."""
    now = talk.clock.now()
    incoming = Incoming(
        update_id=1_000_000,
        raw="{}",
        kind=Kind.QUESTION,
        chat=ChatRef(person.id, name=person.full_name),
        sender=person,
        text=words,
        telegram_message_id=talk.telegram.say(),
    )
    recorded = await talk.store.record_batch(bot.id, [incoming], [], now)
    (lane,) = recorded.lanes
    chat_id = lane.chat_id
    await _write(
        talk,
        "UPDATE message_processing SET status = 'TERMINAL', terminal_reason = 'provider_account:"
        f" {words}', last_error_kind = 'provider_account', finished_at = {now}"
        f" WHERE chat_id = {chat_id}",
    )
    row = await talk.store._database.read(
        lambda c: c.fetchrow("SELECT id FROM message_processing WHERE chat_id = $1", chat_id)
    )
    await _write(
        talk,
        "INSERT INTO broadcast (bot_id, origin, text, state, created_by, created_at)"
        f" VALUES ({bot.id}, 'world:{bot.id}', '{words}', 'DRAFT', 900, {now})",
    )
    await _write(
        talk,
        "INSERT INTO invite (code, bot_id, note, created_by, created_at)"
        f" VALUES ('{link}', {bot.id}, '{words}', 900, {now})",
    )
    await _write(
        talk,
        "INSERT INTO alert (key, last_sent_at, bot_id, words, args)"
        f" VALUES ('quiet:{bot.id}', {now}, {bot.id}, '', '{{\"bot\": \"{bot.name}\"}}')",
    )
    await _write(
        talk,
        "INSERT INTO spend_limit (scope, key, bot_id, period, measure, amount)"
        f" VALUES ('bot', '{bot.id}', {bot.id}, 'month', 'questions', 77)",
    )
    await _write(
        talk,
        "INSERT INTO audit (at, user_id, user_name, action, object, field, before, after, origin)"
        f" VALUES ({now}, 900, 'Boss', 'bot BOT set FIELD', 'bot:{bot.id}', 'help_message',"
        f" 'a', '{words}', 'world:{bot.id}')",
    )
    await _write(
        talk,
        "INSERT INTO bulk_retry (origin, created_by, code, bot_ids, upto, state, total, created_at)"
        f" VALUES ('world:{bot.id}', {UMA if bot.owner_id else 900},"
        f" '{'open' if bot.owner_id else 'hush'}', '[{bot.id}]', {now}, 'DRAFT', 1, {now})",
    )
    newest = {}
    for kind in ("broadcast", "invite", "audit", "bulk_retry"):
        found = await talk.store._database.read(
            lambda c, kind=kind: c.fetchrow(f"SELECT MAX(id) FROM {kind}")  # type: ignore[misc]
        )
        newest[_ARGUMENTS.get(kind, kind.upper())] = found[0] if found else 0
    return {"CHAT": chat_id, "MESSAGE": row[0] if row else 0, **newest}


async def _write(talk: Room, sql: str) -> None:
    await talk.store._database.write(lambda c: c.execute(sql))
