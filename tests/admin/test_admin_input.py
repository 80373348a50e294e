"""What becomes a command of /admin though nobody typed it as one."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from kotodom.admin.input import FOLLOWS, Inputs
from kotodom.admin.nouns import opening
from kotodom.model import Incoming, Kind
from kotodom.reading import read_update
from tests.support.office import Seat
from tests.support.talking import BOSS, Room, room
from tests.support.updates import ANN, PRIVATE, edited, message, update

TOKEN = f"123456789:{'A' * 35}"
CHIEF: dict[str, Any] = {"id": BOSS, "is_bot": False, "first_name": "Boss"}
OFFICE: dict[str, Any] = {"id": BOSS, "type": "private", "first_name": "Boss"}
BOSSY: dict[str, Any] = {"from": CHIEF, "chat": OFFICE}
LATER = 10**15
_UPDATES = count(1)


@pytest.fixture
async def talk(tmp_path: Any) -> Any:
    async with room(f"sqlite://{tmp_path}/k.db") as talk:
        yield talk


def _sorted(
    talk: Room, inputs: Inputs, text: str | None, number: int = 9, **fields: Any
) -> tuple[Kind, str, str]:
    """How a private message is stored: kind, text, raw update."""
    said = {"from": CHIEF, "chat": OFFICE, **fields}
    bot = talk.registry.get(talk.bot.id)
    update_id = next(_UPDATES)
    read = read_update({"update_id": update_id, "message": message(number, text, **said)}, bot)
    assert isinstance(read, Incoming)
    stored = inputs.sort(bot, read)
    assert isinstance(stored, Incoming)
    return stored.kind, stored.text, stored.raw


def _under(command: str) -> dict[str, Any]:
    """The message of ours that somebody replies to: a screen with that button."""
    keyboard = [[{"text": "x", "callback_data": f"/admin {command}"}]]
    return message(5, "screen", reply_markup={"inline_keyboard": keyboard})


def _inputs(talk: Room, takes: str = "") -> Inputs:
    return Inputs(
        talk.tools, talk.accounts, lambda token: "sealed", takes_text=lambda line: line == takes
    )


async def test_the_next_message_completes_what_a_screen_waits_for_and_only_that(
    talk: Room,
) -> None:
    inputs = _inputs(talk)
    await inputs.await_next(talk.bot.id, BOSS, "bot 1 set prompt", LATER)
    assert _sorted(talk, inputs, "Be\n kind")[:2] == (
        Kind.COMMAND,
        "/admin bot 1 set prompt Be\n kind",
    )
    assert _sorted(talk, inputs, "And now a question")[0] is Kind.QUESTION


@pytest.mark.parametrize(
    ("awaited", "stored"),
    [
        ("chat 7 say", "/admin bots add sealed"),
        ("bot 1 set prompt", "/admin bots add sealed"),
        ("bot 1 token", "/admin bot 1 token It is sealed!"),
        ("bot 1 clone", "/admin bot 1 clone It is sealed!"),
        ("bots add", "/admin bots add It is sealed!"),
    ],
)
async def test_a_token_is_no_value_and_no_message_whatever_is_waited_for(
    talk: Room, awaited: str, stored: str
) -> None:
    inputs = _inputs(talk)
    await inputs.await_next(talk.bot.id, BOSS, awaited, LATER)
    assert _sorted(talk, inputs, f"It is {TOKEN}!")[:2] == (Kind.COMMAND, stored)


async def test_what_is_waited_for_survives_a_restart(talk: Room) -> None:
    await _inputs(talk).await_next(talk.bot.id, BOSS, "chat 7 say", LATER)
    later = _inputs(talk)
    await later.load()
    assert _sorted(talk, later, "hello")[1] == "/admin chat 7 say hello"


async def test_a_screen_does_not_wait_for_ever(talk: Room) -> None:
    inputs = _inputs(talk)
    await inputs.await_next(talk.bot.id, BOSS, "chat 7 say", talk.clock.now() + 1_000)
    await talk.clock.advance(2.0)
    assert _sorted(talk, inputs, "hello")[0] is Kind.QUESTION


async def test_the_rest_of_a_text_that_the_client_split_follows_its_beginning(talk: Room) -> None:
    inputs = _inputs(talk)
    await inputs.await_next(talk.bot.id, BOSS, "bot 1 set prompt", LATER)
    _sorted(talk, inputs, "a" * 4_000)
    assert _sorted(talk, inputs, "b" * 4_000, 10)[1].startswith("/admin bot 1 set prompt + bbb")
    assert _sorted(talk, inputs, "the end", 11)[1] == "/admin bot 1 set prompt + the end"
    await talk.clock.advance(FOLLOWS / 1_000 + 1)
    assert _sorted(talk, inputs, "hello", 12)[0] is Kind.QUESTION


async def test_the_rest_of_a_typed_command_follows_it_too(talk: Room) -> None:
    inputs = Inputs(talk.tools, talk.accounts, None, opening=opening)
    _sorted(talk, inputs, f"/admin bot cat set prompt {'a' * 4_000}")
    assert _sorted(talk, inputs, "the end", 10)[1] == "/admin bot cat set prompt + the end"


async def test_a_short_command_has_no_rest(talk: Room) -> None:
    inputs = Inputs(talk.tools, talk.accounts, None, opening=opening)
    _sorted(talk, inputs, "/admin bot cat set prompt Be kind")
    assert _sorted(talk, inputs, "hello", 10)[0] is Kind.QUESTION


async def test_a_reply_to_a_screen_fills_its_button_and_other_replies_are_questions(
    talk: Room,
) -> None:
    inputs = _inputs(talk, takes="chat 7 say")
    under = {"reply_to_message": _under("chat 7 say")}
    assert _sorted(talk, inputs, "hi Ann", **under)[1] == "/admin chat 7 say hi Ann"
    other = {"reply_to_message": _under("bots")}
    assert _sorted(talk, inputs, "hi Ann", **other)[0] is Kind.QUESTION


async def test_a_question_that_replies_to_a_screen_does_not_repeat_it(talk: Room) -> None:
    """A model has no business with what /admin shows of other people."""
    boss = Seat(talk)
    await boss.admin("health")
    await boss.give("what does that mean?", reply_to_message=_under("health"))
    mine = message(4, "/admin bot cat set prompt Be kind", **{"from": CHIEF, "chat": OFFICE})
    await boss.give("what does that mean?", reply_to_message=mine)
    assert len(talk.provider.questions) == 2
    for question in talk.provider.questions:
        assert question.text == "what does that mean?"


async def test_what_is_told_again_because_it_could_not_be_written_is_no_question(
    talk: Room,
) -> None:
    """Nothing waits for it any more then, yet it completes what it completed at first."""
    inputs = _inputs(talk)
    await inputs.await_next(talk.bot.id, BOSS, "bot 1 set prompt", LATER)
    bot = talk.registry.get(talk.bot.id)
    batch = []
    for number, text in ((9, "a" * 4_000), (10, "the end"), (11, "And now a question")):
        said = message(number, text, **{"from": CHIEF, "chat": OFFICE})
        batch.append(read_update({"update_id": number, "message": said}, bot))
    first, again = ([inputs.sort(bot, one) for one in batch[:2]] for _ in range(2))  # type: ignore[arg-type]
    assert first == again
    assert [one.text[:26] for one in again] == [
        "/admin bot 1 set prompt aa",
        "/admin bot 1 set prompt + ",
    ]


@pytest.mark.parametrize("typed", ["/admin bots", "/ADMIN bots", "/admin@cat_bot bots"])
async def test_a_command_that_was_pasted_as_code_is_one(talk: Room, typed: str) -> None:
    """Telegram marks no command there."""
    code = [{"type": "code", "offset": 0, "length": len(typed)}]
    kind, text, _ = _sorted(talk, _inputs(talk), typed, entities=code)
    assert (kind, text) == (Kind.COMMAND, "/admin bots")
    assert _sorted(talk, _inputs(talk), "/administer", entities=code)[0] is Kind.QUESTION


async def test_a_token_in_what_is_replied_to_is_sealed_and_adds_no_bot(talk: Room) -> None:
    mine = message(4, f"Use this token:\n{TOKEN}", **{"from": CHIEF, "chat": OFFICE})
    kind, text, raw = _sorted(talk, _inputs(talk), "What is it for?", reply_to_message=mine)
    assert (kind, text) == (Kind.QUESTION, "What is it for?")
    assert TOKEN not in raw
    boss = Seat(talk)
    await boss.give("What is it for?", reply_to_message=mine)
    (question,) = talk.provider.questions
    assert TOKEN not in question.text


async def test_a_token_that_is_put_into_a_message_later_is_sealed(talk: Room) -> None:
    boss = Seat(talk)
    await boss.give("hello")
    number = talk.telegram.say()
    await talk.hear(update("hi", number, **BOSSY))
    await talk.hear(edited(f"hi, my token is\n{TOKEN}", number, **BOSSY))
    await talk.settle()
    stored = await talk.store._database.read(
        lambda c: c.fetch(
            "SELECT m.text, p.raw_update FROM message m JOIN message_processing p"
            " ON p.message_id = m.id ORDER BY m.id DESC LIMIT 1"
        )
    )
    assert "my token is" in stored[0][0]
    assert not [text for text in stored[0] if TOKEN in text]
    assert not [asked for asked in talk.provider.questions if TOKEN in asked.text]


async def test_a_token_is_sealed_wherever_it_stands_and_never_asked_about(talk: Room) -> None:
    inputs = _inputs(talk)
    kind, text, raw = _sorted(talk, inputs, f"Use this token:\n{TOKEN}\nKeep it safe")
    assert (kind, text) == (Kind.COMMAND, "/admin bots add sealed")
    assert TOKEN not in raw
    kind, text, raw = _sorted(talk, inputs, f"/admin bot 1 token {TOKEN}")
    assert (kind, text) == (Kind.COMMAND, "/admin bot 1 token sealed")
    assert TOKEN not in raw


async def test_nothing_of_this_concerns_anybody_without_an_account(talk: Room) -> None:
    inputs = _inputs(talk, takes="chat 7 say")
    await inputs.await_next(talk.bot.id, ANN["id"], "bot 1 set prompt", LATER)
    ann = {"from": ANN, "chat": PRIVATE, "reply_to_message": _under("chat 7 say")}
    kind, text, _ = _sorted(talk, inputs, "hello", **ann)
    assert (kind, text) == (Kind.QUESTION, "hello")


async def test_a_disabled_account_is_nobody(talk: Room) -> None:
    account = talk.accounts.of(BOSS)
    assert account is not None
    talk.accounts.put(replace(account, user_id=77, active=False, configured=False))
    assert talk.accounts.of(77) is None
