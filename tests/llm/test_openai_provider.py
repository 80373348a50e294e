"""The provider over real HTTP: every fault of the facts, deadlines, retries, circuit, closing."""

import asyncio
import gzip
import json

import pytest
from aiohttp import web
from provider_kit import KEY, ask, listen, text_of

from kotodom.demo import model_faults as faults
from kotodom.errors import (
    AccountError,
    CircuitOpen,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    RequestRefused,
    StreamBroken,
)
from kotodom.llm.breaker import CircuitBreaker
from kotodom.llm.openai import OpenAIProvider
from kotodom.model import Delta, Done, Thinking, Turn, Usage

ALWAYS = 99


# -- a good answer --------------------------------------------------------------------------


async def test_an_answer_arrives_with_its_usage_and_model(server, provider):
    events = await listen(provider, ask("12 * (3 + 4)"))
    assert text_of(events) == "`12 * (3 + 4)` = **84**"
    done = events[-1]
    assert done.model == "gpt-6-luna"
    assert done.incomplete == ""
    assert done.usage == Usage(input=7, output=6)


async def test_the_request_is_stateless_and_carries_the_whole_history(server, provider):
    turns = (Turn("my name is Ada", "Nice to meet you"), Turn("and 1+1?", "2"))
    events = await listen(provider, ask("what is my name", turns))
    assert "Ada" in text_of(events)
    assert server.requests[-1].body == {
        "model": "gpt-6-luna",
        "instructions": "You are a cat.",
        "input": [
            {"role": "user", "content": "my name is Ada"},
            {"role": "assistant", "content": "Nice to meet you"},
            {"role": "user", "content": "and 1+1?"},
            {"role": "assistant", "content": "2"},
            {"role": "user", "content": "what is my name"},
        ],
        "store": False,
        "stream": True,
        "stream_options": {"include_obfuscation": False},
        "safety_identifier": "user-hash",
        "prompt_cache_key": "chat-hash",
    }


async def test_text_comes_piece_by_piece_while_it_is_written(make_server, make_provider):
    server = await make_server(
        delta_interval=0.005, answer=lambda items, body: "Привет, мир! 🐈" * 20
    )
    provider = make_provider(base_url=server.url)
    events = await listen(provider)
    assert text_of(events) == "Привет, мир! 🐈" * 20
    assert sum(isinstance(event, Delta) for event in events) > 10


async def test_half_a_surrogate_pair_does_not_break_the_request(server, provider):
    await listen(provider, ask("broken \ud83d emoji", (Turn("\udc00", "ok"),)))
    assert server.requests[-1].body["input"][-1]["content"] == "broken ? emoji"


async def test_thinking_is_told_at_most_once_a_second(make_server, make_provider, clock):
    server = await make_server(reasoning=True, delta_interval=0.001)
    provider = make_provider(base_url=server.url)
    events = await listen(provider)
    assert [event for event in events if isinstance(event, Thinking)] == [Thinking()]
    assert events[0] == Thinking()


async def test_an_answer_without_text_is_done_all_the_same(server, provider):
    server.add(faults.Incomplete("max_output_tokens", after=0))
    events = await listen(provider)
    assert [type(event) for event in events] == [Done]
    assert (events[0].text, events[0].incomplete) == ("", "max_output_tokens")


@pytest.mark.parametrize("reason", ["max_output_tokens", "content_filter"])
async def test_an_incomplete_answer_says_why(server, provider, reason):
    server.add(faults.Incomplete(reason, after=3))
    events = await listen(provider, ask("count to 50"))
    assert text_of(events) == "1, 2, 3, 4, "
    assert events[-1].incomplete == reason


async def test_no_key_is_fine_for_a_server_of_ones_own(server, make_provider):
    text_of(await listen(make_provider(api_key="")))
    assert server.requests[-1].headers["authorization"] == "Bearer none"


async def test_the_connection_is_used_again_for_the_next_question(make_server, make_provider):
    peers = set()

    def answer(items, body):
        return "ok"

    server = await make_server(answer=answer)
    provider = make_provider(base_url=server.url)
    original = server._respond

    async def respond(request, body):
        peers.add(request.transport.get_extra_info("peername"))
        return await original(request, body)

    server._respond = respond
    for _ in range(5):
        await listen(provider)
        await provider._drains.wait(1)
    assert len(peers) == 1


# -- faults ---------------------------------------------------------------------------------

