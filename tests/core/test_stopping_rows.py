"""Stop ends what people see being written, and only that; what was asked is paid for, no more."""

import asyncio
from typing import Literal

from kotodom.generation import Generation, draft_id
from tests.support.scripted import Pause
from tests.support.talking import Room, room
from tests.support.updates import ANN, BOB, GROUP, document, photo, voice

Spend = tuple[str, int, bool]


class Place(asyncio.Semaphore):
    """The only place for a question with pictures; says when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__(1)
        self.awaited = asyncio.Event()

    async def acquire(self) -> Literal[True]:
        if self.locked():
            self.awaited.set()
        return await super().acquire()


async def spending(r: Room) -> list[Spend]:
    """(purpose, seconds, estimated) of every call."""
    rows = await r.store._database.read(
        lambda c: c.fetch("SELECT purpose, seconds, estimated FROM spend ORDER BY id")
    )
    return [(row[0], row[1], bool(row[2])) for row in rows]


async def written_beside_an_edited_one(r: Room) -> asyncio.Task[None]:
    """The second question is being answered; the first was edited and waits behind it."""
    first = await r.say("first")
    await r.settle()
    pause = Pause()
    r.provider.plays.append(["some", pause])
    await r.say("second")
    (lane,) = await r.lanes()
    work = r.begin(lane)
    await pause.reached.wait()
    await r.edit(first, "first, better")
    return work


def running(r: Room) -> Generation:
    """The only one."""
    (generation,) = r.generations.of_person(r.bot.id, ANN["id"])
    return generation


async def test_the_button_of_one_answer_leaves_another_question_alone(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        work = await written_beside_an_edited_one(r)
        await r.handlers.stop_generation(r.bot.id, ANN["id"], 0, draft_id(running(r).job))
        await work
        await r.settle()
        assert r.shown() == ["answer to first, better", "some\n\n(Stopped.)"]


async def test_a_typed_stop_means_the_answer_that_is_being_written(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        work = await written_beside_an_edited_one(r)
        await r.say("/stop")
        command, *_ = await r.lanes()
        await r.work(command)
        await work
        await r.settle()
        assert r.shown() == ["answer to first, better", "some\n\n(Stopped.)"]


async def test_stop_while_a_picture_waits_for_its_turn_costs_nothing(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        pause = Pause()
        r.provider.respond = lambda asked: [pause, "done"]
        for number, person in enumerate((ANN, BOB)):
            where = {"id": person["id"], "type": "private"}
            r.files.files[f"f{number}"] = b"x"
            await r.say(None, **photo(f"f{number}"), chat=where, **{"from": person})
        anns, bobs = sorted(await r.lanes(), key=lambda lane: lane.chat_id)
        r.asker.pictured = place = Place()
        first = r.begin(anns)
        await pause.reached.wait()
        second = r.begin(bobs)
        await place.awaited.wait()
        (waiting,) = r.generations.of_person(r.bot.id, BOB["id"])
        waiting.stop()
        await second
        assert await spending(r) == []
        pause.go_on.set()
        await first
        assert len(await spending(r)) == len(r.provider.questions) == 1
        assert r.shown(BOB["id"]) == ["Stopped."]


async def test_a_recording_that_is_not_heard_out_is_paid_for_by_its_length(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        pause = Pause()
        r.provider.transcripts.append(pause)
        r.files.files["voice"] = b"heard"
        await r.say(None, **voice(duration=7))
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        running(r).stop()
        await work
        assert r.shown() == ["Stopped."]
        assert await spending(r) == [("transcript", 7, True)]


async def test_a_file_that_was_not_fetched_yet_costs_nothing(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        pause = Pause()
        r.files.troubles.append(pause)
        await r.say(None, **document())
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        running(r).stop()
        await work
        assert await spending(r) == []


async def test_who_is_forgotten_is_answered_nowhere_any_more(sqlite_url: str) -> None:
    """A group's answer is being written while the person says /forgetme in private."""
    async with room(sqlite_url, name_pattern="cat") as r:
        pause = Pause()
        r.provider.plays.append(["so", pause])
        await r.say("cat, a secret", chat=GROUP)
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        await r.say("/forgetme yes")
        command, *_ = await r.lanes()
        await r.work(command)
        async with asyncio.timeout(5):
            await work
        await r.settle()
        assert r.provider.listening == 0
        assert r.shown()[-1] == "Done. Everything stored about you is deleted."
