"""One request to the provider and the stream that answers it, under three deadlines."""

import asyncio
import json
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from kotodom.clock import Clock
from kotodom.errors import ProviderTimeout, StreamBroken
from kotodom.llm.errors import translate
from kotodom.llm.gathering import Gathering, transport_of
from kotodom.llm.responses import AnswerReader
from kotodom.llm.sse import EventTooLarge, SSEParser
from kotodom.model import Delta, Done, Event, Thinking

if TYPE_CHECKING:
    import httpx2

_THINKING_EVERY = 1.0
"""Seconds between two signs of life of a model that thinks."""

_DRAIN = 1.0
"""Seconds that a server has for ending its stream after the terminal event."""

_DONE_MARK = b"[DONE]"
"""Some compatible servers end their stream like the older chat interface does."""


class DeadlinePassed(ProviderTimeout):
    """One of our own three deadlines has passed."""

    def __init__(self, message: str, *, alive: bool) -> None:
        super().__init__(message)
        self.alive = alive
        """The model was at work all the time: it is slow, not ill."""


class Deadlines:
    """When to give up: on silence, and altogether; in the event loop's own time."""

    def __init__(self, silence: float, total: float) -> None:
        self._silence = silence
        self._total = total
        self._time = asyncio.get_running_loop().time
        self._until = self._time() + total
        self._quiet_since = self._time()
        self._progressed = False

    def restart(self) -> None:
        """A new attempt: the first token is due anew, the total goes on."""
        self._progressed = False
        self._quiet_since = self._time()

    def progress(self) -> None:
        """The model did something: silence counts from now."""
        self._progressed = True
        self._quiet_since = self._time()

    def wait(self) -> asyncio.Timeout:
        """A context that ends with TimeoutError at the nearest deadline."""
        return asyncio.timeout_at(min(self._quiet_since + self._silence, self._until))

    def passed(self) -> DeadlinePassed:
        """The error for the deadline that has passed."""
        if self._time() >= self._until:
            message = f"The answer was not complete after {self._total:g} seconds"
            return DeadlinePassed(message, alive=self._progressed)
        what = "said nothing more" if self._progressed else "did not begin to answer"
        message = f"The provider {what} within {self._silence:g} seconds"
        return DeadlinePassed(message, alive=False)


class Exchange:
    """A stream of events under way; whoever holds it must :meth:`close` it."""

    def __init__(
        self, response: "httpx2.Response", reader: AnswerReader, deadlines: Deadlines, clock: Clock
    ) -> None:
        self._response = response
        self._chunks = response.aiter_bytes()
        self._parser = SSEParser()
        self._reader = reader
        self._deadlines = deadlines
        self._clock = clock
        self._ready: deque[Event] = deque()
        self._next_thinking = clock.monotonic()
        self._moved = False
        self._speaking = False
        self._gathering = Gathering(transport_of(response))

    async def next(self) -> Event:
        """The next event of the answer, Done at last; must not be called after Done.

        Raises only ProviderError.
        """
        while not self._ready:
            if self._moved:
                # Silence is counted while we listen, not while our caller is busy.
                self._deadlines.progress()
                self._moved = False
            if self._speaking:
                self._gathering.hold()
            chunk = await self._receive()
            if chunk is None:
                self._take(self._parser.finish())
                if not self._ready:
                    raise StreamBroken("The provider's stream ended before the answer did")
                break
            try:
                self._take(self._parser.feed(chunk))
            except EventTooLarge:
                raise StreamBroken("The provider sent an event without end") from None
        return self._ready.popleft()

    async def _receive(self) -> bytes | None:
        try:
            async with self._deadlines.wait():
                return await anext(self._chunks, None)
        except TimeoutError:
            raise self._deadlines.passed() from None
        except Exception as error:  # noqa: BLE001 - whatever the HTTP client raises
            # Without its traceback, which may hold the key.
            raise translate(error, now=self._clock.now()) or StreamBroken(
                f"The provider's stream broke off ({type(error).__name__})"
            ) from None

    def _take(self, payloads: list[bytes]) -> None:
        """Read the payloads of one chunk; text that came together stays together."""
        text: list[str] = []
        for payload in payloads:
            if payload == _DONE_MARK:
                continue
            try:
                data = json.loads(payload.decode("utf-8", "replace"))
            except (ValueError, RecursionError):
                raise StreamBroken("The provider sent an event that is not JSON") from None
            if not isinstance(data, dict):
                continue
            event, moved = self._reader.read(data)
            self._moved = self._moved or moved
            if isinstance(event, Delta):
                self._speaking = True
                text.append(event.text)
            elif isinstance(event, Thinking):
                self._thinks()
            if self._reader.overflowed:
                event = self._reader.cut_off()
            if isinstance(event, Done):
                self._say(text)
                self._ready.append(event)
                self._gathering.release()
                return
        self._say(text)

    def _say(self, text: list[str]) -> None:
        if text:
            self._ready.append(Delta("".join(text)))

    def _thinks(self) -> None:
        now = self._clock.monotonic()
        if now >= self._next_thinking:
            self._next_thinking = now + _THINKING_EVERY
            self._ready.append(Thinking())

    async def drain(self) -> None:
        """After Done: let the server end its stream, so that the connection can be used again.

        A server whose answer was cut off would go on: its connection is closed at once.
        """
        try:
            if not self._reader.overflowed:
                async with asyncio.timeout(_DRAIN):
                    async for _ in self._chunks:
                        pass
        except Exception:  # noqa: BLE001 - the answer is complete; only the connection is lost
            return
        finally:
            await self.close()

    async def close(self) -> None:
        """Close the connection unless the stream has ended; may be called twice."""
        self._gathering.release()
        for part in (self._chunks, self._response):
            # A connection that is given up may be broken already, which is nobody's concern.
            with suppress(Exception):
                await part.aclose()
