"""/admin message: what one message's card shows, and what can be done about a dead letter."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from kotodom.errors import ChatGone, ProviderTimeout, ProviderUnavailable, RequestRefused
from kotodom.model import Delta, Done, Status, Usage
from kotodom.ports import Store
from tests.admin.messages_kit import OFFICE, SORRY, Boss, fail, newest, shown, values
from tests.support.flaky import Trouble, flaky
from tests.support.talking import Room, room
from tests.support.updates import ANN, document


@pytest.fixture
async def talk(sqlite_url: str) -> AsyncIterator[Room]:
    async with room(sqlite_url, models=("fast", "wise")) as talk:
        yield talk


async def status(talk: Room, row: int) -> object:
    return (await values(talk, f"SELECT status FROM message_processing WHERE id = {row}"))[0]


@contextmanager
def blocked(talk: Room) -> Iterator[None]:
    """Meanwhile nothing can be sent, because the person has blocked the bot."""

    async def refuse(*args: Any, **how: Any) -> int:
        raise ChatGone("bot was blocked by the user")

    send = talk.telegram.send
    talk.telegram.send = refuse  # type: ignore[method-assign]
    try:
        yield
    finally:
        talk.telegram.send = send  # type: ignore[method-assign]


async def test_the_card_shows_question_sender_attempts_and_reason(talk: Room) -> None:
    talk.provider.plays += [[ProviderTimeout("slow as ever")], [ProviderUnavailable("503")]]
    talk.provider.plays.append([RequestRefused("not about that")])
    await talk.say("why is it so?")
    await talk.settle()
    boss = Boss(talk)
    card = await boss.asks(f"message {await newest(talk)}")
    assert card.startswith("Message ")
    for words in ("why is it so?", "Ann (@ann, 501)", "🤖 cat", "3 failures:", "slow as ever"):
        assert words in card
    assert "model too slow" in card
    assert "model unreachable" in card
    assert "❌ Not answered: refused by the model: not about that" in card
    assert "The sender was told that something went wrong." in card


async def test_the_card_of_an_answered_question_shows_model_tokens_cost_times(talk: Room) -> None:
    done = Done("the answer", Usage(input=1000, output=500), "m")
    talk.provider.plays.append([Delta("the "), done])
    await talk.say("how?", **document())
    talk.files.files["doc"] = b"some notes"
    await talk.settle()
    card = await Boss(talk).asks(f"message {await newest(talk)}")
    assert "✅ Done" in card
    assert "🧮 m: 1,000 + 500 tokens, $0.0020" in card
    assert "⏱ waited 0" in card
    assert "first word after" in card
    assert "delivered in" in card
    assert "Answer:\nthe answer" in card
    assert "📎 notes.txt" in card


async def test_secrets_in_errors_are_masked_where_they_are_kept(talk: Room) -> None:
    row = await fail(talk, error=RequestRefused("key sk-abcdefghijklmnop is wrong"))
    kept = await values(talk, "SELECT message FROM attempt")
    kept += await values(talk, "SELECT last_error FROM message_processing WHERE last_error <> ''")
    assert kept
    assert "abcdefghijklmnop" not in f"{kept}{await Boss(talk).asks(f'message {row}')}"


async def test_retry_answers_and_the_apology_is_not_repeated(talk: Room) -> None:
    row = await fail(talk)
    boss = Boss(talk)
    await boss.asks(f"message {row}")
    talk.provider.plays.append([RequestRefused("again")])
    assert "It is tried again" in await boss.press(f"message {row} retry")
    assert shown(talk) == [SORRY]
    assert await status(talk, row) == "TERMINAL"
    await boss.asks(f"message {row}")
    await boss.press(f"message {row} retry")
    assert shown(talk) == [SORRY, "answer to why?"]
    assert await status(talk, row) == "COMPLETED"
    assert "(any more)" in await boss.asks(f"message {row} retry")


async def test_two_presses_of_retry_are_one(talk: Room) -> None:
    row = await fail(talk)
    boss = Boss(talk)
    await boss.asks(f"message {row}")
    await boss.press(f"message {row} retry", settle=False)
    await boss.press(f"message {row} retry", settle=False)
    await talk.settle()
    assert shown(talk) == [SORRY, "answer to why?"]
    assert len(talk.provider.questions) == 2


async def test_a_retry_press_carried_out_again_after_a_crash_asks_once(sqlite_url: str) -> None:
    def wrap(store: Store) -> Store:
        return flaky(store, Trouble.AFTER, only="retry_message")

    async with room(sqlite_url, wrap=wrap) as talk:
        row = await fail(talk)
        boss = Boss(talk)
        await boss.asks(f"message {row}")
        said = await boss.press(f"message {row} retry")
        assert shown(talk) == [SORRY, "answer to why?"]
        assert "It is tried again" in said
        assert await values(talk, "SELECT COUNT(*) FROM audit") == [1]


async def test_retry_with_another_model_asks_that_one(talk: Room) -> None:
    row = await fail(talk)
    boss = Boss(talk)
    await boss.asks(f"message {row}")
    await boss.press(f"message {row} models")
    assert f"message {row} retry wise" in boss.buttons()
    await boss.types("other-model")
    assert talk.provider.questions[-1].model == "other-model"
    assert shown(talk) == [SORRY, "answer to why?"]
    await talk.say("and now?")
    await talk.settle()
    assert talk.provider.questions[-1].model == "m"


async def test_an_admins_own_answer_becomes_the_answer(talk: Room) -> None:
    row = await fail(talk)
    boss = Boss(talk)
    await boss.asks(f"message {row}")
    assert "Send me the answer" in await boss.press(f"message {row} answer")
    said = await boss.types("Because it is.")
    assert "on its way" in said
    assert shown(talk) == [SORRY, "Because it is."]
    assert await status(talk, row) == "COMPLETED"
    assert await values(talk, "SELECT text FROM message WHERE role = 'admin'") == ["Because it is."]
    assert "Answer by an admin:" in await boss.asks(f"message {row}")


async def test_a_question_that_waits_can_be_answered_or_tried_at_once(talk: Room) -> None:
    talk.provider.plays.append([ProviderTimeout("slow", retry_after=300)])
    await talk.say("hello?")
    (lane,) = await talk.lanes()
    await talk.work(lane)
    row = await newest(talk)
    boss = Boss(talk)
    await talk.say(f"/admin message {row}", **{"from": boss.who, "chat": OFFICE})
    for lane in await talk.lanes():
        await talk.work(lane)
    assert f"message {row} retry" in boss.buttons()
    assert "Waits for its next try" in boss.shown()
    await boss.press(f"message {row} retry", settle=False)
    for lane in await talk.lanes():
        await talk.work(lane)
    (lane,) = await talk.lanes()
    await talk.work(lane)
    assert shown(talk) == ["answer to hello?"]


async def test_drop_apologises_once_and_clears_the_inbox(talk: Room) -> None:
    row = await fail(talk)
    boss = Boss(talk)
    await boss.asks("messages")
    assert f"message {row}" in boss.buttons()
    await boss.press(f"message {row}")
    assert "🗑 Drop" in boss.labels()
    assert "Nothing more is sent" in await boss.press(f"message {row} drop")
    assert shown(talk) == [SORRY]
    assert "Everything was answered" in await boss.asks("messages")
    assert f"message {row}" in await _buttons(boss, "messages list dead all dropped")


async def test_drop_tells_a_sender_who_waits_in_vain(talk: Room) -> None:
    talk.provider.plays.append([ProviderTimeout("slow", retry_after=300)])
    await talk.say("hello?")
    (lane,) = await talk.lanes()
    await talk.work(lane)
    row = await newest(talk)
    boss = Boss(talk)
    await talk.say(f"/admin message {row} drop", **{"from": boss.who, "chat": OFFICE})
    await talk.settle()
    assert shown(talk) == [SORRY]
    assert await status(talk, row) == "TERMINAL"
    assert len(talk.provider.questions) == 1


async def test_what_telegram_refused_is_delivered_without_a_second_model_call(talk: Room) -> None:
    await talk.say("hi")
    row = await newest(talk)
    with blocked(talk):
        await talk.settle()
    assert await status(talk, row) == "TERMINAL"
    boss = Boss(talk)
    card = await boss.asks(f"message {row}")
    assert "📤 Deliver again" in boss.labels()
    assert "cannot be written to" in card
    await boss.press(f"message {row} retry")
    assert shown(talk) == ["answer to hi"]
    assert len(talk.provider.questions) == 1


async def test_commands_are_listed_by_name_only_and_not_retried(talk: Room) -> None:
    await talk.say("/usage of my secret plan")
    (lane,) = await talk.lanes()
    job = await talk.store.claim(lane, talk.clock.now())
    assert job is not None
    now = talk.clock.now()
    await talk.store.finish(job, Status.TERMINAL, reason="crashed: x", code="crashed", now=now)
    boss = Boss(talk)
    assert "Ann: /usage\n" in f"{await boss.asks('messages')}\n"
    card = await boss.asks(f"message {job.id}")
    assert "secret" not in card
    assert not [button for button in boss.buttons() if "retry" in button or "answer" in button]
    assert "(any more)" in await boss.asks(f"message {job.id} answer hello")
    assert "(any more)" in await boss.asks(f"message {job.id} retry")


async def test_a_message_of_nobodys_is_not_found(talk: Room) -> None:
    assert "There is no “#999” here" in await Boss(talk).asks("message #999")


async def test_the_card_is_in_russian_for_who_speaks_it(talk: Room) -> None:
    row = await fail(talk)
    boss = Boss(talk, "ru")
    card = await boss.asks(f"message {row}")
    assert "Без ответа" in card
    assert "1 неудача:" in card
    assert "✍️ Ответить самому" in boss.labels()
    assert ANN["username"] in card


async def _buttons(boss: Boss, command: str) -> list[str]:
    await boss.asks(command)
    return boss.buttons()


async def test_what_an_admin_answers_is_shown_without_its_secrets(talk: Room) -> None:
    boss = Boss(talk)
    token = "123456789:" + "A" * 35
    number = await fail(talk, f"is {token} mine?")
    for screen in (f"message {number}", f"message {number} answer"):
        assert token not in await boss.asks(screen)
        assert "mine? ❞" in boss.shown()


async def test_another_model_is_one_that_can_answer(talk: Room) -> None:
    boss = Boss(talk)
    number = await fail(talk)
    await boss.asks(f"message {number} models")
    # The one for bots that name none; not the one that only listens.
    assert boss.labels()[:-1] == ["fast", "wise", "m"]


async def test_an_apology_is_not_counted_as_a_part_of_the_answer(talk: Room) -> None:
    boss = Boss(talk)
    card = await boss.asks(f"message {await fail(talk)}")
    assert "The sender was told" in card
    assert "1 of 1" not in card
