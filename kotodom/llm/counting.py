"""Counts the requests to the provider by how they ended."""

from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager

from kotodom.errors import KotodomError, RateLimited
from kotodom.measures import PROVIDER_REQUESTS, RATE_LIMITS
from kotodom.metrics import Metrics


class Requests:
    """Each request is counted once: when it fails, or when its answer is complete."""

    def __init__(self, metrics: Metrics | None) -> None:
        metrics = metrics or Metrics()
        self._requests = metrics.counter(PROVIDER_REQUESTS)
        self._limits = metrics.counter(RATE_LIMITS)
        self._limits.inc(0, service="provider")

    def answered(self, model: str) -> None:
        """The whole answer has come."""
        self._requests.inc(model=model, result="ok")

    @contextmanager
    def failing(self, model: str) -> Iterator[None]:
        """Count what leaves this block by an exception."""
        try:
            yield
        except BaseException as error:
            self._requests.inc(model=model, result=_result(error))
            if isinstance(error, RateLimited):
                self._limits.inc(service="provider")
            raise


def _result(error: BaseException) -> str:
    if isinstance(error, KotodomError):
        return error.code
    # A reader that lost interest (somebody pressed Stop) closes the stream in its own way.
    return "cancelled" if isinstance(error, CancelledError | GeneratorExit) else "internal"
