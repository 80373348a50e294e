"""/start /help /refresh /stop /retry /model: what each says and does, in both languages."""

from typing import Any

import pytest

from kotodom.commands import NAMES
from kotodom.commands.call import PRESS, menu
from kotodom.commands.names import MENU, PERSONAL
from kotodom.commands.names import PRIVATE as ONLY_PRIVATE
from kotodom.errors import RequestRefused
from kotodom.model import Button, Groups
from tests.support.answering import SORRY
from tests.support.scripted import Pause
from tests.support.talking import Room, room
from tests.support.updates import ANN, BOB, GROUP, PRIVATE

RU = {"from": {**ANN, "language_code": "ru"}}
IN_GROUP = {"chat": GROUP}


async def said(r: Room, text: str, **fields: Any) -> str:
    """What a command is answered with, where it was given."""
    await r.say(text, **fields)
    await r.settle()
    return r.shown(fields.get("chat", PRIVATE)["id"])[-1]


async def column(r: Room, name: str) -> list[object]:
    rows = await r.store._database.read(lambda c: c.fetch(f"SELECT {name} FROM chat ORDER BY id"))
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Hello! I am cat. Ask me anything."), ("ru-RU", "cat"), ("de", "Hello! I am cat.")],
)
async def test_start_greets_in_the_persons_language(
    sqlite_url: str, language: str, words: str
) -> None:
    async with room(sqlite_url) as r:
        greeting = await said(r, "/start", **{"from": {**ANN, "language_code": language}})
        assert words in greeting
        assert ("Hello" in greeting) == (language != "ru-RU")


async def test_start_says_the_bots_own_words_and_keeps_the_payload(sqlite_url: str) -> None:
    async with room(sqlite_url, start_message="Meow") as r:
        assert await said(r, "/start from_the_poster") == "Meow"
        assert await column(r, "start_payload") == ["from_the_poster"]
        await said(r, "/start")  # which brings none, and forgets none
        assert await column(r, "start_payload") == ["from_the_poster"]
        await said(r, f"/start {'x' * 99}")
        assert await column(r, "start_payload") == ["x" * 64]


async def test_help_lists_what_this_bot_can_do_here(sqlite_url: str) -> None:
    async with room(sqlite_url, models=("a", "b")) as r:
        private = await said(r, "/help")
        assert all(f"/{name} – " in private for name in NAMES)
        assert "In a group" in private
        group = await said(r, "/help@cat_bot", **IN_GROUP)
        assert {name for name in NAMES if f"/{name} – " in group} == NAMES - ONLY_PRIVATE
    async with room(f"{sqlite_url}2", groups=Groups.OFF) as r:
        private = await said(r, "/help")
        assert "/model" not in private
        assert "In a group" not in private


