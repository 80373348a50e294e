"""Generations: stopped, changed, or both, a body ends once and says so, wherever it waits."""

import asyncio

import pytest

from kotodom.errors import QuestionChanged
from kotodom.generation import DRAFT_IDS, Generation, Generations, draft_id
from kotodom.model import Chat, ChatType, Job, Kind


def a_job(row: int = 1, chat: int = 3, telegram_chat: int = 5, bot: int = 1) -> Job:
    place = Chat(chat, bot, telegram_chat, 0, ChatType.PRIVATE, "", 0, 0)
    return Job(row, bot, place, Kind.QUESTION, "{}", "hi", None, 1, 0, 1, 0, 0, None)


class Running:
    """A generation that waits for ever, in a task of its own."""

    def __init__(self, generations: Generations, job: Job) -> None:
        self._generations = generations
        self._job = job
        self.begun = asyncio.Event()
        self.ended = ""
        self.generation: Generation | None = None
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            async with self._generations.begin(self._job) as self.generation:
                self.begun.set()
                await asyncio.Event().wait()
            self.ended = "quietly"
        except QuestionChanged:
            self.ended = "changed"

    async def end(self) -> str:
        async with asyncio.timeout(5):
            await self.task
        return self.ended


async def running(generations: Generations, job: Job | None = None) -> Running:
    run = Running(generations, job or a_job())
    await run.begun.wait()
    return run


async def test_stop_ends_the_body_quietly() -> None:
    generations = Generations()
    run = await running(generations)
    assert run.generation is not None
    run.generation.stop()
    assert await run.end() == "quietly"
    assert run.generation.stopped
    assert list(generations.of_chat(1, 3)) == []


async def test_a_changed_question_ends_it_with_its_error() -> None:
    generations = Generations()
    run = await running(generations)
    generations.changed(1)
    assert await run.end() == "changed"


async def test_stop_twice_is_stop_once() -> None:
    generations = Generations()
    run = await running(generations)
    assert run.generation is not None
    run.generation.stop()
    run.generation.stop()
    await asyncio.sleep(0)
    run.generation.stop()
    assert await run.end() == "quietly"


async def test_a_change_while_it_stops_wins_because_the_answer_would_be_to_something_else() -> None:
    generations = Generations()
    run = await running(generations)
    assert run.generation is not None
    run.generation.stop()
    generations.changed(1)
    assert await run.end() == "changed"


async def test_after_the_end_there_is_nothing_to_stop_or_change() -> None:
    generations = Generations()
    async with generations.begin(a_job()):
        pass
    generations.changed(1)
    await asyncio.sleep(0)  # nothing may cancel this task now
    assert list(generations.of_chat(1, 3)) == []
    assert generations.of_draft(1, 5, draft_id(a_job())) is None


async def test_a_change_of_the_last_moment_is_not_lost() -> None:
    """The body has ended without waiting for anything any more, so nothing could cancel it."""
    generations = Generations()
    with pytest.raises(QuestionChanged):
        async with generations.begin(a_job()):
            generations.changed(1)


async def test_a_timeout_of_the_bodys_own_is_passed_on() -> None:
    generations = Generations()
    with pytest.raises(TimeoutError):
        async with generations.begin(a_job()):
            raise TimeoutError
    assert list(generations.of_chat(1, 3)) == []


async def test_a_shutdown_is_no_stop() -> None:
    generations = Generations()
    run = await running(generations)
    run.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run.task
    assert run.ended == ""
    assert list(generations.of_chat(1, 3)) == []


async def test_only_the_conversation_that_is_meant_is_found() -> None:
    generations = Generations()
    here = await running(generations, a_job(1, chat=3, telegram_chat=5))
    topic = await running(generations, a_job(2, chat=4, telegram_chat=5))
    elsewhere = await running(generations, a_job(3, chat=3, telegram_chat=5, bot=2))
    assert [g.job.id for g in generations.of_chat(1, 3)] == [1]
    found = generations.of_draft(1, 5, draft_id(a_job(2)))
    assert found is not None and found.job.id == 2
    assert generations.of_draft(1, 6, 2) is None
    for run in (here, topic, elsewhere):
        run.task.cancel()
    await asyncio.gather(*(run.task for run in (here, topic, elsewhere)), return_exceptions=True)


@pytest.mark.parametrize("row", [1, DRAFT_IDS, DRAFT_IDS + 1, 2**40 + 7])
def test_a_draft_id_is_what_telegram_allows(row: int) -> None:
    assert 0 < draft_id(a_job(row)) <= 2**31 - 1
