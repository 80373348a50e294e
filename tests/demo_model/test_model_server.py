"""The offline model server, held against the real SDK's own parser."""

import asyncio

import httpx2
import openai
import pytest
from openai import AsyncOpenAI
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from kotodom.demo import model_faults as faults
from kotodom.demo.model import ModelServer

KEY = "sk-test"


@pytest.fixture
async def make():
    """Builds servers with a client of the real SDK, and takes them down."""
    built = []

    async def build(**options):
        server = ModelServer(**options)
        client = AsyncOpenAI(api_key=KEY, base_url=await server.start(), max_retries=0)
        built.append((server, client))
        return server, client

    yield build
    for server, client in built:
        await client.close()
        await server.stop()


ORDER = [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
]
THINKING = [
    "response.output_item.added",
    "response.reasoning_summary_part.added",
    "response.reasoning_summary_text.delta",
    "response.reasoning_summary_text.done",
    "response.reasoning_summary_part.done",
    "response.output_item.done",
]


async def events_of(client, text="hello", **options):
    stream = await client.responses.create(model="gpt-6-luna", input=text, stream=True, **options)
    return [event async for event in stream]


def kinds(events):
    """The types of events, repeated ones once."""
    types = [event.type for event in events]
    return [kind for i, kind in enumerate(types) if i == 0 or types[i - 1] != kind]


@pytest.mark.parametrize("options", [{}, {"delay": 0.01}, {"delta_interval": 0.001}], ids=repr)
async def test_events_come_in_the_order_of_the_real_api(make, options):
    _, client = await make(**options)
    events = await events_of(client)
    assert kinds(events)[: len(ORDER)] == ORDER or "delay" in options
    assert [kind for kind in kinds(events) if kind in ORDER] == ORDER
    assert [event.sequence_number for event in events] == list(range(len(events)))


async def test_a_thinking_model_shows_its_reasoning_first(make):
    _, client = await make(reasoning=True)
    events = await events_of(client)
    assert kinds(events) == ORDER[:2] + THINKING + ORDER[2:]
    usage = events[-1].response.usage
    assert 0 < usage.output_tokens_details.reasoning_tokens < usage.output_tokens
    assert [item.type for item in events[-1].response.output] == ["reasoning", "message"]


async def test_every_event_is_valid_for_the_sdks_own_types(make):
    """The SDK's client accepts anything; its types, asked to validate, do not."""
    server, client = await make(reasoning=True)
    server.add(faults.FailedEvent("server_error"), match=lambda body: body["input"] == "fail")
    adapter = TypeAdapter(ResponseStreamEvent)
    for text in ("count to 30", "fail"):
        for event in await events_of(client, text):
            parsed = adapter.validate_python(event.model_dump(exclude_unset=True), strict=False)
            assert parsed.type == event.type
            assert not parsed.model_extra or set(parsed.model_extra) == {"obfuscation"}


