"""What the log writes: one line an event, everything routed in, every secret taken out."""

import io
import json
import logging
import os
import re
import warnings
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TextIO
from urllib.parse import quote, quote_plus

import pytest
from loguru import logger

from kotodom import logs, redaction

TOKEN = "123456789:" + "AbC-_" * 7
KEY = "sk-proj-abcdefghijklmnop"
EXACT = "correct horse battery staple"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def logging_put_back() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    yield
    logger.remove()
    logging.captureWarnings(False)
    root.handlers = before
    root.setLevel(level)


@contextmanager
def keeping_secrets() -> Iterator[None]:
    """Other tests need not look for the secrets of this one."""
    known, forms = set(redaction._known), redaction._forms_by_length
    yield
    redaction._known.clear()
    redaction._known.update(known)
    redaction._forms_by_length = forms


def configured(format: str = "text", level: str = "INFO") -> io.StringIO:
    stream = io.StringIO()
    logs.configure(level, format, secrets=[EXACT], stream=stream)
    return stream


def said(stream: io.StringIO) -> str:
    """Everything written to *stream*, once the writing thread has ended."""
    logger.remove()
    return stream.getvalue()


def test_a_text_line_has_time_in_utc_level_module_message_and_what_it_is_about() -> None:
    stream = configured()
    logger.bind(bot="cat", chat=5).info("answered in {} s", 2)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO     "
        r"test_logs: answered in 2 s bot=cat chat=5\n",
        said(stream),
    )


def test_a_json_line_is_one_compact_object_with_what_it_is_about_as_keys() -> None:
    stream = configured("json")
    logger.bind(bot="cat", chat=5, level="not overwritten").info("два\nлінії")
    (line,) = said(stream).splitlines()
    event = json.loads(line)
    assert event.pop("time").endswith("Z")
    assert event == {
        "level": "INFO",
        "message": "два\nлінії",
        "module": "test_logs",
        "bot": "cat",
        "chat": 5,
    }
    assert ", " not in line


def test_events_below_the_level_are_not_written() -> None:
    stream = configured(level="WARNING")
    logger.info("no")
    logging.getLogger("anything").info("no")
    logger.warning("yes")
    assert said(stream).count("\n") == 1


def test_colour_only_on_a_terminal() -> None:
    terminal = Terminal()
    logs.configure("INFO", "text", stream=terminal)
    logger.error("red")
    assert "\x1b[31mERROR" in said(terminal)
    stream = configured()
    logger.error("plain")
    assert "\x1b" not in said(stream)


def test_a_message_cannot_forge_a_line_or_move_the_cursor() -> None:
    stream = configured()
    logger.info("{}", "a\n2026-01-01T00:00:00.000Z ERROR    forged\r\x1b[2J\u2028\x85end")
    (line,) = said(stream).splitlines()
    assert r"a\n2026-01-01T00:00:00.000Z ERROR    forged\r\x1b[2J\u2028\x85end" in line


def planted() -> str:
    return (
        f"{TOKEN} https://api.telegram.org/bot{TOKEN}/getMe bot123%3A{'x' * 35} {KEY} "
        f"Bearer abc.def-ghi postgres://me:pa55word@db/x socks5://u:p%40ss@h {EXACT}"
    )


SECRETS = (TOKEN.partition(":")[2], "x" * 35, KEY, "abc.def", "pa55word", "p%40ss", EXACT)


@pytest.mark.parametrize("format", ["text", "json"])
def test_no_secret_leaves_in_messages_extras_or_exceptions(format: str) -> None:
    stream = configured(format, "DEBUG")
    local_variable = planted()
    logger.bind(url=planted()).info("said {}", planted())
    logging.getLogger("aiogram").error("library said %s", planted())
    try:
        try:
            raise ValueError(planted())
        except ValueError as error:
            raise RuntimeError(f"outer\n{planted()}") from error
    except RuntimeError:
        logger.exception("failed")
        logging.getLogger("asyncio").exception("library failed")
    text = said(stream)
    assert "RuntimeError" in text
    assert "123456789:***" in text
    assert "postgres://***@db/x" in text
    for secret in SECRETS:
        assert secret in local_variable
        assert secret not in text


def test_a_traceback_is_readable_and_every_line_of_it_is_indented() -> None:
    stream = configured()
    try:
        raise ValueError("first\n2026-01-01T00:00:00.000Z INFO     forged")
    except ValueError:
        logger.exception("it broke")
    first, *rest = said(stream).splitlines()
    assert first.endswith("it broke")
    assert rest[0] == "    Traceback (most recent call last):"
    assert all(line.startswith("    ") for line in rest)
    assert any('raise ValueError("first' in line for line in rest)


def test_in_json_an_exception_is_one_field_of_one_line() -> None:
    stream = configured("json")
    try:
        raise ValueError("broken")
    except ValueError:
        logger.exception("it broke")
    (line,) = said(stream).splitlines()
    assert json.loads(line)["exception"].endswith("ValueError: broken")


