"""The configuration as values: what the file, the environment and the defaults give."""

from decimal import Decimal
from pathlib import Path

import pytest

from kotodom.config import Config, load
from kotodom.errors import ConfigError

CAT = "111:" + "c" * 35
DOG = "222:" + "d" * 35
MINIMAL = f"""
[openai]
api_key = "key-of-mine"
[[bots]]
name = "cat"
token = "{CAT}"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def written(file: Path, text: str) -> Path:
    file.write_text(text)
    file.chmod(0o600)
    return file


def test_a_key_and_one_bot_are_enough_and_the_rest_has_the_defaults_of_the_design(
    file: Path,
) -> None:
    config = load(written(file, MINIMAL), {}, require_bots=True)
    assert config.path == file
    assert config.warnings == ()
    assert config.database.url.get_secret_value() == "sqlite://data/kotodom.db"
    assert (config.telegram.api_base, config.telegram.poll_timeout) == (
        "https://api.telegram.org",
        30,
    )
    assert (config.openai.model, config.openai.timeout, config.openai.total_timeout) == (
        "gpt-6-luna",
        60,
        300,
    )
    assert config.openai.context_budget == 32_000
    assert (config.processing.concurrency, config.processing.max_attempts) == (256, 5)
    assert (config.processing.backlog_limit, config.processing.min_free_disk_mb) == (100_000, 100)
    assert (config.breaker.fail_max, config.breaker.reset_timeout) == (5, 30)
    assert (config.admin.ids, config.http.listen) == ((), "")
    assert (config.log.level, config.log.format) == ("INFO", "text")


def test_keys_a_bot_leaves_out_are_none_so_that_the_database_keeps_its_own(file: Path) -> None:
    text = MINIMAL + 'prompt = "You are a cat."\nenabled = false\nhelp_message = ""\n'
    (spec,) = load(written(file, text), {}).bot_specs()
    assert (spec.telegram_id, spec.token, spec.name) == (111, CAT, "cat")
    assert (spec.prompt, spec.enabled, spec.help_message) == ("You are a cat.", False, "")
    assert (spec.model, spec.start_message, spec.error_message) == (None, None, None)


def test_the_environment_wins_over_the_file_key_by_key(file: Path) -> None:
    text = MINIMAL + "[processing]\nconcurrency = 3\nmax_attempts = 4\n"
    config = load(
        written(file, text),
        {
            "KOTODOM_PROCESSING__CONCURRENCY": "7",
            "KOTODOM_OPENAI__TIMEOUT": "1.5",
            "KOTODOM_LOG__LEVEL": "debug",
            "KOTODOM_ADMIN__IDS": "[5, 6]",
            "KOTODOM_PRICES": '{"m": {"input": 1, "cached": "0.1", "output": 5}}',
            "OPENAI_API_KEY": "not ours to read",
        },
    )
    assert (config.processing.concurrency, config.processing.max_attempts) == (7, 4)
    assert config.openai.timeout == 1.5
    assert config.openai.api_key.get_secret_value() == "key-of-mine"
    assert (config.log.level, config.admin.ids) == ("DEBUG", (5, 6))
    assert config.prices["m"].cached == Decimal("0.1")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///var/lib/kotodom/kotodom.db",
        "postgres://me:secret@localhost:5432/kotodom",
        "postgresql://localhost/kotodom?sslmode=require",
        "postgres:///kotodom?host=/run/postgresql",
    ],
)
def test_both_engines_are_named_by_their_url(file: Path, url: str) -> None:
    config = load(written(file, MINIMAL), {"KOTODOM_DATABASE__URL": url})
    assert config.database.url.get_secret_value() == url


def test_bots_of_the_environment_replace_the_files(file: Path) -> None:
    environ = {"KOTODOM_BOTS": '[{"name": "dog", "token": "env:DOG"}]', "DOG": DOG}
    assert [spec.name for spec in load(written(file, MINIMAL), environ).bot_specs()] == ["dog"]


@pytest.mark.parametrize("text", ["1,2", "1, 2,", "[1, 2]"])
def test_admin_ids_may_be_written_with_commas_in_the_environment(file: Path, text: str) -> None:
    config = load(written(file, MINIMAL), {"KOTODOM_ADMIN__IDS": text})
    assert config.admin.ids == (1, 2)


def test_the_environment_alone_is_a_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {
        "KOTODOM_OPENAI__API_KEY": "key-of-mine",
        "KOTODOM_BOTS": f'[{{"name": "cat", "token": "{CAT}"}}]',
    }
    config = load(None, environ, require_bots=True)
    assert config.path is None
    assert config.bot_specs()[0].telegram_id == 111


def test_prices_are_exact_decimals_quoted_or_not(file: Path) -> None:
    text = MINIMAL + '[prices]\n"a.b" = { input = 0.10, cached = "0.01", output = 2 }\n'
    price = load(written(file, text), {}).prices["a.b"]
    assert (price.input, price.cached, price.output) == (
        Decimal("0.1"),
        Decimal("0.01"),
        Decimal(2),
    )


def test_a_model_that_only_listens_is_priced_by_the_minute_alone(file: Path) -> None:
    text = MINIMAL + '[prices]\n"ear" = { minute = 0.0045 }\n'
    price = load(written(file, text), {}).prices["ear"]
    assert (price.minute, price.input) == (Decimal("0.0045"), None)


def test_the_file_is_searched_in_the_documented_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = written(tmp_path / "config.toml", MINIMAL)
    named = written(tmp_path / "named.toml", MINIMAL)
    asked = written(tmp_path / "asked.toml", MINIMAL)
    environ = {"KOTODOM_CONFIG": str(named)}
    assert load(asked, environ).path == asked
    assert load(None, environ).path == named
    found = load(None, {}).path
    assert found is not None
    assert found.resolve() == here


def test_values_cannot_be_changed(file: Path) -> None:
    config = load(written(file, MINIMAL), {})
    with pytest.raises(ValueError, match="frozen"):
        config.openai.timeout = 1  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        config.bots = ()  # type: ignore[misc]


def test_the_processes_own_environment_is_never_read(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOTODOM_PROCESSING__CONCURRENCY", "9")
    monkeypatch.setenv("OPENAI", "{}")
    monkeypatch.setenv("KOTODOM_OPENAI", "{}")
    assert load(written(file, MINIMAL), {}).processing.concurrency == 256
    assert Config.model_validate({"openai": {"api_key": "x"}}).processing.concurrency == 256


# -- secrets ----------------------------------------------------------------------------------


def with_token(token: str) -> str:
    return f'[openai]\napi_key = "x"\n[[bots]]\nname = "cat"\ntoken = "{token}"\n'


def test_a_secret_may_lie_in_the_environment_in_a_file_or_in_a_credential(
    file: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(f"  {CAT}\n")
    absolute = with_token(f"file:{tmp_path / 'secret'}")
    environ = {"CAT": CAT, "CREDENTIALS_DIRECTORY": str(tmp_path)}
    for text in (
        with_token("env:CAT"),
        with_token("file:secret"),
        absolute,
        with_token("credential:secret"),
    ):
        assert load(written(file, text), environ).bot_specs()[0].token == CAT


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("env:NOPE", "the environment variable NOPE is not set"),
        ("env:BLANK", "env:BLANK is empty"),
        ("file:nope", "cannot be read: No such file or directory"),
        ("credential:nope", "needs systemd"),
    ],
)
def test_a_secret_that_cannot_be_found_says_where_it_was_looked_for(
    file: Path, reference: str, said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(file, with_token(reference)), {"BLANK": " "})
    (line,) = caught.value.mistakes
    assert line.startswith(f"{file}: bots[0].token: ")
    assert said in line


def test_a_credential_cannot_leave_its_directory(file: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text(CAT)
    (tmp_path / "in").mkdir()
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path / "in")}
    with pytest.raises(ConfigError, match="named without a path"):
        load(written(file, with_token("credential:../outside")), environ)


def test_no_secret_shows_in_reprs(file: Path) -> None:
    text = (
        MINIMAL.replace("[[bots]]", 'proxy = "http://me:hunter22@host:1"\n[[bots]]')
        + '[database]\nurl = "postgres://kotodom:hunter22@localhost/db"\n'
    )
    config = load(written(file, text), {})
    shown = repr(config) + str(config) + repr(config.bots) + repr(config.bot_specs())
    for secret in (CAT, "key-of-mine", "hunter22"):
        assert secret not in shown
    assert set(config.hidden()) == {CAT, "key-of-mine", "hunter22"}


def test_a_literal_secret_that_everybody_can_read_is_a_warning_not_a_mistake(file: Path) -> None:
    written(file, MINIMAL).chmod(0o644)
    (warning,) = load(file, {}).warnings
    assert f"chmod 600 {file}" in warning
    assert "openai.api_key, bots[0].token" in warning
    references = '[openai]\napi_key = "env:K"\n[[bots]]\nname = "cat"\ntoken = "env:T"\n'
    file.write_text(references)
    assert load(file, {"K": "key", "T": CAT}).warnings == ()
