"""Guest mode: one placeholder at once, edited into the answer; whatever happens, nothing else."""

import pytest

from kotodom.errors import RequestRefused
from kotodom.model import Content, Done, Job
from tests.support.simulated import Fault, SimulatedTelegram
from tests.support.talking import Room, room
from tests.support.updates import guest

SHOWN = "inline summons"


async def summon(r: Room) -> list[str]:
    """What every message of ours shows in the end."""
    await r.hear(guest("@cat_bot why?"))
    await r.settle()
    return [content.text for content in r.telegram.inline.values()]


async def test_a_summons_is_answered_in_the_message_of_its_placeholder(sqlite_url: str) -> None:
    telegram = SimulatedTelegram(iter(()))
    async with room(sqlite_url, telegram=telegram, guest=True) as r:
        seen: list[str] = []

        def compose(job: Job, done: Done) -> list[Content]:
            seen.append(telegram.inline[SHOWN].text)
            return [Content(done.text)]

        r.compose = compose
        assert await summon(r) == ["answer to Ann (@ann): @cat_bot why?"]
        assert seen == ["One moment…"]
        assert telegram.shown == {}
        assert telegram.typed == telegram.frames == []


@pytest.mark.parametrize(
    "faults",
    [
        [Fault.LOST_BEFORE],
        [Fault.CRASH_BEFORE],
        [Fault.NOT_SENT, Fault.FLOOD],
        [Fault.NONE, Fault.LOST_AFTER],
        [Fault.NONE, Fault.CRASH_AFTER],
        [Fault.NONE, Fault.FLOOD, Fault.LOST_BEFORE],
    ],
)
async def test_the_answer_gets_there_through_faults(sqlite_url: str, faults: list[Fault]) -> None:
    telegram = SimulatedTelegram(iter(faults))
    async with room(sqlite_url, telegram=telegram, guest=True) as r:
        assert await summon(r) == ["answer to Ann (@ann): @cat_bot why?"]
        assert await r.column("status") == ["COMPLETED"]


@pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.CRASH_AFTER])
async def test_a_placeholder_nobody_heard_of_ends_the_row_without_a_call_and_without_a_second_one(
    sqlite_url: str, fault: Fault
) -> None:
    """Telegram takes one answer to a summons, and says nowhere which message the first became."""
    telegram = SimulatedTelegram(iter([fault]))
    async with room(sqlite_url, telegram=telegram, guest=True) as r:
        assert await summon(r) == ["One moment…"]
        assert await r.column("status") == ["TERMINAL"]
        (reason,) = await r.column("terminal_reason")
        assert "the response that says where was lost" in reason
        assert r.provider.questions == []


async def test_a_guest_has_no_history_and_leaves_none(sqlite_url: str) -> None:
    async with room(sqlite_url, guest=True) as r:
        await r.say("private matters")
        for number in range(2):
            await r.hear(guest("why?", f"summons {number}"))
            await r.settle()
        await r.say("and now?")
        await r.settle()
        turns = [[turn.question for turn in asked.turns] for asked in r.provider.questions]
        assert turns == [[], [], [], ["private matters"]]


async def test_a_summons_is_passed_over_where_the_owner_did_not_allow_it(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await r.hear(guest("why?"))
        assert await r.lanes() == []


async def test_a_long_answer_is_cut_to_one_message(sqlite_url: str) -> None:
    async with room(sqlite_url, guest=True) as r:
        r.provider.plays.append(["word " * 2_000])
        (said,) = await summon(r)
        assert len(said) <= 4096
        assert said.endswith("(The answer was cut here: it grew too long.)")


async def test_an_error_is_told_in_that_message(sqlite_url: str) -> None:
    async with room(sqlite_url, guest=True) as r:
        r.provider.plays.append([RequestRefused()])
        assert await summon(r) == ["Something went wrong. Please try again later."]
        assert await r.column("status") == ["TERMINAL"]