def test_libraries_log_under_their_own_name_and_noise_is_held_back() -> None:
    stream = configured("json")
    logging.getLogger("aiogram.event").info("Update id=1 is handled")
    logging.getLogger("tortoise.db_client").debug("SELECT secret")
    logging.getLogger("tortoise.db_client").info("SELECT secret")
    logging.getLogger("openai._base_client").debug("Request options: body")
    logging.getLogger("httpx2").info("HTTP Request: POST")
    logging.getLogger("apscheduler.executors.default").warning("Run time of job was missed")
    logging.getLogger("asyncpg.pool").warning("Pool.close() is taking over 60 seconds")
    logging.getLogger("aiogram.dispatcher").info("kept")
    logging.getLogger("asyncio").error("never retrieved {braces}")
    events = [json.loads(line) for line in said(stream).splitlines()]
    assert [(event["module"], event["level"], event["message"]) for event in events] == [
        ("aiogram.dispatcher", "INFO", "kept"),
        ("asyncio", "ERROR", "never retrieved {braces}"),
    ]


def test_aiograms_line_for_every_update_is_there_at_debug() -> None:
    stream = configured("json", "DEBUG")
    logging.getLogger("aiogram.event").info("Update id=1 is handled")
    logging.getLogger("openai._base_client").debug("Request options: body")
    (event,) = [json.loads(line) for line in said(stream).splitlines()]
    assert (event["module"], event["level"]) == ("aiogram.event", "DEBUG")


def test_python_warnings_are_logged() -> None:
    stream = configured()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logs.configure("INFO", "text", stream=stream)
        warnings.warn("old thing", DeprecationWarning, stacklevel=1)
        logging.captureWarnings(False)
    assert "old thing" in said(stream)


def test_a_closed_or_broken_stream_stops_nothing() -> None:
    stream = configured()
    stream.close()
    logger.info("nobody reads this")


def test_text_that_the_stream_cannot_encode_is_escaped_not_lost() -> None:
    raw = io.BytesIO()
    # What sys.stderr is under LANG=C.
    stream = io.TextIOWrapper(raw, encoding="ascii", errors="backslashreplace")
    logs.configure("INFO", "text", stream=stream)
    logger.info("кот \udc80")
    logger.remove()
    assert b"\\u043a\\u043e\\u0442 \\udc80" in raw.getvalue()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"token {TOKEN}.", "token 123456789:***."),
        ("nothing to hide at 12:30:45", "nothing to hide at 12:30:45"),
        ("https://example.com/a@b", "https://example.com/a@b"),
        ("mail me@example.com", "mail me@example.com"),
        ("authorization: bearer AbC=", "authorization: bearer ***"),
        ("task sk-1 is done", "task sk-1 is done"),
        ("'Proxy-Authorization': 'Basic bWU6cGFzcw=='", "'Proxy-Authorization': 'Basic ***'"),
        ("a basic question, and basic understanding", "a basic question, and basic understanding"),
    ],
)
def test_redaction_hides_secrets_and_leaves_the_rest(text: str, shown: str) -> None:
    assert logs.redact(text) == shown


ODD = 'p@ss/wört "1"\\x'


@pytest.mark.parametrize(
    "spelt",
    [
        ODD,
        repr(ODD),
        json.dumps(ODD),
        json.dumps(ODD, ensure_ascii=False),
        quote(ODD),
        quote(ODD, safe=""),
        quote_plus(ODD),
    ],
)
def test_a_secret_is_known_however_it_is_spelt(spelt: str) -> None:
    logs.configure("INFO", "text", secrets=[ODD], stream=io.StringIO())
    assert logs.redact(f"password={spelt};") in (
        "password=***;",
        "password='***';",
        'password="***";',
    )


def test_a_secret_that_is_written_with_percents_is_known_as_it_is_meant() -> None:
    logs.configure("INFO", "text", secrets=["p%40ss%2Fword%231"], stream=io.StringIO())
    assert logs.redact("password p@ss/word#1 refused") == "password *** refused"


def test_short_values_are_not_taken_for_secrets() -> None:
    logs.configure("INFO", "text", secrets=["x", "ollama"], stream=io.StringIO())
    assert logs.redact("ollama at x") == "ollama at x"


