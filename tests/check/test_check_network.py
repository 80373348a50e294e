"""The ways to Telegram and to the provider, and what two servers say about the clock."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from kotodom.check import State
from kotodom.check.network import Leg, Way, clock_row, compared, look
from kotodom.check.reach import Resolve, resolve
from kotodom.check.report import Row
from kotodom.check.threads import Abandoned
from kotodom.clock import SystemClock
from kotodom.demo.botapi import BotApi
from tests.check.check_kit import checked, closed_port, config, is_ok
from tests.check.proxies import HttpProxy, answering, certificate, talking


def named(*addresses: str) -> Resolve:
    """A name server that knows one host with these addresses."""

    async def find(host: str, port: int, family: int) -> Sequence[str]:
        mine = [a for a in addresses if (":" in a) == (family == socket.AF_INET6)]
        if not mine:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return mine

    return find


async def no_network(host: str, port: int, family: int) -> Sequence[str]:
    """An IPv6 address that no machine has a way to: TCP does not go to groups."""
    return ["127.0.0.1"] if family == socket.AF_INET else ["ff0e::1"]


def leg(port: int, *, scheme: str = "http", host: str = "bots.test", proxy: str = "") -> Leg:
    url = f"{scheme}://{host}:{port}"
    return Leg("Telegram", url, proxy, "telegram.api_base", "telegram.proxy")


async def found(what: Leg, find: Resolve = resolve, timeout: float = 0.5) -> Way:
    return await look(what, find=find, clock=SystemClock(), timeout=timeout)


def hold_still(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accept, and never say a word."""


def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.test ESMTP\r\n")


@pytest.fixture
async def proxy() -> AsyncIterator[HttpProxy]:
    proxy = HttpProxy()
    await proxy.start()
    yield proxy
    await proxy.stop()


async def test_both_families_are_tried_and_told_apart() -> None:
    async with answering() as port, answering(host="::1", port=port):
        way = await found(leg(port), named("127.0.0.1", "::1"))
    assert is_ok(way.row)
    assert way.usable
    assert way.row.detail.startswith("IPv4 in ")
    assert ", IPv6 in " in way.row.detail


async def test_a_server_without_ipv6_is_nothing_to_worry_about() -> None:
    async with answering() as port:
        way = await found(leg(port), named("127.0.0.1"))
        literal = await found(leg(port, host="127.0.0.1"))
    assert is_ok(way.row)
    assert is_ok(literal.row)
    assert way.row.detail.endswith("ms, no IPv6")


@pytest.mark.parametrize(("handler", "said"), [(hold_still, "no answer"), (hang_up, "it closes")])
async def test_broken_ipv6_is_a_note_that_says_how_to_prefer_ipv4(
    handler: object, said: str
) -> None:
    async with answering() as port, talking(handler, host="::1", port=port):  # type: ignore[arg-type]
        way = await found(leg(port), named("127.0.0.1", "::1"))
    assert way.row.state is State.NOTE
    assert way.usable
    assert f"IPv6 is broken ({said}" in way.row.detail
    assert "/etc/gai.conf" in way.row.fix


async def test_broken_ipv4_is_a_note_while_ipv6_works() -> None:
    async with answering(host="::1") as port:
        way = await found(leg(port), named("127.0.0.1", "::1"))
    assert way.row.state is State.NOTE
    assert "IPv4 is broken (it refuses the connection)" in way.row.detail
    assert "repair IPv4" in way.row.fix


async def test_a_server_that_is_not_there_fails_and_suggests_a_proxy() -> None:
    way = await found(leg(int(closed_port().rpartition(":")[2])), named("127.0.0.1"))
    assert way.row.state is State.FAILED
    assert "it refuses the connection" in way.row.detail
    assert "set telegram.proxy" in way.row.fix
    assert way.closed


async def test_a_black_hole_fails_in_time() -> None:
    """The socket listens, but nobody ever accepts."""
    with socket.create_server(("127.0.0.1", 0)) as hole:
        begun = asyncio.get_running_loop().time()
        way = await found(leg(hole.getsockname()[1]), named("127.0.0.1"), timeout=0.3)
    assert way.row.state is State.FAILED
    assert "no answer within 0.3 s" in way.row.detail
    assert asyncio.get_running_loop().time() - begun < 2.0


