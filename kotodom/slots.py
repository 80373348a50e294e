"""A semaphore whose size can change while it is in use."""

import asyncio


class Slots:
    """So many may hold one at a time."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = 0
        self._free = asyncio.Event()
        self._free.set()

    def resize(self, size: int) -> None:
        """Change the size; with fewer, nobody gets one until enough have come back."""
        self._size = size
        self._look()

    async def acquire(self) -> None:
        """Wait for a slot and take it."""
        while self._held >= self._size:
            await self._free.wait()
        self._held += 1
        self._look()

    def release(self) -> None:
        """Give one back."""
        self._held -= 1
        self._look()

    def _look(self) -> None:
        if self._held < self._size:
            self._free.set()
        else:
            self._free.clear()
