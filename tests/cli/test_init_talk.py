"""What `kotodom init` says about each fault, and that it asks again for only what was wrong."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import aiohttp
import pytest

from kotodom.check.provider import ProviderFault, ProviderRefused
from kotodom.check.telegram import TelegramFault, TelegramRefused
from kotodom.demo.botapi import BotApi, Garbage, Status
from kotodom.demo.model import ModelServer
from kotodom.demo.model_faults import Status as ModelStatus
from kotodom.setup import explain
from kotodom.setup.draft import (
    OPENAI,
    TELEGRAM,
    Draft,
    ProviderTested,
    TelegramTested,
    telegram_tested,
)
from kotodom.setup.mend_provider import NO_KEY, mend_provider
from kotodom.setup.mend_telegram import mend_telegram
from kotodom.setup.talk import Agreed, agree, complete
from tests.cli.init_kit import KEY, TOKEN, Person, Proxy

OTHER = "7002:" + "B" * 35
QUOTA = {"message": "You exceeded your quota", "type": "insufficient_quota", "code": ""}


async def held(person: Person, draft: Draft, *, listen: int = 0) -> Agreed:
    """The whole conversation; the emulators answer meanwhile. Mostly nobody else polls."""
    loop = asyncio.get_running_loop()

    def talk() -> Agreed:
        whole = complete(person, draft)
        return agree(
            person,
            whole,
            lambda work: asyncio.run_coroutine_threadsafe(work, loop).result(),
            listen=listen,
        )

    async with asyncio.timeout(60):
        agreed = await asyncio.to_thread(talk)
    assert person.left == []
    return agreed


@pytest.fixture
def draft(emulated: BotApi, models: tuple[ModelServer, str]) -> Draft:
    return Draft(TOKEN, KEY, models[1], api_base=emulated.url)


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


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


async def test_a_server_of_ones_own_that_is_not_found_may_be_somewhere_else(
    emulated: BotApi, models: tuple[ModelServer, str], draft: Draft
) -> None:
    """A typing error in its address must not end in questions for a proxy."""
    person = Person("", emulated.url, "", models[1], KEY)
    wrong = replace(draft, api_base="http://bots.invalid", base_url="http://nas.invalid:11434/v1")
    agreed = await held(person, wrong)
    assert (agreed.draft.api_base, agreed.draft.base_url) == (emulated.url, models[1])
    assert "There is no way to the provider (nas.invalid:11434) from this machine" in person.read
    assert "gaierror" not in person.shown


async def test_what_answers_in_the_place_of_telegram_or_openai_is_a_case_for_a_proxy(
    draft: Draft,
) -> None:
    proxy = "http://127.0.0.1:3128"
    blocked = TelegramTested(refused=TelegramRefused(TelegramFault.NO_BOT_API, "a log-in page"))
    mended, _ = mend_telegram(Person(proxy), replace(draft, api_base=TELEGRAM), blocked)
    assert (mended.api_base, mended.telegram_proxy) == (TELEGRAM, proxy)
    page = ProviderTested(refused=ProviderRefused(ProviderFault.NO_PROVIDER, "a log-in page"))
    mended, _ = mend_provider(Person(proxy), replace(draft, base_url=OPENAI), page)
    assert (mended.base_url, mended.provider_proxy) == (OPENAI, proxy)
    assert "proxy" in " ".join(explain.provider(replace(draft, base_url=OPENAI), page))


async def test_a_gateway_in_trouble_is_no_wrong_address(draft: Draft) -> None:
    async def overloaded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        page = b"<html>502 Bad Gateway</html>"
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: %d\r\n\r\n" % len(page) + page)
        writer.close()

    server = await asyncio.start_server(overloaded, "127.0.0.1", 0)
    async with server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        tested = await telegram_tested(replace(draft, api_base=address))
    assert tested.fault is TelegramFault.OTHER
    assert "HTTP 502" in explain.telegram(draft, tested)[0]


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (Garbage(), "answers, but is no Bot API server"),
        (Status(500, "Internal Server Error: restart"), "Telegram is in trouble"),
    ],
)
async def test_telegram_in_trouble_is_tried_again(
    emulated: BotApi, draft: Draft, effect: Garbage | Status, said: str
) -> None:
    emulated.faults.add("getMe", effect, times=1)
    person = Person("")
    assert (await held(person, draft)).telegram.bot is not None
    assert said in person.read


@pytest.fixture
async def proxy(
    emulated: BotApi, models: tuple[ModelServer, str]
) -> AsyncIterator[Callable[..., Awaitable[Proxy]]]:
    """Makes proxies, behind which both servers have names that nobody else knows."""
    made = []

    async def make(password: str = "") -> Proxy:
        proxy = Proxy({"telegram": emulated.url, "provider.invalid": models[1]}, password)
        await proxy.start()
        made.append(proxy)
        return proxy

    yield make
    for one in made:
        await one.stop()


@pytest.fixture
def blocked(draft: Draft) -> Draft:
    """No way leads to either of the two."""
    return replace(draft, api_base="http://telegram", base_url="http://provider.invalid/v1")


MakeProxy = Callable[..., Awaitable[Proxy]]


async def test_only_without_a_route_a_proxy_is_asked_for_and_each_leg_has_its_own(
    blocked: Draft, proxy: MakeProxy
) -> None:
    first, second = await proxy("Basic YW5uOnMzY3JldC93b3Jk"), await proxy()
    person = Person(
        *("p", "not an address", f"http://ann@{first.address}", "s3cret/word"),
        *("p", "n", f"http://{second.address}"),
    )
    agreed = await held(person, blocked)
    assert agreed.draft.telegram_proxy == f"http://ann:s3cret%2Fword@{first.address}"
    assert agreed.draft.provider_proxy == f"http://{second.address}"
    assert (first.asked_for, second.asked_for) == ({"telegram"}, {"provider.invalid"})
    assert "There is no way to Telegram (telegram) from this machine" in person.read
    assert "There is no way to the provider (provider.invalid) from this machine" in person.read
    assert "That is no address of a proxy" in person.read
    assert "s3cret" not in person.shown


async def test_one_proxy_may_serve_both(blocked: Draft, proxy: MakeProxy) -> None:
    only = await proxy()
    agreed = await held(Person("p", f"http://{only.address}", "p", "y"), blocked)
    assert agreed.draft.telegram_proxy == agreed.draft.provider_proxy == f"http://{only.address}"


async def test_a_proxy_that_is_wrong_is_named_and_the_other_leg_left_alone(
    draft: Draft, proxy: MakeProxy
) -> None:
    only = await proxy("Basic YW5uOnBhNTV3b3Jk")
    person = Person(
        *("p", f"http://{closed_port()}"),
        *("p", f"http://{only.address}"),
        *("p", f"http://ann:pa55word@{only.address}"),
    )
    agreed = await held(person, replace(draft, api_base="http://telegram"))
    assert "through the proxy: the proxy" in person.read
    assert "the proxy refuses, HTTP 407" in person.read
    assert agreed.draft.provider_proxy == ""


async def test_a_country_that_the_provider_does_not_serve_is_a_case_for_a_proxy(
    models: tuple[ModelServer, str], draft: Draft, proxy: MakeProxy
) -> None:
    only = await proxy()
    error = {"message": "Country not supported", "code": "unsupported_country_region_territory"}
    models[0].add(ModelStatus(403, error))
    local = replace(draft, base_url=models[1].replace("127.0.0.1", "provider.invalid"))
    person = Person("p", f"http://{only.address}", "p", f"http://{only.address}")
    agreed = await held(person, local)
    assert "does not serve the country it sees us in through the proxy" in person.read
    assert agreed.draft.provider_proxy == f"http://{only.address}"
