"""service: Kotodom under systemd, from this installation and this configuration."""

import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kotodom.cli.common import ConfigPath

if TYPE_CHECKING:
    from kotodom.config import Config
    from kotodom.service.plan import Plan
    from kotodom.service.scope import Scope

EXIT_NOT_ACTIVE = 3
"""What `systemctl status` exits with for a service that does not run."""

service = typer.Typer(
    help="Run Kotodom under systemd: start at boot, restart after a crash.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

User = Annotated[bool, typer.Option("--user", help="A service of your own account, without root.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the unit, change nothing.")]
MoveSecrets = Annotated[
    bool | None,
    typer.Option(
        "--move-secrets/--keep-secrets",
        help="Move secrets that stand in the configuration into files of their own beside it "
        "(credentials/NAME). Without it you are asked.",
    ),
]


@service.command()
def install(
    config: ConfigPath = None,
    user: User = False,
    dry_run: DryRun = False,
    move_secrets: MoveSecrets = None,
) -> None:
    """Write the unit for this installation, enable it, start it and wait until it is ready."""
    with _problems():
        from kotodom.service.manager import Manager

        scope = _scope(user)
        if not dry_run:
            _require_root(scope)  # first of all: the configuration may be root's alone
        plan, _ = _plan(scope, config)
        if dry_run:
            print(plan.unit(), end="")
            _refuse(plan.problems)
            return
        manager = Manager(scope, os.environ)
        manager.require()
        _refuse(plan.problems)
        _move_secrets(scope, plan.file, move_secrets)
        plan, settings = _plan(scope, plan.file)
        if not scope.user:
            _bring_database(plan, settings)
        print(f"starting {plan.program.command[0]} as a service…", flush=True)
        _say(manager.install(plan))
        _say([f"its log: journalctl{scope.flag} -u kotodom -f"])


@service.command()
def uninstall(user: User = False) -> None:
    """Stop the service and remove its unit; data and configuration stay."""
    with _problems():
        from kotodom.service.installed import installed
        from kotodom.service.manager import Manager

        scope = _scope(user)
        if not scope.unit.exists():
            print(f"nothing to do: there is no {scope.unit}")
            return
        _require_root(scope)
        manager = Manager(scope, os.environ)
        unit = installed(scope)
        manager.uninstall()
        _say([f"stopped, disabled, and removed {scope.unit}"])
        kept = dict.fromkeys(map(str, (*unit.configurations, *(path for _, path in unit.given))))
        _say(
            [
                f"the data stays in {unit.folder}",
                *(f"the configuration stays: {path}" for path in kept if "$" not in path),
                f"to run it again: kotodom service install{scope.flag}",
            ]
        )


@service.command()
def status(user: User = False) -> None:
    """Tell whether the service is installed, enabled and active; exit 3 when it is not."""
    with _problems():
        from kotodom.service.drift import drift, remedy
        from kotodom.service.manager import Manager
        from kotodom.service.program import Program

        scope, program = _scope(user), Program.current()
        if not scope.unit.exists():
            print(f"not installed ({scope.unit} is not there); next: {remedy(scope, program)}")
            raise typer.Exit(EXIT_NOT_ACTIVE)
        standing = Manager(scope, os.environ).standing()
        since = f" since {standing.since}" if standing.since and standing.active == "active" else ""
        rows = [
            ("unit", str(scope.unit)),
            ("enabled", standing.enabled or "unknown"),
            ("active", f"{standing.active}{since}"),
            ("says", standing.says),
            ("restarts", standing.restarts),
            ("memory", f"{standing.memory / 1e6:.0f} MB" if standing.memory else ""),
            ("drop-ins", standing.drop_ins),
        ]
        if standing.result not in ("", "success"):
            rows.append(("ended", f"{standing.result}, exit code {standing.exit_status}"))
        print("\n".join(f"{name:<9} {value}" for name, value in rows if value))
        differences = drift(scope, program)
        for line in differences:
            print(f"differs   {line.removeprefix(f'{scope.unit}: ')}")
        if differences:
            print(f"next      {remedy(scope, program)}")
        elif standing.reload_needed:
            print(f"next      systemctl{scope.flag} daemon-reload")
        raise typer.Exit(0 if standing.active == "active" else EXIT_NOT_ACTIVE)


@contextmanager
def _problems() -> Iterator[None]:
    """What is in the way is told in plain lines; exit code 1."""
    from kotodom.redaction import redact
    from kotodom.service.scope import ServiceProblem

    try:
        yield
    except ServiceProblem as problem:
        for line in problem.lines:
            print(redact(line), file=sys.stderr)
        raise typer.Exit(1) from None


def _scope(user: bool) -> "Scope":
    from kotodom.service.scope import Scope

    return Scope.of_user(os.environ) if user else Scope.of_system()


def _refuse(problems: Sequence[str]) -> None:
    from kotodom.service.scope import ServiceProblem

    if problems:
        raise ServiceProblem(*problems)


def _require_root(scope: "Scope") -> None:
    from kotodom.service.scope import ServiceProblem

    if scope.user and "SUDO_USER" in os.environ:
        raise ServiceProblem("--user is for your own account: run it without sudo")
    if not scope.user and os.geteuid() != 0:
        words = [str(Path(sys.argv[0]).absolute()), *sys.argv[1:]]
        named = os.environ.get("KOTODOM_CONFIG")  # which sudo forgets
        if named and "install" in words and not any(w.startswith("--config") for w in words):
            words += ["--config", named]
        said = shlex.join(words)
        raise ServiceProblem(
            f"a service of the system needs root; run: sudo {said}",
            "or, for your own account alone: add --user",
        )


def _plan(scope: "Scope", config: Path | None) -> tuple["Plan", "Config"]:
    """What would be installed; the configuration is read as the service will see it."""
    from kotodom import redaction
    from kotodom.config import load
    from kotodom.service.plan import survey
    from kotodom.service.program import Program

    file = _file(config)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("KOTODOM_")}
    settings = load(file, environ, require_bots=True)
    redaction.remember(settings.hidden())
    return survey(scope, Program.current(), file, settings, os.environ), settings


