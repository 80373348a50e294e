"""Files that do not come, or take long: they hold up nobody for ever, and nobody else at all."""

import asyncio
from typing import Any

import pytest

from kotodom import media, wording
from kotodom.errors import (
    FileNotFetched,
    FileProblem,
    FileUnusable,
    FloodWait,
    NotSent,
    TokenRevoked,
)
from kotodom.i18n import Text, say
from kotodom.media import GIVEN_UP_FOR, HEARD_AT_ONCE, LARGE, LARGE_AT_ONCE, Limits, Who
from kotodom.model import Attachment, AttachmentKind
from tests.support.scripted import BROKEN, Pause
from tests.support.talking import Room, room
from tests.support.updates import document, photo, voice

TROUBLES = [FileNotFetched(), NotSent(), FloodWait(retry_after=60), TokenRevoked()]

WHO = Who("key", "")


async def test_a_file_that_never_comes_ends_in_one_honest_error(sqlite_url: str) -> None:
    """And the conversation goes on."""
    async with room(sqlite_url) as r:
        r.files.files["doc"] = b"x"
        r.files.troubles.extend([FileNotFetched()] * 100)
        await r.say(caption="read it", **document())
        await r.settle()
        apology = say(Text.DEFAULT_ERROR, "en")
        assert r.shown() == [apology]
        assert len(r.files.fetched) < 10
        await r.say("and without it?")
        await r.settle()
        assert r.shown() == [apology, "answer to and without it?"]


async def looked(r: Room) -> None:
    """A picture was asked about, and is not in memory any more."""
    r.files.files["photo"] = b"pixels"
    await r.say(caption="what is it?", **photo())
    await r.settle()
    r.media._pictures.clear()
    r.media._size = 0
    r.files.fetched.clear()


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_question_in_words_does_without_an_old_picture_that_does_not_come(
    sqlite_url: str, trouble: Exception
) -> None:
    async with room(sqlite_url) as r:
        r.image_turns = 5
        r._boot()
        await looked(r)
        r.files.troubles.append(trouble)
        for words in ("why?", "how?"):
            await r.say(words)
            await r.settle()
        assert r.shown()[1:] == ["answer to why?", "answer to how?"]
        assert r.files.fetched == ["photo"]  # not tried anew at each question
        await r.clock.advance(GIVEN_UP_FOR)
        await r.say("and now?")
        await r.settle()
        assert r.files.fetched == ["photo"] * 2
        earlier = r.provider.questions[-1].turns[0].images
        assert [image.data for image in earlier] == [b"pixels"]


async def test_a_question_waits_for_an_old_picture_only_so_long(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "PATIENCE", 0.05)
    async with room(sqlite_url) as r:
        await looked(r)
        r.files.troubles.append(Pause())
        await r.say("why?")
        await asyncio.wait_for(r.settle(), 10)
        assert r.shown()[1:] == ["answer to why?"]


async def test_what_did_not_come_is_remembered_in_bounded_memory(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "GIVEN_UP_MOST", 3)
    async with room(sqlite_url) as r:
        shots = [Attachment(AttachmentKind.PHOTO, f"gone{number}") for number in range(5)]
        assert await r.media.earlier(1, shots) == ()
        assert len(r.media._given_up) == 3


