"""Files: each is fetched, read and paid for once, within its limits, or told of honestly."""

from dataclasses import replace
from typing import Any

import pytest

from kotodom import media
from kotodom.errors import FileProblem, FileUnusable, NotSent, ProviderUnavailable
from kotodom.media import CUT, cut_documents
from kotodom.model import Attachment, AttachmentKind, Job
from tests.support.scripted import BROKEN
from tests.support.talking import LIMITS, Room, room
from tests.support.updates import ME, document, message, photo, voice

KEY = "somebody"


async def take(r: Room, **fields: Any) -> Job:
    """The job of a message, claimed."""
    await r.say(**fields)
    (lane,) = await r.lanes()
    job = await r.store.claim(lane, r.clock.now())
    assert job is not None
    return job


async def spent(r: Room) -> list[tuple[object, ...]]:
    rows = await r.store._database.read(
        lambda c: c.fetch("SELECT purpose, model, cost, tg_user_id FROM spend ORDER BY id")
    )
    return [tuple(row) for row in rows]


async def test_a_voice_message_becomes_what_was_said(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.files.files["voice"] = b" why is that? "
        await r.say(**voice(duration=60))
        await r.settle()
        assert r.shown() == ["answer to why is that?"]
        assert r.provider.heard == [(b" why is that? ", "voice.ogg")]
        assert await spent(r) == [
            ("transcript", "ear", 6_000_000, 501),
            ("answer", "m", 20_000, 501),
        ]
        await r.say("and now?")
        await r.settle()
        assert r.provider.questions[-1].turns[0].question == "why is that?"


async def test_a_recording_is_heard_and_paid_for_once_though_the_attempt_fails_afterwards(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        r.files.files["voice"] = b"why?"
        r.provider.plays.extend([[ProviderUnavailable()], [ProviderUnavailable()]])
        await r.say(**voice())
        await r.settle()
        assert r.shown() == ["answer to why?"]
        assert len(r.provider.heard) == len(r.files.fetched) == 1
        assert [row[0] for row in await spent(r)] == ["transcript", "answer"]


@pytest.mark.parametrize("trouble", [ProviderUnavailable(), NotSent()])
async def test_trouble_of_the_moment_is_waited_for(sqlite_url: str, trouble: Exception) -> None:
    async with room(sqlite_url) as r:
        r.files.files["voice"] = b"why?"
        (r.provider.transcripts if isinstance(trouble, ProviderUnavailable) else r.files.troubles)
        if isinstance(trouble, ProviderUnavailable):
            r.provider.transcripts.append(trouble)
        else:
            r.files.troubles.append(trouble)
        await r.say(**voice())
        await r.settle()
        assert r.shown() == ["answer to why?"]


async def test_a_caption_and_what_was_said_are_one_question(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.files.files["voice"] = b"why?"
        await r.say(caption="listen:", **voice())
        await r.settle()
        assert r.shown() == ["answer to listen:\nwhy?"]


@pytest.mark.parametrize(
    ("kind", "mime", "name", "called"),
    [
        (AttachmentKind.VOICE, "", "", "voice.ogg"),
        (AttachmentKind.VIDEO_NOTE, "", "", "note.mp4"),
        (AttachmentKind.AUDIO, "audio/flac", "song.flac", "song.flac"),
        (AttachmentKind.AUDIO, "audio/mp4", "song", "audio.m4a"),
        (AttachmentKind.AUDIO, "audio/x-unheard-of", "", "audio.mp3"),
    ],
)
async def test_a_recordings_name_says_its_format(
    sqlite_url: str, kind: AttachmentKind, mime: str, name: str, called: str
) -> None:
    async with room(sqlite_url) as r:
        job = await take(r, **voice())
        recording = Attachment(kind, "f", "u", mime=mime, name=name)
        r.files.files["f"] = b"x"
        await r.media.read(with_files(job, recording), KEY)
        assert r.provider.heard[0][1] == called


def with_files(job: Job, *files: Attachment) -> Job:
    return replace(job, pieces=(replace(job.pieces[0], attachments=files),))


@pytest.mark.parametrize(
    ("what", "problem", "fetched"),
    [
        (voice(duration=LIMITS.sound_seconds + 1), FileProblem.TOO_LONG, 0),
        (voice(file_size=LIMITS.file_bytes + 1), FileProblem.TOO_BIG, 0),
        (voice("large"), FileProblem.TOO_BIG, 1),
        (document("large"), FileProblem.TOO_BIG, 1),
        (document(name="virus.exe"), FileProblem.UNSUPPORTED, 0),
        (document("broken"), FileProblem.UNREADABLE, 1),
    ],
)
async def test_what_is_beyond_the_limits_is_told_and_fetched_only_to_find_out(
    sqlite_url: str, what: dict[str, Any], problem: FileProblem, fetched: int
) -> None:
    async with room(sqlite_url) as r:
        r.files.files |= {"large": b"x" * (LIMITS.file_bytes + 1), "broken": BROKEN}
        job = await take(r, **what)
        with pytest.raises(FileUnusable) as caught:
            await r.media.read(job, KEY)
        assert caught.value.problem is problem
        assert caught.value.name in ("", "notes.txt", "virus.exe")
        assert len(r.files.fetched) == fetched
        assert r.provider.heard == []


async def test_the_longest_recording_and_the_largest_file_are_taken(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        size = LIMITS.file_bytes
        r.files.files["voice"] = b"x" * size
        await r.say(**voice(duration=LIMITS.sound_seconds, file_size=size))
        await r.settle()
        assert len(r.provider.heard) == 1


async def test_a_document_is_read_once_and_a_cut_one_says_so(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.files.files["doc"] = b"x" * (LIMITS.document_chars + 1)
        r.provider.plays.append([ProviderUnavailable()])
        await r.say(caption="sum it up", **document())
        await r.settle()
        (asked, again) = r.provider.questions
        kept = "x" * LIMITS.document_chars
        assert asked.text == again.text
        assert asked.text == f"[File notes.txt]\n{kept}{CUT}\n[End of the file]\nsum it up"
        assert len(r.files.fetched) == 1
        assert "(I could read only the first 100 characters of “notes.txt”.)" in r.shown()[0]


async def test_only_cut_documents_are_called_cut(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        job = await take(r, **document())
        whole = Attachment(AttachmentKind.DOCUMENT, "a", name="whole.txt", text="all of it")
        cut = Attachment(AttachmentKind.DOCUMENT, "b", name="cut.txt", text=f"some{CUT}")
        assert cut_documents(with_files(job, whole, cut)) == ["cut.txt"]


async def test_every_file_of_every_piece_is_read(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.files.files |= {"one": b"1", "two": b"2"}
        for name in ("one", "two"):
            await r.say(media_group_id="album", **document(name, f"{name}.txt"))
        await r.settle()
        (asked,) = r.provider.questions
        assert asked.text == (
            "[File one.txt]\n1\n[End of the file]\n[File two.txt]\n2\n[End of the file]"
        )


def quoting(**fields: Any) -> dict[str, Any]:
    """A reply to a message of somebody's with a file."""
    return {"text": "what is it?", "reply_to_message": message(3, **fields)}


@pytest.mark.parametrize("what", [document("broken"), photo("gone"), voice(duration=999)])
async def test_a_broken_file_that_was_only_replied_to_is_passed_over(
    sqlite_url: str, what: dict[str, Any]
) -> None:
    async with room(sqlite_url) as r:
        r.files.files["broken"] = BROKEN
        await r.say(**quoting(**what))
        await r.settle()
        (asked,) = r.provider.questions
        assert asked.text.endswith("what is it?")
        assert asked.images == ()
        assert r.shown() == [f"answer to {asked.text}"]


async def test_a_recording_that_was_replied_to_is_heard_but_put_in_nobodys_mouth(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        r.files.files["voice"] = b"buy milk"
        await r.say(**quoting(**voice()))
        await r.settle()
        (asked,) = r.provider.questions
        assert "[The recording says: buy milk]" in asked.text
        assert asked.text.endswith("\nwhat is it?")


async def test_a_picture_is_fetched_once_for_several_questions(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.files.files["photo"] = b"pixels"
        await r.say(caption="what is it?", **photo())
        await r.settle()
        await r.say("and behind it?")
        await r.settle()
        assert r.files.fetched == ["photo"]
        assert [image.data for image in r.provider.questions[1].turns[0].images] == [b"pixels"]


async def test_pictures_are_remembered_in_bounded_memory(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "REMEMBERED", 25)
    async with room(sqlite_url) as r:
        names = [f"p{number}" for number in range(5)]
        r.files.files |= {name: b"0123456789" for name in names} | {"huge": b"x" * 26}
        shots = {name: Attachment(AttachmentKind.PHOTO, name, f"u-{name}") for name in names}
        for name in names:
            await r.media.pictures(1, [shots[name]])
        await r.media.pictures(1, [Attachment(AttachmentKind.PHOTO, "huge", "u-huge")])
        assert sum(len(image.data) for image in r.media._pictures.values()) <= 25
        assert r.media._size == sum(len(image.data) for image in r.media._pictures.values())
        fetched = len(r.files.fetched)
        await r.media.pictures(1, [shots["p0"]])  # forgotten long ago
        await r.media.pictures(1, [shots["p0"]])
        assert len(r.files.fetched) == fetched + 1


async def test_one_bots_pictures_are_not_anothers(sqlite_url: str) -> None:
    """A file id is a bot's own; two bots may be sent the same picture."""
    async with room(sqlite_url) as r:
        r.files.files["photo"] = b"pixels"
        shot = Attachment(AttachmentKind.PHOTO, "photo", "same")
        await r.media.pictures(1, [shot])
        await r.media.pictures(2, [shot])
        assert len(r.files.fetched) == 2


async def test_a_recording_of_the_bots_own_chat_is_not_mistaken_for_words(sqlite_url: str) -> None:
    """Replying to the bot's own message tells no files."""
    async with room(sqlite_url) as r:
        await r.say("why?", reply_to_message={**message(3, "because"), "from": ME})
        await r.settle()
        assert r.files.fetched == []
