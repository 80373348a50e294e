"""How the offline model gives its answers: thinking first, slowly, without end, within a limit."""

import asyncio

import openai
import pytest
from openai import AsyncOpenAI

from kotodom.demo.model import ModelServer
from kotodom.demo.model_answers import Reply, answer

DELTA = "response.output_text.delta"
THOUGHT = "response.reasoning_summary_text.delta"


class RushingClock:
    """Time that is slept away at once; the loop goes on meanwhile."""

    def __init__(self):
        self.time = 0.0

    def now(self):
        return int(self.time * 1000)

    def monotonic(self):
        return self.time

    async def sleep(self, seconds):
        self.time += seconds
        await asyncio.sleep(0)


@pytest.fixture
async def make():
    """Builds servers with a client of the real SDK, and takes them down."""
    built = []

    async def build(**options):
        server = ModelServer(clock=RushingClock(), **options)
        client = AsyncOpenAI(api_key="k", base_url=await server.start(), max_retries=0)
        built.append((server, client))
        return server, client

    yield build
    for server, client in built:
        await client.close()
        await server.stop()


async def stream_of(client, text, **options):
    return await client.responses.create(model="m", input=text, stream=True, **options)


async def events_of(client, text, **options):
    return [event async for event in await stream_of(client, text, **options)]


async def test_a_model_that_thinks_first_shows_it_all_the_time(make):
    server, client = await make()
    events = await events_of(client, "think for 5 seconds, then count to 3")
    kinds = [event.type for event in events]
    assert kinds.count(THOUGHT) == 20
    assert kinds.index(THOUGHT) < kinds.index(DELTA)
    assert server._clock.time == pytest.approx(5)
    done = events[-1].response
    assert done.output_text == "1, 2, 3"
    thought = "".join(event.delta for event in events if event.type == THOUGHT)
    assert done.output[0].summary[0].text == thought
    assert done.usage.output_tokens_details.reasoning_tokens == -(-len(thought) // 4)
    assert [event.sequence_number for event in events] == list(range(len(events)))


async def test_a_test_scripts_how_an_answer_is_given(make):
    server, client = await make(
        answer=lambda items, body: Reply("four", thinking=1.0, interval=3.0), chunk=1
    )
    assert (await events_of(client, "x"))[-1].response.output_text == "four"
    assert server._clock.time == pytest.approx(1 + 4 * 3)
    await client.responses.create(model="m", input="x")
    assert server._clock.time == pytest.approx(1 + 4 * 3 + 1)


async def test_an_answer_without_end_goes_on_until_its_client_goes_away(make):
    server, client = await make()
    stream = await stream_of(client, "talk without end")
    seen = []
    async for event in stream:
        seen.append(event)
        if len(seen) > 300:
            break
    received = server.requests[-1]
    assert not received.gone.is_set()
    assert not received.ended.is_set()
    assert sum(event.type == DELTA for event in seen) > 290
    assert [event.sequence_number for event in seen] == list(range(len(seen)))
    await stream.close()
    async with asyncio.timeout(5):
        await received.gone.wait()
        await received.ended.wait()
    assert (server.active, server.disconnects) == (0, 1)


async def test_a_request_that_was_answered_has_ended_but_its_client_is_not_gone(make):
    server, client = await make()
    await events_of(client, "count to 3")
    async with asyncio.timeout(5):
        await server.requests[-1].ended.wait()
    assert not server.requests[-1].gone.is_set()


async def test_who_of_several_went_away_is_told_apart(make):
    server, client = await make()
    first = await stream_of(client, "never stop")
    second = await stream_of(client, "never stop")
    await second.close()
    async with asyncio.timeout(5):
        await server.requests[1].gone.wait()
    assert not server.requests[0].gone.is_set()
    await first.close()


@pytest.mark.parametrize("text", ["count to 100", "count to 100 without end"])
async def test_a_limit_ends_every_answer(make, text):
    _, client = await make()
    events = await events_of(client, text, max_output_tokens=50)
    response = events[-1].response
    assert events[-1].type == "response.incomplete"
    assert response.incomplete_details.reason == "max_output_tokens"
    assert response.usage.output_tokens == 50
    whole = await client.responses.create(model="m", input=text, max_output_tokens=50)
    assert (whole.status, whole.output_text) == ("incomplete", response.output_text)


async def test_thoughts_count_for_the_limit(make):
    _, client = await make()
    events = await events_of(client, "think for 9 seconds", max_output_tokens=20)
    assert events[-1].type == "response.incomplete"
    assert events[-1].response.output_text == ""


@pytest.mark.parametrize("limit", ["many", 0, -1, True])
async def test_a_limit_that_is_none_is_refused(make, limit):
    _, client = await make()
    with pytest.raises(openai.BadRequestError) as caught:
        await events_of(client, "x", extra_body={"max_output_tokens": limit})
    assert caught.value.param == "max_output_tokens"


# -- by plain words -------------------------------------------------------------------------


def say(text):
    return answer([{"role": "user", "content": text}], {})


@pytest.mark.parametrize("text", ["think for 4 seconds", "Think 4s!", "подумай 4 секунды"])
def test_thinking_is_asked_for_in_both_languages(text):
    assert say(text).thinking == 4


@pytest.mark.parametrize("text", ["count to 9 slowly", "медленно посчитай до 9"])
def test_slowness_is_asked_for_in_both_languages(text):
    reply = say(text)
    assert (reply.text, reply.interval) == (", ".join("123456789"), 0.2)


@pytest.mark.parametrize("text", ["never stop", "talk without end", "говори без остановки"])
def test_an_answer_without_end_is_asked_for_in_both_languages(text):
    assert say(text).endless


def test_several_wishes_go_together():
    assert say("think for 2 seconds, then count to 3 slowly, without end") == Reply(
        "1, 2, 3", thinking=2, interval=0.2, endless=True
    )


def test_a_question_to_think_about_is_considered():
    reply = say("think for 2 seconds: why is the sky blue?")
    assert "why is the sky blue" in reply.text
