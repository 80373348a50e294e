"""Who may talk to a bot: the gate before the model, requests and what admins decide."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kotodom.access import PARKED
from kotodom.model import Access, AccessMode, Account, AccountRole, Kind
from kotodom.ports.admin.access import Standing
from kotodom.standings import Verdict, judge
from tests.admin.people_kit import (
    BOBBY,
    BOSSY,
    RUSSIAN,
    SECOND,
    SECONDS,
    boss,
    labels,
    lane_of,
    rows,
    tap,
    tell,
)
from tests.support.scripted import Pause
from tests.support.talking import BOSS, Room, minutes, room

DAY = minutes(24 * 60)


@pytest.fixture
async def closed(tmp_path: Path) -> AsyncIterator[Room]:
    """A bot that lets in whom its admins allow; the chief has opened it."""
    async with room(f"sqlite://{tmp_path}/k.db", access=AccessMode.APPROVAL) as talk:
        await tell(talk, "/start", **BOSSY)
        yield talk


@pytest.fixture
async def public(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(f"sqlite://{tmp_path}/k.db") as talk:
        await tell(talk, "/start", **BOSSY)
        yield talk


@pytest.mark.parametrize(
    ("mode", "access", "verdict"),
    [
        ("public", "", Verdict.ENTER),
        ("public", "DENIED", Verdict.ENTER),
        ("public", "PENDING", Verdict.ENTER),
        ("public", "BLOCKED", Verdict.IGNORE),
        ("approval", "", Verdict.WAIT),
        ("approval", "PENDING", Verdict.WAIT),
        ("approval", "ALLOWED", Verdict.ENTER),
        ("approval", "DENIED", Verdict.IGNORE),
        ("approval", "BLOCKED", Verdict.IGNORE),
        ("allowlist", "", Verdict.TELL),
        ("allowlist", "PENDING", Verdict.TELL),
        ("allowlist", "ALLOWED", Verdict.ENTER),
        ("allowlist", "DENIED", Verdict.IGNORE),
        ("invite", "", Verdict.TELL),
        ("invite", "ALLOWED", Verdict.ENTER),
        ("invite", "BLOCKED", Verdict.IGNORE),
    ],
)
def test_what_somebody_says_is_judged_by_mode_and_standing(
    mode: str, access: str, verdict: Verdict
) -> None:
    assert judge(AccessMode(mode), Standing(Access(access)), 5) is verdict


def test_a_stay_ends_by_itself() -> None:
    stay = Standing(Access.ALLOWED, until=10)
    assert judge(AccessMode.ALLOWLIST, stay, 9) is Verdict.ENTER
    assert judge(AccessMode.ALLOWLIST, stay, 10) is Verdict.TELL


async def test_a_strangers_first_message_asks_every_admin_once(closed: Room) -> None:
    closed.accounts.put(Account(901, AccountRole.MANAGER, 7))
    closed.accounts.put(Account(902, AccountRole.USER, 8))  # to whom this bot does not belong
    await tell(closed, "/start", **SECONDS)
    before = len(closed.shown(BOSS)), len(closed.shown(901))
    told = await tell(closed, "May I?\nPlease.")
    assert told == [told[0]]
    assert "I have asked them" in told[0]
    assert closed.provider.questions == []
    for chat, seen in ((BOSS, before[0]), (901, before[1])):
        (card,) = closed.shown(chat)[seen:]
        assert card.startswith("🔔 Ann @ann wants to talk to cat")
        assert "Wrote: May I? Please." in card
        assert "id 501 · cat" in card
    assert list(labels(closed)) == [
        "✅ Allow",
        "✅ Allow for a day",
        "🚫 Deny",
        "⛔ Block",
        "👤 Card",
    ]
    await tell(closed, "Hello?")
    await tell(closed, "/start")
    assert len(closed.shown()) == 1
    assert len(closed.shown(BOSS)) == before[0] + 1


async def test_start_is_a_first_message_too(closed: Room) -> None:
    told = await tell(closed, "/start", **RUSSIAN)
    assert "Я спросил их о вас" in told[-1]
    assert "Pressed Start." in closed.shown(BOSS)[-1]
    assert "Language: ru" in closed.shown(BOSS)[-1]


async def test_whoever_is_let_in_hears_of_it_and_gets_the_answers(closed: Room) -> None:
    await tell(closed, "one")
    await tell(closed, "two")
    said = await tap(closed, "✅ Allow")
    assert said.startswith("Ann @ann · cat")
    assert "✅ Let in." in said
    shown = closed.shown()
    assert "You have been let in: ask me anything." in shown
    assert [words for words in shown if words.startswith("answer")] == [
        "answer to one",
        "answer to two",
    ]
    await tell(closed, "three")
    assert closed.shown()[-1] == "answer to three"
    assert [asked.text for asked in closed.provider.questions] == ["one", "two", "three"]


async def test_the_request_is_remembered_through_a_restart(closed: Room) -> None:
    await tell(closed, "one")
    closed._boot()
    await closed.gatekeeper.load(closed.registry.all())
    await tell(closed, "two")
    assert len(closed.shown()) == 1
    await tap(closed, "✅ Allow")
    assert closed.shown()[-1] == "answer to two"


async def test_a_question_that_waits_is_answered_as_it_was_edited(closed: Room) -> None:
    number = await closed.say("wnoe")
    await closed.settle()
    await closed.clock.advance(3 * 3600)
    await closed.edit(number, "when?")
    await closed.settle()
    assert closed.provider.questions == []
    await tap(closed, "✅ Allow")
    assert [asked.text for asked in closed.provider.questions] == ["when?"]


async def test_only_so_many_questions_wait_for_a_decision(closed: Room) -> None:
    for number in range(PARKED + 3):
        await closed.say(f"q{number}")
    await closed.settle()
    await tap(closed, "✅ Allow")
    assert len(closed.provider.questions) == PARKED


async def test_allow_for_a_day_ends_by_itself_and_admins_are_asked_again(closed: Room) -> None:
    await tell(closed, "one")
    assert "✅ Let in until" in await tap(closed, "for a day")
    assert "You have been let in until" in closed.shown()[1]
    cards = len(closed.shown(BOSS))
    await closed.clock.advance(DAY / 1000 + 1)
    shown = await tell(closed, "two")
    assert "I have asked them" in shown[-1]
    assert len(closed.shown(BOSS)) == cards + 1


async def test_a_denial_is_said_once_and_politely(closed: Room) -> None:
    await tell(closed, "one")
    assert "🚫 Not let in." in await tap(closed, "Deny")
    assert closed.shown()[-1] == "I am sorry: my admins have decided not to let you in."
    shown = await tell(closed, "why?")
    assert len(shown) == 2
    assert closed.provider.questions == []
    # What was asked before is not answered, whatever is decided later.
    await boss(closed, "bot cat person @ann allow")
    assert closed.provider.questions == []
    assert (await tell(closed, "now?"))[-1] == "answer to now?"


async def test_a_second_admin_is_told_who_decided(closed: Room) -> None:
    closed.accounts.put(Account(901, AccountRole.MANAGER, 7))
    await tell(closed, "/start", **SECONDS)
    await tell(closed, "one")
    await tap(closed, "✅ Allow")
    said = await tap(closed, "Block", SECOND)
    assert "Boss has decided already:" in said
    assert "✅ Let in." in said
    assert await closed.store.standing(closed.bot.id, 501) is not None
    assert (await tell(closed, "two"))[-1] == "answer to two"


async def test_two_admins_who_press_at_once_decide_once(database_url: str) -> None:
    async with room(database_url, access=AccessMode.APPROVAL) as talk:
        talk.accounts.put(Account(901, AccountRole.MANAGER, 7))
        await tell(talk, "/start", **BOSSY)
        await tell(talk, "/start", **SECONDS)
        await tell(talk, "one")
        await talk.say(f"/admin bot {talk.bot.id} request 501 allow", **BOSSY)
        await talk.say(f"/admin bot {talk.bot.id} request 501 deny", **SECONDS)
        await asyncio.gather(*(talk.work(lane) for lane in await talk.lanes()))
        await talk.settle()
        first, second = talk.shown(BOSS)[-1], talk.shown(901)[-1]
        assert ("has decided already" in first) != ("has decided already" in second)
        audit = await rows(talk, "SELECT after FROM audit WHERE field = 'access 501'")
        assert len(audit) == 1
        assert len(talk.provider.questions) == (audit == [("ALLOWED",)])


async def test_a_decision_that_is_carried_out_again_changes_nothing(closed: Room) -> None:
    """The process dies after the decision is committed: the press is done again at the start."""
    await tell(closed, "one")
    await closed.say(f"/admin bot {closed.bot.id} request 501 allow 1", **BOSSY)
    lane = await lane_of(closed, Kind.COMMAND)
    job = await closed.store.claim(lane, closed.clock.now())
    assert job is not None
    bot = closed.registry.get(closed.bot.id)
    await closed.handlers._desk.answer(job, bot, job.text.removeprefix("/admin "))
    await closed.store.recover(closed.clock.now())
    closed._boot()
    await closed.settle()
    assert "The person has been told" in closed.shown(BOSS)[-1]
    assert len(await rows(closed, "SELECT id FROM audit")) == 1
    assert [words for words in closed.shown() if "let in until" in words] != []
    assert [words for words in closed.shown() if words == "answer to one"] == ["answer to one"]
    assert len(closed.shown()) == 3


async def test_admins_of_the_bot_always_may(closed: Room) -> None:
    assert (await tell(closed, "hello", **BOSSY))[-1] == "answer to hello"
    closed.accounts.put(Account(502, AccountRole.USER, 9))  # an account, but not this bot's
    assert "I have asked them" in (await tell(closed, "hello", **BOBBY))[-1]
    assert "administers this bot" in (await boss(closed, f"bot cat person {BOSS} block")).lower()


@pytest.mark.parametrize("name", ["help", "privacy", "language", "mydata", "forgetme"])
async def test_what_concerns_the_person_works_for_everybody(closed: Room, name: str) -> None:
    await boss(closed, "bot cat person 501 block")
    assert len(await tell(closed, f"/{name}")) == 1


@pytest.mark.parametrize("command", ["/model", "/usage", "/retry", "/nonsense", "/admin", "/start"])
async def test_a_blocked_person_gets_no_answer_to_anything_else(public: Room, command: str) -> None:
    await boss(public, "bot cat person 501 block")
    assert await tell(public, command) == []
    assert await tell(public, "hello") == []
    assert public.provider.questions == []
    found = await rows(
        public,
        "SELECT p.status, p.terminal_reason FROM message_processing p"
        " JOIN message m ON m.id = p.message_id WHERE m.tg_user_id = 501",
    )
    assert found == [("COMPLETED", "blocked")] * 2


async def test_a_block_ends_what_is_being_generated(public: Room) -> None:
    pause = Pause()
    public.provider.plays.append(["I was about to", pause, " say"])
    await public.say("question")
    working = public.begin(await lane_of(public))
    await pause.reached.wait()
    await boss(public, "bot cat person 501 block")
    await working
    await public.settle()
    assert public.shown() == []
    assert public.provider.broken_off == 1
    assert (await rows(public, "SELECT COUNT(*) FROM spend")) == [(1,)]  # it is billed


async def test_unblocked_people_are_answered_again(public: Room) -> None:
    await boss(public, "bot cat person 501 block")
    await tell(public, "lost")
    assert "Nothing is decided" in await boss(public, "bot cat person 501 unblock")
    assert (await tell(public, "hello"))[-1] == "answer to hello"


async def test_a_public_bot_that_blocks_nobody_asks_the_database_nothing(public: Room) -> None:
    asked: list[Any] = []
    standing = public.store.standing
    public.store.standing = lambda *a: asked.append(a) or standing(*a)  # type: ignore
    await tell(public, "one")
    assert asked == []
    await boss(public, "bot cat person 502 block")
    asked.clear()
    await tell(public, "two")
    await tell(public, "three")
    assert asked == [(public.bot.id, 501)]


async def test_a_bot_that_becomes_public_answers_whoever_waited(public: Room) -> None:
    await boss(public, "bot cat set access approval")
    assert "I have asked them" in (await tell(public, "one"))[-1]
    await boss(public, "bot cat set access public")
    assert public.shown()[-1] == "answer to one"


async def test_a_bot_that_the_configuration_made_public_answers_whoever_waited(
    closed: Room,
) -> None:
    await tell(closed, "one")
    closed.registry.put(replace(closed.registry.get(closed.bot.id), access=AccessMode.PUBLIC))
    await closed.gatekeeper.load(closed.registry.all())
    await closed.settle()
    assert closed.shown()[-1] == "answer to one"


async def test_a_request_reaches_the_chief_through_another_bot(tmp_path: Path) -> None:
    """Nobody of the admins has opened this bot: the request waits in the list all the same."""
    async with room(f"sqlite://{tmp_path}/k.db", access=AccessMode.APPROVAL) as talk:
        assert "I have asked them" in (await tell(talk, "hello"))[-1]
        assert "1 person waits to be let in" in await boss(talk, "people")
        said = await boss(talk, "people with waiting")
        assert "⏳ Ann @ann" in labels(talk)
        assert said.startswith("⏳ Waiting")
        assert "1 question is answered once" in await tap(talk, "Ann")
        await tap(talk, "✅ Allow")
        assert talk.shown()[-1] == "answer to hello"


async def test_an_admin_who_takes_a_chat_over_hears_a_stranger_but_no_blocked_one(
    closed: Room,
) -> None:
    await tell(closed, "one")
    (chat,) = await rows(closed, "SELECT id FROM chat WHERE telegram_chat_id = 501")
    await boss(closed, f"chat {chat[0]} take")
    await tell(closed, "who are you?")
    assert "who are you?" in closed.shown(BOSS)[-1]
    await boss(closed, "bot cat person 501 block")
    await tell(closed, "hello?")
    assert "hello?" not in "".join(closed.shown(BOSS))
    assert closed.provider.questions == []
