"""What `kotodom init` says about each fault, and that it asks again for only what was wrong."""

import asyncio
from dataclasses import replace

import aiohttp

from kotodom.demo.botapi import BotApi
from kotodom.demo.model import ModelServer
from kotodom.demo.model_faults import Status as ModelStatus
from kotodom.setup.draft import (
    Draft,
)
from kotodom.setup.mend_provider import NO_KEY
from tests.cli.init_kit import KEY, TOKEN, Person, closed_port, held

OTHER = "7002:" + "B" * 35
QUOTA = {"message": "You exceeded your quota", "type": "insufficient_quota", "code": ""}


async def test_two_pastes_are_enough_and_the_test_is_announced(draft: Draft) -> None:
    person = Person(TOKEN, KEY)
    agreed = await held(person, replace(draft, token="", key=""))
    assert (agreed.draft.token, agreed.draft.key) == (TOKEN, KEY)
    assert agreed.draft.model == "gpt-6-luna"
    assert agreed.provider.hears
    assert "less than a hundredth of a cent" in person.read
    assert "[ok] Telegram: the bot is @cat_bot. [ok] Model: gpt-6-luna answers." in person.read


async def test_secrets_in_the_wrong_order_or_incomplete_are_told_apart(draft: Draft) -> None:
    person = Person("", KEY, "7001:short", TOKEN, TOKEN, "zwei Worte", KEY)
    await held(person, replace(draft, token="", key=""))
    for words in (
        "Nothing arrived",
        "That is a provider's key",
        "There is no bot token in that",
        "That is a bot token again",
        "There is no key in that",
    ):
        assert words in person.read


async def test_only_a_wrong_token_is_asked_for_again(
    emulated: BotApi, models: tuple[ModelServer, str], draft: Draft
) -> None:
    emulated.add_bot(OTHER, username="dog_bot")
    person = Person(OTHER)
    agreed = await held(person, replace(draft, token="9:" + "C" * 35))
    assert agreed.draft == replace(draft, token=OTHER, model="gpt-6-luna")
    assert "Telegram does not know this token (of bot 9)" in person.read
    assert "@BotFather, send /mybots" in person.read
    assert len(models[0].requests) == 1, "the model, which was right, is asked and billed once"


async def test_only_a_wrong_key_is_asked_for_again(
    models: tuple[ModelServer, str], draft: Draft
) -> None:
    refused = {"message": "Incorrect API key", "code": "invalid_api_key"}
    models[0].add(ModelStatus(401, refused))
    person = Person("sk-another-one-123")
    agreed = await held(person, draft)
    assert agreed.draft.key == "sk-another-one-123"
    assert "The provider does not accept the API key" in person.read
    assert person.read.count("the bot is @cat_bot") == 1
    assert KEY not in person.shown


async def test_a_webhook_is_taken_over_or_another_bot_is_named(
    emulated: BotApi, draft: Draft
) -> None:
    emulated.world.bots[7001].set_webhook("https://user:pass@old.example.org/secret-path")
    person = Person("")
    assert (await held(person, draft)).draft.token == TOKEN
    assert "its messages go to old.example.org" in person.read
    assert "secret-path" not in person.shown
    emulated.add_bot(OTHER, username="dog_bot")
    assert (await held(Person("n", OTHER), draft)).draft.token == OTHER


async def test_another_poller_is_noticed_and_loses_no_message(
    emulated: BotApi, draft: Draft
) -> None:
    polled = asyncio.Event()

    async def poll() -> None:
        """As other libraries do it: a conflict is tried again a moment later."""
        async with aiohttp.ClientSession() as session:
            while True:
                polled.set()
                url = f"{emulated.url}/bot{TOKEN}/getUpdates"
                async with session.post(url, json={"timeout": 30}) as response:
                    if (await response.json())["ok"]:
                        return

    other = asyncio.create_task(poll())
    await polled.wait()
    person = Person("x", "g")
    agreed = await held(person, draft, listen=5)
    assert agreed.draft.token == TOKEN
    assert "Another program receives this bot's messages right now" in person.read
    assert "/revoke" in person.read
    await emulated.private(emulated.world.bots[7001], emulated.user(501, "Ann")).say("hello")
    async with asyncio.timeout(20):
        await other
    assert emulated.world.bots[7001].updates == 1, "nothing was confirmed"


async def test_an_empty_account_shows_only_in_a_real_call(
    models: tuple[ModelServer, str], draft: Draft
) -> None:
    models[0].add(ModelStatus(429, QUOTA), times=2)
    person = Person("a", "g")
    agreed = await held(person, draft)
    assert agreed.draft.model == "gpt-6-luna"
    assert person.read.count("nothing is left to spend") == 2
    models[0].add(ModelStatus(429, QUOTA))
    assert (await held(Person("k", "sk-paid-for-123"), draft)).draft.key == "sk-paid-for-123"


async def test_an_unknown_model_is_chosen_anew_from_those_that_can_talk(draft: Draft) -> None:
    person = Person("2")
    agreed = await held(person, replace(draft, model="gpt-0"))
    assert agreed.draft.model in {"gpt-6-luna", "gpt-6-sol"}
    assert "This key cannot use the model gpt-0" in person.read
    assert "embedding" not in person.shown
    assert (await held(Person("gpt-6-sol"), replace(draft, model="x"))).draft.model == "gpt-6-sol"


async def test_a_server_of_ones_own_needs_no_key_and_its_only_model_is_taken(draft: Draft) -> None:
    local = ModelServer(models={"qwen3:4b", "nomic-embed-text"})
    address = await local.start()
    try:
        person = Person("", address, "")
        agreed = await held(person, replace(draft, key="", base_url=Draft().base_url))
        assert agreed.draft.base_url == address
        assert (agreed.draft.key, agreed.draft.model) == (NO_KEY, "qwen3:4b")
        assert not agreed.provider.hears
        assert "Ollama, on this machine (http://localhost:11434/v1)" in person.read
        pasted = Person(f"{address}\n", "")
        agreed = await held(pasted, replace(draft, key="", base_url=Draft().base_url))
        assert agreed.draft.base_url == address, "an address in the key's place is understood"
    finally:
        await local.stop()


async def test_a_local_server_that_is_off_needs_no_proxy_but_a_start(
    models: tuple[ModelServer, str], draft: Draft
) -> None:
    person = Person("nonsense", models[1], KEY)
    agreed = await held(person, replace(draft, base_url=f"http://{closed_port()}/v1"))
    assert agreed.draft.base_url == models[1]
    assert "ollama serve" in person.read
    assert "Proxy" not in person.shown
    assert "An address begins with http://" in person.read


async def test_a_forgotten_v1_is_what_enter_alone_adds(
    models: tuple[ModelServer, str], draft: Draft
) -> None:
    person = Person("")
    agreed = await held(person, replace(draft, base_url=models[1].removesuffix("/v1")))
    assert (agreed.draft.base_url, agreed.draft.key) == (models[1], KEY)
    assert "mostly end in /v1" in person.read


async def test_what_is_no_provider_is_told_and_no_key_is_sent_to_another_host_unasked(
    models: tuple[ModelServer, str], emulated: BotApi, draft: Draft
) -> None:
    person = Person(models[1], "sk-for-this-host-1")
    agreed = await held(person, replace(draft, base_url=f"{emulated.url}/v1"))
    assert (agreed.draft.base_url, agreed.draft.key) == (models[1], "sk-for-this-host-1")