BROKEN = [
    faults.CutAfter(3),
    faults.CutAfter(0),
    faults.CleanEof(3),
    faults.CleanEof(0),
    faults.BadJson(3),
    faults.BadJson(0),
    faults.HtmlBody(),
]


@pytest.mark.parametrize("fault", BROKEN, ids=repr)
async def test_a_stream_without_its_end_is_broken(server, provider, fault):
    server.add(fault, times=ALWAYS)
    with pytest.raises(StreamBroken):
        await listen(provider, ask("count to 50"))


IN_STREAM = [
    (faults.ErrorEvent("server_error"), ProviderUnavailable),
    (faults.ErrorEvent("server_error", nested=True), ProviderUnavailable),
    (faults.ErrorEvent("server_error", after=3), ProviderUnavailable),
    (faults.ErrorEvent("rate_limit_exceeded"), RateLimited),
    (faults.ErrorEvent("insufficient_quota", nested=True, type="insufficient_quota"), AccountError),
    (faults.ErrorEvent("context_length_exceeded", nested=True), RequestRefused),
    (faults.ErrorEvent(None), StreamBroken),
    (faults.FailedEvent("server_error"), ProviderUnavailable),
    (faults.FailedEvent("server_error", after=3), ProviderUnavailable),
    (faults.FailedEvent("rate_limit_exceeded"), RateLimited),
    (faults.FailedEvent("invalid_prompt"), RequestRefused),
    (faults.FailedEvent("bio_policy", after=3), RequestRefused),
]


@pytest.mark.parametrize(("fault", "expected"), IN_STREAM, ids=repr)
async def test_an_error_in_the_stream_is_classified(server, provider, fault, expected):
    server.add(fault, times=ALWAYS)
    with pytest.raises(ProviderError) as caught:
        await listen(provider, ask("count to 50"))
    assert type(caught.value) is expected


async def test_a_reset_connection_is_a_provider_that_cannot_be_reached(server, provider):
    server.add(faults.Refuse(), times=ALWAYS)
    with pytest.raises(ProviderUnavailable):
        await listen(provider)
    assert len(server.requests) == 3


async def test_a_closed_port_is_a_provider_that_cannot_be_reached(server, make_provider):
    provider = make_provider()
    await server.stop()
    with pytest.raises(ProviderUnavailable):
        await listen(provider)


async def test_the_key_is_in_no_error_even_when_the_server_repeats_it(server, provider):
    server.add(
        faults.Status(401, {"message": f"Incorrect API key: {KEY}", "code": "invalid_api_key"})
    )
    with pytest.raises(AccountError) as caught:
        await listen(provider)
    assert KEY not in str(caught.value)
    assert caught.value.__suppress_context__
    server.add(faults.ErrorEvent("server_error", message=f"key {KEY}"), times=ALWAYS)
    with pytest.raises(ProviderUnavailable) as caught:
        await listen(provider)
    assert KEY not in str(caught.value)


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
    provider = make_provider(timeout=0.15)
    server.add(fault, times=ALWAYS)
    with pytest.raises(ProviderTimeout, match=words):
        await listen(provider, ask("count to 50"))
    assert len(server.requests) == 1, "who has waited that long does not try again at once"
    await server.wait_for(lambda s: s.active == 0 and s.disconnects == 1)


async def test_an_answer_that_never_ends_meets_the_total_deadline(make_server, make_provider):
    server = await make_server(delta_interval=0.01)
    provider = make_provider(base_url=server.url, timeout=5, total_timeout=0.3)
    with pytest.raises(ProviderTimeout, match="not complete"):
        await listen(provider, ask("write 90000 characters"))
    await server.wait_for(lambda s: s.disconnects == 1)


async def test_a_slow_long_answer_does_not_open_the_circuit(make_server, make_provider, clock):
    server = await make_server(delta_interval=0.01)
    breaker = CircuitBreaker("test", 1, 30.0, clock=clock)
    provider = make_provider(base_url=server.url, total_timeout=0.1, breaker=breaker)
    with pytest.raises(ProviderTimeout):
        await listen(provider, ask("write 90000 characters"))
    assert breaker.state == "closed"


async def test_progress_moves_the_silence_deadline(make_server, make_provider):
    """Ten pieces, each well within the deadline, together far beyond it."""
    server = await make_server(delta_interval=0.08, answer=lambda items, body: "x" * 40)
    provider = make_provider(base_url=server.url, timeout=0.4)
    assert text_of(await listen(provider)) == "x" * 40


