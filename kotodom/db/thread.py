"""A thread that keeps no process from ending.

The executors of the standard library join their threads when the interpreter ends, however long
that takes: a disk that hangs would hang the end of the process too.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")


class Outcome(NamedTuple):
    """What a piece of work returned or raised."""

    value: Any
    error: BaseException | None


class DaemonThread:
    """Does what it is given by the event loop that made it, in order."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        Thread(target=self._run, name=name, daemon=True).start()

    def submit(self, work: Callable[[], Any], done: Callable[[Outcome], None]) -> None:
        """Run *work* in the thread, then *done* in the event loop (if that still runs)."""
        self._work.put(partial(self._perform, work, done))

    async def call(self, work: Callable[[], T]) -> T:
        """Run *work* in the thread and return what it returns; a cancelled caller stops nothing."""
        future: asyncio.Future[T] = self._loop.create_future()
        self.submit(work, partial(tell, future))
        return await future

    def stop(self) -> None:
        """End the thread when it has done what it was given."""
        self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def _perform(self, work: Callable[[], Any], done: Callable[[Outcome], None]) -> None:
        try:
            outcome = Outcome(work(), None)
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
            outcome = Outcome(None, error)
        try:
            self._loop.call_soon_threadsafe(done, outcome)
        except RuntimeError:
            return  # the loop has been closed: nobody waits any more


def tell(future: "asyncio.Future[Any]", outcome: Outcome) -> None:
    """Give *outcome* to whoever awaits *future*, unless that one has gone."""
    if future.done():
        return
    if outcome.error is None:
        future.set_result(outcome.value)
    else:
        future.set_exception(outcome.error)
