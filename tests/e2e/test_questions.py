"""What people send besides words reaches the model, once, and is answered (issue 3, point 6)."""

import re

import pytest

from kotodom.demo.botapi import ChatView, CutBody, Latency, SlowBody, Status
from kotodom.demo.botapi.faults import Effect
from kotodom.demo.botapi.origins import from_channel, from_hidden_user, from_user
from kotodom.demo.model_faults import Status as ModelStatus
from tests.e2e.looking_kit import answered, last, rows, shown, stored
from tests.e2e.media_kit import archive, bomb, docx, name_of, pdf, picture, repeat, sound
from tests.support.daemon import Daemon
from tests.support.stage import BOT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = (
    "[conversation]\njoin_window = 0.5\nimage_turns = 2\n"
    "max_document_chars = 1000\nmax_sound_minutes = 1\n"
    "[processing]\nretry_base = 0.1\nmax_attempts = 3"
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SOUND = sound(5)


def begin(stage: Stage) -> Daemon:
    stage.model._answer = repeat
    return stage.daemon(extra=SETTINGS)


def asked_times(stage: Stage, words: str) -> int:
    """How often the model was asked a question with these words."""
    return sum(words in request.said[-1] for request in stage.model.requests)


async def attempts(stage: Stage, chat: ChatView) -> int:
    """How many attempts were spent on a person's first message, which is answered already."""
    await chat.say("And last?")
    await chat.wait(lambda chat: chat.answers()[-1] == "Answer to: And last?", timeout=30)
    sql = (
        "SELECT p.status, p.attempts FROM message_processing p JOIN message m"
        " ON m.id = p.message_id WHERE m.tg_user_id = ? ORDER BY p.id LIMIT 1"
    )
    ((status, spent),) = rows(stage, sql, chat.id)
    assert status == "COMPLETED"
    return int(spent)


# -- pictures -------------------------------------------------------------------------------


async def test_a_photo_reaches_the_model_byte_for_byte_with_its_caption(
    shared: Stage, chat: ChatView
) -> None:
    data = picture(1)
    await chat.photo(data, caption="What is this?")
    assert await answered(chat) == f"Answer to: What is this? {name_of(data)}"
    assert [image.format for image in last(shared).question_images] == ["JPEG"]


async def test_a_photo_without_words_is_a_question_too(shared: Stage, chat: ChatView) -> None:
    data = picture(2)
    await chat.photo(data)
    assert await answered(chat) == f"Answer to:  {name_of(data)}"


async def test_an_album_and_its_caption_are_one_question_with_all_pictures_in_order(
    shared: Stage, chat: ChatView
) -> None:
    pictures = [picture(number) for number in range(3, 7)]
    await chat.album(pictures, "Which is the best?")
    names = " ".join(map(name_of, pictures))
    assert await answered(chat) == f"Answer to: Which is the best? {names}"
    assert asked_times(shared, "Which is the best?") == 1
    await chat.say("And now?")
    assert await answered(chat, 2) == "Answer to: And now?"


async def test_a_picture_sent_as_a_file_is_seen(shared: Stage, chat: ChatView) -> None:
    data = picture(8, kind="PNG")
    await chat.document(data, "chart.png", caption="Read it")
    assert await answered(chat) == f"Answer to: Read it {name_of(data)}"
    assert [image.format for image in last(shared).question_images] == ["PNG"]


async def test_a_picture_larger_than_models_see_is_made_smaller(
    shared: Stage, chat: ChatView
) -> None:
    await chat.document(picture(9, 3200, 1600), "large.jpg", caption="Huge")
    await answered(chat)
    (seen,) = last(shared).question_images
    assert (seen.width, seen.height) == (1568, 784)


@pytest.mark.parametrize("way", ["photo", "file"])
async def test_a_picture_of_100_megapixels_is_refused_kindly(
    shared: Stage, chat: ChatView, way: str
) -> None:
    before = len(shared.model.requests)
    if way == "photo":
        await chat.photo(bomb(), size=(1280, 1280))
    else:
        await chat.document(bomb(), "bomb.png")
    assert "I could not open" in await answered(chat)
    await chat.say("Still there?")
    assert await answered(chat, 2) == "Answer to: Still there?"
    assert len(shared.model.requests) == before + 1


async def test_of_a_video_the_model_sees_a_still_and_is_told_so(
    shared: Stage, chat: ChatView
) -> None:
    await chat.video(b"moving", 12, caption="What happens here?")
    await answered(chat)
    assert last(shared).said[-1].startswith("What happens here?\n[Video, 12 s: only this still")
    assert len(last(shared).question_images) == 1


async def test_earlier_pictures_are_sent_again_for_the_last_turns_only(
    shared: Stage, chat: ChatView
) -> None:
    pictures = [picture(number) for number in range(10, 13)]
    for number, data in enumerate(pictures, 1):
        await chat.photo(data, caption=f"picture {number}")
        await answered(chat, number)
    await chat.say("Compare them")
    await answered(chat, 4)
    seen = [len(item) for item in last(shared).pictures]
    assert seen == [0, 0, 1, 0, 1, 0, 0]
    assert last(shared).said == tuple(
        [f"[A picture]\npicture {number}" for number in (1, 2, 3)] + ["Compare them"]
    )


# -- documents ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "mime", "data", "words"),
    [
        ("notes.txt", "text/plain", "Привет, мир".encode(), "Привет, мир"),
        ("table.csv", "text/csv", b"a,b\n1,2\n", "a,b\n1,2"),
        ("data.json", "application/json", b'{"answer": 42}', '{"answer": 42}'),
        ("main.py", "text/x-python", b"print('hi')\n", "print('hi')"),
        ("paper.pdf", "application/pdf", pdf("Words of a paper"), "Words of a paper"),
        ("letter.docx", WORD, docx("Dear Ann,", "all is well."), "Dear Ann,\nall is well."),
    ],
)
async def test_a_document_is_read_for_the_model(
    shared: Stage, chat: ChatView, name: str, mime: str, data: bytes, words: str
) -> None:
    await chat.document(data, name, mime, caption="Sum it up")
    await answered(chat)
    said = last(shared).said[-1]
    assert re.fullmatch(
        rf"\[File {re.escape(name)}\]\n{re.escape(words)}\n?\n\[End of the file\]\nSum it up", said
    ), said


