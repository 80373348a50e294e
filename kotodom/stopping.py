"""The kill switch: an admin stops every call to the provider at once, until somebody resumes.

To everybody else it looks like an open circuit: what is asked meanwhile waits, what was being
answered goes back to the queue, and no attempt is spent.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from loguru import logger

from kotodom.errors import ProviderStopped
from kotodom.model import Done, Event, Question, Transcript
from kotodom.ports import Provider

AGAIN = 1.0
"""Seconds after which a question that was broken off may be taken up, if anybody takes any."""

T = TypeVar("T")


class KillSwitch:
    """Whether the provider may be called; the database remembers it (``MoneyStore``)."""

    def __init__(self, changed: Callable[[bool], None] = lambda stopped: None) -> None:
        """*changed* hears when it is thrown: True, no calls."""
        self.stopped = False
        self._changed = changed
        self._calls: set[asyncio.Timeout] = set()

    def throw(self, stopped: bool) -> None:
        """Stop everything that is under way and whatever would come, or allow it again."""
        if stopped == self.stopped:
            return
        self.stopped = stopped
        logger.warning("calls to the model provider are {}", "stopped" if stopped else "resumed")
        self._changed(stopped)
        if stopped:
            now = asyncio.get_running_loop().time()
            for call in self._calls:
                if not call.expired():
                    call.reschedule(now)

    def check(self, *, called: bool = False) -> None:
        """Raise ProviderStopped when nobody may call; *called* says that somebody has."""
        if self.stopped:
            raise _stopped(called=called)

    async def guard(self, call: Awaitable[T]) -> T:
        """Await a piece of a call; raises ProviderStopped as soon as the switch is thrown."""
        try:
            async with asyncio.timeout(None) as timeout:
                self._calls.add(timeout)
                try:
                    return await call
                finally:
                    self._calls.discard(timeout)
        except TimeoutError:
            if timeout.expired():
                raise _stopped(called=True) from None
            raise


class SwitchedProvider:
    """A provider behind the switch; a :class:`kotodom.ports.Provider` like the one within."""

    def __init__(self, provider: Provider, switch: KillSwitch) -> None:
        self._provider = provider
        self._switch = switch

    async def stream(self, question: Question) -> AsyncIterator[Event]:
        """As the provider's; raises ProviderStopped, too."""
        self._switch.check()
        events = aiter(self._provider.stream(question))
        try:
            while True:
                try:
                    event = await self._switch.guard(anext(events))
                except StopAsyncIteration:
                    return
                if not isinstance(event, Done):  # that is paid for, and complete
                    # Between two events nobody waits here, so the switch is looked at.
                    self._switch.check(called=True)
                yield event
        finally:
            close = getattr(events, "aclose", None)
            if close is not None:
                await close()

    async def transcribe(
        self,
        data: bytes,
        *,
        name: str,
        mime: str,
        seconds: int,
        user_key: str,
        api_key: str = "",
    ) -> Transcript:
        """As the provider's; raises ProviderStopped, too."""
        self._switch.check()
        return await self._switch.guard(
            self._provider.transcribe(
                data,
                name=name,
                mime=mime,
                seconds=seconds,
                user_key=user_key,
                api_key=api_key,
            )
        )

    def open_for(self, api_key: str = "") -> float:
        """As the provider's; while everything is stopped there is no end to wait for."""
        return AGAIN if self._switch.stopped else self._provider.open_for(api_key)


def _stopped(*, called: bool) -> ProviderStopped:
    words = "An admin has stopped all calls to the provider"
    return ProviderStopped(words, retry_after=AGAIN, called=called)