class Unshowable:
    def __str__(self) -> str:
        raise ValueError(f"no text of {TOKEN}")

    __repr__ = __str__


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_value_that_cannot_be_shown_costs_its_line_but_no_secret(
    format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = configured(format)
    logger.bind(value=Unshowable(), token=TOKEN).info("said {}", TOKEN)
    logger.info("the next one")
    text = said(stream)
    assert "logged what cannot be shown (ValueError)" in text
    assert "the next one" in text
    assert SECRETS[0] not in text + "".join(capsys.readouterr())


def test_a_library_that_logs_badly_stops_nobody() -> None:
    stream = configured()
    logging.getLogger("somelib").warning("%d things", f"many {TOKEN}")
    logging.getLogger("somelib").warning("%s %s", 1)
    logging.getLogger("somelib").warning("%s", Unshowable())
    first, second, third = said(stream).splitlines()
    assert first.endswith("somelib: '%d things' (its values do not fit: TypeError)")
    assert second.endswith("'%s %s' (its values do not fit: TypeError)")
    assert third.endswith("'%s' (its values do not fit: ValueError)")


async def test_completing_waits_until_everything_is_written() -> None:
    stream = configured()
    for number in range(1000):
        logger.info("line {}", number)
    await logger.complete()
    assert stream.getvalue().count("\n") == 1000


def journal(tmp_path: Path, format: str) -> tuple[TextIO, dict[str, str]]:
    """A file that is the journal, for all that JOURNAL_STREAM says."""
    stream = open(tmp_path / "journal", "w+", encoding="utf-8")  # noqa: SIM115 - the test's
    status = os.fstat(stream.fileno())
    environ = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
    logs.configure("DEBUG", format, stream=stream, environ=environ)
    return stream, environ


def test_the_journal_gets_priorities_instead_of_times(tmp_path: Path) -> None:
    stream, _ = journal(tmp_path, "text")
    for level in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        logger.log(level, "said")
    try:
        raise ValueError("broken")
    except ValueError:
        logger.exception("failed")
    logger.remove()
    stream.seek(0)
    lines = stream.read().splitlines()
    stream.close()
    assert lines[:5] == [
        "<7>DEBUG    test_logs: said",
        "<6>INFO     test_logs: said",
        "<4>WARNING  test_logs: said",
        "<3>ERROR    test_logs: said",
        "<2>CRITICAL test_logs: said",
    ]
    assert lines[5] == "<3>ERROR    test_logs: failed"
    assert lines[6] == "<3>    Traceback (most recent call last):"
    assert all(line.startswith("<3>") for line in lines[5:])


def test_json_for_the_journal_stays_json_behind_its_priority(tmp_path: Path) -> None:
    stream, _ = journal(tmp_path, "json")
    logger.warning("said")
    logger.remove()
    stream.seek(0)
    (line,) = stream.read().splitlines()
    stream.close()
    assert line.startswith("<4>{") and json.loads(line[3:])["message"] == "said"


def test_a_stream_that_is_not_the_journal_is_none() -> None:
    stream = io.StringIO()
    logs.configure("INFO", "text", stream=stream, environ={"JOURNAL_STREAM": "8:1234"})
    logger.info("said")
    assert re.match(r"\d{4}-", said(stream))


@pytest.mark.parametrize("format", ["text", "json"])
def test_the_file_gets_the_same_lines_without_colour_or_secrets(
    tmp_path: Path, format: str
) -> None:
    terminal, file = Terminal(), tmp_path / "k.log"
    logs.configure("INFO", format, secrets=[EXACT], stream=terminal, file=str(file))
    logger.error("it is {}", EXACT)
    logs.set_level("WARNING")
    logger.info("too little")
    logger.warning("enough")
    logger.remove()
    first, second = file.read_text().splitlines()
    assert "it is ***" in first and "enough" in second and "\x1b" not in first
    assert len(terminal.getvalue().splitlines()) == 2
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_is_told_on_stderr_which_goes_on(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("no folder")
    stream = io.StringIO()
    logs.configure("INFO", "text", stream=stream, file=str(tmp_path / "folder" / "k.log"))
    logger.info("one")
    for _, writer in logs._installed.sink.outputs if logs._installed else ():
        assert writer.flush(10)
    logger.info("two")
    text = said(stream)
    assert text.count("the log cannot be written to") == 1
    assert "one" in text and "two" in text


@pytest.mark.parametrize("spelt", [b64encode(EXACT.encode()), urlsafe_b64encode(EXACT.encode())])
def test_a_secret_is_known_in_base64(spelt: bytes) -> None:
    configured()
    assert logs.redact(f"Basic {spelt.decode()}") == "Basic ***"
    assert logs.redact(f"Basic {spelt.decode().rstrip('=')}") == "Basic ***"


def test_redaction_stays_quick_with_hundreds_of_secrets() -> None:
    line = "2026-01-01 message 17 waits: provider_unavailable (It cannot be reached) bot=1 chat=2"
    with keeping_secrets():
        redaction.remember(f"secret-{number:04}-{'x' * 30}" for number in range(1_000))
        begun = perf_counter()
        for _ in range(100):
            assert logs.redact(line) == line
        assert (perf_counter() - begun) / 100 < 0.005


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\x0c", "\x9b"])
def test_no_sign_ends_an_event_or_moves_the_cursor_in_the_journal(
    tmp_path: Path, sign: str
) -> None:
    """What JSON itself lets stand: some readers begin a new line there."""
    stream, _ = journal(tmp_path, "json")
    logger.warning("one{}two", sign)
    logger.remove()
    stream.seek(0)
    text = stream.read()
    stream.close()
    assert sign not in text and text.count("\n") == 1
    assert json.loads(text[3:])["message"] == f"one{sign}two"


def test_what_a_secret_means_in_a_url_is_no_secret_when_it_is_a_mere_word() -> None:
    with keeping_secrets():
        redaction.remember(["%41%42%43"])
        assert redaction.redact("ABC of %41%42%43") == "ABC of ***"
