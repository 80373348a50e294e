"""The processor: what is asked, stopped, changed or of no use ends in the right words, once."""

import asyncio
from dataclasses import replace

import pytest

from kotodom.errors import FileProblem, FileUnusable, PicturesRefused, RequestRefused, StreamBroken
from kotodom.generation import draft_id
from kotodom.model import Thinking
from tests.support.flaky import Trouble, flaky
from tests.support.scripted import BROKEN, Pause
from tests.support.simulated import Fault, SimulatedTelegram
from tests.support.talking import Room, room
from tests.support.updates import ANN, document, photo, voice


async def begin(r: Room, *play: object) -> tuple[Pause, "asyncio.Task[None]"]:
    """Ann's question is in work: the model has done *play* and is silent."""
    pause = Pause()
    r.provider.plays.append([*play, pause, "too late"])  # type: ignore[list-item]
    await r.say("why?")
    (lane,) = await r.lanes()
    work = r.begin(lane)
    async with asyncio.timeout(5):
        await pause.reached.wait()
    return pause, work


async def command(r: Room, text: str) -> None:
    """A command, beside what is in work."""
    await r.say(text)
    for lane in await r.lanes():
        await r.work(lane)


async def test_an_answer_ends_its_row_and_is_accounted_for(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await r.say("why?")
        await r.settle()
        assert r.shown() == ["answer to why?"]
        assert await r.column("status") == ["COMPLETED"]
        assert await r.column("cost") == [10 * 1000 + 5 * 2000]


async def test_stop_keeps_what_was_written_and_says_so(sqlite_url: str) -> None:
    """The connection is closed at once, and what it cost is estimated."""
    async with room(sqlite_url) as r:
        _, work = await begin(r, Thinking(), "Because it ", "is")
        await command(r, "/stop")
        await work
        assert r.shown() == ["Because it is\n\n(Stopped.)"]
        assert (r.provider.listening, r.provider.broken_off) == (0, 1)
        assert [bool(value) for value in await r.column("usage_estimated")] == [True, False]
        assert (await r.column("tokens_output"))[0]
        assert await r.column("status") == ["COMPLETED", "COMPLETED"]


async def test_stop_before_the_first_word(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        _, work = await begin(r)
        await command(r, "/stop")
        await work
        assert r.shown() == ["Stopped."]
        assert r.provider.broken_off == 1


async def test_the_stop_button_of_a_draft_stops_that_draft_only(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        _, work = await begin(r, "so")
        (generation,) = r.generations.of_chat(r.bot.id, 1)
        for chat, draft in ((ANN["id"], 12345), (1, draft_id(generation.job))):
            await r.handlers.stop_generation(r.bot.id, chat, 0, draft)
        assert not generation.stopped
        await r.handlers.stop_generation(r.bot.id, ANN["id"], 0, draft_id(generation.job))
        await work
        assert r.shown() == ["so\n\n(Stopped.)"]


async def test_stop_while_a_file_is_read_asks_nobody(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        pause = Pause()
        r.files.troubles.append(pause)
        await r.say(**document())
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        await command(r, "/stop")
        await work
        assert r.shown() == ["Stopped."]
        assert r.provider.questions == []


async def test_a_stop_outlives_the_process(sqlite_url: str) -> None:
    """It stopped, but before a word was committed everything broke down."""
    async with room(
        sqlite_url, wrap=lambda store: flaky(store, Trouble.BEFORE, only="save_answer")
    ) as r:
        _, work = await begin(r, "so")
        await command(r, "/stop")
        await work
        await r.settle()
        assert r.shown() == ["Stopped."]
        assert len(r.provider.questions) == 1


async def test_a_stopped_row_of_an_earlier_life_asks_nobody(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await r.say("why?")
        (lane,) = await r.lanes()
        assert await r.store.claim(lane, r.clock.now()) is not None
        assert await r.store.request_stop(lane.chat_id) is not None
        await r.store.recover(r.clock.now())
        await r.settle()
        assert r.shown() == ["Stopped."]
        assert r.provider.questions == []


async def test_what_waits_for_its_retry_ends_with_stop_at_once(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.provider.plays.append([StreamBroken()])
        await r.say("why?")
        (lane,) = await r.lanes()
        await r.work(lane)
        assert await r.lanes() == []  # it waits
        await command(r, "/stop")
        assert await r.lanes() == [lane]
        await r.settle()
        assert r.shown() == ["Stopped."]


async def test_a_stop_does_not_stick_to_a_question_that_is_edited_meanwhile(
    sqlite_url: str,
) -> None:
    """The stopped answer is on its way when the question becomes another one."""
    async with room(sqlite_url, telegram=SimulatedTelegram(iter([Fault.FLOOD]))) as r:
        _, work = await begin(r, "so")
        await command(r, "/stop")
        await work  # written, but Telegram wants it later
        await r.edit(1, "how?")
        await r.settle()
        assert r.shown() == ["answer to how?"]


async def test_a_question_changed_in_work_is_asked_anew(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        _, work = await begin(r, "Because")
        await r.edit(1, "how?")
        await work
        assert r.shown() == ["answer to how?"]
        assert [question.text for question in r.provider.questions] == ["why?", "how?"]
        assert (r.provider.listening, r.provider.broken_off) == (0, 1)
        assert await r.column("attempts") == [1]
        spent = await r.store.spent(r.bot.id, ANN["id"], 0)
        assert spent.questions == 2  # what was written in vain has to be paid for, too


async def test_a_change_that_nobody_told_the_generation_of_is_seen_when_it_is_written(
    sqlite_url: str,
) -> None:
    """Two processes' worth of bad luck: the answer to the old question is never shown."""
    async with room(sqlite_url) as r:
        pause, work = await begin(r)
        r.intake._changed = lambda row_id: None
        await r.edit(1, "how?")
        pause.go_on.set()
        await work
        assert [sent.content.text for sent in r.telegram.sent] == ["answer to how?"]


async def test_an_edit_after_the_answer_edits_the_answer(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        number = await r.say("why?")
        await r.settle()
        await r.edit(number, "how?")
        await r.settle()
        assert r.shown() == ["answer to how?"]
        assert len(r.telegram.sent) == 1


async def test_an_edit_long_after_the_answer_is_left_alone(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        number = await r.say("why?")
        await r.settle()
        await r.clock.advance(901)
        await r.edit(number, "how?")
        await r.settle()
        assert r.shown() == ["answer to why?"]


@pytest.mark.parametrize(
    ("what", "problem", "words"),
    [
        (document(size=10**9, file_size=10**9), None, "This file is too big"),
        (document("broken"), None, "I could not open “notes.txt”."),
        (document("doc", "virus.exe"), None, "I cannot read “virus.exe”."),
        (photo("broken"), None, "I could not open this picture."),
        (photo("nowhere"), None, "Telegram no longer has this file."),
        (voice(duration=999), None, "I can listen to 2 minutes at most."),
        (voice(), FileProblem.UNHEARD, "I cannot listen to recordings here."),
        (voice(), FileProblem.UNREADABLE, "I could not listen to this recording."),
    ],
)
async def test_a_useless_file_is_told_of_and_nobody_is_asked(
    sqlite_url: str, what: dict[str, object], problem: FileProblem | None, words: str
) -> None:
    async with room(sqlite_url) as r:
        r.files.files |= {"doc": b"text", "broken": BROKEN, "voice": b"sound"}
        if problem is not None:
            r.provider.transcripts.append(FileUnusable(problem))
        await r.say(caption="what is this?", **what)
        await r.settle()
        (said,) = r.shown()
        assert words in said
        assert r.provider.questions == []
        assert await r.column("status") == ["COMPLETED"]


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (voice(), "I could not make out any words in this recording."),
        ({"text": " "}, "I cannot make anything of a message of this kind."),
    ],
)
async def test_what_says_nothing_is_not_asked(
    sqlite_url: str, what: dict[str, object], words: str
) -> None:
    async with room(sqlite_url) as r:
        r.files.files["voice"] = b" "
        await r.say(**what)
        await r.settle()
        (said,) = r.shown()
        assert words in said
        assert r.provider.questions == []


async def test_words_of_ours_are_no_history(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await r.say(**voice("nowhere"))
        await r.say("why?")
        await r.settle()
        assert [question.turns for question in r.provider.questions] == [()]


async def test_a_model_that_refuses_pictures_is_asked_without_them(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.files.files["photo"] = b"pixels"
        r.provider.plays.append([RequestRefused()])
        await r.say(caption="what is it?", **photo())
        await r.settle()
        seeing, blind = r.provider.questions
        assert (len(seeing.images), blind.images) == (1, ())
        assert blind.text.endswith("what is it?")
        assert blind.text != seeing.text
        assert await r.column("status") == ["COMPLETED"]
        assert await r.column("attempts") == [1]


async def test_a_model_without_eyes_is_shown_no_pictures_for_a_while(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.files.files["photo"] = b"pixels"
        r.provider.plays.append([PicturesRefused()])
        seen = []
        for passed in (0, 60, 3_600):
            await r.clock.advance(passed)
            before = len(r.provider.questions)
            await r.say(caption="what is it?", **photo())
            await r.settle()
            seen.append([len(asked.images) for asked in r.provider.questions[before:]])
        assert seen == [[1, 0], [0], [1]]


async def test_an_answer_in_doubt_is_not_asked_for_again(sqlite_url: str) -> None:
    telegram = SimulatedTelegram(iter([Fault.LOST_AFTER, Fault.NOT_SENT]))
    async with room(sqlite_url, telegram=telegram) as r:
        await r.say("why?")
        await r.settle()
        assert r.shown() == ["answer to why?"]
        assert len(r.provider.questions) == 1


async def test_people_are_answered_in_their_language_and_the_bots_words(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.registry.put(replace(r.bot, texts={"stopped-empty.ru": "Стоп."}))
        for sender, words in ((ANN | {"language_code": "ru-RU"}, "Стоп."), (ANN, "Stopped.")):
            await r.say("why?", **{"from": sender})
            (lane,) = await r.lanes()
            await r.store.claim(lane, r.clock.now())
            await r.store.request_stop(lane.chat_id)
            await r.store.recover(r.clock.now())
            await r.settle()
            assert r.shown()[-1] == words