async def test_names_that_nobody_knows_and_name_servers_that_are_silent_are_told_apart() -> None:
    unknown = await found(leg(80), named())
    assert unknown.row.state is State.FAILED
    assert "the name bots.test has no such address" in unknown.row.detail

    async def silent(host: str, port: int, family: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    gone = await found(leg(80), silent)
    assert gone.row.state is State.FAILED
    assert "the name server does not answer" in gone.row.detail
    assert "getent hosts bots.test" in gone.row.fix


async def test_a_look_up_that_never_ends_does_not_keep_the_program() -> None:
    ever = threading.Event()

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(Abandoned())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await loop.run_in_executor(None, ever.wait)
        assert await asyncio.to_thread(lambda: 7) == 7

    begun = asyncio.get_running_loop().time()
    await asyncio.to_thread(asyncio.run, run())
    assert asyncio.get_running_loop().time() - begun < 2.0
    ever.set()


async def test_certificates_that_are_trusted_are_fine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with answering(context=context) as port:
        way = await found(leg(port, scheme="https", host="127.0.0.1"))
    assert is_ok(way.row)


async def test_a_network_that_this_machine_does_not_have_is_no_fault() -> None:
    """Connecting fails at once there, so nothing waits for it."""
    async with answering() as port:
        way = await found(leg(port), no_network)
    assert way.row.detail.endswith("no IPv6")


async def test_a_certificate_of_nobody_known_names_ca_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, context = certificate(tmp_path)
    async with answering(context=context) as port:
        way = await found(leg(port, scheme="https", host="127.0.0.1"))
    assert way.row.state is State.FAILED
    assert "nobody known here vouches for its certificate" in way.row.detail
    assert "ca-certificates" in way.row.fix


async def test_a_certificate_of_another_time_names_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = certificate(tmp_path, days=-3)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with answering(context=context) as port:
        way = await found(leg(port, scheme="https", host="127.0.0.1"))
    assert way.row.state is State.FAILED
    assert "not valid by this machine's clock" in way.row.detail
    assert "timedatectl" in way.row.fix


async def test_a_certificate_of_another_name_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = certificate(tmp_path, name="hotel.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with answering(context=context) as port:
        way = await found(leg(port, scheme="https"), named("127.0.0.1"))
    assert way.row.state is State.FAILED
    assert "for another name" in way.row.detail
    assert "log-in page" in way.row.fix


async def test_what_speaks_no_tls_says_so() -> None:
    async with talking(babble) as port:
        way = await found(leg(port, scheme="https"), named("127.0.0.1"))
    assert way.row.state is State.FAILED
    assert "speaks no TLS" in way.row.detail
    assert "http:// or https://" in way.row.fix


async def test_certificates_that_cannot_be_read_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    way = await found(leg(443, scheme="https"), named("127.0.0.1"))
    assert way.row.state is State.FAILED
    assert "SSL_CERT_FILE" in way.row.fix


async def test_a_proxy_that_is_needed_is_fine(proxy: HttpProxy) -> None:
    """The server has a name that only the proxy can look up."""
    async with answering() as port:
        way = await found(leg(port, host="localhost", proxy=proxy.url), named())
    assert is_ok(way.row)
    assert way.row.detail.startswith("through the proxy in ")
    assert "without it: the name localhost has no such address" in way.row.detail
    assert proxy.asked == [f"localhost:{port}"]


async def test_a_proxy_that_is_needless_is_a_note(proxy: HttpProxy) -> None:
    async with answering() as port:
        way = await found(leg(port, host="127.0.0.1", proxy=proxy.url))
    assert way.row.state is State.NOTE
    assert way.usable
    assert 'telegram.proxy = ""' in way.row.fix


async def test_a_proxy_that_is_down_fails_though_there_is_another_way() -> None:
    async with answering() as port:
        way = await found(leg(port, host="127.0.0.1", proxy=f"http://{closed_port()}"))
    assert way.row.state is State.FAILED
    assert not way.usable
    assert "the proxy refuses the connection; without it, it is reached" in way.row.detail
    assert "do without" in way.row.fix


async def test_a_proxy_that_is_down_where_it_is_needed_fails() -> None:
    way = await found(leg(80, proxy=f"http://{closed_port()}"), named())
    assert way.row.state is State.FAILED
    assert "its address in telegram.proxy" in way.row.fix


async def test_a_proxy_that_wants_a_login_says_how_to_write_it() -> None:
    proxy = HttpProxy(login="me:pa55word")
    await proxy.start()
    async with answering() as port:
        refused = await found(leg(port, host="localhost", proxy=proxy.url), named())
        login = proxy.url.replace("//", "//me:pa55word@")
        let_in = await found(leg(port, host="localhost", proxy=login), named())
    await proxy.stop()
    assert refused.row.state is State.FAILED
    assert "user:password@" in refused.row.fix
    assert is_ok(let_in.row)


async def test_a_proxy_that_is_silent_fails_in_time() -> None:
    async with talking(hold_still) as port:
        way = await found(leg(80, proxy=f"http://127.0.0.1:{port}"), named(), timeout=0.3)
    assert "through the proxy: no answer within 0.3 s" in way.row.detail


async def test_a_proxy_that_bars_one_leg_only_is_told(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    proxy = HttpProxy(barred=int(model.rpartition(":")[2].partition("/")[0]))
    await proxy.start()
    settings = config(
        tmp_path,
        telegram.url,
        model,
        telegram={"api_base": telegram.url, "proxy": proxy.url},
        openai={"api_key": "key", "base_url": model, "proxy": proxy.url},
    )
    rows = await checked(settings)
    await proxy.stop()
    assert rows["way to Telegram"].state is State.NOTE  # needless: it is reached without it
    assert rows["bot cat"].detail == "@cat_bot"
    row = rows["way to the provider"]
    assert row.state is State.FAILED
    assert "the proxy gave up (HTTP 502)" in row.detail
    assert "the same proxy does reach Telegram" in row.detail
    assert rows["model gpt-6-luna"].state is State.FAILED
    assert "not asked" in rows["model gpt-6-luna"].detail


async def test_everything_behind_a_black_hole_is_told_in_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hole:
        nowhere = f"http://127.0.0.1:{hole.getsockname()[1]}"
        database = {"url": f"postgres://me@{nowhere.removeprefix('http://')}/kotodom"}
        settings = config(tmp_path, nowhere, f"{nowhere}/v1", database=database)
        begun = asyncio.get_running_loop().time()
        rows = await checked(settings, timeout=1.0)
        took = asyncio.get_running_loop().time() - begun
    assert took < 3.0
    for what in ("way to Telegram", "way to the provider", "database", "bot cat"):
        assert rows[what].state is State.FAILED
        assert rows[what].fix


def way(name: str, ahead: float | None, proxy: str = "", usable: bool = True) -> Way:
    row = Row(f"way to {name}", State.OK if usable else State.FAILED, "so")
    return Way(Leg(name, "", proxy, "", ""), row, usable, ahead)


@pytest.mark.parametrize(
    ("telegram", "provider", "state", "said"),
    [
        (0.4, -1.2, State.OK, "as Telegram and the provider have it"),
        (0.4, None, State.OK, "as Telegram have it"),
        (40.0, 41.0, State.NOTE, "this machine's clock is 41 s behind"),
        (-400.0, -401.0, State.FAILED, "this machine's clock is 7 min ahead"),
        (-9000.0, None, State.FAILED, "2 hours ahead"),
        (4e5, 4e5, State.FAILED, "5 days behind"),
        (0.1, 300.0, State.NOTE, "the clock of the provider is 5 min ahead"),
    ],
)
def test_the_clock_is_judged_by_both_servers(
    telegram: float, provider: float | None, state: State, said: str
) -> None:
    row = clock_row((way("Telegram", telegram), way("the provider", provider)))
    assert row is not None
    assert row.state is state
    assert said in row.detail
    assert bool(row.fix) == (state is not State.OK)


def test_servers_that_do_not_say_the_time_cost_no_row() -> None:
    assert clock_row((way("Telegram", None), way("the provider", None))) is None


async def test_the_clock_of_a_server_is_read_from_its_answer() -> None:
    async with answering(ahead=600.0) as port:
        way = await found(leg(port, host="127.0.0.1"))
    assert way.ahead == pytest.approx(600.0, abs=2.0)


def test_a_proxy_of_its_own_is_not_compared() -> None:
    ways = (way("Telegram", None, "http://a"), way("the provider", None, "http://b", usable=False))
    assert compared(ways) == list(ways)