async def test_the_callers_own_slowness_is_not_the_providers_silence(make_server, make_provider):
    server = await make_server(delta_interval=0.001, answer=lambda items, body: "x" * 40)
    provider = make_provider(base_url=server.url, timeout=0.1)
    loop = asyncio.get_running_loop()
    stream = provider.stream(ask())
    await anext(stream)
    busy = asyncio.Event()
    loop.call_later(0.25, busy.set)
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
    assert 0 < caught.value.retry_after <= 30


async def test_one_probe_among_fifty_callers_and_then_all_is_well(server, make_provider, clock):
    provider = make_provider(breaker=CircuitBreaker("test", 1, 30.0, clock=clock))
    server.add(faults.Status(400, {"code": "invalid_prompt"}), times=0)
    server.clear()
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


# -- check ----------------------------------------------------------------------------------


@pytest.fixture
async def small_server(make_server):
    server = await make_server(models=("gpt-6-luna", "org/local:7b"))
    server.url = server.url
    yield server


@pytest.mark.parametrize("model", ["gpt-6-luna", "org/local:7b"])
async def test_check_accepts_a_model_that_exists(small_server, make_provider, model):
    await make_provider(base_url=small_server.url).check(model)


async def test_check_names_a_model_that_does_not_exist(small_server, make_provider):
    with pytest.raises(AccountError, match="gpt-9"):
        await make_provider(base_url=small_server.url).check("gpt-9")


async def serve(routes):
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/v1"


async def test_check_is_content_with_a_list_of_models(make_provider):
    async def models(request):
        return web.json_response({"data": [{"id": "llama3"}]})

    runner, url = await serve([web.get("/v1/models", models)])
    await make_provider(base_url=url).check("llama3")
    with pytest.raises(AccountError, match="mistral"):
        await make_provider(base_url=url).check("mistral")
    await runner.cleanup()


async def test_check_recognises_what_is_no_provider_at_all(make_provider):
    async def page(request):
        return web.Response(text="<html>hello</html>", content_type="text/html")

    runner, url = await serve([web.get("/{path:.*}", page)])
    with pytest.raises(StreamBroken, match="base_url"):
        await make_provider(base_url=url).check("gpt-6-luna")
    await runner.cleanup()


async def test_check_tells_a_wrong_key_and_a_closed_port(server, make_provider):
    async def denied(request):
        return web.json_response(
            {"error": {"code": "invalid_api_key", "message": "no"}}, status=401
        )

    runner, url = await serve([web.get("/{path:.*}", denied)])
    with pytest.raises(AccountError, match="key"):
        await make_provider(base_url=url).check("gpt-6-luna")
    await runner.cleanup()
    with pytest.raises(ProviderUnavailable):
        await make_provider(base_url=url).check("gpt-6-luna")


# -- the ways of compatible servers ---------------------------------------------------------


async def test_a_compressed_stream_without_usage_and_with_a_done_mark(make_provider):
    """A proxy may compress, and some servers count nothing and end like the older interface."""
    events = [
        {"type": "response.output_text.delta", "output_index": 0, "delta": "Hello"},
        {"type": "response.something.new", "whatever": 1},
        ["not an object"],
        {"type": "response.completed", "response": {"status": "completed"}},
    ]
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"

    async def respond(request):
        headers = {"Content-Encoding": "gzip", "Content-Type": "text/event-stream"}
        return web.Response(body=gzip.compress(text.encode()), headers=headers)

    runner, url = await serve([web.post("/v1/responses", respond)])
    events = await listen(make_provider(base_url=url))
    assert text_of(events) == "Hello"
    assert events[-1].usage == Usage(input=5, output=2, estimated=True)
    assert events[-1].model == "gpt-6-luna"
    await runner.cleanup()


async def test_a_forward_proxy_is_used_with_its_password(server, make_provider):
    """For plain HTTP a proxy is asked like a server, so the offline server can play one."""
    proxy = server.url.removesuffix("/v1").replace("http://", "http://me:secret@")
    provider = make_provider(base_url="http://provider.invalid/v1", proxy=proxy)
    text_of(await listen(provider))
    headers = server.requests[-1].headers
    assert headers["host"] == "provider.invalid"
    assert headers["proxy-authorization"].startswith("Basic ")