async def test_of_a_long_document_the_beginning_is_read_and_both_sides_know(
    shared: Stage, chat: ChatView
) -> None:
    await chat.document(b"012345678 " * 101, "long.txt", "text/plain", caption="What is it?")
    answer = await answered(chat)
    assert "(I could read only the first 1,000 characters of “long.txt”.)" in answer
    assert (
        "012345678 \n[The rest of this file was too long and is left out.]"
        in (last(shared).said[-1])
    )
    assert last(shared).said[-1].count("012345678 ") == 100


async def test_what_cannot_be_read_is_answered_with_what_can(shared: Stage, chat: ChatView) -> None:
    before = len(shared.model.requests)
    await chat.document(archive(), "all.zip", "application/zip", caption="Look inside")
    answer = await answered(chat)
    assert answer.startswith("I cannot read “all.zip”.")
    for kind in ("txt", "csv", "PDF", "docx"):
        assert kind in answer
    assert len(shared.model.requests) == before


@pytest.mark.parametrize("name", ["broken.pdf", "broken.docx"])
async def test_a_damaged_document_is_said_to_be_so(
    shared: Stage, chat: ChatView, name: str
) -> None:
    data = pdf("words")[:60] if name.endswith("pdf") else docx("words")[:600]
    await chat.document(data, name)
    assert (await answered(chat)).startswith(f"I could not open “{name}”.")


@pytest.mark.parametrize("way", ["document", "voice", "photo"])
async def test_above_20_megabytes_people_are_told_what_to_do(
    shared: Stage, chat: ChatView, way: str
) -> None:
    size = 25_000_000
    if way == "document":
        await chat.document(b"few", "film.txt", "text/plain", claimed_size=size)
    elif way == "voice":
        await chat.voice(SOUND, 5, claimed_size=size)
    else:
        await chat.document(picture(), "raw.jpg", claimed_size=size)
    answer = await answered(chat)
    assert "files of up to 20 MB" in answer
    assert "send a smaller one" in answer


# -- recordings -----------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["voice", "audio", "video_note"])
async def test_a_recording_is_heard_once_and_its_words_are_the_message(
    shared: Stage, chat: ChatView, way: str
) -> None:
    shared.model.transcripts.append(f"What does this {way} say?")
    if way == "voice":
        await chat.voice(SOUND, 7)
    elif way == "audio":
        await chat.audio(SOUND, 7)
    else:
        await chat.video_note(SOUND, 7)
    assert await answered(chat) == f"Answer to: What does this {way} say?"
    heard = shared.model.recordings[-1]
    assert (heard.data, heard.model) == (SOUND, "gpt-transcribe")
    texts = rows(shared, "SELECT text FROM message WHERE tg_user_id = ? ORDER BY id", chat.id)
    assert texts == [(f"What does this {way} say?",)]


