"""What `kotodom check` says about the program and the machine."""

import resource
import socket
from pathlib import Path

import pytest

from kotodom import __version__
from kotodom.check import State
from kotodom.check.machine import files_row, http_rows, memory_row, program_row, zones_row
from kotodom.check.report import Row
from kotodom.check.unit import _rows as unit_rows
from kotodom.config import Config
from kotodom.service.scope import Scope
from kotodom.service.unit import packaged
from tests.check.check_kit import closed_port, config, is_ok
from tests.check.proxies import answering


def test_versions_are_told_and_one_too_old_fails() -> None:
    assert is_ok(program_row())
    assert program_row().detail.startswith(f"Kotodom {__version__}, Python 3.")
    old = program_row((3, 31, 1))
    assert old.state is State.FAILED
    assert "3.35 or newer" in old.detail
    assert old.fix


def test_open_files_are_compared_with_what_is_needed() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard), hard))
        assert is_ok(files_row(1, 256))
        few = files_row(300, 4000)
        assert few.state is State.NOTE
        assert "LimitNOFILE=8364" in few.fix
        assert files_row(1000, 1).state is State.FAILED
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def machine(root: Path, *, available: int, limit: str = "max", version: int = 2) -> Path:
    """What /proc and /sys say on a machine with so many megabytes."""
    for folder in ("proc/self", "sys/fs/cgroup/memory/box", "sys/fs/cgroup/box/inner"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "proc/meminfo").write_text(f"MemTotal: 9 kB\nMemAvailable: {available * 1024} kB\n")
    if version == 2:
        (root / "proc/self/cgroup").write_text("0::/box/inner\n")
        (root / "sys/fs/cgroup/box/inner/memory.max").write_text("max\n")
        (root / "sys/fs/cgroup/box/memory.max").write_text(f"{limit}\n")
    else:
        (root / "proc/self/cgroup").write_text("5:cpu:/x\n4:memory:/box\n")
        (root / "sys/fs/cgroup/memory/box/memory.limit_in_bytes").write_text(f"{limit}\n")
    return root


def test_memory_enough_is_fine(tmp_path: Path) -> None:
    assert is_ok(memory_row(1, False, machine(tmp_path, available=300)))
    assert is_ok(memory_row(1, False, machine(tmp_path, available=300, limit=str(2**28))))
    endless = machine(tmp_path, available=300, limit=str(2**63 - 4096), version=1)
    assert is_ok(memory_row(1, False, endless))


@pytest.mark.parametrize("version", [1, 2])
def test_a_limit_below_what_is_needed_is_a_note(tmp_path: Path, version: int) -> None:
    root = machine(tmp_path, available=300, limit=str(64 * 1024 * 1024), version=version)
    row = memory_row(1, False, root)
    assert row.state is State.NOTE
    assert "limit 64 MB" in row.detail
    assert "MemoryMax=" in row.fix


def test_little_memory_is_a_note_unless_we_are_the_ones_who_have_it(tmp_path: Path) -> None:
    root = machine(tmp_path, available=50)
    assert memory_row(1, False, root).state is State.NOTE
    assert memory_row(1, False, root).fix
    assert is_ok(memory_row(1, True, root))
    assert memory_row(300, False, machine(tmp_path, available=200)).state is State.NOTE


def test_a_machine_that_does_not_say_is_not_blamed(tmp_path: Path) -> None:
    assert is_ok(memory_row(1, False, tmp_path))


def test_time_zones_are_known_or_their_package_is_named() -> None:
    assert is_ok(zones_row("UTC"))
    row = zones_row("UTC", "Nowhere/Known")
    assert row.state is State.NOTE
    assert "tzdata" in row.fix


def listening(tmp_path: Path, where: str) -> Config:
    return config(tmp_path, "http://a", "http://a", http={"listen": where})


async def health(settings: Config, *, running: bool) -> Row:
    [row] = await http_rows(settings, running, 2.0)
    return row


async def test_no_port_no_row(tmp_path: Path) -> None:
    assert await http_rows(config(tmp_path, "http://a", "http://a"), False, 1.0) == []


async def test_a_port_that_another_program_has_fails_before_it_is_run(tmp_path: Path) -> None:
    assert is_ok(await health(listening(tmp_path, closed_port()), running=False))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        row = await health(listening(tmp_path, where), running=False)
    assert row.state is State.FAILED
    assert "another program listens there" in row.detail
    assert "ss -ltnp" in row.fix


async def test_the_health_of_a_running_kotodom_is_asked_for(tmp_path: Path) -> None:
    async with answering() as port:
        assert is_ok(await health(listening(tmp_path, f"127.0.0.1:{port}"), running=True))
    away = await health(listening(tmp_path, closed_port()), running=True)
    assert away.state is State.NOTE
    assert "restart" in away.fix
    async with answering(status=503) as port:
        ill = await health(listening(tmp_path, f"127.0.0.1:{port}"), running=True)
    assert ill.state is State.FAILED
    assert "curl" in ill.fix
    async with answering(status=401) as port:
        barred = await health(listening(tmp_path, f"127.0.0.1:{port}"), running=True)
    assert barred.state is State.NOTE
    assert "http.token" in barred.detail


def test_a_unit_that_differs_is_a_note_with_the_command(tmp_path: Path) -> None:
    scope = Scope(True, tmp_path, tmp_path)
    assert unit_rows((scope,), tmp_path / "none") == []
    [none] = unit_rows((scope,), tmp_path)
    assert (none.state, "kotodom service install" in none.detail) == (State.OK, True)
    scope.unit.write_text(packaged(scope) + "\n[Service]\nRestart=no\n")
    [row] = unit_rows((scope,))
    assert row.state is State.NOTE
    assert row.fix == "kotodom service install --user"
