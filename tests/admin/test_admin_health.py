"""/admin health: what admins see of machine, provider and bots, and what owners see."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from loguru import logger

from kotodom.errors import AccountError, ProviderTimeout, ProviderUnavailable, RateLimited
from kotodom.model import AccountRole, Bot, BotSpec, Done, Usage
from kotodom.ports import BotState
from kotodom.vitals import Circuit
from tests.support.office import MASHA, UMA, Seat, employ
from tests.support.talking import Room, room


@pytest.fixture
async def talk(sqlite_url: str) -> AsyncIterator[Room]:
    async with room(sqlite_url) as talk:
        yield talk


@pytest.fixture
async def boss(talk: Room) -> Seat:
    return Seat(talk)


async def _other(talk: Room) -> Bot:
    """Another bot, beside the one that the room has."""
    await talk.store.sync_bots([BotSpec(42, "42:x", "cat"), BotSpec(43, "43:x", "secretbot")])
    bots = await talk.store.sync_bots(
        [BotSpec(42, "42:x", "cat"), BotSpec(43, "43:x", "secretbot")]
    )
    other = next(bot for bot in bots if bot.telegram_id == 43)
    talk.registry.put(other)
    return other


def _states(talk: Room, *states: BotState) -> None:
    talk.tools = replace(talk.tools, states=lambda: list(states))
    talk.handlers = talk._handlers()


async def test_admins_see_machine_database_provider_queue_and_bots(database_url: str) -> None:
    async with room(database_url) as talk:
        _states(talk, BotState(talk.bot, True, talk.clock.monotonic(), ""))
        said = await Seat(talk).admin("health")
        kind = "SQLite" if database_url.startswith("sqlite") else "PostgreSQL"
        for words in (
            "all is well",
            f"🗄 {kind} ",
            "The model provider answers. No answer since the start.",
            "0 ready, 0 in work, 0 waiting",  # the command that asks is not counted
            "Disk free",
            "memory",
            "Kotodom 0.",
            "Last backup: never",
            "Bots: 1 running",
            "No errors since the start",
        ):
            assert words in said


async def test_an_owner_sees_only_their_bots_and_nothing_of_the_machine(
    talk: Room, boss: Seat
) -> None:
    await _other(talk)
    uma = await employ(talk, UMA, AccountRole.USER)
    talk.registry.put(replace(talk.registry.get(talk.bot.id), owner_id=uma.id))
    seat = Seat(talk, UMA)
    said = await seat.admin("health")
    assert "Bots: 1 stopped" in said
    for words in ("SQLite", "Disk", "memory", "Kotodom", "provider", "secretbot", "error"):
        assert words not in said
    said = await seat.press("Every bot")
    assert "cat" in said
    assert "secretbot" not in said
    for command in ("health probe", "health errors"):
        assert "role does not allow" in await seat.admin(command)


async def test_a_manager_sees_the_machine(talk: Room) -> None:
    await employ(talk, MASHA, AccountRole.MANAGER)
    assert "SQLite" in await Seat(talk, MASHA).admin("health")


async def test_bots_in_trouble_are_named_with_the_reason(talk: Room, boss: Seat) -> None:
    other = await _other(talk)
    talk.registry.mark(other.id, "the token was revoked")
    now = talk.clock.monotonic()
    _states(
        talk,
        BotState(talk.bot, True, now - 500, ""),
        BotState(talk.registry.get(other.id), False, None, ""),
    )
    said = await boss.admin("health")
    assert said.startswith("⚠️")
    assert "1 stalled · 1 failed" in said
    assert "🔴 secretbot:" in said
    assert "the token was revoked" in said


async def test_an_open_circuit_is_no_good_health(talk: Room, boss: Seat) -> None:
    talk.circuit = Circuit("open", 25.0, talk.clock.monotonic() - 90)
    said = await boss.admin("health")
    assert said.startswith("⚠️")
    assert "next try in 25s" in said
    assert "Last answer 1m 30s ago" in said


async def test_the_kill_switch_is_shown_and_nobody_probes(talk: Room, boss: Seat) -> None:
    talk.vitals.halted = lambda: True
    said = await boss.admin("health")
    assert said.startswith("⚠️")
    assert "kill switch is on" in said
    said = await boss.press("Probe")
    assert "nobody calls the provider" in said
    assert talk.tried_now == 0


async def test_a_database_that_does_not_answer_is_said_and_the_rest_is_shown(
    talk: Room, boss: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> None:
        raise OSError("disk I/O error at postgres://me:hunter22@db/x")

    talk.tools = replace(talk.tools, store=_Broken(talk.store, broken))
    talk.handlers = talk._handlers()
    said = await boss.admin("health")
    assert "🔴 The database does not answer: disk I/O error" in said
    assert "hunter22" not in said
    assert "Disk free" in said


class _Broken:
    """A store whose ping fails."""

    def __init__(self, store: Any, ping: Any) -> None:
        self._store = store
        self.ping = ping

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


async def test_a_probe_is_one_tiny_call_that_is_accounted_for(talk: Room, boss: Seat) -> None:
    talk.provider.plays.append([Done("OK", Usage(input=9, output=2), "m")])
    await boss.admin("health")
    said = await boss.press("Probe the provider")
    assert "✅ m answered in" in said
    assert "It said: OK" in said
    (question,) = talk.provider.questions
    assert question.max_output_tokens == 16
    assert question.turns == ()
    assert talk.tried_now == 1
    rows = await talk.store._database.read(
        lambda c: c.fetch("SELECT purpose, tokens_input, tg_user_id, cost FROM spend")
    )
    assert [tuple(row) for row in rows] == [("probe", 9, None, 13_000)]


async def test_a_probe_keeps_to_the_limits(talk: Room, boss: Seat) -> None:
    await boss.admin("money limit day cost 0")
    assert "A spending limit is reached" in await boss.admin("health probe")
    assert talk.provider.questions == []
    await boss.admin("money limit day cost 1")
    for outcome in (Done("OK", Usage(input=9, output=2), "m"), ProviderTimeout("too slow")):
        talk.provider.plays.append([outcome])
        await boss.admin("health probe")
    left = await talk.store._database.read(lambda c: c.fetch("SELECT id FROM reservation"))
    assert left == []
    spent = await talk.store._database.read(lambda c: c.fetch("SELECT cost FROM spend"))
    assert [tuple(row) for row in spent] == [(13_000,)]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ProviderUnavailable("502 Bad Gateway"), "cannot be reached or is in trouble"),
        (ProviderTimeout("too slow"), "took too long"),
        (RateLimited("429"), "asks to slow down"),
        (AccountError("401 with sk-abcdefgh12345678"), "The key, the account or the model"),
    ],
)
async def test_a_probe_that_fails_says_why_and_what_to_do(
    talk: Room, boss: Seat, error: Exception, words: str
) -> None:
    talk.provider.plays.append([error])
    said = await boss.admin("health probe")
    assert "❌ m did not answer" in said
    assert words in said
    assert "sk-abcdefgh12345678" not in said


async def test_the_last_errors_are_kept_without_secrets(talk: Room, boss: Seat) -> None:
    troubles = talk.vitals.troubles
    troubles.listen()
    try:
        for number in range(70):
            logger.error("trouble {} with sk-abcdefgh12345678", number)
        logger.warning("no error")
    finally:
        troubles.end()
    assert len(troubles.newest()) == 64
    said = await boss.admin("health")
    assert "trouble 69 with sk-***" in said
    said = await boss.press("Last errors")
    assert "trouble 69" in said
    assert "trouble 61" not in said
    assert "no error" not in said
    assert "sk-abcdefgh12345678" not in said
    assert "trouble 61" in await boss.press("2 ▶")
