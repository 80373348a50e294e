"""`kotodom init` as a person does it: two pastes, one tap, at a real terminal."""

import asyncio
import os
import stat
import tomllib
from pathlib import Path

from kotodom.demo.botapi import BotApi, ChatView
from kotodom.demo.model import ModelServer
from tests.cli.init_kit import KEY, LINK, TOKEN, at_terminal, kotodom

PASTED = f"\x1b[200~Bot token: {TOKEN}\nKeep it secure and\x1b[201~\n"


def chat_of(api: BotApi, user: int) -> ChatView:
    return api.private(api.world.bots[7001], api.user(user, f"User{user}"))


async def heard(chat: ChatView, words: str) -> None:
    await chat.wait(lambda chat: any(words in said for said in chat.answers()), timeout=30)


async def test_run_without_a_configuration_ends_with_an_admin_after_two_pastes_and_a_tap(
    tmp_path: Path, emulated: BotApi, models: tuple[ModelServer, str]
) -> None:
    """Nobody but the first to tap becomes ADMIN; the rest of a paste answers no other question."""
    addresses = {"KOTODOM_TELEGRAM__API_BASE": emulated.url, "KOTODOM_OPENAI__BASE_URL": models[1]}
    config = tmp_path / "mine" / "config.toml"
    # What is there already ends the search for another program at once, and must not be lost.
    cid = chat_of(emulated, 503)
    await cid.say("am I heard?")
    async with at_terminal(tmp_path, "run", "--config", str(config), **addresses) as person:
        await person.see(lambda seen: "Set it up now [Y/n]" in seen)
        person.type("\n")
        await person.see(lambda seen: "it stays hidden" in seen)
        person.type(PASTED)
        await person.see(lambda seen: "Provider key (paste it" in seen)
        assert "2. The model" in person.screen.text()
        person.type(f"{KEY}\n")
        seen = await person.see(lambda seen: "Whoever opens it first" in seen)
        assert "the bot is @cat_bot" in seen
        assert "gpt-6-luna answers" in seen
        assert KEY not in person.screen.raw
        assert "A" * 35 not in person.screen.raw
        assert stat.S_IMODE(config.stat().st_mode) == 0o600
        assert stat.S_IMODE(config.parent.stat().st_mode) == 0o700
        link = LINK.search(seen)
        assert link is not None
        assert link[1] == "cat_bot"

        ann, bob = chat_of(emulated, 501), chat_of(emulated, 502)
        await ann.start(link[2])
        await person.see(lambda seen: "is ready" in seen)
        await heard(ann, "You are ADMIN now")
        await cid.wait(lambda chat: bool(chat.answers()), timeout=30)
        await bob.start(link[2])
        await heard(bob, "cannot be used any more")
        await ann.say("/admin")
        await heard(ann, "Administration")
        await bob.say("/admin")
        await ann.say("hello")
        await ann.wait(lambda chat: len(chat.answers()) >= 3, timeout=30)
        assert not any("Administration" in said for said in bob.answers())

        code, output, errors = await kotodom(
            tmp_path, "claim", "--config", str(config), **addresses
        )
        assert (code, errors) == (0, "")
        assert "does not run" not in output
        fresh = LINK.search(output)
        assert fresh is not None
        await bob.start(fresh[2])
        await heard(bob, "You are ADMIN now")
        person.type("\x03")
        assert await person.end() == 0
        assert "Traceback" not in person.screen.text()
    written = tomllib.loads(config.read_text())
    assert written["bots"] == [{"name": "cat_bot", "token": TOKEN}]
    assert written["openai"]["base_url"] == models[1]


async def test_run_offers_to_set_up_where_nothing_is_and_takes_no_for_an_answer(
    tmp_path: Path,
) -> None:
    for answer, code in (("n\n", 78), ("\x03", 78), ("y\n\x03", 130)):
        async with at_terminal(tmp_path, "run") as person:
            await person.see(lambda seen: "Set it up now [Y/n]" in seen)
            person.type(answer[:2])
            if code == 130:
                await person.see(lambda seen: "it stays hidden" in seen)
                person.type("\x03")
                await person.see(lambda seen: "nothing was written" in seen)
            else:
                await person.see(lambda seen: "no configuration" in seen)
            assert await person.end() == code
            assert "Traceback" not in person.screen.text()
    assert os.listdir(tmp_path) == []


async def test_ctrl_c_and_the_end_of_input_leave_nothing_and_a_terminal_that_echoes(
    tmp_path: Path, emulated: BotApi, models: tuple[ModelServer, str]
) -> None:
    addresses = {"KOTODOM_TELEGRAM__API_BASE": emulated.url, "KOTODOM_OPENAI__BASE_URL": models[1]}
    emulated.world.bots[7001].set_webhook("https://old.example.org/hook")
    # At a terminal there is a better place for a secret than a line that shows it.
    for keys, more in (("\x03", ()), ("\x04", ("--token-file", "-"))):
        async with at_terminal(tmp_path, "init", *more, **addresses) as person:
            await person.see(lambda seen: "it stays hidden" in seen)
            person.type(f"{TOKEN}\n")
            await person.see(lambda seen: "Provider key (paste it" in seen)
            person.type(f"{KEY}\n")
            await person.see(lambda seen: "over from its webhook [Y/n]" in seen)
            person.type(keys)
            await person.see(lambda seen: "nothing was written" in seen)
            assert await person.end() == 130
            assert "A" * 35 not in person.screen.raw
    assert await asyncio.to_thread(os.listdir, tmp_path) == []
