"""init: from nothing to a bot and its admin."""

import json
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from kotodom.cli.claiming import for_programs, tell_link
from kotodom.cli.common import EXIT_CONFIG, EXIT_UNAVAILABLE, in_loop
from kotodom.errors import ConfigError, DatabaseUnusable

if TYPE_CHECKING:
    from kotodom.setup.given import Options
    from kotodom.setup.outcome import Outcome

SYSTEM = Path("/etc/kotodom/config.toml")
"""The configuration of a service of the system."""
INIT_CODES = (
    "Exit codes: 0 done; 1 stopped by you; 2 wrong use; 69 no way to Telegram, the provider or the "
    "database, which may pass; 73 the file exists or cannot be written; 75 another program uses "
    "the bot; 77 token, key or model refused, or no money left; 78 a mistake in the environment's "
    "settings; 130 Ctrl-C. Whatever fails changes nothing. Every KOTODOM_<SECTION>__<KEY> of the "
    "environment counts, too: KOTODOM_OPENAI__API_KEY, KOTODOM_DATABASE__URL, …"
)


def init(
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="PATH",
            help="The file to write. Without it: $KOTODOM_CONFIG, ./config.toml, for root "
            "/etc/kotodom/config.toml.",
        ),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Where the bot token is; -: a line of standard input. Or: KOTODOM_BOT_TOKEN.",
        ),
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Where the provider key is; -: the next line of standard input. Or: "
            "KOTODOM_OPENAI__API_KEY.",
        ),
    ] = None,
    base_url: Annotated[
        str, typer.Option(metavar="URL", help="Another provider, or a server of your own.")
    ] = "",
    model: Annotated[str, typer.Option(metavar="NAME", help="The model: gpt-6-luna.")] = "",
    telegram_proxy: Annotated[
        str, typer.Option(metavar="URL", help="A proxy without a password, for Telegram.")
    ] = "",
    openai_proxy: Annotated[
        str, typer.Option(metavar="URL", help="The same, for the provider.")
    ] = "",
    api_base: Annotated[str, typer.Option(metavar="URL", hidden=True)] = "",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Take a bot over that another program uses.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a file that exists; it is kept beside it.")
    ] = False,
    no_test: Annotated[
        bool, typer.Option("--no-test", help="Ask neither Telegram nor the provider.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Ask nothing, and print the result as JSON.")
    ] = False,
) -> None:
    """Set up a bot: asks for two secrets, tests them, writes config.toml, prints your link."""
    from kotodom.setup.given import Options

    token, key = _secrets(token_file, key_file)
    options = Options(
        config=config,
        token=token,
        key=key,
        base_url=base_url,
        model=model,
        api_base=api_base,
        telegram_proxy=telegram_proxy,
        provider_proxy=openai_proxy,
        yes=yes,
        replace=replace,
        test=not no_test,
    )
    asks = at_terminal() and not as_json
    outcome = _set_up(options, asks=asks, as_json=as_json)
    if as_json:
        print(json.dumps(_for_programs(outcome), ensure_ascii=False, indent=2))
        return
    _tell(outcome)
    if outcome.claim.running:
        return
    if asks and _wants("Start it now"):
        start(outcome.path)
    _tell_later(outcome.path)


def offer(config: Path | None) -> None:
    """Where there is no configuration but a person at a terminal, offer to make one.

    Returns when there was nothing to offer, or nobody wanted it; else Kotodom starts anew.
    """
    from kotodom.config import is_absent

    if not at_terminal() or not is_absent(config, os.environ):
        return
    print("There is no configuration yet. Setting one up takes a minute: a token, a key, a tap.")
    if not _wants("Set it up now"):
        return

    from kotodom.setup.given import Options

    outcome = _set_up(Options(config=config), asks=True, as_json=False)
    _tell(outcome)
    if outcome.claim.running:
        raise typer.Exit
    start(outcome.path)


def at_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def start(path: Path) -> NoReturn:
    """Become ``kotodom run`` in a fresh process: what the conversation loaded is not needed."""
    before = len(sys.orig_argv) - len(sys.argv[1:])
    sys.stdout.flush()
    arguments = [*sys.orig_argv[1:before], "run", "--config", str(path)]
    os.execv(sys.executable, [sys.executable, *arguments])


