"""The provider over real HTTP: deadlines, quick retries, the circuit, closing."""

import asyncio

import pytest
from provider_kit import KEY, ask, listen, text_of

from kotodom.demo import model_faults as faults
from kotodom.errors import (
    AccountError,
    CircuitOpen,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    RequestRefused,
    StreamBroken,
)
from kotodom.llm.breaker import CircuitBreaker
from kotodom.llm.openai import OpenAIProvider
from kotodom.model import Delta, Done

ALWAYS = 99


# -- deadlines ------------------------------------------------------------------------------

SILENT = [
    (faults.Hang(), "did not begin"),
    (faults.Stall(0), "did not begin"),
    (faults.KeepAliveOnly(0), "did not begin"),
    (faults.Stall(3), "said nothing more"),
    (faults.KeepAliveOnly(3), "said nothing more"),
]


@pytest.mark.parametrize(("fault", "words"), SILENT, ids=repr)
async def test_silence_ends_at_its_deadline_whatever_keeps_the_connection_busy(
    server, make_provider, fault, words
):
    provider = make_provider(timeout=0.3)
    server.add(fault, times=ALWAYS)
    with pytest.raises(ProviderTimeout, match=words):
        await listen(provider, ask("count to 50"))
    assert len(server.requests) == 1, "who has waited that long does not try again at once"
    await server.wait_for(lambda s: s.active == 0 and s.disconnects == 1)


async def test_an_answer_that_never_ends_meets_the_total_deadline(make_server, make_provider):
    server = await make_server(delta_interval=0.01)
    provider = make_provider(base_url=server.url, timeout=5, total_timeout=0.5)
    await provider.warm_up()
    with pytest.raises(ProviderTimeout, match="not complete"):
        await listen(provider, ask("write 90000 characters"))
    await server.wait_for(lambda s: s.disconnects == 1)


async def test_a_slow_long_answer_does_not_open_the_circuit(make_server, make_provider, clock):
    server = await make_server(delta_interval=0.01)
    breaker = CircuitBreaker("test", 1, 30.0, clock=clock)
    provider = make_provider(base_url=server.url, total_timeout=0.5, breaker=breaker)
    await provider.warm_up()
    with pytest.raises(ProviderTimeout):
        await listen(provider, ask("write 90000 characters"))
    assert breaker.state == "closed"


async def test_progress_moves_the_silence_deadline(make_server, make_provider):
    """Ten pieces, each well within the deadline, together far beyond it."""
    server = await make_server(delta_interval=0.1, answer=lambda items, body: "x" * 40)
    provider = make_provider(base_url=server.url, timeout=0.6)
    assert text_of(await listen(provider)) == "x" * 40


async def test_the_callers_own_slowness_is_not_the_providers_silence(make_server, make_provider):
    server = await make_server(delta_interval=0.001, answer=lambda items, body: "x" * 40)
    provider = make_provider(base_url=server.url, timeout=0.5)
    loop = asyncio.get_running_loop()
    stream = provider.stream(ask())
    await anext(stream)
    busy = asyncio.Event()
    loop.call_later(0.7, busy.set)
    await busy.wait()
    events = [event async for event in stream]
    assert isinstance(events[-1], Done)


# -- quick retries --------------------------------------------------------------------------


async def test_two_quick_retries_then_an_answer(server, provider, clock):
    server.add(faults.Status(503), times=1)
    server.add(faults.CutAfter(0), times=1)
    assert text_of(await listen(provider, ask("count to 3"))) == "1, 2, 3"
    assert len(server.requests) == 3
    first, second = clock.slept
    assert 0.375 <= first <= 0.625
    assert 0.75 <= second <= 1.25


async def test_three_tries_are_all(server, provider, clock):
    server.add(faults.Status(500), times=ALWAYS)
    with pytest.raises(ProviderUnavailable):
        await listen(provider)
    assert len(server.requests) == 3
    assert len(clock.slept) == 2


async def test_a_short_retry_after_is_obeyed(server, provider, clock):
    server.add(faults.Status(429, headers={"Retry-After": "4"}))
    text_of(await listen(provider))
    assert clock.slept == [4.0]


async def test_a_long_retry_after_is_left_to_the_row(server, provider, clock):
    server.add(faults.Status(429, headers={"Retry-After": "30"}))
    with pytest.raises(RateLimited) as caught:
        await listen(provider)
    assert caught.value.retry_after == 30
    assert clock.slept == []


async def test_nothing_is_tried_again_once_something_was_shown(server, provider):
    server.add(faults.CutAfter(3))
    events = []
    with pytest.raises(StreamBroken):
        async for event in provider.stream(ask("count to 50")):
            events.append(event)
    assert events == [Delta("1, 2, 3, 4, ")]
    assert len(server.requests) == 1


HOPELESS = [
    (faults.Status(400, {"code": "context_length_exceeded"}), RequestRefused),
    (faults.Status(401, {"code": "invalid_api_key"}), AccountError),
    (
        faults.Status(429, {"type": "insufficient_quota", "code": "insufficient_quota"}),
        AccountError,
    ),
    (faults.Status(404, {"code": "model_not_found"}), AccountError),
]


