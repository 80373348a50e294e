"""Named tasks with an owner: nothing runs that nobody waits for."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from loguru import logger


class Tasks:
    """A group of named tasks; the unexpected death of one is told to the owner.

    ``on_death`` is called with the task's name and its exception when a task that should live on
    ends by an exception. Tasks that end normally or are cancelled are simply forgotten.
    """

    def __init__(self, on_death: Callable[[str, BaseException], None]) -> None:
        self._on_death = on_death
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """Run *work* as a task called *name*."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            logger.opt(exception=error).critical("task {} died", task.get_name())
            self._on_death(task.get_name(), error)

    async def wait(self, timeout: float | None) -> bool:
        """Wait until every task has ended; False when *timeout* seconds passed first."""
        if not self._tasks:
            return True
        _, pending = await asyncio.wait(set(self._tasks), timeout=timeout)
        return not pending

    async def cancel(self) -> None:
        """Cancel every task and wait for its end."""
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.gather(*tasks, return_exceptions=True)
