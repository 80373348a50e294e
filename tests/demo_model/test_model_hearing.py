"""The offline model's ears: a strict form in, what is written in the recording out."""

import struct

import httpx2
import openai
import pytest
from openai import AsyncOpenAI

from kotodom.demo import model_faults as faults
from kotodom.demo.model import ModelServer

KEY = {"Authorization": "Bearer sk-test"}
VOICE = b"OggS" + b"\x00" * 24 + b"OpusHead" + b"\x00" * 1000


@pytest.fixture
async def make():
    """Builds servers with a client of the real SDK, and takes them down."""
    built = []

    async def build(**options):
        server = ModelServer(**options)
        server.url = await server.start()
        client = AsyncOpenAI(api_key="sk-test", base_url=server.url, max_retries=0)
        built.append((server, client))
        return server, client

    yield build
    for server, client in built:
        await client.close()
        await server.stop()


async def hear(client, data=VOICE, name="voice.ogg", **options):
    return await client.audio.transcriptions.create(
        file=(name, data, "audio/ogg"), model="gpt-transcribe", **options
    )


def ogg(seconds, head=b"OpusHead", rate=48_000):
    first = b"OggS\x00\x02" + struct.pack("<q", 0) + b"\x00" * 14 + head
    return first + b"OggS\x00\x04" + struct.pack("<q", int(seconds * rate)) + b"\x00" * 14


def wav(seconds, rate=16_000):
    data = bytes(int(seconds * rate * 2))
    head = b"RIFF\x00\x00\x00\x00WAVEfmt " + struct.pack(
        "<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16
    )
    return head + b"data" + struct.pack("<I", len(data)) + data


VORBIS = b"\x01vorbis" + struct.pack("<IBI", 0, 1, 44_100)


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        (ogg(2.5), 2.5),
        (ogg(3, VORBIS, 44_100), 3.0),
        (wav(1.25), 1.25),
        (b"\xff\xfb" + bytes(7_998), 2.0),
        (b"OggS", 0.0),
        (b"RIFF\x00\x00\x00\x00WAVE", 0.0),
        (b"RIFF\x00\x00\x00\x00WAVE" + bytes(60), 0.0),
    ],
    ids=lambda value: repr(value)[:20],
)
async def test_the_usage_is_how_long_the_recording_is(make, data, seconds):
    _, client = await make()
    usage = (await hear(client, data)).usage
    assert (usage.type, usage.seconds) == ("duration", seconds)


async def test_nobody_can_hear_offline_so_it_says_what_it_got(make):
    _, client = await make()
    assert (await hear(client, bytes(12_000), "memo.mp3")).text == (
        "This is a voice message: MP3, 12 kB."
    )


async def test_a_recording_can_carry_its_own_transcript(make):
    _, client = await make()
    data = VOICE + b"COMMENT=KOTODOM:" + "посчитай до 5".encode() + b"\n\x04\x00rest"
    assert (await hear(client, data)).text == "посчитай до 5"
    assert (await hear(client, b"KOTODOM:only this")).text == "only this"


async def test_tests_say_what_is_heard(make):
    server, client = await make(hear=lambda heard: f"{heard.name} by {heard.model}")
    server.transcripts.extend(["first", "second"])
    said = [(await hear(client)).text for _ in range(3)]
    assert said == ["first", "second", "voice.ogg by gpt-transcribe"]
    assert await hear(client, response_format="text") == "voice.ogg by gpt-transcribe\n"
    heard = server.recordings[0]
    assert (heard.data, heard.mime, heard.model) == (VOICE, "audio/ogg", "gpt-transcribe")
    assert heard.fields == {"model": "gpt-transcribe"}
    assert "VOICE" not in repr(heard) and "OpusHead" not in repr(heard)


async def test_only_the_last_recordings_are_kept(make):
    server, client = await make()
    for number in range(20):
        await hear(client, f"recording {number}".encode())
    assert [heard.data for heard in server.recordings][-1] == b"recording 19"
    assert len(server.recordings) == 16


REFUSED = [
    ({"files": {"model": (None, "m")}}, 400, "missing_required_parameter"),
    ({"files": {"model": (None, "m"), "file": (None, "x")}}, 400, "missing_required_parameter"),
    ({"data": {}, "files": {"file": ("a.ogg", VOICE)}}, 400, "missing_required_parameter"),
    ({"data": {"model": "m", "x": "y"}, "files": {"file": ("a.ogg", VOICE)}}, 400, "unknown"),
    ({"data": {"model": "m"}, "files": {"file": ("a.xyz", VOICE)}}, 400, None),
    ({"data": {"model": "m"}, "files": {"file": ("ogg", VOICE)}}, 400, None),
    ({"data": {"model": "m"}, "files": {"file": ("a.ogg", b"")}}, 400, "audio_too_short"),
    ({"data": {"model": "m", "response_format": "srt"}, "files": {"file": ("a.ogg", VOICE)}}, 400,
     "invalid_value"),
    ({"data": {"model": "m"}, "files": {"file": ("a.ogg", bytes(26_300_000))}}, 413, None),
    ({"data": {"model": "m"}, "files": {"file": ("a.ogg", bytes(68_000_000))}}, 413, None),
    ({"json": {"model": "m"}}, 400, None),
    ({"content": b"--x\r\nrubbish", "headers": {"Content-Type": "multipart/form-data"}}, 400, None),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "status", "code"), REFUSED, ids=lambda v: repr(v)[:70])
async def test_a_wrong_form_is_refused(make, request_, status, code):
    server, _ = await make()
    async with httpx2.AsyncClient(trust_env=False) as http:
        headers = {**KEY, **request_.get("headers", {})}
        found = await http.post(
            f"{server.url}/audio/transcriptions", **{**request_, "headers": headers}
        )
    assert found.status_code == status
    assert code is None or str(found.json()["error"]["code"]).startswith(code)
    assert not server.recordings


async def test_keys_models_and_faults_are_as_for_answers(make):
    server, client = await make(models=("gpt-6-luna",))
    with pytest.raises(openai.NotFoundError) as caught:
        await hear(client)
    assert caught.value.code == "model_not_found"
    async with httpx2.AsyncClient(trust_env=False) as http:
        assert (await http.post(f"{server.url}/audio/transcriptions")).status_code == 401
    server.add(faults.Status(503), hearing=True)
    server.add(faults.Status(500))
    with pytest.raises(openai.InternalServerError) as caught:
        await hear(client)
    assert caught.value.status_code == 503
    with pytest.raises(openai.InternalServerError) as caught:
        await client.responses.create(model="gpt-6-luna", input="x")
    assert caught.value.status_code == 500


async def test_a_fault_of_a_stream_is_not_for_transcripts(make):
    server, _ = await make()
    with pytest.raises(ValueError):
        server.add(faults.CutAfter(1), hearing=True)
