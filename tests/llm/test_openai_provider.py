"""The provider over real HTTP: good answers, and every fault of a stream."""

import asyncio

import pytest
from provider_kit import KEY, ask, listen, text_of

from kotodom.demo import model_faults as faults
from kotodom.errors import (
    AccountError,
    ProviderError,
    ProviderUnavailable,
    RateLimited,
    RequestRefused,
    StreamBroken,
)
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


async def test_what_nobody_answered_goes_with_what_was_said_next(server, provider):
    turns = (
        Turn("hi", "hello"),
        Turn("are you there?", ""),
        Turn("[An administrator wrote this]", "I am"),
        Turn("good", ""),
        Turn("so", ""),
    )
    await listen(provider, ask("2 + 2", turns))
    assert server.requests[-1].body["input"] == [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "hello"},
        {"role": "user", "content": "are you there?\n\n[An administrator wrote this]"},
        {"role": "assistant", "content": "I am"},
        {"role": "user", "content": "good\n\nso\n\n2 + 2"},
    ]


async def test_text_comes_piece_by_piece_while_it_is_written(make_server, make_provider):
    text = "Привет, мир! 🐈" * 20
    server = await make_server(delta_interval=0.005, answer=lambda items, body: text)
    provider = make_provider(base_url=server.url)
    events = await listen(provider)
    assert text_of(events) == text
    assert sum(isinstance(event, Delta) for event in events) > 3


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


async def test_the_connection_is_used_again_for_the_next_question(server, provider):
    for _ in range(5):
        await listen(provider)
        for task in asyncio.all_tasks():
            if task.get_name() == "provider-drain":
                await task
    assert len({received.peer for received in server.requests}) == 1


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
