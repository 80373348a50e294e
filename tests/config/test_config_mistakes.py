"""All mistakes at once, each in one line a person can act on, none with a secret."""

from pathlib import Path

import pytest

from kotodom.config import load
from kotodom.errors import ConfigError

TOKEN = "111:" + "c" * 35


def mistakes(
    path: Path, text: str, environ: dict[str, str] | None = None, *, bots: bool = False
) -> list[str]:
    """The lines for a file of that text, without the file's own name."""
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {}, require_bots=bots)
    assert all("\n" not in line for line in caught.value.mistakes)
    return [line.removeprefix(f"{path}: ") for line in caught.value.mistakes]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


KEY = '[openai]\napi_key = "x"\n'
SECONDS = "a number of seconds above 0, at most 86400"
SECTIONS = (
    "database, telegram, openai, conversation, processing, breaker, admin, secrets, http, log,"
    " backup, prices, bots"
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            KEY + 'timeout = "soon"',
            f'openai.timeout: must be {SECONDS}, not "soon"; for example 60',
        ),
        (
            KEY + "timeout = 0",
            f"openai.timeout: must be {SECONDS}, not 0; for example 60",
        ),
        (
            KEY + "timeout = inf",
            f"openai.timeout: must be {SECONDS}, not Infinity; for example 60",
        ),
        (KEY + "timeout = 400", "openai.total_timeout: must not be below openai.timeout"),
        (KEY + "modle = 'x'", "openai.modle: unknown key; did you mean model?"),
        (
            KEY + "[breaker]\nzzz = 1",
            "breaker.zzz: unknown key; known here: fail_max, reset_timeout",
        ),
        (KEY + "[opnai]\nx = 1", "opnai: unknown section; did you mean openai?"),
        (KEY + "[_env_file]\nx = 1", "_env_file: unknown section"),
        (
            KEY + 'base_url = "localhost:11434"',
            'openai.base_url: must be an http:// or https:// address, not "localhost:11434"; '
            'for example "https://api.openai.com/v1"',
        ),
        (
            KEY + "[telegram]\npoll_timeout = 51",
            "telegram.poll_timeout: must be a whole number of seconds from 1 to 50, not 51; "
            "for example 30",
        ),
        (
            KEY + "[processing]\nconcurrency = true",
            "processing.concurrency: must be a whole number from 1 to 10000, not true; "
            "for example 256",
        ),
        (
            KEY + "[processing]\nretry_base = 301",
            "processing.retry_max: must not be below processing.retry_base",
        ),
        (
            KEY + "[admin]\nids = ['me']",
            'admin.ids[0]: must be a Telegram user id (a whole number), not "me"; '
            "for example 123456789",
        ),
        (
            KEY + '[http]\nlisten = "8080"',
            'http.listen: must be empty, or HOST:PORT, not "8080"; for example "127.0.0.1:8080"',
        ),
        (
            KEY + '[log]\nlevel = "LOUD"',
            'log.level: must be one of DEBUG, INFO, WARNING, ERROR, not "LOUD"; for example "INFO"',
        ),
        (
            KEY + '[prices]\n"m" = { input = -1, cached = 0, output = 1 }',
            "prices.m.input: must be dollars per million tokens, 0 or more, not -1; "
            "for example 0.1",
        ),
        (
            KEY + '[prices]\n"m" = { input = 1, output = 1 }',
            "prices.m.cached: is missing: must be dollars per million tokens, 0 or more; "
            "for example 0.01",
        ),
        (
            KEY + '[prices]\n"m" = { minute = "much" }',
            'prices.m.minute: must be dollars per minute of sound, 0 or more, not "much"; '
            "for example 0.0045",
        ),
        (
            KEY + '[prices]\n"m" = { minute = 1, input = 1, output = 1 }',
            "prices.m: needs input, cached and output together, or none of them",
        ),
        (
            KEY + '[database]\nurl = "postgres://localhost"',
            "database.url: must be sqlite://PATH or postgres://HOST:PORT/NAME (user and password "
            'before the host); for example "sqlite://data/kotodom.db"',
        ),
        ("openai = 3", 'openai: must be a section; for example "[openai]"'),
        ("", 'openai: is missing: add an [openai] section with api_key = "…"'),
        (KEY + "[nope]\nx = 1", f"nope: unknown section; known here: {SECTIONS}"),
        (KEY + "[bots]\nx = 1", "bots: must be a list of sections, each with [[bots]] above it"),
        (
            KEY + "[processing]\ndrain_timeout = 1e308",
            "processing.drain_timeout: must be a number of seconds from 0 to 86400, not 1e+308; "
            "for example 20",
        ),
        (
            KEY + f"[processing]\nconcurrency = 0x{'f' * 9000}",
            "processing.concurrency: must be a whole number from 1 to 10000, not a number that "
            "long; for example 256",
        ),
        (
            "[openai]",
            "openai.api_key: is missing: must be the provider's key (a server of your own takes "
            'any text); for example "credential:openai_api_key"',
        ),
        (
            KEY + f'[[bots]]\ntoken = "{TOKEN}"',
            'bots[0].name: is missing: must be 1 to 64 characters on one line; for example "cat"',
        ),
        (
            KEY + '[[bots]]\nname = "cat"\ntoken = "123:short"',
            "bots[0].token: must be a token from @BotFather (number:35 characters); "
            'for example "credential:cat_token"',
        ),
        (
            KEY + f'[[bots]]\nname = "cat"\ntoken = "{TOKEN}"\nenabled = "perhaps"',
            'bots[0].enabled: must be true or false, not "perhaps"; for example true',
        ),
    ],
)
def test_a_mistake_names_its_key_what_is_wrong_and_what_would_be_right(
    file: Path, text: str, line: str
) -> None:
    assert mistakes(file, text) == [line]


