"""The protocol of sd_notify: what is taken from the environment, what is sent, what is survived."""

import os
import socket
from pathlib import Path

import pytest

from kotodom.notify import Notifier
from tests.support.hearing import Manager


@pytest.mark.parametrize(
    ("environ", "watchdog"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, None),  # nobody listens
        ({"NOTIFY_SOCKET": "/run/notify"}, None),
        ({"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "30000000"}, 30.0),
        ({"NOTIFY_SOCKET": "@notify", "WATCHDOG_USEC": "1500000"}, 1.5),
        ({"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "0"}, None),
        ({"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "soon"}, None),
        ({"NOTIFY_SOCKET": "notify", "WATCHDOG_USEC": "30000000"}, None),
        ({"NOTIFY_SOCKET": "/n", "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}, None),
        (
            {"NOTIFY_SOCKET": "/n", "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": str(os.getpid())},
            1.0,
        ),
    ],
)
def test_what_systemd_says_is_taken_out_of_the_environment(
    environ: dict[str, str], watchdog: float | None
) -> None:
    """No child of ours shall speak in our name."""
    environ = {**environ, "HOME": "/"}
    assert Notifier.take(environ).watchdog == watchdog
    assert environ == {"HOME": "/"}


async def test_each_message_is_one_datagram_and_a_status_one_line(tmp_path: Path) -> None:
    manager = Manager(f"{tmp_path}/notify")
    notifier = Notifier(manager.address)
    for _ in range(2):
        notifier.status("two\nlines  of it")
    notifier.ready()
    notifier.extend(1.5)
    notifier.beat()
    notifier.stopping()
    await manager.hears_nothing_more()
    assert manager.heard == [
        "STATUS=two lines of it",
        "READY=1",
        "EXTEND_TIMEOUT_USEC=1500000",
        "WATCHDOG=1",
        "STOPPING=1",
    ]
    notifier.close()
    notifier.ready()
    manager.close()


def test_nobody_who_listens_nothing_happens() -> None:
    notifier = Notifier.take({})
    notifier.ready()
    notifier.status("well")
    assert not notifier.listened


def test_a_manager_that_reads_nothing_blocks_nobody(tmp_path: Path) -> None:
    """Its queue is full after a few messages; the next ones are dropped."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(f"{tmp_path}/notify")
        notifier = Notifier(f"{tmp_path}/notify")
        for _ in range(2_000):
            notifier.beat()
        notifier.close()


def test_what_is_said_only_once_is_not_lost_with_a_full_queue(tmp_path: Path) -> None:
    """Without READY systemd would end a daemon that is well; nor may its status stay an old one."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"{tmp_path}/notify")
        manager.setblocking(False)
        notifier = Notifier(f"{tmp_path}/notify")
        for _ in range(2_000):
            notifier.beat()
        notifier.ready()
        notifier.status("well")
        assert b"READY=1" not in hear(manager)
        notifier.status("well")
        assert hear(manager) == [b"READY=1\nSTATUS=well"]
        notifier.close()


def hear(manager: socket.socket) -> list[bytes]:
    """All that has been said."""
    heard = list[bytes]()
    while True:
        try:
            heard.append(manager.recv(4096))
        except BlockingIOError:
            return heard


def test_a_manager_that_is_not_there_stops_nobody(tmp_path: Path) -> None:
    for address in (f"{tmp_path}/nobody", f"{tmp_path}/{'long' * 50}"):
        notifier = Notifier(address)
        notifier.ready()
        notifier.close()
