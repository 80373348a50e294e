"""Talks to systemd: ready, what is going on, stopping, still alive (the protocol of sd_notify).

A message is one datagram of ``NAME=value`` lines to the socket that ``NOTIFY_SOCKET`` names; a name
that begins with ``@`` is of Linux's abstract kind. Without that variable nothing is ever sent.
"""

import os
import socket
from collections.abc import MutableMapping

from loguru import logger

VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
"""What systemd says in the environment; it is meant for this process alone."""
MICROSECONDS = 1_000_000


class Notifier:
    """Tells the service manager how this process is doing; never waits and never raises."""

    def __init__(self, address: str = "", watchdog: float | None = None) -> None:
        """*watchdog* is how many seconds the manager waits for a sign of life; None: it does not.

        An empty *address* means that nobody listens.
        """
        self.watchdog = watchdog if address else None
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._status = ""
        self._failed = False
        self._unsaid = ""
        """What is said only once, until it got through: systemd kills a start that never ends."""
        self._socket: socket.socket | None = None

    @classmethod
    def take(cls, environ: MutableMapping[str, str]) -> "Notifier":
        """What *environ* says, which is removed from it: no child may speak in our name."""
        address, microseconds, pid = (environ.pop(name, "") for name in VARIABLES)
        if not address.startswith(("/", "@")) or len(address) < 2:
            return cls()
        meant = pid in ("", str(os.getpid()))
        if not meant or not microseconds.isdecimal() or not int(microseconds):
            return cls(address)
        return cls(address, int(microseconds) / MICROSECONDS)

    @property
    def listened(self) -> bool:
        """Whether there is anybody to tell."""
        return bool(self._address)

    def ready(self) -> None:
        """The start is over."""
        self._unsaid = "READY=1"
        self._send()

    def stopping(self) -> None:
        """The end has begun."""
        self._unsaid = "STOPPING=1"
        self._send()

    def status(self, words: str) -> None:
        """One line for people, which ``systemctl status`` shows; the same again is not sent."""
        words = " ".join(words.split())
        if words != self._status and self._send(f"STATUS={words}"):
            self._status = words

    def beat(self) -> None:
        """A sign of life."""
        self._send("WATCHDOG=1")

    def extend(self, seconds: float) -> None:
        """The start (or the end) goes on: wait for it so many seconds from now."""
        self._send(f"EXTEND_TIMEOUT_USEC={round(seconds * MICROSECONDS)}")

    def close(self) -> None:
        """Say nothing more."""
        self._address = ""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, *lines: str) -> bool:
        """Say what is still unsaid, and *lines*; False when nobody can hear it now."""
        if not self._address:
            return False
        message = "\n".join((self._unsaid, *lines) if self._unsaid else lines)
        try:
            if self._socket is None:
                # Kept: when the process runs out of descriptors, it must still be heard.
                self._socket = socket.socket(
                    socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
                )
                self._socket.setblocking(False)
            self._socket.sendto(message.encode(errors="replace"), self._address)
        except (OSError, ValueError) as error:
            # A full queue or a manager that restarts.
            if not self._failed:
                logger.warning("the service manager cannot be told anything: {}", error)
            self._failed = True
            return False
        self._failed, self._unsaid = False, ""
        return True
