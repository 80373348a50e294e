"""Addresses: what no library could use is a mistake before anything starts."""

import json
from importlib import util
from pathlib import Path

import pytest

from kotodom.config import addresses, load
from kotodom.errors import ConfigError

HIDDEN = "hunter22hunter22"


def mistake(variable: str, value: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(None, {"KOTODOM_OPENAI__API_KEY": "x", variable: value})
    (line,) = caught.value.mistakes
    assert HIDDEN not in line
    return line


def accepted(variable: str, value: str) -> None:
    load(None, {"KOTODOM_OPENAI__API_KEY": "x", variable: value})


WRONG_HOSTS = (
    *("[::1", "h:99999", "h:port", "h:0", ":80", "", "exa\0mple", "a..b", "a" * 64),
    *("-a", "a b", "256.1.1.1", "[1:2]", "é" * 64, ".".join(["a" * 60] * 5)),
)


@pytest.mark.parametrize("host", WRONG_HOSTS)
@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("KOTODOM_TELEGRAM__API_BASE", "http://{}/x"),
        ("KOTODOM_OPENAI__BASE_URL", "http://{}/x"),
        ("KOTODOM_TELEGRAM__PROXY", f"http://me:{HIDDEN}@{{}}"),
        ("KOTODOM_OPENAI__PROXY", f"http://me:{HIDDEN}@{{}}"),
    ],
)
def test_a_host_or_port_that_cannot_be_is_a_mistake(variable: str, url: str, host: str) -> None:
    assert "must be" in mistake(variable, url.format(host))


@pytest.mark.parametrize("host", ["[::1", "h:99999", "h:port", "a..b", "h:1,h:0", "[1:2]"])
def test_postgres_hosts_are_looked_at_too(host: str) -> None:
    url = f"postgres://me:{HIDDEN}@{host}/db"
    assert "must be sqlite://PATH or" in mistake("KOTODOM_DATABASE__URL", url)


@pytest.mark.parametrize("sign", "/?#@")
@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("KOTODOM_DATABASE__URL", "postgres://me:{}@h/db"),
        ("KOTODOM_TELEGRAM__PROXY", "http://me:{}@h:1"),
        ("KOTODOM_OPENAI__PROXY", "http://me:{}@h:1"),
    ],
)
def test_a_password_with_a_sign_that_ends_it_is_told_how_to_write_it(
    variable: str, url: str, sign: str
) -> None:
    line = mistake(variable, url.format(f"{HIDDEN}{sign}{HIDDEN}"))
    assert "write them as %2F %3F %23 and %40" in line


@pytest.mark.parametrize("rest", ["/?x=1", "/#x", "/?", "/a b", "/a\nb"])
def test_an_address_that_paths_are_appended_to_has_nothing_behind_its_path(rest: str) -> None:
    for variable in ("KOTODOM_TELEGRAM__API_BASE", "KOTODOM_OPENAI__BASE_URL"):
        assert "must be an http" in mistake(variable, f"http://127.0.0.1:9{rest}")


def test_the_providers_address_holds_no_password() -> None:
    line = mistake("KOTODOM_OPENAI__BASE_URL", f"http://me:{HIDDEN}@h/v1")
    assert line.endswith("holds a user and password: the key alone says who we are")


@pytest.mark.parametrize("section", ["TELEGRAM", "OPENAI"])
def test_a_socks_proxy_needs_its_package_and_a_port(
    section: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable, url = f"KOTODOM_{section}__PROXY", f"socks5h://me:{HIDDEN}@h:1080"
    monkeypatch.setattr(addresses, "find_spec", lambda name: None)
    assert mistake(variable, url).endswith("run: pip install 'kotodom[socks]'")
    monkeypatch.setattr(addresses, "find_spec", lambda name: util.find_spec("json"))
    accepted(variable, url)
    assert "must be empty" in mistake(variable, url.removesuffix(":1080"))


@pytest.mark.parametrize(
    "listen",
    ["256.1.1.1:80", "a..b:80", "a" * 64 + ":80", "[1:2]:80", "*:80", "h:65536", ":80", "h:۸۰"],
)
def test_a_place_to_listen_that_cannot_be_is_a_mistake(listen: str) -> None:
    assert "must be empty, or HOST:PORT" in mistake("KOTODOM_HTTP__LISTEN", listen)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("KOTODOM_TELEGRAM__API_BASE", "http://bot_api:8081"),
        ("KOTODOM_TELEGRAM__API_BASE", "https://[::1]:8081/base/"),
        ("KOTODOM_OPENAI__BASE_URL", "http://127.0.0.1:11434/v1"),
        ("KOTODOM_OPENAI__BASE_URL", "https://модель.example./v1@x"),
        ("KOTODOM_OPENAI__PROXY", "http://me:p%40ss%2Fword@proxy:3128"),
        ("KOTODOM_DATABASE__URL", "postgres://me:p%40ss@h1:5432,[::1]:5433,h3/db?sslmode=require"),
        ("KOTODOM_DATABASE__URL", "postgres:///db?host=/run/postgresql&port=5433"),
        ("KOTODOM_DATABASE__URL", "sqlite://data/a b#c.db"),
        ("KOTODOM_HTTP__LISTEN", "[::1]:8080"),
        ("KOTODOM_HTTP__LISTEN", "localhost:0"),
    ],
)
def test_what_can_be_used_is_accepted(variable: str, value: str) -> None:
    accepted(variable, value)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("sk-one\ntwo", "one line of plain ASCII"),
        ("ключ", "one line of plain ASCII"),
        ("key ", "one line of plain ASCII"),
        (" ", "must be the provider's key"),
    ],
)
def test_a_key_that_no_request_can_carry_is_a_mistake(key: str, said: str) -> None:
    assert said in mistake("KOTODOM_OPENAI__API_KEY", key)


@pytest.mark.parametrize(
    "token",
    [f"{2**63}:{'a' * 35}", f"{'9' * 25}:{'a' * 35}", f"0:{'a' * 35}", f"१:{'a' * 35}", "\n"],
)
def test_a_token_whose_number_is_no_account_is_a_mistake(token: str) -> None:
    if token == "\n":
        token = f"1:{'a' * 35}\n"
    bots = json.dumps([{"name": "cat", "token": token}])
    assert "must be a token from @BotFather" in mistake("KOTODOM_BOTS", bots)


def test_a_number_with_zeros_in_front_is_the_same_bot() -> None:
    bots = [{"name": name, "token": f"{n}:{'a' * 35}"} for name, n in (("a", "7"), ("b", "007"))]
    assert "is the same bot as bots[0]" in mistake("KOTODOM_BOTS", json.dumps(bots))


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("postgres://me:p%40ss@h/db", {"p%40ss", "p@ss"}),
        ("postgres://h/db?user=me&password=se+cret&sslpassword=x", {"se cret", "x"}),
        ("postgres://me:a/b@c@h/db", {"a/b", "a/b@c"}),
        ("postgres://me:pw@h/db?application_name=a@b", {"pw", "pw@h/db?application_name=a"}),
        ("http://h:1", set()),
        ("sqlite://data/k.db", set()),
    ],
)
def test_the_passwords_in_an_address_are_known_as_written_and_as_meant(
    url: str, secrets: set[str]
) -> None:
    assert set(addresses.secrets(url)) == secrets


def test_an_unreadable_address_does_not_keep_secrets_from_being_known(tmp_path: Path) -> None:
    assert addresses.secrets(f"postgres://me:{HIDDEN}@[::1/db") == [HIDDEN]
