"""The log: loguru writing to stderr, one event a line, with every secret taken out.

All that leaves passes :func:`kotodom.redaction.redact`: messages, extras and exceptions, ours and
those of the libraries, whose standard logging is routed here.
"""

import asyncio
import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, cast

from loguru import logger

from kotodom.log_writer import LogWriter
from kotodom.redaction import redact, remember

if TYPE_CHECKING:
    from loguru import Message, Record

__all__ = ["configure", "redact", "set_level"]

_QUIET = {
    # These log queries, bodies or one line a request below WARNING.
    **dict.fromkeys(
        (
            "tortoise",
            "aerich",
            "aiosqlite",
            "asyncpg",
            "openai",
            "httpx2",
            "httpcore2",
            "httpx",
            "httpcore",
            "aiohttp",
            "asyncio",
            "tenacity",
            "pybreaker",
        ),
        logging.WARNING,
    ),
    "aiogram": logging.INFO,
    # These warn of what is ours to judge: a pool that closes slowly, a sweep that takes its time.
    **dict.fromkeys(("asyncpg.pool", "apscheduler"), logging.ERROR),
}

_CONTROL = {
    code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t"
} | {ord("\n"): "\\n", ord("\r"): "\\r", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""What could start a new line or move the cursor, spelt out: nobody forges a log line."""

_COLOURS = {"DEBUG": "2", "INFO": "32", "WARNING": "33", "ERROR": "31", "CRITICAL": "1;31"}


def configure(
    level: str,
    format: str,
    *,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send every log of the process to *stream* (stderr), at *level* and above.

    It is written from a thread; ``logger.remove()`` and the end of the process wait for the last
    lines, but no longer than a second, and ``await logger.complete()`` does so too.
    *format* is ``text`` or ``json``; *secrets* are exact values to hide besides the known shapes.
    """
    remember(secrets)
    target = stream or sys.stderr
    render = _json if format == "json" else _text(colour=target.isatty())
    logger.remove()
    _install(_Sink(render, LogWriter(target, _tell_lost)), level)
    _route_standard_logging()


def set_level(level: str) -> None:
    """Log from *level* on from now on; without :func:`configure` before there is no log."""
    if _installed is None or _installed.level == level:
        return
    old = _installed
    _install(_Sink(old.sink.render, old.sink.writer), level)
    old.sink.gone = True
    with suppress(ValueError):  # somebody has removed every handler
        logger.remove(old.handler)


class _Installed(NamedTuple):
    handler: int
    sink: "_Sink"
    level: str


# Process-wide like the log itself.
_installed: _Installed | None = None


def _install(sink: "_Sink", level: str) -> None:
    global _installed
    handler = logger.add(
        sink,
        level=level,
        format=_nothing,
        colorize=False,
        diagnose=False,  # it would print local variables, tokens among them
        backtrace=False,
        enqueue=False,
    )
    _installed = _Installed(handler, sink, level)


def _nothing(_record: "Record") -> str:
    # The sink renders the record itself; loguru's own formatting would only cost time.
    return ""


class _Sink:
    def __init__(self, render: Callable[["Record"], str], writer: LogWriter) -> None:
        self.render = render
        self.writer = writer
        self.gone = False
        """Another one writes with the same writer now."""

    def write(self, message: "Message") -> None:
        record = message.record
        try:
            line = self.render(record)
        except Exception as error:  # noqa: BLE001 - loguru itself would print the raw record
            line = self.render(_without_values(record, error))
        self.writer.put(line)

    async def complete(self) -> None:
        await asyncio.to_thread(self.writer.flush)

    def stop(self) -> None:
        if not self.gone:
            self.writer.stop()


def _tell_lost(lines: int) -> None:
    logger.warning("{} lines were dropped here: nobody read the log", lines)


def _without_values(record: "Record", error: Exception) -> "Record":
    """*record* for when a value in it cannot be shown."""
    message = f"line {record['line']} logged what cannot be shown ({type(error).__name__})"
    shown = {**record, "message": message, "extra": {}, "exception": None}
    return cast("Record", shown)


def _time(record: "Record") -> str:
    # UTC at any setting of the machine, so that logs of several machines can be put together.
    moment = record["time"].astimezone(UTC).isoformat(timespec="milliseconds")
    return moment.removesuffix("+00:00") + "Z"


def _exception(record: "Record") -> str:
    error = record["exception"]
    if error is None or error.value is None:
        return ""
    return redact("".join(traceback.format_exception(error.value)).rstrip())


def _text(*, colour: bool) -> Callable[["Record"], str]:
    def render(record: "Record") -> str:
        level = record["level"].name
        padded = f"{level:<8}"
        if colour and level in _COLOURS:
            padded = f"\x1b[{_COLOURS[level]}m{padded}\x1b[0m"
        extras = "".join(f" {key}={value}" for key, value in record["extra"].items())
        said = redact(f"{record['name']}: {record['message']}{extras}").translate(_CONTROL)
        lines = [f"{_time(record)} {padded} {said}"]
        # Indented, so that a line inside an exception's text cannot pass for an event.
        lines += [f"    {part.translate(_CONTROL)}" for part in _exception(record).splitlines()]
        return "\n".join(lines) + "\n"

    return render


def _json(record: "Record") -> str:
    event: dict[str, Any] = {
        "time": _time(record),
        "level": record["level"].name,
        "message": redact(record["message"]),
        "module": record["name"],
    }
    for key, value in record["extra"].items():
        plain = isinstance(value, bool | int | float) or value is None
        event.setdefault(key, value if plain else redact(str(value)))
    if exception := _exception(record):
        event["exception"] = exception
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n"


class InterceptHandler(logging.Handler):
    """Hands the libraries' standard log records to loguru, under the library's own name."""

    def emit(self, record: logging.LogRecord) -> None:
        level = record.levelname
        if record.levelno <= logging.INFO and record.name.startswith("aiogram.event"):
            level = "DEBUG"  # one line for every update is noise
        if level not in _COLOURS:
            level = "DEBUG" if record.levelno < logging.INFO else "ERROR"

        def name(event: "Record") -> None:
            event["name"] = record.name

        logger.patch(name).opt(exception=record.exc_info).log(level, "{}", _said(record))


def _said(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001 - the library's mistake must not be its caller's
        return f"{record.msg!r} (its values do not fit: {type(error).__name__})"


def _route_standard_logging() -> None:
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.handlers = [InterceptHandler()]
    root.setLevel(logging.DEBUG)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
