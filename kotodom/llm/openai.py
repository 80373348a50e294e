"""OpenAI and every server that speaks its Responses API.

From the inside out: one attempt (:mod:`kotodom.llm.exchange`), at most two quick retries before
anything was shown (tenacity), the circuit breaker. Longer waits belong to the row in the database.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from loguru import logger

from kotodom.clock import Clock
from kotodom.errors import FileProblem, FileUnusable, ProviderTimeout
from kotodom.llm import listing, sdk, transcription
from kotodom.llm.breaker import CircuitBreaker
from kotodom.llm.circuits import OwnCircuits
from kotodom.llm.counting import Requests
from kotodom.llm.endpoint import Endpoint
from kotodom.llm.exchange import DeadlinePassed, Deadlines, Exchange
from kotodom.llm.quick import quick_retries
from kotodom.llm.responses import AnswerReader, pictured, request_body
from kotodom.llm.transcription import NotHeard, Recording
from kotodom.metrics import Metrics
from kotodom.model import Done, Event, Question, Transcript
from kotodom.tasks import Tasks

if TYPE_CHECKING:
    from openai import AsyncOpenAI

T = TypeVar("T")


class OpenAIProvider:
    """A :class:`kotodom.ports.Provider` over the Responses API."""

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str,
        proxy: str = "",
        timeout: float = 60.0,
        total_timeout: float = 300.0,
        transcribe_model: str = "",
        breaker: CircuitBreaker,
        hearing: CircuitBreaker | None = None,
        own: OwnCircuits | None = None,
        own_hearing: OwnCircuits | None = None,
        clock: Clock,
        metrics: Metrics | None = None,
    ) -> None:
        """*timeout*: seconds for the first token and between two signs of progress.

        *transcribe_model* listens to recordings; empty: none does. A server
        that cannot may well answer, so *hearing* is their own circuit; None: they share *breaker*.
        *own* and *own_hearing* are the same for the keys of single bots; None: they share them.
        """
        self._endpoint = Endpoint(
            api_key=api_key, base_url=base_url, proxy=proxy, timeout=timeout, clock=clock
        )
        self._timeout = timeout
        self._total_timeout = total_timeout
        self._transcribe_model = transcribe_model
        self._known_deaf = False
        self._breaker = breaker
        self._hearing = hearing or breaker
        self._own = own
        self._own_hearing = own_hearing
        self._clock = clock
        self._requests = Requests(metrics)
        self._drains = Tasks(_drain_died)

    async def warm_up(self) -> None:
        """Import the SDK now, in a thread, instead of during the first question.

        Raises CannotCall when address or proxy cannot be used.
        """
        await self._endpoint.client()

    async def close(self) -> None:
        """Close every connection."""
        await self._drains.cancel()
        await self._endpoint.close()

    def open_for(self, api_key: str = "") -> float:
        """Seconds until the circuit of a key lets a call through; 0.0 when it does now."""
        return self._circuit(api_key).open_for()

    def _circuit(self, api_key: str) -> CircuitBreaker:
        return self._own.of(api_key) if api_key and self._own is not None else self._breaker

    def _hearing_circuit(self, api_key: str) -> CircuitBreaker:
        own = self._own_hearing
        return own.of(api_key) if api_key and own is not None else self._hearing

    async def stream(self, question: Question) -> AsyncIterator[Event]:
        """Ask, and yield events until exactly one Done; raises only ProviderError."""
        with self._circuit(question.api_key).enter() as call:
            deadlines = Deadlines(self._timeout, self._total_timeout)
            begun: tuple[Exchange, Event] = await quick_retries(self._clock)(
                self._tried, question.model, self._begin, question, deadlines
            )
            exchange, event = begun
            ended = False
            try:
                with self._requests.failing(question.model):
                    while not isinstance(event, Done):
                        if call.probe:
                            # One token is proof enough; the others need not wait for all of it.
                            call.succeeded()
                        yield event
                        event = await exchange.next()
                ended = True
            except DeadlinePassed as error:
                if error.alive:
                    call.dismiss()
                raise
            finally:
                if not ended:
                    await exchange.close()
            self._requests.answered(question.model)
            call.succeeded()
            self._drains.start(exchange.drain(), name="provider-drain")
            yield event

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
        """Listen to a recording; *user_key* is not sent, because the interface has no field for it.

        Raises only ProviderError, or FileUnusable.
        """
        if not self._transcribe_model:
            raise FileUnusable(FileProblem.UNHEARD, "No model is configured that listens")
        recording = Recording(data, name, mime, seconds)
        # All of the answer comes at once, after a time that grows with the recording's length.
        deadlines = Deadlines(self._timeout + seconds, self._total_timeout + seconds)
        try:
            with self._hearing_circuit(api_key).enter() as call:
                try:
                    transcript: Transcript = await quick_retries(self._clock)(
                        self._tried,
                        self._transcribe_model,
                        self._hear,
                        recording,
                        deadlines,
                        api_key,
                    )
                except DeadlinePassed as error:
                    if error.alive:
                        call.dismiss()
                    raise
                self._requests.answered(self._transcribe_model)
                call.succeeded()
        except NotHeard as error:
            if error.problem is FileProblem.UNHEARD and not self._known_deaf:
                self._known_deaf = True
                logger.warning("recordings cannot be transcribed: {}", error)
            raise FileUnusable(error.problem, str(error)) from None
        return transcript

    async def _hear(self, recording: Recording, deadlines: Deadlines, api_key: str) -> Transcript:
        """One attempt."""
        client = await self._endpoint.client()
        deadlines.restart()
        model, secrets = self._transcribe_model, self._endpoint.secrets(api_key)
        try:
            async with deadlines.wait():
                with (
                    self._endpoint.translated(api_key),
                    transcription.refusals(self._clock.now(), secrets),
                ):
                    response = await sdk.post_file(
                        client,
                        transcription.PATH,
                        {"model": model, "response_format": "json"},
                        recording.form(),
                        api_key=api_key,
                    )
            # It has begun to answer: from here on it may be slow, but it is not ill.
            deadlines.progress()
            async with deadlines.wait():
                answer = await transcription.read_answer(response, self._clock.now())
        except TimeoutError:
            raise deadlines.passed() from None
        return transcription.transcript_of(answer, recording, model, secrets)

    async def _tried(self, model: str, attempt: Callable[..., Awaitable[T]], *what: object) -> T:
        """One attempt at *what*, counted if it fails."""
        with self._requests.failing(model):
            return await attempt(*what)

    async def _begin(self, question: Question, deadlines: Deadlines) -> tuple[Exchange, Event]:
        """One attempt, up to the first event that the core will see."""
        client = await self._endpoint.client()
        deadlines.restart()
        try:
            async with deadlines.wait():
                with self._endpoint.translated(question.api_key, pictured=pictured(question)):
                    response = await sdk.open_stream(
                        client, request_body(question), api_key=question.api_key
                    )
        except TimeoutError:
            raise deadlines.passed() from None
        reader = AnswerReader(question, self._endpoint.secrets(question.api_key))
        exchange = Exchange(response, reader, deadlines, self._clock)
        try:
            return exchange, await exchange.next()
        except BaseException:
            await exchange.close()
            raise

    async def check(self, model: str) -> dict[str, Any]:
        """Make sure that the key works and *model* exists; what the provider says about it.

        Raises ProviderError in plain words.
        """
        answer = await self._looked_up(lambda client: listing.find_model(client, model))
        if not isinstance(answer, dict) or "id" not in answer:
            raise listing.no_provider()
        return answer

    async def models(self) -> list[dict[str, Any]]:
        """The models this key may use, as the provider describes them; raises ProviderError."""
        return await self._looked_up(listing.list_models)

    async def _looked_up(self, ask: Callable[["AsyncOpenAI"], Awaitable[T]]) -> T:
        client = await self._endpoint.client()
        try:
            async with asyncio.timeout(self._timeout):
                with self._endpoint.translated(quoting=False):
                    return await ask(client)
        except TimeoutError:
            raise ProviderTimeout(
                f"The provider did not answer within {self._timeout:g} seconds"
            ) from None


def _drain_died(name: str, error: BaseException) -> None:
    """Nothing to stop for: the answer was complete, and Tasks has logged the error."""
