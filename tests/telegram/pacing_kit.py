"""A gate whose calls are written down with their times."""

import asyncio

from kotodom.errors import FloodWait
from kotodom.telegram.pacing import PATIENCE, Pacing
from tests.support.clock import FakeClock

EPSILON = 1e-9


class Recorder:
    """Asks the gates for messages and displays; chats are bot 1's unless *bot* is named."""

    def __init__(self, capacity: int = 10_000) -> None:
        self.clock = FakeClock()
        self.penalties: list[tuple[int, int, int]] = []
        self.pacing = Pacing(clock=self.clock, on_penalty=self._store, capacity=capacity)
        self.went: list[tuple[float, int, str]] = []
        self.put_off: list[float] = []
        self.by_bot: dict[int, list[float]] = {}
        """When each bot's messages went."""
        self._tasks: list[asyncio.Task[None]] = []

    async def _store(self, bot_id: int, chat_id: int, until: int) -> None:
        self.penalties.append((bot_id, chat_id, until))

    async def _message(self, chat: int, label: str, group: bool, bot: int) -> None:
        try:
            await self.pacing.message(bot, chat, group=group)
        except FloodWait as error:
            assert error.retry_after is not None
            self.put_off.append(error.retry_after)
        else:
            self.went.append((self.clock.monotonic(), chat, label))
            self.by_bot.setdefault(bot, []).append(self.clock.monotonic())

    def message(
        self, chat: int = 7, label: str = "message", group: bool = False, bot: int = 1
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(self._message(chat, label, group, bot))
        self._tasks.append(task)
        return task

    def display(self, chat: int = 7) -> bool:
        if not self.pacing.display(1, chat):
            return False
        self.went.append((self.clock.monotonic(), chat, "display"))
        return True

    def times(self, chat: int, label: str = "message") -> list[float]:
        return [time for time, where, what in self.went if (where, what) == (chat, label)]

    async def finish(self) -> None:
        await self.clock.advance(PATIENCE)
        await asyncio.gather(*(task for task in self._tasks if not task.cancelled()))


def most_within(times: list[float], window: float) -> int:
    """The most calls that any window of that length (its end excluded) holds."""
    return max(
        (sum(start <= t < start + window - EPSILON for t in times) for start in times), default=0
    )