def _secrets(token_file: Path | None, key_file: Path | None) -> tuple[str, str]:
    """What the files hold; both may be lines of standard input."""
    found = []
    for file, option in ((token_file, "--token-file"), (key_file, "--key-file")):
        if file is None or (str(file) == "-" and sys.stdin.isatty()):
            found.append("")  # a person at a terminal is asked, and does not show it
            continue
        try:
            text = sys.stdin.readline() if str(file) == "-" else file.read_text("utf-8-sig")
        except OSError as error:
            raise typer.BadParameter(
                f"{file} cannot be read: {error.strerror}", param_hint=option
            ) from None
        except UnicodeDecodeError:
            raise typer.BadParameter(f"{file} is no text", param_hint=option) from None
        if not text.strip():
            raise typer.BadParameter(f"{file} is empty", param_hint=option)
        found.append(text)
    return found[0], found[1]


def _set_up(options: "Options", *, asks: bool, as_json: bool) -> "Outcome":
    """Do it, or say why not and end with a code that tells why."""
    from loguru import logger

    from kotodom import redaction
    from kotodom.setup.first_run import set_up
    from kotodom.setup.outcome import Code, NotDone
    from kotodom.setup.terminal import Left, Terminal

    logger.remove()  # what is worth knowing is told in words
    terminal = Terminal() if asks else None
    if terminal is not None:
        terminal.say("", "Kotodom: a bot in a minute. Nothing is written before all of it works; "
                     "Ctrl-C leaves everything as it is.", "")  # fmt: skip
    try:
        return set_up(options, os.environ, terminal, in_loop)
    except NotDone as error:
        text, fault, code = str(error), error.fault, int(error.code)
    except ConfigError as error:
        if not as_json:
            raise
        text, fault, code = "; ".join(error.mistakes), "configuration", EXIT_CONFIG
    except DatabaseUnusable as error:
        if not as_json:
            raise
        text, fault, code = str(error), "database", EXIT_UNAVAILABLE
    except (KeyboardInterrupt, Left):
        print("\nStopped; nothing was written.", file=sys.stderr)
        raise typer.Exit(Code.INTERRUPTED) from None
    if as_json:
        print(json.dumps({"error": redaction.redact(text), "fault": fault}, ensure_ascii=False))
    else:
        print(redaction.redact(text), file=sys.stderr)
    raise typer.Exit(code)


def _wants(question: str) -> bool:
    from kotodom.setup.terminal import Left, Terminal

    try:
        return Terminal().confirm(question)
    except (KeyboardInterrupt, Left):
        print()
        return False


def _tell(outcome: "Outcome") -> None:
    print(f"\nWritten: {outcome.path} (only you can read it)")
    if outcome.kept is not None:
        print(f"The old one is kept: {outcome.kept}")
    print(f"Database: {outcome.database}")
    if not outcome.hears:
        print("Voice messages: not understood, since this provider has no model that listens")
    tell_link(outcome.claim, outcome.username, "your bot", _option(outcome.path))
    if outcome.claim.running:
        print("A Kotodom runs on this database: restart it, so that it reads the new file.")


def _tell_later(path: Path) -> None:
    where = _option(path)
    # A service of the system has a user of its own, who sees nothing of anybody's folders.
    user = "" if path.parent == SYSTEM.parent else " --user"
    print(f"\nStart it here, until Ctrl-C:        kotodom run{where}")
    print(f"Start it for good, as a service:    kotodom service install{user}{where}")


def _option(path: Path) -> str:
    """What a command needs to find the file that was written; empty: it looks there."""
    is_found = path in (Path("config.toml").absolute(), SYSTEM)
    return "" if is_found else f" --config {shlex.quote(str(path))}"


def _for_programs(outcome: "Outcome") -> dict[str, object]:
    return {
        "config": str(outcome.path),
        "kept": str(outcome.kept) if outcome.kept else None,
        "database": outcome.database,
        "bot": {"id": int(outcome.draft.token.partition(":")[0]), "username": outcome.username},
        "model": outcome.draft.model,
        "claim": for_programs(outcome.claim, outcome.username),
    }
