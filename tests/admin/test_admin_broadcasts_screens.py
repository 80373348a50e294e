"""Broadcasts from a phone: write, see, test, start, watch, pause, end."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from kotodom.admin.broadcast_views import RATE
from kotodom.admin.words.alerts import AlertsWords
from kotodom.broadcast import LINE, LONGEST, SICK, NoticeDelivery, messages
from kotodom.effects import AdminAlert
from kotodom.errors import ChatGone
from kotodom.model import AccountRole, Chat, Content, ContentKind, Rich
from kotodom.model.broadcasts import BroadcastState
from tests.admin.broadcast_kit import FIRST, broadcaster, invite, received, run
from tests.support.office import UMA, Seat, employ
from tests.support.simulated import Fault, SimulatedTelegram
from tests.support.talking import Room, room
from tests.support.updates import document


@pytest.fixture
async def talk(sqlite_url: str) -> AsyncIterator[Room]:
    async with room(sqlite_url) as talk:
        yield talk


async def started(talk: Room, text: str = "*News*", people: int = 3) -> Seat:
    """A broadcast that has been started by its buttons."""
    boss = Seat(talk)
    await boss.admin("")
    await invite(talk.store, talk.bot, people)
    await boss.admin("broadcasts")
    await boss.press("New")
    await boss.give(text)
    await boss.admin("broadcast 1")
    await boss.press("Start")
    await boss.press("Yes")
    return boss


async def test_it_is_written_seen_confirmed_with_its_count_and_arrives_formatted(
    talk: Room,
) -> None:
    boss = Seat(talk)
    await invite(talk.store, talk.bot, 3)
    assert "What shall cat say?" in await boss.admin("bot cat broadcast")
    assert await boss.give("*News* for you") == "News for you"  # the preview, below its card
    assert "Shall cat write to 4 people?" in await boss.admin("broadcast 1 start")
    assert [label for label in boss.labels() if "4" in label] == ["Yes, send to 4"]
    await boss.press("Yes")
    ended = await run(talk, broadcaster(talk))
    assert (ended.state, ended.delivered, ended.failed) == (BroadcastState.DONE, 4, 0)
    for person in range(FIRST, FIRST + 3):
        assert received(talk, person) == ["News for you"]
    (content,) = talk.telegram.contents(FIRST)
    assert [entity.type for entity in content.entities] == ["italic"]


async def test_the_report_comes_as_a_message_of_its_own(talk: Room) -> None:
    boss = await started(talk)
    await run(talk, broadcaster(talk))
    assert "Broadcast 1 is done" in boss.text
    assert "✅ 4 delivered · 🚫 0 blocked · ⚠️ 0 failed" in boss.text


async def test_the_model_knows_what_was_said(talk: Room) -> None:
    await started(talk)
    await run(talk, broadcaster(talk))
    rows = await talk.store._database.read(
        lambda c: c.fetch("SELECT COUNT(*) FROM message WHERE role = 'admin' AND text = '*News*'")
    )
    assert rows[0][0] == 4


async def test_the_bar_moves_and_shows_the_end(talk: Room) -> None:
    boss = await started(talk, people=LINE)
    caster = broadcaster(talk)
    await caster.look()
    await caster.show()
    assert "░░░░░░░░░░░░ 0 %" in boss.text
    await talk.settle()
    await caster.look()
    await caster.show()
    bars = [words for words in talk.shown(boss.user_id) if "▓" in words]
    assert f"{LINE} of {LINE + 1}" in bars[0]
    await run(talk, caster)
    await caster.show()
    bars = [words for words in talk.shown(boss.user_id) if "▓" in words]
    assert "▓▓▓▓▓▓▓▓▓▓▓▓ 100 %" in bars[0]


async def test_paused_nobody_else_is_put_in_line_and_resumed_it_goes_on(talk: Room) -> None:
    boss = await started(talk, people=2 * LINE)
    caster = broadcaster(talk)
    await caster.look()
    await boss.press("Pause")
    assert any("Paused" in words for words in talk.shown(boss.user_id))
    await caster.look()
    await talk.settle()
    await caster.look()
    got = [person for person in range(FIRST, FIRST + 2 * LINE) if received(talk, person)]
    assert len(got) <= LINE
    assert "On its way" in await boss.admin("broadcast 1 resume")
    ended = await run(talk, caster)
    assert ended.delivered == 2 * LINE + 1
    for person in range(FIRST, FIRST + 2 * LINE):
        assert received(talk, person) == ["News"]


async def test_cancelling_asks_below_the_bar_and_then_nobody_else_gets_it(talk: Room) -> None:
    boss = await started(talk, people=2 * LINE)
    before = boss.screens
    assert "End broadcast 1 for good?" in await boss.press("Cancel")
    assert boss.screens == before + 1
    caster = broadcaster(talk)
    await caster.look()
    await boss.push("/admin broadcast 1 cancel yes")
    ended = await run(talk, caster)
    assert ended.state is BroadcastState.CANCELLED
    assert sum(bool(received(talk, FIRST + one)) for one in range(2 * LINE)) < 2 * LINE


async def test_a_press_that_is_carried_out_again_starts_nothing_twice(talk: Room) -> None:
    boss = await started(talk)
    await boss.admin("broadcast 1 start yes")
    await boss.admin("broadcast 1 start yes")
    await run(talk, broadcaster(talk))
    assert received(talk, FIRST) == ["News"]
    assert "Done" in await boss.admin("broadcast 1 start yes")


async def test_the_rest_of_a_text_is_added_once_though_a_crash_repeats_it(talk: Room) -> None:
    boss = Seat(talk)
    await invite(talk.store, talk.bot, 1)
    await boss.admin("bot cat broadcast One")
    await boss.admin("broadcast 1 text + two")
    for change in (
        "UPDATE message_processing SET status = 'RECEIVED', outcome = NULL, answered_revision = 0",
        "DELETE FROM delivery_part",
    ):
        await talk.store._database.write(lambda c, change=change: c.execute(change))
    await talk.settle()
    (draft,) = await talk.store.broadcasts(None, limit=9, offset=0)
    assert draft.text == "Onetwo"


async def test_a_new_life_goes_on_where_the_last_one_ended(talk: Room) -> None:
    await started(talk, people=3 * LINE)
    for _ in range(3):
        await broadcaster(talk).look()
        await talk.settle()
    ended = await run(talk, broadcaster(talk))
    assert ended.delivered == 3 * LINE + 1
    assert {len(received(talk, FIRST + one)) for one in range(3 * LINE)} == {1}


async def test_while_there_is_too_much_work_it_waits(talk: Room) -> None:
    boss = await started(talk)
    caster = broadcaster(talk)
    talk.intake.set_pressure(AlertsWords.PRESSURE_BACKLOG, 9)
    await caster.look()
    await talk.settle()
    assert received(talk, FIRST) == []
    assert "It waits: there is too much other work" in await boss.admin("broadcast 1")
    talk.intake.set_pressure(None)
    assert (await run(talk, caster)).delivered == 4


async def test_a_text_that_nobody_gets_pauses_itself_and_is_told(talk: Room) -> None:
    boss = await started(talk, people=3 * SICK)

    talk.telegram.script = iter([Fault.REFUSED] * 2 * SICK)
    caster = broadcaster(talk)
    await caster.look()
    await talk.settle()
    await caster.look()
    (found,) = await talk.store.broadcasts(None, limit=1, offset=0)
    assert found.state is BroadcastState.PAUSED
    (alert,) = [one for one in talk.effects if isinstance(one, AdminAlert)]
    assert (alert.bot_id, alert.show) == (talk.bot.id, "broadcast 1")
    assert "It paused by itself" in await boss.admin("broadcast 1")
    assert "refused by Telegram × " in boss.text


async def test_a_test_goes_to_whoever_asks_and_to_nobody_else(talk: Room) -> None:
    boss = Seat(talk)
    await invite(talk.store, talk.bot, 1)
    await boss.admin("bot cat broadcast News")
    await boss.admin("broadcast 1 test")
    assert talk.shown(boss.user_id).count("News") == 2  # the preview, and the test
    assert received(talk, FIRST) == []


async def test_filters_are_buttons_and_say_how_many_get_it(talk: Room) -> None:
    boss = Seat(talk)
    now = talk.clock.now()
    await boss.admin("")
    await invite(talk.store, talk.bot, 5, language="ru", last_at=now)
    await invite(talk.store, talk.bot, 2, first=20_000, language="de")
    await boss.admin("bot cat broadcast News")
    await boss.admin("broadcast 1")
    assert "8 people would get it now" in boss.text
    await boss.press("ru (5)")
    assert "5 people would get it now" in boss.text
    assert "● ru (5)" in boss.labels()
    await boss.press("Active in 7 days")
    assert "5 people would get it now" in boss.text
    await boss.press("Any language")
    await boss.press("Everybody")
    assert "8 people would get it now" in boss.text


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("broadcast 1 active many", "a whole number from 0 to"),
        ("broadcast 1 language klingon", "A language is written as its code"),
        ("broadcast 7", "There is no “7” here"),
        ("broadcast 1 text   \u200b", "nothing to see"),
    ],
)
async def test_what_does_not_fit_is_explained(talk: Room, command: str, words: str) -> None:
    boss = Seat(talk)
    await boss.admin("bot cat broadcast News")
    assert words in await boss.admin(command)


async def test_what_is_too_long_is_refused(talk: Room) -> None:
    boss = Seat(talk)
    await boss.admin("bot cat broadcast News")
    long = "\n\n".join("word " * 700 for _ in range(6))
    assert len(messages(long, talk.bot)) > LONGEST
    talk.files.files["doc"] = long.encode()
    await boss.admin("broadcast 1 text")
    await talk.say(None, **{"from": boss.person, "chat": boss.chat, **document("doc")})
    await talk.settle()
    assert f"at most {LONGEST} messages" in boss.text


async def test_a_broadcast_that_is_on_its_way_cannot_be_changed(talk: Room) -> None:
    boss = await started(talk)
    assert "cannot be changed any more" in await boss.admin("broadcast 1 text Other")
    assert "cannot be changed any more" in await boss.admin("broadcast 1 active 7")


async def test_nobody_sends_to_nobody(talk: Room) -> None:
    boss = Seat(talk)
    await boss.admin("bot cat broadcast News")
    await boss.admin("broadcast 1 language de")
    assert "Nobody would get it" in await boss.admin("broadcast 1 start")
    assert "Nobody would get it" in await boss.admin("broadcast 1 start yes")


async def test_a_user_writes_to_the_people_of_their_own_bots_only(talk: Room) -> None:
    account = await employ(talk, UMA, AccountRole.USER)
    boss, uma = Seat(talk), Seat(talk, UMA)
    await boss.admin("bot cat broadcast News")
    assert "There is no “cat” here" in await uma.admin("bot cat broadcast Mine")
    assert "There is no “1” here" in await uma.admin("broadcast 1 start yes")
    assert "cat" not in await uma.admin("broadcasts")
    talk.registry.put(replace(talk.registry.get(talk.bot.id), owner_id=account.id))
    assert "Shall cat write" in await uma.admin("broadcast 1 start")


async def test_every_change_is_audited(talk: Room) -> None:
    boss = await started(talk)
    await boss.admin("broadcast 1 pause")
    rows = await talk.store._database.read(
        lambda c: c.fetch("SELECT action, after FROM audit ORDER BY id")
    )
    assert [tuple(row) for row in rows] == [
        ("bot BOT broadcast [TEXT…]", "*News*"),
        ("broadcast BROADCAST start yes", "RUNNING"),
        ("broadcast BROADCAST pause", "PAUSED"),
    ]


async def test_it_speaks_russian(talk: Room) -> None:
    boss = Seat(talk, language="ru")
    await invite(talk.store, talk.bot, 1)
    await boss.admin("bot cat broadcast Новости")
    assert "Написать от имени cat 2 людям?" in await boss.admin("broadcast 1 start")
    await boss.press("Да")
    await run(talk, broadcaster(talk))
    assert "Рассылка 1 закончена" in boss.text


async def test_a_bot_with_rich_messages_sends_one(talk: Room) -> None:
    (content,) = messages("|a|b|\n|-|-|\n|1|2|", replace(talk.bot, rich=Rich.AUTO))
    assert content.kind is ContentKind.RICH


async def test_no_bot_sends_more_than_its_rate_unasked(talk: Room) -> None:
    await started(talk, people=2 * RATE)
    times: list[float] = []
    notices = NoticeDelivery(
        store=talk.core_store,
        deliver=talk.delivery.deliver,
        metrics=talk.metrics,
        clock=talk.clock,
    )
    await broadcaster(talk).look()
    begun = talk.clock.monotonic()
    for lane in await talk.lanes():
        job = await talk.store.claim(lane, talk.clock.now())
        assert job is not None
        await notices.deliver(job)
        times.append(talk.clock.monotonic() - begun)
    assert len(times) == LINE
    for first, last in zip(times, times[RATE:], strict=False):
        assert last - first >= 0.999


class Left(SimulatedTelegram):
    """The first person has blocked the bot, and it has not heard of that yet."""

    async def send(self, chat: Chat, content: Content, **how: Any) -> int:
        if chat.telegram_chat_id == FIRST:
            raise ChatGone("Forbidden: bot was blocked by the user")
        return await super().send(chat, content, **how)


async def test_who_has_left_is_reported_and_not_written_to_again(sqlite_url: str) -> None:
    async with room(sqlite_url, telegram=Left(iter(()))) as talk:
        boss = await started(talk)
        ended = await run(talk, broadcaster(talk))
        assert (ended.delivered, ended.blocked, ended.failed) == (3, 1, 0)
        assert "🚫 1 blocked" in boss.text
        await boss.admin("bot cat broadcast More")
        assert "Shall cat write to 3 people?" in await boss.admin("broadcast 2 start")
