"""Whose way `kotodom init` does not find: another address, or a proxy for each leg apart."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

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
from kotodom.setup.mend_provider import mend_provider
from kotodom.setup.mend_telegram import mend_telegram
from tests.cli.init_kit import KEY, Person, Proxy, closed_port, held


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