async def test_a_picture_that_is_sent_again_is_tried_though_it_was_given_up(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        await looked(r)
        r.files.troubles.append(FileNotFetched())
        await r.say("why?")
        await r.say(caption="this one", **photo())
        await r.settle()
        assert [image.data for image in r.provider.questions[-1].images] == [b"pixels"]


def somebody(number: int) -> dict[str, Any]:
    """A person with a private chat of their own."""
    return {
        "from": {"id": number, "is_bot": False, "first_name": "Bob"},
        "chat": {"id": number, "type": "private", "first_name": "Bob"},
    }


async def listening(r: Room, count: int, size: int) -> list[Pause]:
    """So many people send a recording, of which each is listened to without end."""
    pauses = [Pause() for _ in range(count)]
    r.provider.transcripts.extend(pauses)
    r.files.files["voice"] = b"hello"
    for number in range(count):
        await r.say(**voice(file_size=size), **somebody(900 + number))
    return pauses


@pytest.mark.parametrize("size", [500, 0])
async def test_recordings_that_are_listened_to_hold_up_no_picture(
    sqlite_url: str, size: int
) -> None:
    async with room(sqlite_url) as r:
        pauses = await listening(r, media.AT_ONCE, size)
        tasks = [r.begin(lane) for lane in await r.lanes()]
        for pause in pauses:
            await asyncio.wait_for(pause.reached.wait(), 10)
        r.files.files["photo"] = b"pixels"
        await r.say(caption="what is it?", **photo())
        (lane,) = await r.lanes()
        await asyncio.wait_for(r.work(lane), 10)
        assert r.shown() == ["answer to what is it?"]
        for pause in pauses:
            pause.go_on.set()
        await asyncio.gather(*tasks)


@pytest.mark.parametrize(("size", "most"), [(LARGE, HEARD_AT_ONCE), (LARGE + 1, LARGE_AT_ONCE)])
async def test_recordings_wait_with_telegram_when_many_are_listened_to(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, size: int, most: int
) -> None:
    """They are in memory while the provider listens; the large ones leave room for small ones."""
    async with room(sqlite_url) as r:
        monkeypatch.setattr(r.media, "limits", Limits(20 * 2**20, 100, 120))
        recording = Attachment(AttachmentKind.VOICE, "voice", size=size, duration=5)
        small = Attachment(AttachmentKind.VOICE, "voice", size=5, duration=5)
        pauses = await listening(r, 1, 5)
        (lane,) = await r.lanes()
        job = await r.store.claim(lane, r.clock.now())
        assert job is not None
        r.provider.transcripts.clear()
        pauses = [Pause() for _ in range(most)]
        r.provider.transcripts.extend(pauses)
        tasks = [
            asyncio.create_task(r.media._transcribe(job, recording, WHO)) for _ in range(most + 2)
        ]
        for pause in pauses:
            await asyncio.wait_for(pause.reached.wait(), 10)
        assert len(r.files.fetched) == most
        if most < HEARD_AT_ONCE:
            await asyncio.wait_for(r.media._transcribe(job, small, WHO), 10)
        for pause in pauses:
            pause.go_on.set()
        await asyncio.gather(*tasks)
        assert len(r.provider.heard) == len(r.files.fetched) >= most + 2


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("what", "text"),
    [
        (photo("broken"), Text.FILE_UNREADABLE_PICTURE),
        (voice("broken"), Text.FILE_UNREADABLE_SOUND),
        (
            {"video_note": {"file_id": "broken", "duration": 5, "length": 100}},
            Text.FILE_UNREADABLE_SOUND,
        ),
        ({"document": {"file_id": "broken", "mime_type": "application/pdf"}}, Text.NOT_UNDERSTOOD),
    ],
)
async def test_a_file_without_a_name_is_called_what_people_call_it(
    sqlite_url: str, what: dict[str, Any], text: Text, language: str
) -> None:
    async with room(sqlite_url) as r:
        r.files.files["broken"] = BROKEN
        r.provider.transcripts.append(FileUnusable(FileProblem.UNREADABLE))
        speaker = {"id": 501, "is_bot": False, "first_name": "Ann", "language_code": language}
        await r.say(**what, **{"from": speaker})
        await r.settle()
        assert r.shown() == [say(text, language)]


async def test_a_limit_is_told_in_telegrams_megabytes(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        limits = Limits(file_bytes=20 * 2**20, document_chars=1, sound_seconds=60)
        error = FileUnusable(FileProblem.TOO_BIG)
        assert "20 MB" in wording.file_problem(error, "en", r.bot, limits)
