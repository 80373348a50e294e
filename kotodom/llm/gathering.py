"""Has the kernel gather a stream's small pieces, so that not every token wakes the process.

A token every ten milliseconds costs five times more in waking up than in reading it: 300 of them
take 0.13 s of CPU one by one and 0.03 s gathered (``tests/bench``, topic cpu). ``SO_RCVLOWAT``
makes a socket readable only once it holds so many bytes. The end of an answer repeats the whole
text in four events and is larger than that, so it is read at once, as is the end of a connection.
"""

import asyncio
import socket
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import httpx2

ENOUGH = 2048
"""Bytes: about eight tokens, and less than the last events of an answer."""
HELD = 0.25
"""Seconds after which less is read, too; a draft is shown every 0.75 s (kotodom.streaming)."""


class Gathering:
    """Holds back the data of one connection; without a connection it does nothing."""

    def __init__(self, transport: asyncio.BaseTransport | None) -> None:
        self._transport = transport
        self._timer: asyncio.TimerHandle | None = None

    def hold(self) -> None:
        """Wake nobody for less than ENOUGH bytes, until HELD seconds have passed."""
        if self._timer is not None:
            self._timer.cancel()
        elif not self._set(ENOUGH):
            return
        self._timer = asyncio.get_running_loop().call_later(HELD, self.release)

    def release(self) -> None:
        """Let everything through at once, also what is being held back."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._set(1)

    def _set(self, size: int) -> bool:
        # The file descriptor of a closing transport may soon be somebody else's.
        if self._transport is None or self._transport.is_closing():
            return False
        connection = self._transport.get_extra_info("socket")
        if connection is None:
            return False
        try:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size)
        except OSError:
            return False  # not every system has it: tokens come one by one then
        return True


def transport_of(response: "httpx2.Response") -> asyncio.BaseTransport | None:
    """The connection that *response* still arrives on, if its client lets us find it."""
    # The SDK's aiohttp client does not show it, and other clients have none of these.
    found: Any = response.stream
    for name in ("_stream", "_aiohttp_response", "connection", "transport"):
        found = getattr(found, name, None)
    return cast("asyncio.BaseTransport | None", found)
