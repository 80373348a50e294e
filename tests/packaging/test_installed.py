"""What is released works where there is no checkout: the wheel, built and installed by the steps of
the Containerfile, run as its user, with its entry point and its health check."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import zipfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kotodom import __version__
from kotodom.demo.botapi import BotApi
from kotodom.demo.model import ModelServer
from tests.packaging.container_steps import ROOT, Stage, context, stages
from tests.support.daemon import KEY, TOKEN

BOT = 7001


@dataclass(frozen=True)
class Container:
    """The folders of an image and of its volume, each a folder of the test's."""

    root: Path
    final: Stage
    user: int | None
    """Whom it runs as; None when we are nobody to choose."""

    def inside(self, text: str) -> str:
        """A text with the paths of the image as they are here."""
        return re.sub(
            r"(?<![\w/])/(src|dist|opt/kotodom|data|run/secrets)\b", rf"{self.root}/\1", text
        )

    def environment(self) -> dict[str, str]:
        """Of its processes."""
        said = {name: self.inside(value) for name, value in self.final.environment().items()}
        return said | {"PATH": said["PATH"].replace("$PATH", "/usr/bin:/bin")}

    def run(
        self, *words: str, cwd: str = "data", said: str = "", **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """One command as its user, to the end."""
        return subprocess.run(
            words,
            cwd=self.root / cwd,
            env=self.environment() | environ,
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
            input=said,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def python() -> str:
    """A Python that every user of this machine may run; ours may lie in somebody's home."""
    if os.geteuid() != 0:
        return sys.executable
    found = [shutil.which(name, path="/usr/local/bin:/usr/bin") for name in PYTHONS]
    ours = [path for path in (*found, sys.executable) if path and _open_to_all(Path(path))]
    assert ours, f"no Python that other users may run: install one of {', '.join(PYTHONS)}"
    return ours[0]


PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14")


def _open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """The image, built by the Containerfile's own steps with its folders moved to a test's."""
    root = tmp_path_factory.mktemp("container")
    for parent in (root, *root.parents[:2]):
        parent.chmod(parent.stat().st_mode | 0o011)
    build, final = stages()
    root_here = os.geteuid() == 0
    number = int(final.one("USER").partition(":")[0])
    made = Container(root, final, number if root_here else None)
    context(root / "src")
    (root / "bin").mkdir()
    # Whoever builds has a pip, which the Python that all may run need not have.
    (root / "bin" / "python").write_text(
        f'#!/bin/sh\n[ "$2" = pip ] && exec {sys.executable} "$@"\nexec {python()} "$@"\n'
    )
    (root / "bin" / "python").chmod(0o755)
    for step in build.run:
        _step(made, made.inside(step))
    for step in final.run:
        if step.startswith("useradd "):
            step = step.replace("useradd ", f"useradd --prefix {root} ", 1)
            (root / "etc").mkdir()
        if root_here:
            _step(made, made.inside(step))
    (root / "data").mkdir(exist_ok=True)
    shutil.rmtree(root / "src")  # the image has no checkout
    yield made
    shutil.rmtree(root, ignore_errors=True)


def _step(container: Container, step: str) -> None:
    keep = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    result = subprocess.run(
        ["sh", "-euc", step],
        cwd=container.root / "src",
        env=keep | {"PATH": f"{container.root}/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, f"{step}\n{result.stdout}{result.stderr}"


# -- the wheel ------------------------------------------------------------------------------


def test_the_commands_work_from_the_wheel_alone(container: Container) -> None:
    said = container.run("kotodom", "version")
    assert (said.returncode, said.stdout, said.stderr) == (0, f"kotodom {__version__}\n", "")
    told = container.run("kotodom", "--help").stdout
    for command in ("run", "init", "check", "service", "demo"):
        assert f"\n  {command} " in told
    where = container.run("python3", "-c", "import kotodom; print(kotodom.__file__)").stdout
    assert where.startswith(f"{container.root}/opt/kotodom/")


def test_the_demo_answers_from_the_wheel(container: Container) -> None:
    """Texts, prices, migrations: a whole daemon and its two servers run."""
    said = container.run("kotodom", "demo", said="what is 2 + 2\n/help\n")
    assert said.returncode == 0, said.stderr
    assert "2 + 2 = 4" in said.stdout
    assert "/refresh" in said.stdout


def test_who_has_no_configuration_is_shown_the_example_that_is_there(container: Container) -> None:
    said = container.run("kotodom", "check", "--config", "nowhere.toml")
    assert said.returncode == 78
    (example,) = re.findall(r"copy (\S+config\.example\.toml) there", said.stderr)
    assert Path(example).read_text("utf-8") == (ROOT / "config.example.toml").read_text("utf-8")


def test_the_unit_comes_from_the_wheel_and_a_passing_place_is_no_home_for_it(
    container: Container, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        f'[openai]\napi_key = "x"\n[[bots]]\nname = "a"\ntoken = "{TOKEN.format(1)}"\n'
    )
    keep = {k: v for k, v in container.environment().items() if not k.startswith("KOTODOM")}
    said = subprocess.run(
        ["kotodom", "service", "install", "--dry-run", "--config", config],
        env=keep,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert f"ExecStart={container.root}/opt/kotodom/bin/kotodom run --config ${{" in said.stdout
    assert said.returncode == 1
    assert said.stderr.startswith("this Kotodom lies where it is not kept")


def test_the_wheel_holds_everything_that_the_checkout_runs_with(container: Container) -> None:
    (wheel,) = (container.root / "dist").glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    assert wanted() - held == set()
    assert {name for name in held if "__pycache__" in name or name.endswith(".pyc")} == set()


def wanted() -> set[str]:
    """Everything in the package, and what lies beside it in a checkout."""
    files = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "kotodom").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    for folder in ("migrations", "systemd"):
        beside = (path for path in (ROOT / folder).rglob("*") if path.is_file())
        files |= {f"kotodom/{path.relative_to(ROOT)}" for path in beside if path.suffix != ".pyc"}
    return files | {"kotodom/config.example.toml"}


def test_the_source_archive_builds_the_same_wheel(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path, ROOT],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,), (archive,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    # build makes the wheel from the archive, not from the checkout.
    assert wanted() - set(zipfile.ZipFile(wheel).namelist()) == set()
    with tarfile.open(archive) as held:
        names = {name.partition("/")[2] for name in held.getnames()}
    for name in ("container/Containerfile", "container/compose.yaml", "LICENSE", "CHANGELOG.md"):
        assert name in names
    assert not any(name.endswith((".db", ".key", "config.toml")) for name in names)


# -- the image ------------------------------------------------------------------------------


def test_the_image_is_run_by_nobody_special_who_owns_only_the_volume() -> None:
    build, final = stages()
    assert build.image == "docker.io/library/python:3.13-slim AS build"
    assert final.image == "docker.io/library/python:3.13-slim"
    assert re.fullmatch(r"([1-9]\d{4}):\1", final.one("USER"))
    assert final.one("WORKDIR") == "/data"
    assert final.words("VOLUME") == ["/data"]
    assert final.one("STOPSIGNAL") == "SIGTERM"
    assert (final.words("ENTRYPOINT"), final.words("CMD")) == (["kotodom"], ["run"])
    assert final.said["COPY"] == ["--from=build /opt/kotodom /opt/kotodom"]


def test_no_secret_of_the_folder_gets_into_a_build(tmp_path: Path) -> None:
    patterns = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert patterns[1] == "*"
    context(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        *("kotodom", "migrations", "systemd", "config.example.toml", "constraints.txt"),
        *("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"),
    }


@pytest.fixture
async def servers() -> AsyncIterator[tuple[BotApi, str]]:
    telegram, model = BotApi(), ModelServer(answer=lambda items, body: "From the image")
    await telegram.start()
    yield telegram, await model.start()
    await telegram.stop()
    await model.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_the_image_answers_is_healthy_and_stops_as_its_user(
    container: Container, servers: tuple[BotApi, str]
) -> None:
    telegram, model = servers
    token = TOKEN.format(BOT)
    bot = telegram.add_bot(token, username="cat_bot", name="Cat")
    chat = telegram.private(bot, telegram.user(501, "Ann"))
    secrets = container.root / "run/secrets"
    secrets.mkdir(parents=True)
    (secrets / "cat_token").write_text(f"{token}\n")
    config = container.root / "data/config.toml"
    config.write_text(
        f'[telegram]\napi_base = "{telegram.url}"\n'
        f'[openai]\napi_key = "{KEY}"\nbase_url = "{model}"\n'
        '[[bots]]\nname = "cat"\ntoken = "credential:cat_token"\n'
    )
    config.chmod(0o644)  # the volume itself is closed
    listen = {"KOTODOM_HTTP__LISTEN": f"127.0.0.1:{free_port()}"}
    check = container.final.words("HEALTHCHECK")
    async with running(container, **listen) as daemon:
        await chat.say("hello")
        answered = chat.wait(lambda chat: chat.answers() == ["From the image"], timeout=60)
        await unless_it_ends(daemon, answered)
        assert container.run(*check, **listen).returncode == 0
        daemon.terminate()
        async with asyncio.timeout(30):
            assert await daemon.wait() == 0
    assert container.run(*check, **listen).returncode == 1
    database = container.root / "data/data/kotodom.db"
    assert database.stat().st_mode & 0o777 == 0o600
    assert database.parent.stat().st_mode & 0o777 == 0o700
    if container.user is not None:
        assert database.stat().st_uid == container.user
        assert container.run("touch", f"{container.root}/opt/kotodom/bin/x").returncode != 0


async def unless_it_ends(daemon: Process, work: Coroutine[Any, Any, object]) -> None:
    """Wait for that, but not for a daemon that is dead."""
    working, end = asyncio.create_task(work), asyncio.create_task(daemon.wait())
    await asyncio.wait((working, end), return_when=asyncio.FIRST_COMPLETED)
    end.cancel()
    if not working.done():
        working.cancel()
        raise AssertionError(f"the daemon ended with {daemon.returncode}")
    await working


@asynccontextmanager
async def running(container: Container, **environ: str) -> AsyncIterator[Process]:
    """ENTRYPOINT and CMD, as process 1 would be."""
    final = container.final
    with open(container.root / "log", "wb") as log:  # noqa: ASYNC230 - nothing else runs yet
        daemon = await asyncio.create_subprocess_exec(
            *(*final.words("ENTRYPOINT"), *final.words("CMD")),
            cwd=container.root / "data",
            env=container.environment() | environ,
            user=container.user,
            group=container.user,
            extra_groups=None if container.user is None else [],
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield daemon
    finally:
        with suppress(ProcessLookupError):
            daemon.kill()
        await daemon.wait()
        print((container.root / "log").read_text())