async def test_a_provider_failure_after_the_transcript_pays_for_no_second_one(
    shared: Stage, chat: ChatView
) -> None:
    before = len(shared.model.recordings)
    shared.model.transcripts.append("Once is enough")
    shared.model.add(ModelStatus(500), times=3)  # one attempt, with its two quick retries
    await chat.voice(SOUND, 5)
    assert await answered(chat) == "Answer to: Once is enough"
    assert await attempts(shared, chat) == 2
    assert len(shared.model.recordings) == before + 1
    assert rows(
        shared,
        "SELECT purpose, seconds, cost FROM spend WHERE tg_user_id = ? ORDER BY id LIMIT 1",
        chat.id,
    ) == [("transcript", 5, 375_000)]


async def test_a_recording_that_is_too_long_is_neither_fetched_nor_heard(
    shared: Stage, chat: ChatView
) -> None:
    before = len(shared.model.recordings)
    fetched = sum(call.method == "getFile" for call in shared.telegram.calls)
    await chat.voice(SOUND, 61)
    answer = await answered(chat)
    assert "I can listen to a minute at most" in answer
    assert len(shared.model.recordings) == before
    assert sum(call.method == "getFile" for call in shared.telegram.calls) == fetched


async def test_where_nobody_listens_people_are_asked_to_write(
    shared: Stage, chat: ChatView
) -> None:
    shared.model.add(ModelStatus(404), hearing=True)
    await chat.voice(SOUND, 5)
    assert await answered(chat) == (
        "I cannot listen to recordings here. Please write to me instead."
    )
    await chat.say("All right")
    assert await answered(chat, 2) == "Answer to: All right"


async def test_a_recording_without_words_is_no_question(shared: Stage, chat: ChatView) -> None:
    shared.model.transcripts.append(" ")
    await chat.voice(SOUND, 5)
    assert (await answered(chat)).startswith("I could not make out any words")


# -- other things ---------------------------------------------------------------------------


async def test_stickers_places_and_contacts_reach_the_model_in_words(
    shared: Stage, chat: ChatView
) -> None:
    await chat.sticker("🎉")
    assert await answered(chat) == "Answer to: 🎉"
    await chat.location(55.75, 37.62)
    await answered(chat, 2)
    assert last(shared).said[-1] == "[Location: 55.75, 37.62]"
    await chat.contact("+15550100", "Ann", "Lee")
    await answered(chat, 3)
    assert last(shared).said[-1] == "[Contact: Ann Lee, +15550100]"


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        (from_hidden_user("Shy Person"), "Shy Person"),
        (from_channel("Daily News"), "Daily News"),
    ],
)
async def test_a_forward_says_whose_words_they_are(
    shared: Stage, chat: ChatView, origin: dict[str, object], name: str
) -> None:
    await chat.forward("It will rain", origin)
    await answered(chat)
    assert last(shared).said[-1] == f"[Forwarded from {name}]\nIt will rain"


async def test_a_forwarded_photo_is_seen_and_said_to_be_forwarded(
    shared: Stage, chat: ChatView
) -> None:
    ben = shared.telegram.user(9_001, "Ben")
    await chat.photo(picture(14), caption="Mine", origin=from_user(ben))
    assert name_of(picture(14)) in await answered(chat)
    assert last(shared).said[-1] == "[Forwarded from Ben]\nMine"


async def test_a_reply_carries_what_the_bot_had_said(shared: Stage, chat: ChatView) -> None:
    await chat.say("First thing")
    await answered(chat)
    await chat.say("Second thing")
    await answered(chat, 2)
    first = next(message for message in chat.messages() if message.from_bot)
    await chat.say("Why?", reply_to=first.id)
    await answered(chat, 3)
    assert last(shared).said[-1] == (
        '[In reply to your own message: "Answer to: First thing"]\nWhy?'
    )


async def test_a_quote_is_told_as_the_part_it_is(shared: Stage, chat: ChatView) -> None:
    await chat.say("One two three")
    await answered(chat)
    await chat.say("This part?", reply_to=shown(chat).id, quote="two")
    await answered(chat, 2)
    assert last(shared).said[-1] == ('[In reply to a part of your own message: "two"]\nThis part?')


