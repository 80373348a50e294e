"""The log: loguru writing to stderr and maybe a file, one event a line, every secret taken out.

All that leaves passes :func:`kotodom.redaction.redact`: messages, extras and exceptions, ours and
those of the libraries, whose standard logging is routed here. Under systemd stderr is the journal:
it has a clock of its own, and is told how grave each line is.
"""

import asyncio
import json
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, cast

from loguru import logger

from kotodom.log_file import MEGABYTE, LogFile
from kotodom.log_writer import LogWriter, StreamOutput
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
_CONTROL_JSON = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029)}
"""The same of what JSON itself lets stand."""

_PRIORITIES = {"DEBUG": 7, "INFO": 6, "WARNING": 4, "ERROR": 3, "CRITICAL": 2}
"""How grave they are to the journal (sd-daemon(3), syslog(3))."""

_COLOURS = {"DEBUG": "2", "INFO": "32", "WARNING": "33", "ERROR": "31", "CRITICAL": "1;31"}


def configure(
    level: str,
    format: str,
    *,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
    file: str = "",
    max_mb: int = 10,
    keep: int = 5,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Send every log of the process to *stream* (stderr), at *level* and above.

    It is written from a thread; ``logger.remove()`` and the end of the process wait for the last
    lines, but no longer than a second, and ``await logger.complete()`` does so too.
    *format* is ``text`` or ``json``; *secrets* are exact values to hide besides the known shapes.
    A *file* gets the same lines; after *max_mb* megabytes it is put aside, and *keep* of them are
    kept.
    """
    remember(secrets)
    target = stream or sys.stderr
    journal = _is_journal(target, environ)
    plain = _json if format == "json" else _text(colour=False)
    render = plain
    if format != "json":
        render = _text(colour=target.isatty(), timed=not journal)
    outputs = [
        (_graded(render) if journal else render, LogWriter(StreamOutput(target), _tell_lost))
    ]
    if file:
        path = Path(file).expanduser().absolute()
        kept = LogFile(path, limit=max_mb * MEGABYTE, keep=keep, trouble=_tell_trouble)
        outputs.append((plain, LogWriter(kept, _tell_lost)))
    logger.remove()
    _install(_Sink(outputs), level)
    _route_standard_logging()


def _is_journal(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether *stream* leads to systemd's journal, as JOURNAL_STREAM says (systemd.exec(5))."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def set_level(level: str) -> None:
    """Log from *level* on from now on; without :func:`configure` before there is no log."""
    if _installed is None or _installed.level == level:
        return
    old = _installed
    _install(_Sink(old.sink.outputs), level)
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


Render = Callable[["Record"], str]


class _Sink:
    def __init__(self, outputs: Sequence[tuple[Render, LogWriter]]) -> None:
        self.outputs = outputs
        self.gone = False
        """Another one writes with the same writers now."""

    def write(self, message: "Message") -> None:
        record = message.record
        for render, writer in self.outputs:
            try:
                line = render(record)
            except Exception as error:  # noqa: BLE001 - loguru itself would print the raw record
                line = render(_without_values(record, error))
            writer.put(line)

    async def complete(self) -> None:
        for _, writer in self.outputs:
            await asyncio.to_thread(writer.flush)

    def stop(self) -> None:
        for _, writer in self.outputs if not self.gone else ():
            writer.stop()


def _tell_trouble(text: str) -> None:
    logger.warning("{}", text)


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


def _graded(render: Render) -> Render:
    """The same with how grave it is before each line, which the journal takes away again."""

    def graded(record: "Record") -> str:
        mark = f"<{_PRIORITIES.get(record['level'].name, 6)}>"
        # Not splitlines(), which also splits where JSON may stand as it is.
        return "".join(f"{mark}{line}\n" for line in render(record).removesuffix("\n").split("\n"))

    return graded


def _text(*, colour: bool, timed: bool = True) -> Render:
    def render(record: "Record") -> str:
        level = record["level"].name
        padded = f"{level:<8}"
        if colour and level in _COLOURS:
            padded = f"\x1b[{_COLOURS[level]}m{padded}\x1b[0m"
        extras = "".join(f" {key}={value}" for key, value in record["extra"].items())
        said = redact(f"{record['name']}: {record['message']}{extras}").translate(_CONTROL)
        lines = [f"{_time(record)} {padded} {said}" if timed else f"{padded} {said}"]
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
    line = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return line.translate(_CONTROL_JSON) + "\n"


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