def test_all_mistakes_are_reported_at_once(file: Path) -> None:
    text = f"""
    [openai]
    api_key = "env:NOPE"
    timeout = "soon"
    modle = "x"
    [htp]
    listen = "x"
    [[bots]]
    name = "cat"
    token = "{TOKEN}"
    [[bots]]
    name = "CAT"
    token = "111:{"x" * 35}"
    enabled = 5
    """
    environ = {"KOTODOM_BREAKER__FAIL_MAX": "-3", "KOTODOM_LGO__LEVEL": "INFO"}
    keys = {line.split(": ")[0]: line.split(": ")[1] for line in mistakes(file, text, environ)}
    assert keys == {
        "openai.api_key": "the environment variable NOPE is not set; export it first",
        "openai.timeout": f'must be {SECONDS}, not "soon"; for example 60',
        "openai.modle": "unknown key; did you mean model?",
        "htp": "unknown section; did you mean http?",
        "KOTODOM_BREAKER__FAIL_MAX": "breaker.fail_max",
        "environment": "KOTODOM_LGO__LEVEL",
        "bots[1].name": "is the same name as that of bots[0]; give each bot its own",
        "bots[1].token": "is the same bot as bots[0] (the number before the colon); "
        "keep one of them",
        "bots[1].enabled": "must be true or false, not 5; for example true",
    }


@pytest.mark.parametrize(
    ("environ", "line"),
    [
        (
            {"KOTODOM_PROCESSING__CONCURRENCY": "many"},
            "KOTODOM_PROCESSING__CONCURRENCY: processing.concurrency: must be a whole number from "
            '1 to 10000, not "many"; for example 256',
        ),
        (
            {"KOTODOM_OPENAI__API_KEY__X": "y"},
            "KOTODOM_OPENAI__API_KEY__X: openai.api_key: must be the provider's key (a server of "
            'your own takes any text); for example "credential:openai_api_key"',
        ),
        (
            {"KOTODOM_PRICES__M__INPUT": "1", "KOTODOM_PRICES__M__OUTPUT": "1"},
            "KOTODOM_PRICES__M__INPUT: prices.m.cached: is missing: must be dollars per million "
            "tokens, 0 or more; for example 0.01",
        ),
        (
            {"KOTODOM_BOTS": f'[{{"name": "cat", "token": "{TOKEN}"'},
            "environment: KOTODOM_BOTS: is not valid JSON; for example "
            """KOTODOM_BOTS='[{"name": "cat", "token": "env:CAT_TOKEN"}]'""",
        ),
        (
            {"KOTODOM_BOTS__0__TOKEN": TOKEN},
            "environment: KOTODOM_BOTS__0__TOKEN: a list is set whole: "
            """KOTODOM_BOTS='[{"name": "cat", "token": "env:CAT_TOKEN"}]'""",
        ),
        (
            {"KOTODOM_DATABASE": "sqlite://k.db"},
            "environment: KOTODOM_DATABASE: sets a whole section, as JSON; its keys are set by "
            "KOTODOM_DATABASE__URL",
        ),
        (
            {"KOTODOM_PRICES": "[" * 10_000},
            "environment: KOTODOM_PRICES: is not valid JSON; for example "
            """KOTODOM_PRICES='{"gpt-6-luna": {"input": 0.1, "cached": 0.01, "output": 0.5}}'""",
        ),
        (
            {"KOTODOM_OPENAI_API_KEY": "y"},
            "environment: KOTODOM_OPENAI_API_KEY: is no setting; did you mean "
            "KOTODOM_OPENAI__API_KEY (two underscores)?",
        ),
        (
            {"KOTODOM_DATABASE___URL": "y"},
            "KOTODOM_DATABASE___URL: database._url: unknown key; did you mean url?",
        ),
        (
            {"KOTODOM_OPENIA__TIMEOUT": "1"},
            "environment: KOTODOM_OPENIA__TIMEOUT: sets an unknown section; did you mean OPENAI?",
        ),
    ],
)
def test_a_mistake_of_the_environment_names_the_variable(
    file: Path, environ: dict[str, str], line: str
) -> None:
    assert mistakes(file, KEY, environ) == [line]


