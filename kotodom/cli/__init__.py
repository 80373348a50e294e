"""The commands a person types; each imports what it needs when it runs, so --help is quick."""

import io
import os
import sys
from collections.abc import Callable, Iterable
from traceback import format_exception
from types import TracebackType
from typing import Annotated

import typer

from kotodom.cli.backup import backup, restore
from kotodom.cli.checking import check
from kotodom.cli.claiming import claim
from kotodom.cli.common import EXIT_CONFIG, EXIT_FAILED, EXIT_UNAVAILABLE
from kotodom.cli.database import migrate
from kotodom.cli.moving import export, import_
from kotodom.cli.original import import_original
from kotodom.cli.running import demo, run, show_version, version
from kotodom.cli.secrets import secrets
from kotodom.cli.service import service
from kotodom.cli.setup import INIT_CODES, init
from kotodom.errors import ConfigError, DatabaseUnusable, KotodomError, PortTaken

__all__ = ["app", "main"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    # rich would double the time of --help; errors of ours are shown without a traceback anyway.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(
    epilog="Exit codes: 0 done; 1 could not be done; 2 wrong use; 69 the database or the port "
    "cannot be had, which may pass; 78 a mistake in the configuration."
)
def everything(
    shown: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=show_version, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Kotodom: many Telegram bots in one process, every message answered exactly once."""


app.command(epilog=INIT_CODES, short_help="Set up a bot in a minute.")(init)
_COMMANDS: dict[str, tuple[Callable[..., None], str]] = {  # in the order of --help
    "run": (run, "Run the bots in the foreground until Ctrl-C."),
    "check": (check, "Examine everything, with a step for what is wrong."),
    "claim": (claim, "Print a link that makes you ADMIN."),
    "backup": (backup, "Back up the database, also while Kotodom runs."),
    "restore": (restore, "Go back to a backup while Kotodom is stopped."),
    "export": (export, "Write everything into one file for `import`."),
    "import": (import_, "Read what `export` wrote into an empty database."),
    "migrate": (migrate, "Bring the database to a version's schema."),
    "import-original": (import_original, "Bring everything over from Kotodom GPT."),
    "demo": (demo, "Chat with two bots in this terminal, offline."),
    "version": (version, "Print the version."),
}
for _name, (_command, _summary) in _COMMANDS.items():
    app.command(_name, short_help=_summary)(_command)
app.add_typer(service, name="service", short_help="Run Kotodom under systemd.")
app.add_typer(secrets, name="secrets", short_help="The key that seals tokens in the database.")


def main() -> None:
    """Run the command line; a mistake of the person's is a plain line, never a traceback."""
    _open_standard_streams()
    os.umask(0o077)  # whatever it makes: secrets and conversations are in most of it
    try:
        app()
    except ConfigError as error:
        _fail(error.mistakes, EXIT_CONFIG)
    except (DatabaseUnusable, PortTaken) as error:
        _fail([str(error)], EXIT_UNAVAILABLE)
    except KotodomError as error:
        _fail([str(error)], EXIT_FAILED)
    except Exception:
        sys.excepthook = _show_redacted  # only now: typer puts its own there when it begins
        raise


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
