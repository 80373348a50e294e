"""/forgetme: everything about a person goes, nothing else does, also through crashes (point 12)."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from kotodom.demo.botapi import ChatView
from kotodom.demo.model_answers import Reply
from tests.e2e.looking_kit import answered, buttons, last, press, rows, shown, traces
from tests.e2e.media_kit import Items, repeat, sound
from tests.support.stage import BOT, Stage

ANN, BEN = 777_000_501, 777_000_502
MARKS = (ANN, "Annabelle", "ann_lee_x", "zebra", "зебра")
"""Everything Ann says has one of these words in it."""
ASKED = "Shall I delete everything stored about you"
DONE = "Done. Everything stored about you is deleted."
PURGED = "purge:done:1"
DAY = 24 * 3600 * 1000
"""Milliseconds."""


def talkative(items: Items, body: dict[str, Any]) -> str | Reply:
    text = repeat(items, body)
    return Reply("zebra ", interval=0.05, endless=True) if "endless" in text else text


@pytest.fixture
def ann(stage: Stage) -> ChatView:
    """Ann's private chat."""
    stage.model._answer = talkative
    stage.telegram.user(ANN, "Annabelle", "ann_lee_x")
    return stage.chat(ANN)


@pytest.fixture
def ben(stage: Stage) -> ChatView:
    """The chat of somebody who wants to be remembered."""
    stage.telegram.user(BEN, "Benedict", "ben_roy_x")
    return stage.chat(BEN)


async def live(stage: Stage, ann: ChatView, ben: ChatView) -> None:
    """Both talk with the bot in every way, alone and together."""
    await ann.say("/start zebra_link")
    await answered(ann)
    await ann.say("/model gpt-6-sol")
    await answered(ann, 2)
    stage.model.transcripts.append("zebra spoken")
    await ann.voice(sound(2), 2)
    await answered(ann, 3)
    await ann.document("зебра".encode(), "zebra.txt", "text/plain", caption="zebra caption")
    await answered(ann, 4)
    await ben.say("lion question")
    await answered(ben)
    group = stage.telegram.group("Friends", [stage.bot()], [ben.user, ann.user], supergroup=True)
    await group.say(f"@bot{BOT}_bot lion in a group", user=ben.user)
    await answered(group)
    await group.say(f"@bot{BOT}_bot zebra in a group", user=ann.user)
    await answered(group, 2)
    await group.say(f"@bot{BOT}_bot lion once more", user=ben.user)
    await answered(group, 3)


def change(stage: Stage, sql: str) -> None:
    """Write into the database behind the daemon's back."""
    with closing(sqlite3.connect(stage.folder / "kotodom.db", timeout=20)) as database, database:
        database.execute(sql)


def spent(stage: Stage) -> tuple[Any, ...]:
    """The totals of all that was used."""
    sums = "COUNT(*), SUM(tokens_input), SUM(tokens_output), SUM(seconds), SUM(cost)"
    (row,) = rows(stage, f"SELECT {sums} FROM spend")
    return row


async def test_asked_and_confirmed_everything_goes_and_nothing_of_others(
    stage: Stage, ann: ChatView, ben: ChatView
) -> None:
    daemon = stage.daemon(each='models = ["gpt-6-sol"]')
    await daemon.start(crash_at=PURGED)
    await live(stage, ann, ben)
    kept, used = traces(stage, BEN, "Benedict", "ben_roy_x", "lion"), spent(stage)
    assert len(kept) > 10
    assert used[0] == 7
    await ann.say("/forgetme")
    assert (await answered(ann, 5)).startswith(ASKED)
    assert buttons(shown(ann)) == {
        "Yes, delete it all": "/forgetme yes",
        "No, keep it": "/forgetme no",
    }
    await press(ann, "No, keep it")
    await ann.wait(lambda chat: chat.answers()[-1] == "All right, nothing was deleted.")
    for mark in MARKS:
        assert traces(stage, mark), mark
    await ann.say("/forgetme")
    await answered(ann, 6)
    menu = await press(ann, "Yes, delete it all")
    await ann.wait(lambda chat: chat.answers()[-1] == DONE)
    assert shown(ann).id == menu
    assert await daemon.died() == -9, daemon.said()
    assert traces(stage, *MARKS) == []
    assert traces(stage, BEN, "Benedict", "ben_roy_x", "lion") == kept
    assert spent(stage) == used
    await comes_back(stage, ann)


async def comes_back(stage: Stage, ann: ChatView) -> None:
    """Ann talks to the bot as somebody it has never met."""
    said = len(ann.answers())
    daemon = stage.daemon(each='models = ["gpt-6-sol"]')
    await daemon.start()
    await ann.say("Do you know me?")
    assert await answered(ann, said + 1) == "Answer to: Do you know me?"
    assert last(stage).said == ("Do you know me?",)
    assert last(stage).body["model"] == "gpt-6-luna"
    await ann.say("/usage")
    assert "Today: 1 question," in await answered(ann, said + 2)
    assert await daemon.stop() == 0


