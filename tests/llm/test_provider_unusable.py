"""A key or an address that no request can carry is said plainly, and never shows the key."""

import pytest
from provider_kit import listen
from pydantic import SecretStr

from kotodom import check
from kotodom.check import State
from kotodom.config import Config, OpenAIConfig
from kotodom.errors import ErrorKind, ProviderUnavailable
from kotodom.llm.errors import CannotCall, cannot_call

KEYS = [
    "sk-ключ-1234567890",
    "sk-abc\u201d123456789",
    "sk-abc\ndef1234567",
    "sk-abc\x07def1234567",
    "sk-\ud83dabcdef12345",
]
ADDRESSES = [
    "http://a..b/v1",
    "http://[::1/v1",
    "http://" + "a" * 70 + ".example/v1",
    "ftp://127.0.0.1/v1",
    "http://host:port/v1",
]


async def refusals(provider):
    for call in (lambda: listen(provider), lambda: provider.check("gpt-6-luna")):
        with pytest.raises(CannotCall) as caught:
            await call()
        yield caught.value


@pytest.mark.parametrize("key", KEYS, ids=ascii)
async def test_a_key_that_no_header_can_carry(make_provider, key):
    async for error in refusals(make_provider(api_key=key)):
        assert error.kind is ErrorKind.FATAL
        assert "openai.api_key" in str(error)
        assert key not in str(error)
        assert key[:6] not in str(error)
        assert error.__suppress_context__


async def test_a_key_that_no_header_can_carry_through_a_proxy(server, make_provider):
    proxy = server.url.removesuffix("/v1")
    async for error in refusals(make_provider(api_key="sk-abc\ndef1234567", proxy=proxy)):
        assert "openai.api_key" in str(error)
        assert "sk-abc" not in str(error)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_an_address_that_cannot_be_called(make_provider, address):
    async for error in refusals(make_provider(base_url=address)):
        assert "openai.base_url" in str(error)


@pytest.mark.parametrize("proxy", ["http://[::1", "socks5://[::1", "http://127.0.0.1:99999"])
async def test_a_proxy_that_cannot_be_called(make_provider, proxy):
    async for error in refusals(make_provider(proxy=proxy)):
        assert "openai.proxy" in str(error)


async def test_certificates_that_cannot_be_read(make_provider, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    with pytest.raises(CannotCall, match="check SSL_CERT_FILE"):
        await make_provider().warm_up()


async def test_a_name_that_nobody_knows_may_be_known_later(make_provider):
    with pytest.raises(ProviderUnavailable):
        await listen(make_provider(base_url="http://provider.invalid/v1"))


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({"api_key": SecretStr(KEYS[0])}, "openai.api_key"),
        ({"base_url": ADDRESSES[0]}, "openai.base_url"),
    ],
)
async def test_the_check_command_says_what_to_do(tmp_path, server, changes, step):
    """The configuration refuses such values itself; this is for what it does not foresee."""
    config = Config.model_validate(
        {
            "database": {"url": f"sqlite://{tmp_path}/kotodom.db"},
            "openai": {"api_key": "key", "base_url": server.url},
            "bots": [{"name": "cat", "token": "111:" + "c" * 35}],
            "telegram": {"api_base": "http://127.0.0.1:9"},
        }
    )
    openai = OpenAIConfig.model_construct(**{**dict(config.openai), **changes})
    rows = await check.run_checks(config.model_copy(update={"openai": openai}))
    [row] = [row for row in rows if row.what.startswith("model ")]
    assert row.state is State.FAILED
    assert step in row.detail
    assert "look for a character" in row.detail
    assert "ключ" not in check.table(rows)


def test_an_error_from_nowhere_tells_its_name_and_nothing_of_its_text():
    error = cannot_call(ValueError("Bearer sk-0123456789"))
    assert "ValueError" in str(error)
    assert "sk-" not in str(error)
