"""What a router hands over: pressed buttons, commands without words, and everything else."""

import pytest

from tests.support.scripted import Pause
from tests.support.simulated import Fault, SimulatedTelegram
from tests.support.talking import Room, room
from tests.support.updates import ANN, BOB, press

RUSSIAN = {"from": {**ANN, "language_code": "ru"}}


async def open_menu(r: Room) -> int:
    """Ann has a menu before her; returns its id."""
    await r.say("/language")
    await r.settle()
    return max(number for _, number in r.telegram.shown)


async def test_a_pressed_button_turns_the_menu_into_its_answer(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        menu = await open_menu(r)
        update = press("/language ru", menu)
        await r.hear(update)
        await r.settle()
        (content,) = r.telegram.contents(ANN["id"])
        assert "Русский" in content.text
        assert content.buttons == ()
        assert r.telegram.rested == [update["callback_query"]["id"]]
        assert await r.column("status") == ["COMPLETED", "COMPLETED"]


@pytest.mark.parametrize(
    "fault",
    [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.FLOOD],
)
async def test_it_does_so_through_faults(sqlite_url: str, fault: Fault) -> None:
    telegram = SimulatedTelegram(iter([Fault.NONE, fault]))
    async with room(sqlite_url, telegram=telegram) as r:
        menu = await open_menu(r)
        await r.hear(press("/language ru", menu))
        await r.settle()
        assert len(r.shown()) == 1
        assert "Русский" in r.shown()[0]


async def test_a_menu_that_is_gone_is_answered_beside(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        menu = await open_menu(r)
        r.telegram.shown.clear()
        await r.hear(press("/language ru", menu))
        await r.settle()
        assert len(r.shown()) == 1


async def test_buttons_pressed_one_after_another_leave_one_message(sqlite_url: str) -> None:
    async with room(sqlite_url, models=("a", "b")) as r:
        await r.say("/model")
        await r.settle()
        menu = max(number for _, number in r.telegram.shown)
        for model in ("a", "b", "a"):
            await r.hear(press(f"/model {model}", menu))
        await r.settle()
        assert r.shown() == ["Done. From now on a answers you."]


async def test_a_button_speaks_the_language_of_who_pressed_it(sqlite_url: str) -> None:
    async with room(sqlite_url, models=("a",)) as r:
        await r.say("/model")
        await r.settle()
        await r.hear(press("/model a", 2, **RUSSIAN))
        await r.settle()
        assert "Готово" in r.shown()[0]


async def test_a_command_with_nothing_to_say_ends_its_row(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        pause = Pause()
        r.provider.plays.append(["so", pause])
        await r.say("why?")
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        await r.say("/stop")
        (command,) = await r.lanes()
        await r.work(command)
        await work
        assert await r.column("status") == ["COMPLETED", "COMPLETED"]
        assert r.shown() == ["so\n\n(Stopped.)"]


async def test_what_is_no_command_of_ours_under_a_button_is_not_stored(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        interactive = await r.hear(press("something old", 1))
        assert len(interactive) == 1
        assert await r.lanes() == []


async def test_a_button_of_a_menu_works_for_everybody_who_sees_it(sqlite_url: str) -> None:
    """In a group the choice is the conversation's, and so is the answer."""
    async with room(sqlite_url, models=("a", "b")) as r:
        group = {"id": -9, "type": "supergroup", "title": "Cats"}
        await r.say("/model@cat_bot", chat=group)
        await r.settle()
        menu = max(number for _, number in r.telegram.shown)
        under = {"message_id": menu, "date": 1, "chat": group, "text": "menu"}
        await r.hear(press("/model b", menu, message=under, **{"from": BOB}))
        await r.settle()
        assert r.shown(-9) == ["Done. From now on b answers you."]