async def test_deltas_done_events_and_the_final_response_agree(make):
    _, client = await make()
    events = await events_of(client, "count to 100", instructions="Be brief.")
    expected = ", ".join(map(str, range(1, 101)))
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == expected
    final = events[-1].response
    assert final.output_text == expected
    assert final.usage.output_tokens == -(-len(expected) // 4)
    assert final.usage.total_tokens == final.usage.input_tokens + final.usage.output_tokens


async def test_an_answer_that_does_not_stream_is_a_whole_response(make):
    _, client = await make()
    response = await client.responses.create(model="gpt-6-luna", input="count to 3")
    assert response.output_text == "1, 2, 3"
    Response.model_validate(response.model_dump(exclude_unset=True))


async def test_max_output_tokens_cuts_the_answer(make):
    _, client = await make()
    events = await events_of(client, "count to 100", max_output_tokens=5)
    assert events[-1].type == "response.incomplete"
    assert events[-1].response.incomplete_details.reason == "max_output_tokens"
    assert events[-1].response.usage.output_tokens == 5


async def test_obfuscation_is_left_out_when_it_is_not_wanted(make):
    _, client = await make()
    padded = await events_of(client)
    bare = await events_of(client, stream_options={"include_obfuscation": False})
    assert any(getattr(event, "obfuscation", "") for event in padded)
    assert not any(getattr(event, "obfuscation", "") for event in bare)


async def test_models_are_listed_and_found(make):
    _, client = await make(models=("gpt-6-luna", "gpt-6-sol"))
    assert {model.id async for model in client.models.list()} == {"gpt-6-luna", "gpt-6-sol"}
    model = await client.models.retrieve("gpt-6-luna")
    assert (model.object, model.shutdown_date) == ("model", None)
    with pytest.raises(openai.NotFoundError) as caught:
        await client.models.retrieve("gpt-9")
    assert caught.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        await client.responses.create(model="gpt-9", input="x")


REFUSED = [
    ({"nonsense": 1}, "unknown_parameter"),
    ({"previous_response_id": "resp_1"}, "previous_response_not_found"),
    ({"input": None}, "missing_required_parameter"),
    ({"input": 7}, "invalid_type"),
    ({"input": [{"role": "robot", "content": "x"}]}, "invalid_value"),
    ({"safety_identifier": "x" * 129}, "string_above_max_length"),
    ({"stream_options": {}}, "invalid_value"),
]


@pytest.mark.parametrize(("change", "code"), REFUSED, ids=repr)
async def test_a_wrong_request_is_refused_with_the_real_code(make, change, code):
    _, client = await make()
    with pytest.raises(openai.BadRequestError) as caught:
        await client.responses.create(model="m", input="x", extra_body=change)
    assert caught.value.code == code


async def test_no_key_wrong_path_and_no_json(make):
    _, client = await make()
    url = str(client.base_url)
    async with httpx2.AsyncClient(trust_env=False) as http:
        assert (await http.post(f"{url}responses", json={})).status_code == 401
        assert (await http.get(f"{url}models/gpt-6-luna")).status_code == 401
        missing = await http.get(f"{url}nowhere")
        assert missing.status_code == 404
        assert "Invalid URL" in missing.json()["error"]["message"]
        headers = {"Authorization": "Bearer x"}
        broken = await http.post(f"{url}responses", content=b"{", headers=headers)
        assert broken.status_code == 400


# -- faults as the SDK sees them (the facts that the provider is built on) -------------------


async def test_a_cut_connection_is_a_connection_error(make):
    server, client = await make()
    server.add(faults.CutAfter(3))
    with pytest.raises(openai.APIConnectionError):
        await events_of(client, "count to 50")


async def test_a_clean_end_and_a_web_page_raise_nothing(make):
    server, client = await make()
    server.add(faults.CleanEof(3))
    server.add(faults.HtmlBody())
    cut = await events_of(client, "count to 50")
    assert cut[-1].type == "response.output_text.delta"
    assert await events_of(client, "count to 50") == []


async def test_a_flat_error_is_yielded_and_a_nested_one_raises(make):
    server, client = await make()
    server.add(faults.ErrorEvent("server_error"))
    server.add(faults.ErrorEvent("server_error", nested=True))
    assert (await events_of(client))[-1].type == "error"
    with pytest.raises(openai.APIError) as caught:
        await events_of(client)
    assert caught.value.code == "server_error"


async def test_failed_and_incomplete_are_terminal_events(make):
    server, client = await make()
    server.add(faults.FailedEvent("rate_limit_exceeded", after=2))
    server.add(faults.Incomplete("content_filter", after=2))
    failed = (await events_of(client, "count to 50"))[-1]
    assert (failed.type, failed.response.error.code) == ("response.failed", "rate_limit_exceeded")
    incomplete = (await events_of(client, "count to 50"))[-1]
    assert incomplete.response.output_text == "1, 2, 3,"


async def test_broken_json_is_a_value_error(make):
    server, client = await make()
    server.add(faults.BadJson(1))
    with pytest.raises(ValueError):
        await events_of(client, "count to 50")


async def test_a_status_comes_with_its_body_and_headers(make):
    server, client = await make()
    server.add(faults.Status(429, {"code": "slow_down"}, {"Retry-After": "3"}))
    with pytest.raises(openai.RateLimitError) as caught:
        await events_of(client)
    assert caught.value.code == "slow_down"
    assert caught.value.response.headers["retry-after"] == "3"


async def test_latency_delays_a_good_answer(make):
    server, client = await make()
    server.add(faults.Latency(0.05))
    began = asyncio.get_running_loop().time()
    assert (await events_of(client))[-1].type == "response.completed"
    assert asyncio.get_running_loop().time() - began >= 0.05


async def test_faults_meet_the_requests_they_are_meant_for_and_then_end(make):
    server, client = await make()
    server.add(faults.Status(500), times=2, match=lambda body: body["model"] == "ill")
    for _ in range(2):
        with pytest.raises(openai.InternalServerError):
            await client.responses.create(model="ill", input="x")
        await client.responses.create(model="well", input="x")
    await client.responses.create(model="ill", input="x")
    server.add(faults.Status(500), times=99)
    server.clear()
    await client.responses.create(model="ill", input="x")


# -- what the server tells its tests --------------------------------------------------------


async def test_requests_are_remembered_with_time_and_headers(make):
    server, client = await make()
    await events_of(client, "first")
    await events_of(client, "second")
    assert [received.body["input"] for received in server.requests] == ["first", "second"]
    assert server.requests[0].at <= server.requests[1].at
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert (server.active, server.disconnects) == (0, 0)


async def test_a_client_that_goes_away_is_counted(make):
    server, client = await make()
    server.add(faults.Stall(2))
    stream = await client.responses.create(model="m", input="count to 50", stream=True)
    await anext(stream.__aiter__())
    assert server.active == 1
    await stream.close()
    await server.wait_for(lambda s: s.disconnects == 1 and s.active == 0)


async def test_waiting_for_what_does_not_come_ends(make):
    server, _ = await make()
    with pytest.raises(TimeoutError):
        await server.wait_for(lambda s: False, timeout=0.01)


async def test_a_server_stops_with_streams_open_and_starts_again(make):
    server, client = await make()
    server.add(faults.Stall(2))
    stream = await client.responses.create(model="m", input="count to 50", stream=True)
    await server.wait_for(lambda s: s.active == 1)
    await server.stop()
    with pytest.raises(openai.APIConnectionError):
        async for _ in stream:
            pass
    assert (server.active, server.disconnects) == (0, 0)
    url = await server.start()
    assert (await events_of(client.with_options(base_url=url)))[-1].type == "response.completed"
