"""A service manager that only listens: the socket of sd_notify, and what was said to it."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path


class Manager:
    """Hears what a daemon tells systemd."""

    def __init__(self, address: str) -> None:
        """*address* as in NOTIFY_SOCKET: a path, or ``@name`` for an abstract socket."""
        self.address = address
        self.heard: list[str] = []
        self._news = asyncio.Event()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self._socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self._socket, self._hear)

    def _hear(self) -> None:
        self.heard += self._socket.recv(65_536).decode().splitlines()
        self._news.set()

    def count(self, word: str) -> int:
        """How often that was said."""
        return sum(line.startswith(word) for line in self.heard)

    async def until(self, done: Callable[[], bool], timeout: float = 30.0) -> None:
        """Wait for what makes *done* true."""
        try:
            async with asyncio.timeout(timeout):
                while not done():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise TimeoutError(f"heard only {self.heard}") from None

    async def hears(self, word: str, timeout: float = 30.0) -> None:
        """Wait until that is said, from now on."""
        before = self.count(word)
        await self.until(lambda: self.count(word) > before, timeout)

    async def hears_nothing_more(self) -> None:
        """Take in all that has been sent so far."""
        while True:
            try:
                self.heard += self._socket.recv(65_536).decode().splitlines()
            except BlockingIOError:
                return

    def close(self) -> None:
        """Be gone; a second time does nothing."""
        if self._socket.fileno() < 0:
            return
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        if not self.address.startswith("@"):
            Path(self.address).unlink(missing_ok=True)