def _file(config: Path | None) -> Path:
    from kotodom.config import sources
    from kotodom.service.scope import ServiceProblem

    file = sources.find(config, os.environ)
    if file is None:
        raise sources.nothing_found()
    if os.path.exists(file) and not os.path.isfile(file):  # reading it says what else is wrong
        raise ServiceProblem(f"{file} is not a file that stays: a service needs one")
    return file


def _move_secrets(scope: "Scope", file: Path, wanted: bool | None) -> None:
    """Move secrets when that was asked for, or the service could not read them otherwise."""
    from kotodom.config.sources import dotted
    from kotodom.service.scope import ServiceProblem
    from kotodom.service.secrets import movable, move

    must = movable(scope, file, literals=False)
    may = movable(scope, file, literals=True)
    if not may or wanted is False:
        moves = []
    elif wanted or _agreed(
        f"{file} holds secrets: {', '.join(dotted(each.location) for each in may)}.\n"
        f"Move each into a file of its own in {file.parent / 'credentials'} (mode 0600)?"
    ):
        moves = may
    else:
        moves = []
    left = [each for each in must if each not in moves]
    if left:
        names = ", ".join(f"{dotted(each.location)} ({each.written})" for each in left)
        raise ServiceProblem(
            f"the service could not read {names}: add --move-secrets, which copies what is there "
            "now into files for the service"
        )
    if moves:
        _say(f"wrote {path}" for path in move(file, moves, os.environ))
        _say([f"{file} calls them by name now"])


def _bring_database(plan: "Plan", settings: "Config") -> None:
    """Copy a SQLite database that was used so far to where the service keeps its own."""
    from kotodom.service.plan import sqlite_path
    from kotodom.service.scope import ServiceProblem

    path = sqlite_path(settings)
    if path is None or path.is_absolute() or (target := plan.scope.state / path).exists():
        return
    places = dict.fromkeys((Path.cwd() / path, plan.file.parent / path))
    source = next((place for place in places if place.is_file()), None)
    if source is None:
        return
    question = (
        f"{source} is used so far; the service keeps its database in {target}.\nCopy it there?"
    )
    if not _agreed(question, without_terminal=True):
        raise ServiceProblem(f"then move {source} away first, so that nothing in it is overlooked")
    _copy(source, target)
    _say([f"copied {source} to {target}; the old one is no longer used"])


def _copy(source: Path, target: Path) -> None:
    import fcntl
    import shutil

    from kotodom.db.backup_sqlite import snapshot
    from kotodom.errors import BackupFailed
    from kotodom.sealing import key_file
    from kotodom.service.scope import ServiceProblem

    lock = source.with_name(f"{source.name}.lock")
    with open(lock, "a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ServiceProblem(f"kotodom still runs on {source}: stop it first") from None
        try:
            key, new_key = key_file(source), key_file(target)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if key and new_key and key.exists():
                shutil.copy2(key, new_key)
            snapshot(source, target)
        except (BackupFailed, OSError) as error:
            raise ServiceProblem(f"{source} cannot be copied: {error}") from None


def _agreed(question: str, *, without_terminal: bool = False) -> bool:
    """Ask a person; *without_terminal* is the answer where there is nobody to ask."""
    if not sys.stdin.isatty():
        return without_terminal
    return typer.confirm(question, default=True)


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        if line:
            print(f"· {line}")
