"""Questions that wait a moment for the rest of them: offered when their time has come."""

from collections.abc import Awaitable, Callable

from kotodom.clock import SECOND, Clock
from kotodom.model import Chat, Lane
from kotodom.tasks import Tasks


class Holding:
    """Shows people that something happens, and wakes the workers in time."""

    def __init__(
        self,
        *,
        offer: Callable[[Lane], None],
        typing: Callable[[Chat], Awaitable[bool]],
        tasks: Tasks,
        clock: Clock,
    ) -> None:
        self._offer = offer
        self._typing = typing
        self._tasks = tasks
        self._clock = clock
        self._until: dict[Lane, int] = {}

    def hold(self, chat: Chat, lane: Lane, until: int) -> None:
        """Offer *lane* at *until* (milliseconds); a later time moves it back. Returns at once."""
        waiting = lane in self._until
        self._until[lane] = max(until, self._until.get(lane, 0))
        if not waiting:
            self._tasks.start(self._wait(chat, lane), name=f"hold-{chat.id}")

    async def _wait(self, chat: Chat, lane: Lane) -> None:
        await self._typing(chat)
        while (left := self._until[lane] - self._clock.now()) > 0:
            await self._clock.sleep(left / SECOND)
        del self._until[lane]
        self._offer(lane)