@pytest.mark.parametrize(("fault", "expected"), HOPELESS, ids=repr)
async def test_what_cannot_pass_is_asked_once(server, provider, fault, expected):
    server.add(fault, times=ALWAYS)
    with pytest.raises(expected):
        await listen(provider)
    assert len(server.requests) == 1


# -- the circuit ----------------------------------------------------------------------------


async def test_an_open_circuit_calls_nothing(server, make_provider, clock):
    provider = make_provider(breaker=CircuitBreaker("test", 2, 30.0, clock=clock))
    server.add(faults.Status(500), times=ALWAYS)
    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            await listen(provider)
    asked = len(server.requests)
    assert provider.open_for() > 0
    for _ in range(10):
        with pytest.raises(CircuitOpen) as caught:
            await listen(provider)
    assert len(server.requests) == asked
    assert caught.value.retry_after == pytest.approx(30)


async def test_one_probe_among_fifty_callers_and_then_all_is_well(server, make_provider, clock):
    provider = make_provider(breaker=CircuitBreaker("test", 1, 30.0, clock=clock))
    server.add(faults.Status(500), times=3)
    with pytest.raises(ProviderUnavailable):
        await listen(provider)
    clock.time += 30
    asked = len(server.requests)
    results = await asyncio.gather(*(listen(provider) for _ in range(50)), return_exceptions=True)
    assert len(server.requests) == asked + 1
    assert sum(isinstance(result, CircuitOpen) for result in results) == 49
    assert provider.breaker.state == "closed"
    results = await asyncio.gather(*(listen(provider) for _ in range(10)))
    assert all(text_of(events) for events in results)
    assert provider.breaker.last_success == clock.time


async def test_the_first_token_of_a_probe_lets_the_others_in(make_server, make_provider, clock):
    server = await make_server(delta_interval=0.01)
    breaker = CircuitBreaker("test", 1, 30.0, clock=clock)
    provider = make_provider(base_url=server.url, breaker=breaker)
    server.add(faults.Status(500), times=3)
    with pytest.raises(ProviderUnavailable):
        await listen(provider)
    clock.time += 30
    probe = provider.stream(ask("write 90000 characters"))
    await anext(probe)
    assert provider.open_for() == 0
    await probe.aclose()


async def test_a_probe_that_is_cancelled_frees_its_place(server, make_provider, clock):
    provider = make_provider(breaker=CircuitBreaker("test", 1, 30.0, clock=clock))
    server.add(faults.Status(500), times=3)
    with pytest.raises(ProviderUnavailable):
        await listen(provider)
    clock.time += 30
    server.add(faults.Hang())
    task = asyncio.ensure_future(listen(provider))
    await server.wait_for(lambda s: s.active == 1)
    assert provider.open_for() > 0
    task.cancel()
    await asyncio.wait({task})
    assert provider.open_for() == 0
    text_of(await listen(provider))
    assert provider.breaker.state == "closed"


async def test_a_hundred_cancellations_leave_the_circuit_closed(server, make_provider, clock):
    provider = make_provider(breaker=CircuitBreaker("test", 1, 30.0, clock=clock))
    server.add(faults.Stall(2), times=100)
    tasks = [asyncio.ensure_future(listen(provider, ask("count to 50"))) for _ in range(100)]
    await server.wait_for(lambda s: s.active == 100)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await server.wait_for(lambda s: s.active == 0)
    assert server.disconnects == 100
    assert provider.breaker.state == "closed"


# -- closing --------------------------------------------------------------------------------


async def test_closing_the_iterator_closes_the_connection_at_once(server, provider):
    server.add(faults.Stall(3))
    stream = provider.stream(ask("count to 50"))
    assert isinstance(await anext(stream), Delta)
    assert server.active == 1
    await stream.aclose()
    await server.wait_for(lambda s: s.disconnects == 1 and s.active == 0)


@pytest.mark.parametrize("fault", [faults.Hang(), faults.Stall(0), faults.Stall(3)], ids=repr)
async def test_cancelling_closes_the_connection_at_once(server, provider, fault):
    server.add(fault)
    task = asyncio.ensure_future(listen(provider, ask("count to 50")))
    await server.wait_for(lambda s: s.active == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await server.wait_for(lambda s: s.disconnects == 1 and s.active == 0)


async def test_closing_the_provider_leaves_no_task_behind(server, clock):
    before = asyncio.all_tasks()
    provider = OpenAIProvider(
        api_key=KEY, base_url=server.url, breaker=CircuitBreaker("t", clock=clock), clock=clock
    )
    await listen(provider)
    await provider.close()
    assert not [
        task for task in asyncio.all_tasks() - before if task.get_name() == "provider-drain"
    ]


async def test_a_provider_that_was_never_asked_can_be_closed(clock):
    provider = OpenAIProvider(
        api_key="", base_url="http://nowhere", breaker=CircuitBreaker("t", clock=clock), clock=clock
    )
    await provider.close()
