"""Each request to the provider is counted once, by how it ended."""

import asyncio

import pytest

from kotodom.errors import ProviderUnavailable, RateLimited, StreamBroken
from kotodom.llm.counting import Requests
from kotodom.measures import PROVIDER_REQUESTS, RATE_LIMITS
from kotodom.metrics import Metrics


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (ProviderUnavailable(), "provider_unavailable"),
        (StreamBroken(), "stream_broken"),
        (RateLimited(), "provider_rate_limited"),
        (asyncio.CancelledError(), "cancelled"),
        (GeneratorExit(), "cancelled"),
        (ZeroDivisionError(), "internal"),
    ],
)
def test_a_failure_is_counted_by_its_cause(error: BaseException, result: str) -> None:
    metrics = Metrics()
    requests = Requests(metrics)
    with pytest.raises(type(error)), requests.failing("m"):
        raise error
    assert metrics.counter(PROVIDER_REQUESTS).samples() == [(("m", result), 1)]
    limits = metrics.counter(RATE_LIMITS).value(service="provider")
    assert limits == isinstance(error, RateLimited)


def test_what_does_not_fail_is_counted_when_its_answer_is_complete() -> None:
    metrics = Metrics()
    requests = Requests(metrics)
    with requests.failing("m"):
        pass
    assert metrics.counter(PROVIDER_REQUESTS).samples() == []
    requests.answered("m")
    assert metrics.counter(PROVIDER_REQUESTS).samples() == [(("m", "ok"), 1)]
