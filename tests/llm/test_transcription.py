"""Recordings: what is sent, what comes back, and what a provider that cannot listen does."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import web
from loguru import logger
from provider_kit import KEY, listen

from kotodom.demo import model_faults as faults
from kotodom.errors import (
    AccountError,
    CircuitOpen,
    FileProblem,
    FileUnusable,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    StreamBroken,
)
from kotodom.llm.transcription import Recording, transcript_of
from kotodom.model import Transcript, Usage

ALWAYS = 99
VOICE = b"OggS" + b"\x00" * 200
EAR = "gpt-transcribe"


@pytest.fixture
def provider(make_provider):
    return make_provider(transcribe_model=EAR)


async def hear(provider, data=VOICE, **changes):
    settings = {"name": "voice.ogg", "mime": "audio/ogg", "seconds": 7, "user_key": "user-hash"}
    return await provider.transcribe(data, **{**settings, **changes})


async def problem(provider, **changes):
    with pytest.raises(FileUnusable) as caught:
        await hear(provider, **changes)
    assert KEY not in str(caught.value)
    return caught.value.problem


@asynccontextmanager
async def answering(answer):
    """A server that answers every transcription request with what *answer* makes of it."""
    app = web.Application()
    app.router.add_post("/audio/transcriptions", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def saying(body, status=200):
    async def answer(request):
        await request.read()
        return web.json_response(body, status=status)

    return answering(answer)


# -- a recording that is heard --------------------------------------------------------------


async def test_what_was_said_comes_back_with_what_it_cost(server, provider):
    server.transcripts.append(" Привет, как дела? ")
    assert await hear(provider) == Transcript("Привет, как дела?", EAR, 7, Usage())
    [heard] = server.recordings
    assert heard.data == VOICE
    assert heard.fields == {"model": EAR, "response_format": "json"}
    assert heard.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("usage", "seconds", "counted"),
    [
        ({"type": "duration", "seconds": 61.2}, 62, Usage()),
        ({"type": "tokens", "input_tokens": 90, "output_tokens": 12}, 7, Usage(90, output=12)),
        (None, 7, Usage()),
        ({"type": "duration", "seconds": "long"}, 7, Usage()),
        ({"type": "duration", "seconds": -3}, 7, Usage()),
        ({"type": "duration", "seconds": True}, 7, Usage()),
        ([], 7, Usage()),
    ],
    ids=repr,
)
async def test_usage_is_what_the_provider_says(make_provider, usage, seconds, counted):
    async with saying({"text": "Hello", "usage": usage}) as url:
        transcript = await hear(make_provider(base_url=url, transcribe_model=EAR))
    assert (transcript.seconds, transcript.usage) == (seconds, counted)


@pytest.mark.parametrize(
    ("name", "mime", "sent"),
    [
        ("voice.oga", "audio/ogg", ("recording.ogg", "audio/ogg")),
        ("Секрет.MP3", "audio/mpeg", ("recording.mp3", "audio/mpeg")),
        ("half \ud83d pair.m4a", "audio/mp4", ("recording.m4a", "audio/mp4")),
        ("no ending", "audio/x-wav", ("recording.wav", "audio/x-wav")),
        ('a"\r\nX-Evil: 1.webm', "video/webm", ("recording.webm", "video/webm")),
        ("x.ogg", "text/\r\nX-Evil: 1", ("recording.ogg", "application/octet-stream")),
    ],
    ids=ascii,
)
async def test_of_a_files_name_only_its_format_is_sent(server, provider, name, mime, sent):
    await hear(provider, name=name, mime=mime)
    [heard] = server.recordings
    assert (heard.name, heard.mime) == sent
    assert "x-evil" not in heard.headers


async def test_silence_is_an_empty_text(server, provider):
    server.transcripts.append("")
    assert (await hear(provider)).text == ""


async def test_the_connection_serves_the_next_recording_too(server, provider):
    for _ in range(3):
        await hear(provider)
    assert len({heard.peer for heard in server.recordings}) == 1


async def test_many_megabytes_pass(server, provider):
    data = VOICE + bytes(20_000_000)
    await hear(provider, data=data)
    assert server.recordings[-1].data == data


# -- a provider that does not listen --------------------------------------------------------


@pytest.fixture
def warnings():
    lines = []
    sink = logger.add(lines.append, level="WARNING", format="{message}")
    yield lines
    logger.remove(sink)


async def test_without_a_model_nobody_is_called(server, make_provider):
    assert await problem(make_provider()) is FileProblem.UNHEARD
    assert not server.recordings


DEAF = [
    faults.Status(404),
    faults.Status(405),
    faults.Status(501, {"message": "not implemented"}),
    faults.Status(400, {"message": f"no such model for {KEY}", "param": "model"}),
    faults.Status(400, {"message": "what?", "param": "response_format"}),
]


@pytest.mark.parametrize("fault", DEAF, ids=repr)
async def test_a_provider_that_does_not_listen_is_not_ill(server, provider, warnings, fault):
    server.add(fault, times=ALWAYS, hearing=True)
    for _ in range(6):
        assert await problem(provider) is FileProblem.UNHEARD
    assert provider.hearing.state == "closed"
    assert len(server.recordings) == 6
    assert len(warnings) == 1
    assert KEY not in warnings[0]


async def test_a_server_that_answers_200_to_anything_does_not_listen(make_provider):
    async with saying({"error": "Unexpected endpoint or method."}) as url:
        provider = make_provider(base_url=url, transcribe_model=EAR)
        assert await problem(provider) is FileProblem.UNHEARD


async def test_a_server_without_the_path_does_not_listen(server, make_provider):
    provider = make_provider(base_url=f"{server.url}/nowhere", transcribe_model=EAR)
    assert await problem(provider) is FileProblem.UNHEARD


@pytest.mark.parametrize("status", [400, 415, 422])
async def test_a_file_that_is_refused_is_unreadable(server, provider, warnings, status):
    server.add(faults.Status(status, {"message": "corrupted", "param": "file"}), hearing=True)
    assert await problem(provider) is FileProblem.UNREADABLE
    assert not warnings


async def test_an_unknown_format_is_unreadable(provider):
    assert await problem(provider, name="voice.xyz") is FileProblem.UNREADABLE


async def test_a_file_that_is_too_large_for_the_provider_is_too_long(server, provider):
    server.add(faults.Status(413), hearing=True)
    assert await problem(provider) is FileProblem.TOO_LONG


async def test_a_deaf_provider_that_answers_closes_a_half_open_circuit(server, provider, clock):
    for _ in range(5):
        with pytest.raises(ProviderUnavailable), provider.hearing.enter():
            raise ProviderUnavailable
    with pytest.raises(CircuitOpen):
        await hear(provider)
    assert not server.recordings
    clock.time += 31
    server.add(faults.Status(404), hearing=True)
    assert await problem(provider) is FileProblem.UNHEARD
    assert provider.hearing.state == "closed"


# -- faults, as for answers -----------------------------------------------------------------

FATAL = [
    faults.Status(401, {"message": f"Incorrect API key: {KEY}", "code": "invalid_api_key"}),
    faults.Status(403),
    faults.Status(402),
    faults.Status(429, {"type": "insufficient_quota", "code": "insufficient_quota"}),
    faults.Status(404, {"code": "model_not_found", "param": "model"}),
    faults.Status(400, {"code": "model_not_found", "param": "model"}),
]


@pytest.mark.parametrize("fault", FATAL, ids=repr)
async def test_accounts_and_unknown_models_are_for_the_admins(server, provider, fault):
    server.add(fault, times=ALWAYS, hearing=True)
    with pytest.raises(AccountError) as caught:
        await hear(provider)
    assert KEY not in str(caught.value)
    assert caught.value.__suppress_context__
    assert len(server.recordings) == 1


PASSING = [
    (faults.Status(500), ProviderUnavailable),
    (faults.Status(503, {"code": "server_is_overloaded"}), ProviderUnavailable),
    (faults.Status(429, {"code": "slow_down"}), RateLimited),
    (faults.Refuse(), ProviderUnavailable),
    (faults.HtmlBody(), StreamBroken),
]


@pytest.mark.parametrize(("fault", "expected"), PASSING, ids=repr)
async def test_what_may_pass_is_tried_again_quickly(server, provider, clock, fault, expected):
    server.add(fault, times=2, hearing=True)
    server.transcripts.append("at last")
    assert (await hear(provider)).text == "at last"
    assert len(clock.slept) == 2
    server.add(fault, times=ALWAYS, hearing=True)
    with pytest.raises(expected) as caught:
        await hear(provider)
    assert type(caught.value) is expected


async def test_a_server_that_cannot_listen_still_answers(server, provider):
    server.add(faults.Status(500, {"message": "ffmpeg not found"}), times=ALWAYS, hearing=True)
    for _ in range(5):
        with pytest.raises(ProviderUnavailable):
            await hear(provider)
    with pytest.raises(CircuitOpen):
        await hear(provider)
    assert provider.open_for() == 0.0
    await listen(provider)


async def test_a_server_that_cannot_answer_may_still_listen(server, provider):
    server.add(faults.Status(500), times=ALWAYS)
    for _ in range(5):
        with pytest.raises(ProviderUnavailable):
            await listen(provider)
    assert provider.breaker.state == "open"
    assert (await hear(provider)).text


async def test_a_server_that_listens_too_slowly_still_answers(server, make_provider):
    provider = make_provider(transcribe_model=EAR, timeout=0.05)
    server.add(faults.Hang(), times=ALWAYS, hearing=True)
    for _ in range(5):
        with pytest.raises(ProviderTimeout):
            await hear(provider, seconds=0)
    assert (provider.hearing.state, provider.breaker.state) == ("open", "closed")
    await listen(provider)


async def test_a_transcript_that_is_merely_slow_to_end_does_not_count(make_provider):
    async def answer(request):
        await request.read()
        response = web.StreamResponse()
        await response.prepare(request)
        with suppress(ConnectionError):
            while True:
                await response.write(b" ")
                await asyncio.sleep(0.02)
        return response

    async with answering(answer) as url:
        provider = make_provider(base_url=url, transcribe_model=EAR, timeout=0.3, total_timeout=0.3)
        for _ in range(6):
            with pytest.raises(ProviderTimeout, match="not complete"):
                await hear(provider, seconds=0)
    assert provider.hearing.state == "closed"


async def test_a_silent_server_is_given_up(server, make_provider):
    provider = make_provider(transcribe_model=EAR, timeout=0.05)
    server.add(faults.Hang(), hearing=True)
    with pytest.raises(ProviderTimeout):
        await hear(provider, seconds=0)
    await server.wait_for(lambda s: s.disconnects == 1 and s.active == 0)


async def test_a_long_recording_may_take_as_long_as_it_lasts_but_not_for_ever(
    server, make_provider
):
    provider = make_provider(transcribe_model=EAR, timeout=0.05, total_timeout=0.1)
    server.add(faults.Latency(0.3), hearing=True)
    assert (await hear(provider, seconds=3600)).text
    server.add(faults.Hang(), hearing=True)
    with pytest.raises(ProviderTimeout, match=r"within 1\.05 seconds"):
        await hear(provider, seconds=1)


async def test_a_closed_port_is_a_provider_that_cannot_be_reached(server, provider):
    await server.stop()
    with pytest.raises(ProviderUnavailable):
        await hear(provider)


async def test_a_cancelled_caller_leaves_nothing_behind(server, provider):
    server.add(faults.Hang(), hearing=True)
    task = asyncio.ensure_future(hear(provider))
    await server.wait_for(lambda s: s.active == 1 and s.recordings)
    task.cancel()
    await asyncio.wait({task})
    await server.wait_for(lambda s: s.active == 0)
    assert provider.hearing.state == "closed"


@pytest.mark.parametrize(
    "body", [{}, [], "text", {"text": 7}, {"text": None}, {"error": {"code": "server_error"}}]
)
async def test_an_answer_without_a_text_is_no_transcript(make_provider, body):
    async with saying(body) as url:
        with pytest.raises((StreamBroken, ProviderUnavailable)):
            await hear(make_provider(base_url=url, transcribe_model=EAR))


async def test_an_answer_without_end_is_given_up(make_provider):
    written = 0

    async def answer(request):
        nonlocal written
        await request.read()
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 100_000)
            written += 100_000

    async with answering(answer) as url:
        with pytest.raises(StreamBroken, match="without end"):
            await hear(make_provider(base_url=url, transcribe_model=EAR))
    assert written < 3 * 20_000_000


async def test_an_answer_that_breaks_off_is_broken(make_provider):
    async def answer(request):
        await request.read()
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"text": "He')
        request.transport.abort()
        return response

    async with answering(answer) as url:
        with pytest.raises(StreamBroken):
            await hear(make_provider(base_url=url, transcribe_model=EAR))


@pytest.mark.parametrize(("counted", "kept"), [(7, 7), (0, 5), (70, 70), (4.8e13, 5)])
def test_a_length_that_no_recording_can_have_is_not_paid_for(counted: float, kept: int) -> None:
    recording = Recording(b"x", "voice.ogg", "audio/ogg", 5)
    answer = {"text": "hello", "usage": {"type": "duration", "seconds": counted}}
    assert transcript_of(answer, recording, EAR).seconds == kept