async def test_a_question_in_work_and_those_behind_it_end_without_an_answer(
    stage: Stage, ann: ChatView
) -> None:
    daemon = stage.daemon()
    await daemon.start()
    await ann.say("an endless zebra")
    await ann.wait(lambda chat: chat.draft is not None and "zebra" in chat.draft.text, timeout=30)
    await ann.say("zebra behind it")
    await ann.say("/forgetme yes")
    await stage.model.wait_for(lambda model: model.disconnects == 1, timeout=20)
    assert await answered(ann) == DONE
    assert traces(stage, "zebra") == []
    await ann.say("hello again")
    await answered(ann, 2)
    assert ann.answers() == [DONE, "Answer to: hello again"]
    assert last(stage).said == ("hello again",)
    assert len(stage.model.requests) == 2
    assert await daemon.stop() == 0


async def test_what_is_older_than_it_is_to_be_kept_goes_and_its_cost_stays(
    stage: Stage, ann: ChatView
) -> None:
    daemon = stage.daemon()
    await daemon.start()
    await ann.say("zebra long ago")
    await answered(ann)
    await ann.say("/start zebra_link")
    await answered(ann, 2)
    await ann.say("lion today")
    await answered(ann, 3)
    assert await daemon.stop() == 0
    change(
        stage, f"UPDATE message_processing SET received_at = received_at - {31 * DAY} WHERE id = 1"
    )
    second = stage.daemon(extra="[conversation]\nkeep_days = 30")
    await second.start(crash_at="expire:done:1")
    assert await second.died() == -9, second.said()
    assert traces(stage, "zebra long ago") == []
    assert traces(stage, "lion today")
    assert spent(stage)[0] == 2


# -- crashes --------------------------------------------------------------------------------


def say_much(stage: Stage) -> None:
    """Make it more than one transaction deletes."""
    change(
        stage,
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION SELECT n + 1 FROM numbers WHERE n < 250)"
        " INSERT INTO message (chat_id, role, tg_user_id, text, id_space, created_at)"
        " SELECT chat_id, role, tg_user_id, text, id_space, created_at"
        f" FROM message, numbers WHERE tg_user_id = {ANN}",
    )


async def finish(stage: Stage, ann: ChatView, *before: str) -> None:
    """The next life: the confirmation arrives once, and nothing of Ann is left."""
    daemon = stage.daemon()
    await daemon.start(crash_at=PURGED)
    try:
        await ann.wait(lambda chat: chat.answers() == [*before, DONE], timeout=40)
        assert await daemon.died() == -9
    except TimeoutError as error:
        raise AssertionError(f"{error}\n{daemon.said()}") from None
    assert ann.answers() == [*before, DONE]
    assert traces(stage, *MARKS) == []
    assert rows(stage, "SELECT COUNT(*) FROM message_processing") == [(0,)]


@pytest.mark.parametrize(
    "point",
    [
        "begin_erasure:before:1",  # asked, nothing marked
        "begin_erasure:after:1",  # marked, nothing deleted
        "erase_some:after:1",  # the first of two transactions
        "erase_some:after:2",  # all deleted, the confirmation not written
        "save_answer:after:2",  # written, not sent
        "mark_sent:before:2",  # sent, not committed
        "mark_sent:after:2",  # all done, the row itself still there
    ],
)
async def test_a_kill_at_any_commit_of_the_erasure_is_made_up_for(
    stage: Stage, ann: ChatView, point: str
) -> None:
    daemon = stage.daemon()
    await daemon.start(crash_at=point)
    await ann.say("zebra")
    await answered(ann)
    say_much(stage)
    await ann.say("/forgetme yes")
    assert await daemon.died() == -9, daemon.said()
    await finish(stage, ann, "Answer to: zebra")


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_a_kill_around_the_confirmation_shows_it_once(
    stage: Stage, ann: ChatView, method: str, phase: str
) -> None:
    """Typed, it is sent; by button, the question is edited into it."""
    daemon = stage.daemon()
    typed = method == "sendMessage"
    stage.kill_on(daemon, method, phase, 2 if typed else 1)
    await daemon.start()
    if typed:
        await ann.say("zebra")
        await answered(ann)
        await ann.say("/forgetme yes")
    else:
        await ann.say("/forgetme")
        await answered(ann)
        await press(ann, "Yes, delete it all")
    assert await daemon.died() == -9, daemon.said()
    await finish(stage, ann, *(["Answer to: zebra"] if typed else []))


async def test_even_if_the_command_is_given_up_everything_goes(stage: Stage, ann: ChatView) -> None:
    """A third crash ends a message as what may have caused it; the promise outlasts that."""
    daemon = stage.daemon()
    await daemon.start(crash_at="begin_erasure:after:1")
    await ann.say("zebra")
    await answered(ann)
    await ann.say("/forgetme yes")
    assert await daemon.died() == -9, daemon.said()
    for _ in range(2):
        again = stage.daemon()
        await again.start(crash_at="begin_erasure:after:1")
        assert await again.died() == -9, again.said()
    last_life = stage.daemon()
    await last_life.start(crash_at=PURGED)
    assert (await answered(ann, 2)).startswith("Something went wrong.")
    assert await last_life.died() == -9, last_life.said()
    assert traces(stage, *MARKS) == []