async def test_a_reply_to_somebodys_photo_shows_it_to_the_model(
    shared: Stage, chat: ChatView
) -> None:
    ann, ben = chat.user, shared.telegram.user(9_002, "Ben")
    group = shared.telegram.group("Friends", [shared.bot()], [ann, ben], supergroup=True)
    posted = await group.photo(picture(15), caption="On my way", user=ben)
    await group.say(f"@bot{BOT}_bot what does he show?", user=ann, reply_to=posted)
    assert name_of(picture(15)) in await answered(group)
    said = last(shared).said[-1]
    assert said.startswith('[In reply to Ben\'s picture: "On my way"]\n')
    assert said.endswith("what does he show?")


# -- the way of a file ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "fault", "times"),
    [
        ("file", Status(404, "Not Found"), 1),
        ("file", CutBody(), 2),
        ("file", SlowBody(0.5), 1),
        ("file", Status(502, "Bad Gateway"), 2),
        ("getFile", Latency(0.3), 1),
        ("getFile", Status(500, "Internal Server Error"), 1),
        ("getFile", CutBody(), 1),
    ],
    ids=lambda value: str(value) if isinstance(value, str | int) else type(value).__name__,
)
async def test_trouble_on_a_files_way_delays_the_answer_and_no_more(
    shared: Stage, chat: ChatView, method: str, fault: Effect, times: int
) -> None:
    data = picture(chat.id % 200)
    shared.telegram.faults.add(method, fault, times=times)
    await chat.photo(data, caption="Is it there?")
    assert await answered(chat) == f"Answer to: Is it there? {name_of(data)}"
    await chat.say("And last?")
    await answered(chat, 2)
    assert chat.answers()[1:] == ["Answer to: And last?"]


async def test_a_file_that_never_comes_holds_nobody_up_for_ever(
    shared: Stage, chat: ChatView
) -> None:
    shared.telegram.faults.add("file", Status(502, "Bad Gateway"), times=None)
    await chat.photo(picture(19))
    await chat.say("And without it?")
    assert (await answered(chat)).startswith("Something went wrong.")
    assert await answered(chat, 2) == "Answer to: And without it?"


async def test_a_file_that_telegram_has_no_more_is_asked_for_again(
    shared: Stage, chat: ChatView
) -> None:
    gone = Status(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    shared.telegram.faults.add("getFile", gone)
    await chat.photo(picture(16))
    assert await answered(chat) == "Telegram no longer has this file. Please send it again."


async def test_files_are_stored_by_reference_only(shared: Stage, chat: ChatView) -> None:
    """Looks through the whole database, after everything that the other tests sent."""
    shared.model.transcripts.append("heard")
    await chat.photo(picture(17), caption="keep me")
    await chat.voice(SOUND, 3)
    await answered(chat, 2)
    (kept,) = rows(shared, "SELECT attachments FROM message WHERE text = 'keep me'")
    assert '"file_id"' in kept[0]
    for place, values in stored(shared).items():
        for value in values:
            assert "base64" not in value, place
            assert not re.search(r"[A-Za-z0-9+/=]{150}", value), (place, value[:300])
            assert "RIFF" not in value, place


# -- crashes --------------------------------------------------------------------------------


@pytest.mark.asyncio(loop_scope="function")
@pytest.mark.parametrize("point", ["keep_reading:after:1", "save_answer:before:1"])
async def test_a_crash_between_transcript_and_answer_pays_for_no_second_transcript(
    stage: Stage, point: str
) -> None:
    stage.model._answer = repeat
    stage.model.transcripts.extend(["What was said", "never asked for"])
    chat = stage.chat()
    await chat.voice(SOUND, 5)
    daemon = stage.daemon()
    await daemon.start(crash_at=point)
    assert await daemon.died() == -9, daemon.said()
    second = stage.daemon()
    await second.start()
    assert await answered(chat, timeout=40) == "Answer to: What was said"
    assert len(stage.model.recordings) == 1
    assert rows(stage, "SELECT COUNT(*) FROM spend WHERE purpose = 'transcript'") == [(1,)]


@pytest.mark.asyncio(loop_scope="function")
async def test_after_a_restart_earlier_pictures_are_fetched_again(stage: Stage) -> None:
    stage.model._answer = repeat
    chat = stage.chat()
    daemon = stage.daemon()
    await daemon.start()
    await chat.photo(picture(18), caption="Remember it")
    await answered(chat)
    assert await daemon.stop() == 0
    second = stage.daemon()
    await second.start()
    await chat.say("Which picture?")
    await answered(chat, 2)
    assert [len(item) for item in last(stage).pictures] == [1, 0, 0]