def test_variables_that_only_begin_like_ours_are_somebody_elses(file: Path) -> None:
    file.write_text(KEY)
    # What Kubernetes sets for a service called kotodom-http.
    load(file, {"KOTODOM_HTTP_PORT": "tcp://10.0.0.1:80", "KOTODOM_VERSION": "1"})


def test_running_without_a_bot_is_a_mistake_and_other_commands_need_none(file: Path) -> None:
    assert mistakes(file, KEY, bots=True) == [
        'bots: there are none: add a [[bots]] section with name = "…" and token = "…"'
    ]
    assert load(file, {}).bots == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = hunter22\n", "is not valid TOML: invalid value at line 2, column 5"),
        ("[openai]\n[openai]\n", "is not valid TOML: cannot declare ('openai',) twice at line 2"),
        ("a = [1,", "is not valid TOML: invalid value at end of document"),
    ],
)
def test_a_syntax_error_gives_line_and_column_and_quotes_nothing(
    file: Path, text: str, line: str
) -> None:
    (found,) = mistakes(file, text)
    assert found.startswith(line)


def test_a_file_that_is_no_text_or_cannot_be_opened_is_one_line(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    assert caught.value.mistakes == (f"{file}: is not UTF-8 text (byte 0)",)


def test_a_named_file_that_is_missing_is_one_line_with_the_next_step(tmp_path: Path) -> None:
    path = tmp_path / "nope.toml"
    for asked, environ, who in (
        (path, {}, "--config"),
        (None, {"KOTODOM_CONFIG": str(path)}, "KOTODOM_CONFIG"),
    ):
        with pytest.raises(ConfigError) as caught:
            load(asked, environ)
        (line,) = caught.value.mistakes
        assert line.startswith(f"{path}: no such file ({who} names it)")
        assert "config.example.toml" in line
        assert "kotodom demo" in line


def test_no_configuration_at_all_says_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as caught:
        load(None, {})
    (line,) = caught.value.mistakes
    for word in ("--config", "$KOTODOM_CONFIG", "config.toml", "/etc/kotodom", "kotodom demo"):
        assert word in line


PLANTED = "hunter22-the-secret"


@pytest.mark.parametrize(
    "text",
    [
        f'[database]\nurl = "mysql://me:{PLANTED}@host/db"',
        f'[database]\nurl = ["{PLANTED}"]',
        f'database = "postgres://me:{PLANTED}@host/db"',
        f'[telegram]\nproxy = "ftp://me:{PLANTED}@host"',
        f'[telegram]\napi_base = "http://me:{PLANTED} @host"',
        f'[openai]\napi_key = {{ a = "{PLANTED}" }}',
        f'openai = "{PLANTED}"',
        f'bots = "{PLANTED}"',
        f'bots = ["{PLANTED}"]',
        f'[[bots]]\nname = "cat"\ntoken = "{PLANTED}"',
        f'[[bots]]\nname = "cat"\ntoken = "env:111:{"s" * 35}"',
    ],
)
def test_no_message_ever_quotes_a_secret(file: Path, text: str) -> None:
    lines = "\n".join(mistakes(file, text))
    assert PLANTED not in lines
    assert "s" * 35 not in lines
