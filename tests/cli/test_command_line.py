"""The commands as a person or systemd sees them: real processes, exit codes, plain lines."""

import fcntl
import os
import resource
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from kotodom import __version__
from kotodom.cli import app

TOKEN = "123456789:" + "AbC-_" * 7
KEY = "key-that-nobody-may-see"
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("KOTODOM_", "OPENAI_", "CREDENTIALS_"))
}

COMMANDS = list(typer.main.get_command(app).commands)


def kotodom(
    *arguments: str | Path, cwd: Path, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kotodom", *map(str, arguments)],
        cwd=cwd,
        env=CLEAN | (environ or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def configuration(tmp_path: Path, database: str, extra: str = "") -> Path:
    path = tmp_path / "config.toml"
    path.touch(mode=0o600)
    path.write_text(
        f'[openai]\napi_key = "{KEY}"\n[database]\nurl = "{database}"\n{extra}\n'
        f'[[bots]]\nname = "cat"\ntoken = "{TOKEN}"\n'
    )
    return path


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def test_help_lists_every_command_and_says_what_it_cost(tmp_path: Path) -> None:
    kotodom("--help", cwd=tmp_path)  # the first run compiles
    before = cpu()
    result = kotodom("--help", cwd=tmp_path)
    print(f"kotodom --help: {cpu() - before:.2f} s of CPU")
    assert result.returncode == 0
    for command in COMMANDS:
        assert f"\n  {command} " in result.stdout
    assert "..." not in result.stdout.partition("Commands:")[2], "no summary is cut off"


@pytest.mark.parametrize("arguments", [["--help"], ["version"]])
def test_quick_commands_load_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "kotodom", *arguments],
        cwd=tmp_path,
        env=CLEAN,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    heavy = {"aiogram", "openai", "tortoise", "aiohttp", "loguru", "rich", "asyncio"}
    assert loaded & heavy == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_takes_a_configuration(command: str) -> None:
    for option in ("--help", "-h"):
        result = CliRunner().invoke(app, [command, option])
        assert result.exit_code == 0
        assert "Usage: " in result.stdout
        without = ("version", "service", "secrets")  # the last two have commands of their own
        assert ("--config PATH" in result.stdout) is (command not in without)


def test_version_and_what_it_runs_on(tmp_path: Path) -> None:
    assert kotodom("version", cwd=tmp_path).stdout == f"kotodom {__version__}\n"
    assert kotodom("--version", cwd=tmp_path).stdout == f"kotodom {__version__}\n"
    verbose = kotodom("version", "--verbose", cwd=tmp_path).stdout
    for name in ("python", "sqlite", "aiogram", "openai", "pydantic"):
        assert f"\n{name} " in verbose


@pytest.mark.parametrize("command", ["run", "check", "migrate"])
def test_mistakes_are_a_line_each_and_exit_78(tmp_path: Path, command: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(
        f'[openai]\napi_key = "{KEY}"\ntimeout = "soon"\nmodle = "x"\n'
        f'[[bots]]\nname = "cat"\ntoken = "{TOKEN}x"\n'
    )
    result = kotodom(command, "--config", "bad.toml", cwd=tmp_path)
    assert result.returncode == 78
    assert result.stdout == ""
    token = (
        "bad.toml: bots[0].token: must be a token from @BotFather (number:35 characters); "
        'for example "credential:cat_token"'
    )
    assert result.stderr.splitlines() == [
        "bad.toml: openai.timeout: must be a number of seconds above 0, at most 86400, "
        'not "soon"; for example 60',
        "bad.toml: openai.modle: unknown key; did you mean model?",
        *([token] if command != "migrate" else []),  # which needs no bot
    ]


def test_without_any_configuration_run_says_what_to_do_next(tmp_path: Path) -> None:
    result = kotodom("run", cwd=tmp_path)
    assert result.returncode == 78
    (line,) = result.stderr.splitlines()
    assert "kotodom demo" in line


def test_the_file_comes_from_the_environment_and_the_environment_wins(tmp_path: Path) -> None:
    configuration(tmp_path, "sqlite://kotodom.db").rename(tmp_path / "elsewhere.toml")
    environ = {"KOTODOM_CONFIG": "elsewhere.toml", "KOTODOM_LOG__LEVEL": "LOUD"}
    result = kotodom("run", cwd=tmp_path, environ=environ)
    assert result.returncode == 78
    assert result.stderr == (
        "KOTODOM_LOG__LEVEL: log.level: must be one of DEBUG, INFO, WARNING, ERROR, "
        'not "LOUD"; for example "INFO"\n'
    )


def test_a_file_that_others_can_read_is_warned_about(tmp_path: Path) -> None:
    path = configuration(tmp_path, "sqlite://data/kotodom.db")
    path.chmod(0o644)
    result = kotodom("migrate", cwd=tmp_path)
    assert result.returncode == 0
    assert result.stderr.startswith("warning: config.toml: every user of this machine can read")


def test_migrate_makes_the_schema_once_and_says_so(tmp_path: Path) -> None:
    configuration(tmp_path, "sqlite://data/kotodom.db")
    first = kotodom("migrate", cwd=tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("applied 0_")
    second = kotodom("migrate", cwd=tmp_path)
    assert (second.returncode, second.stdout) == (0, "the database is up to date\n")


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_database_that_cannot_be_used_is_one_line_exit_69_and_stays_as_it_is(
    tmp_path: Path, command: str
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database, but somebody's file" * 100)
    configuration(tmp_path, "sqlite://broken.db")
    before = broken.read_bytes()
    result = kotodom(command, cwd=tmp_path)
    assert result.returncode == 69
    (line,) = result.stderr.splitlines()
    assert "broken.db" in line
    assert broken.read_bytes() == before


def test_a_database_of_a_newer_program_is_refused_with_69(tmp_path: Path) -> None:
    configuration(tmp_path, "sqlite://kotodom.db")
    kotodom("migrate", cwd=tmp_path)
    with sqlite3.connect(tmp_path / "kotodom.db") as raw:
        raw.execute("INSERT INTO aerich (version, app, content) VALUES ('99_x.py', 'models', '{}')")
    raw.close()
    result = kotodom("migrate", cwd=tmp_path)
    assert result.returncode == 69
    assert "newer version" in result.stderr


def test_migrate_needs_no_secret_but_the_databases_url(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    bots = '[[bots]]\nname = "cat"\ntoken = "credential:cat_token"\n'
    for text in ("", bots, f'[openai]\napi_key = "env:NOWHERE"\n{bots}'):
        path.write_text(f'[database]\nurl = "sqlite://data/kotodom.db"\n{text}')
        assert kotodom("migrate", cwd=tmp_path).returncode == 0
    path.write_text('[database]\nurl = "env:NOWHERE"\n')
    result = kotodom("migrate", cwd=tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (78, 1)
    assert "database.url: the environment variable NOWHERE is not set" in result.stderr


def test_migrate_keeps_away_from_a_database_that_a_daemon_holds(tmp_path: Path) -> None:
    configuration(tmp_path, "sqlite://kotodom.db")
    with open(tmp_path / "kotodom.db.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = kotodom("migrate", cwd=tmp_path)
    assert result.returncode == 69
    assert result.stderr == (
        f"another kotodom is running on {tmp_path}/kotodom.db; stop it first\n"
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_standard_stream_that_is_closed_is_replaced_by_nothing(
    tmp_path: Path, closed: str
) -> None:
    """Else the next file, the database perhaps, would get its number and what is said there."""
    program = (
        "import os; from kotodom import cli; cli._open_standard_streams(); "
        "from kotodom.cli.common import warn; print('said'); warn(['said']); "
        "open('number', 'w').write(str(os.open('.', os.O_RDONLY)))"
    )
    command = f'"$0" -c "{program}" {closed}'
    result = subprocess.run(
        ["sh", "-c", command, sys.executable], cwd=tmp_path, env=CLEAN, timeout=60, check=False
    )
    assert result.returncode == 0
    assert int((tmp_path / "number").read_text()) > 2


def test_running_without_a_standard_error_is_no_fault(tmp_path: Path) -> None:
    configuration(tmp_path, "sqlite://.")
    command = 'exec "$0" -m kotodom run 2>&-'
    result = subprocess.run(
        ["sh", "-c", command, sys.executable], cwd=tmp_path, env=CLEAN, timeout=60, check=False
    )
    assert result.returncode == 69


def test_a_port_that_is_taken_is_one_line_and_exit_69_for_systemd_to_try_again(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        configuration(tmp_path, "sqlite://kotodom.db", f'[http]\nlisten = "{listen}"')
        result = kotodom("run", cwd=tmp_path)
    assert result.returncode == 69
    assert "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith(f"http.listen: {listen} is in use; ")


def test_a_traceback_on_the_terminal_has_no_secret(tmp_path: Path) -> None:
    """As the program shows it: typer has a hook for tracebacks of its own, which hides nothing."""
    command = (
        "import sys; from kotodom import cli, redaction; redaction.remember(['planted-secret'])\n"
        "@cli.app.command()\n"
        "def break_it(): raise ValueError(sys.argv[2:], 'planted-secret', '%s')\n"
        "sys.argv = ['kotodom', 'break-it']; cli.main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", command % f"https://api.telegram.org/bot{TOKEN}/getMe"],
        cwd=tmp_path,
        env=CLEAN,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert "Traceback" in result.stderr
    assert "bot123456789:***/getMe" in result.stderr
    assert "planted-secret" not in result.stderr.splitlines()[-1]


def test_a_configuration_may_come_through_a_pipe(tmp_path: Path) -> None:
    text = configuration(tmp_path, "sqlite://kotodom.db").read_text()
    (tmp_path / "config.toml").unlink()
    result = subprocess.run(
        [sys.executable, "-m", "kotodom", "migrate", "--config", "/dev/stdin"],
        cwd=tmp_path,
        env=CLEAN,
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_a_database_password_does_not_show_when_the_server_is_away(tmp_path: Path) -> None:
    configuration(tmp_path, "postgres://me:pa55word@127.0.0.1:9/kotodom")
    result = kotodom("migrate", cwd=tmp_path)
    assert result.returncode == 69
    assert len(result.stderr.splitlines()) == 1
    assert "pa55word" not in result.stderr


def test_demo_serves_one_emulator_at_a_time(tmp_path: Path) -> None:
    result = kotodom("demo", "--telegram-only", "--model-only", cwd=tmp_path)
    assert result.returncode == 2
    assert "not both" in result.stderr


def test_an_unknown_command_is_exit_2_without_a_traceback(tmp_path: Path) -> None:
    result = kotodom("fly", cwd=tmp_path)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
