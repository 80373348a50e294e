"""The commands a person types; each imports what it needs when it runs, so --help is quick."""

import io
import os
import sys
from collections.abc import Iterable
from traceback import format_exception
from types import TracebackType

import typer

from kotodom.cli.checking import check
from kotodom.cli.common import EXIT_CONFIG, EXIT_UNAVAILABLE
from kotodom.cli.database import migrate
from kotodom.cli.running import demo, run, version
from kotodom.errors import ConfigError, DatabaseUnusable, PortTaken

__all__ = ["app", "main"]

app = typer.Typer(
    help="Kotodom: many Telegram bots in one process, every message answered exactly once.",
    add_completion=False,
    no_args_is_help=True,
    # rich would double the time of --help; errors of ours are shown without a traceback anyway.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

for _command in (run, check, migrate, demo, version):  # the order of --help
    app.command()(_command)


def main() -> None:
    """Run the command line; a mistake of the person's is a plain line, never a traceback."""
    _open_standard_streams()
    sys.excepthook = _show_redacted
    try:
        app()
    except ConfigError as error:
        _fail(error.mistakes, EXIT_CONFIG)
    except (DatabaseUnusable, PortTaken) as error:
        _fail([str(error)], EXIT_UNAVAILABLE)


def _open_standard_streams() -> None:
    """Put /dev/null where a standard stream is closed, else the next file gets its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number is this one
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            setattr(sys, name, open(number, mode, closefd=False))  # noqa: SIM115 - it stays
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name that LANG=C cannot write


def _show_redacted(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    from kotodom.redaction import redact

    print(redact("".join(format_exception(kind, error, trace))), end="", file=sys.stderr)


def _fail(lines: Iterable[str], code: int) -> None:
    from kotodom.redaction import redact

    for line in lines:
        print(" ".join(redact(line).split()), file=sys.stderr)
    sys.exit(code)