async def test_help_is_in_russian_for_who_speaks_it(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        text = await said(r, "/help", **RU)
        assert "Команды" in text
        assert "Commands" not in text


async def test_an_unknown_command_is_told_so(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        assert (await said(r, "/nonsense")).startswith("I don't know that command.")


async def test_refresh_forgets_what_was_said_before(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await said(r, "one")
        assert (await said(r, "/refresh")).startswith("Done. We start afresh")
        await said(r, "two")
        await said(r, "three")
        turns = [[turn.question for turn in asked.turns] for asked in r.provider.questions]
        assert turns == [[], [], ["two"]]


async def test_there_may_be_nothing_to_stop(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        assert (await said(r, "/stop")).startswith("There is nothing to stop")
        await said(r, "why?")
        assert (await said(r, "/stop")).startswith("There is nothing to stop")


async def test_stop_ends_no_other_conversation(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        pause = Pause()
        r.provider.plays.append(["so", pause, " it is"])
        await r.say("why?")
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        await r.say("/stop@cat_bot", **IN_GROUP)
        for lane in await r.lanes():
            await r.work(lane)
        pause.go_on.set()
        await work
        assert r.shown() == ["so it is"]
        assert r.shown(GROUP["id"])[0].startswith("There is nothing to stop")


async def test_retry_answers_the_last_question_again_as_a_new_message(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await said(r, "one")
        await said(r, "two")
        await said(r, "/retry")
        assert r.shown() == ["answer to one", "answer to two", "answer to two"]
        assert [asked.text for asked in r.provider.questions] == ["one", "two", "two"]
        assert [len(asked.turns) for asked in r.provider.questions] == [0, 1, 1]
        assert await r.column("status") == ["COMPLETED"] * 3


async def test_retry_after_an_error_gets_the_answer(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.provider.plays.append([RequestRefused()])
        await said(r, "why?")
        await said(r, "/retry")
        assert r.shown() == [SORRY, "answer to why?"]


async def test_a_retried_question_can_still_be_edited(sqlite_url: str) -> None:
    """Then all that was said to it becomes the one answer to what it is now."""
    async with room(sqlite_url) as r:
        number = await r.say("why?")
        await r.settle()
        await said(r, "/retry")
        await r.edit(number, "how?")
        await r.settle()
        assert r.shown() == ["answer to how?"]


async def test_retry_has_nothing_to_answer_or_not_yet(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        assert (await said(r, "/retry")).startswith("There is no question of yours yet")
        await said(r, "one")
        await said(r, "/refresh")
        assert (await said(r, "/retry")).startswith("There is no question of yours yet")
        await r.say("two")
        await r.say("/retry")
        command = (await r.lanes())[0]
        await r.work(command)
        assert r.shown()[-1].startswith("I am still answering.")


async def test_retry_in_a_group_is_about_ones_own_question(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        call = [{"type": "mention", "offset": 0, "length": 8}]
        for person, text in ((ANN, "@cat_bot ann's"), (BOB, "@cat_bot bob's")):
            await said(r, text, entities=call, **{**IN_GROUP, "from": person})
        await said(r, "/retry@cat_bot", **IN_GROUP)
        assert r.provider.questions[-1].text == "Ann (@ann): @cat_bot ann's"


async def test_a_bot_without_a_choice_of_models_says_which_answers(sqlite_url: str) -> None:
    async with room(sqlite_url, model="own") as r:
        assert await said(r, "/model") == "own answers you here; there is no other model to choose."
        assert await said(r, "/model a") == await said(r, "/model")
        assert await column(r, "model") == [""]


async def test_the_choice_of_models_is_a_list_of_buttons(sqlite_url: str) -> None:
    long = "m" * 70
    async with room(sqlite_url, model="own", models=("a", "b", long)) as r:
        assert await said(r, "/model") == "own answers you now. Which model shall it be?"
        (content,) = r.telegram.contents(ANN["id"])
        rows = [[(button.label, button.command) for button in row] for row in content.buttons]
        assert rows == [
            [("a", "/model a")],
            [("b", "/model b")],
            [("default", "/model default")],
        ]
        # What no button can hold can still be typed.
        assert (await said(r, f"/model {long}")).startswith("Done. From now on mmm")


async def test_a_model_is_chosen_and_given_back(sqlite_url: str) -> None:
    async with room(sqlite_url, model="own", models=("a", "b")) as r:
        assert await said(r, "/model b") == "Done. From now on b answers you."
        await said(r, "why?")
        assert r.provider.questions[-1].model == "b"
        assert (await said(r, "/model c")).startswith("I have no model called “c”.")
        assert await column(r, "model") == ["b"]
        assert await said(r, "/model default") == "Done. From now on own answers you."
        await said(r, "why?")
        assert r.provider.questions[-1].model == "own"


@pytest.mark.parametrize("name", sorted(PERSONAL))
async def test_what_concerns_one_person_is_not_told_in_a_group(sqlite_url: str, name: str) -> None:
    async with room(sqlite_url) as r:
        text = await said(r, f"/{name}@cat_bot yes", **IN_GROUP)
        assert text.startswith("Please ask me that in our private chat")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", sorted(MENU))
async def test_every_command_is_answered_in_both_languages(
    sqlite_url: str, name: str, language: str
) -> None:
    """And each bot may say something else of its own."""
    async with room(sqlite_url, models=("a", "b")) as r:
        await r.say(f"/{name}", **{"from": {**ANN, "language_code": language}})
        await r.settle()
        (content,) = r.telegram.contents(ANN["id"])
        assert any("а" <= sign <= "я" for sign in content.text.lower()) == (language == "ru")
        for row in content.buttons:
            for button in row:
                assert 0 < len(button.command.encode()) <= PRESS
                assert button.command.startswith("/")


def test_a_button_holds_no_more_than_telegram_allows() -> None:
    fits, too_long = Button("я", "/x " + "я" * 30), Button("я", "/x " + "я" * 31)
    (content,) = menu("words", [fits, too_long])
    assert content.buttons == ((fits,),)
