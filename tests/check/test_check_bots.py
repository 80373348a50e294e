"""What `kotodom check` finds out about each bot at Telegram."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from aiohttp import ClientSession

from kotodom.check import State, bots, table
from kotodom.demo.botapi import BotApi, Garbage, Latency, Status
from kotodom.sealing import Sealer, key_file
from kotodom.tasks import Tasks
from tests.check.check_kit import CAT, checked, config, is_ok, migrated, rows


async def test_a_good_token_shows_the_bot_s_name(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    found = await checked(config(tmp_path, telegram.url, model))
    assert is_ok(found["bot cat"])
    assert found["bot cat"].detail == "@cat_bot"


async def test_a_revoked_token_fails_alone_and_is_not_shown(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    stranger = "333:" + "s" * 35
    bots = [{"name": "cat", "token": CAT}, {"name": "dog", "token": stranger}]
    settings = config(tmp_path, telegram.url, model, bots=bots)
    found = await checked(settings)
    assert is_ok(found["bot cat"])
    assert found["bot dog"].state is State.FAILED
    assert "@BotFather" in found["bot dog"].fix
    assert stranger not in table(list(found.values()))


async def test_a_webhook_left_behind_is_told_with_its_host_only(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    telegram.add_bot(CAT, username="cat_bot").set_webhook("https://example.org/hook/secret")
    row = (await checked(config(tmp_path, telegram.url, model)))["bot cat"]
    assert row.state is State.NOTE
    assert "a webhook is set at example.org, which kotodom run removes" in row.detail
    assert "stop whoever set it" in row.fix
    assert "secret" not in row.detail + row.fix


async def test_another_poller_fails_with_both_ways_out(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    """It comes back as soon as it was cut off, as most do."""
    tasks = Tasks(lambda name, error: None)
    polling = asyncio.Event()

    async def poll() -> None:
        async with ClientSession() as session:
            while True:
                polling.set()
                await session.post(f"{telegram.url}/bot{CAT}/getUpdates", data={"timeout": 30})

    tasks.start(poll(), name="another poller")
    await polling.wait()
    found = await checked(config(tmp_path, telegram.url, model), listening=2)
    await tasks.cancel()
    assert found["bot cat"].state is State.FAILED
    assert "another program polls with its token" in found["bot cat"].detail
    assert "/revoke" in found["bot cat"].fix
    assert is_ok(found["bot dog"])


async def test_what_waits_for_the_bot_is_not_taken(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    bot = telegram.add_bot(CAT, username="cat_bot")
    bot.inbox.put_raw({"message": {}})
    await checked(config(tmp_path, telegram.url, model))
    assert len(bot.inbox) == 1


async def test_switches_that_only_botfather_has_are_noted(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    wishes = {"inline": True, "guest": True, "name_pattern": "cat"}
    bots = [{"name": "cat", "token": CAT, **wishes}]
    row = (await checked(config(tmp_path, telegram.url, model, bots=bots)))["bot cat"]
    assert row.state is State.NOTE
    for step in ("/setinline", "guest mode", "/setprivacy"):
        assert step in row.fix


async def test_a_bot_added_with_admin_is_asked_about_with_its_sealed_token(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    path = tmp_path / "data/kotodom.db"
    await migrated(path)
    token = "444:" + "r" * 35
    telegram.add_bot(token, username="rex_bot")
    sealed = Sealer("", key_file(path)).seal(token)
    raw = sqlite3.connect(path)
    with raw:
        raw.execute(
            "INSERT INTO bot (telegram_id, name, token, source) VALUES (444, 'Rex', ?, 'admin')",
            (sealed,),
        )
    raw.close()
    settings = config(tmp_path, telegram.url, model)
    found = await checked(settings)
    assert found["bot Rex"].detail == "@rex_bot"
    assert token not in table(await rows(settings))


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (Garbage(), "is no Bot API server (HTTP 200) | check telegram.api_base"),
        (Status(500, "Internal Server Error: restart"), "restart | try again later"),
        (Latency(60), "no answer within 1 s | check the network and telegram.api_base"),
    ],
)
async def test_what_telegram_may_do_wrong_has_a_next_step(
    tmp_path: Path, telegram: BotApi, model: str, effect: Garbage | Status | Latency, said: str
) -> None:
    telegram.faults.add("getMe", effect, bot=111)
    row = (await checked(config(tmp_path, telegram.url, model), timeout=1.0))["bot cat"]
    assert row.state is State.FAILED
    assert said in f"{row.detail} | {row.fix}"


async def test_what_nobody_foresaw_costs_one_row_and_shows_nothing(
    tmp_path: Path, telegram: BotApi, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise UnicodeError(f"never seen: {CAT}")

    monkeypatch.setattr(bots, "ask_telegram", broken)
    found = await checked(config(tmp_path, telegram.url, model))
    assert found["bot cat"].state is State.FAILED
    assert found["bot cat"].detail == "failed unexpectedly (UnicodeError)"
    assert is_ok(found["model gpt-6-luna"])
