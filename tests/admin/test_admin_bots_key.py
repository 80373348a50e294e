"""A bot may have a provider key of its own: tested, sealed, wiped from the chat, used for all."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from kotodom.effects import AdminAlert
from kotodom.errors import AccountError, KeySealed, ProviderUnavailable, RequestRefused
from kotodom.model import Account, AccountRole, Content, Person
from kotodom.ports import BotIdentity
from kotodom.redaction import redact
from kotodom.sealing import SEALED
from tests.support.office import MASHA, UMA, Seat
from tests.support.talking import BOSS, Room, room
from tests.support.updates import ANN, GROUP, voice

KEY = "sk-proj-Ab0123456789-abcdefgh"
LOCAL = "a-local-servers-key"
TOKEN = "70001:" + "T" * 35


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(f"sqlite://{tmp_path}/k.db") as talk:
        yield talk


async def everything(talk: Room) -> str:
    """All that the database holds, as text."""
    said = []
    database = talk.store._database
    for table in sorted(await database.read(database.tables)):
        rows = await database.read(lambda c, name=table: c.fetch(f'SELECT * FROM "{name}"'))
        said += [repr(tuple(row)) for row in rows]
    return "\n".join(said)


def now(talk: Room) -> str:
    return talk.registry.get(talk.bot.id).api_key


@pytest.mark.parametrize("key", [KEY, LOCAL])
@pytest.mark.parametrize("how", ["typed", "next", "reply"])
async def test_a_pasted_key_is_tested_kept_sealed_and_wiped(talk: Room, key: str, how: str) -> None:
    boss = Seat(talk)
    if how == "typed":
        said = f"/admin bot cat key {key}"
    else:
        said = key
        assert "It has no key of its own" in await boss.admin("bot cat key")
    fields = {}
    if how == "reply":
        # Meanwhile something else is waited for.
        await boss.admin("bot cat set prompt")
        keyboard = [[{"text": "x", "callback_data": f"/admin bot {talk.bot.id} key"}]]
        fields["reply_to_message"] = {
            "message_id": 3,
            "date": 1,
            "text": "screen",
            "reply_markup": {"inline_keyboard": keyboard},
        }
    number = talk.telegram.next_id
    talk.telegram.shown[BOSS, number] = Content(said)
    assert "The key works" in await boss.give(said, **fields)
    assert (BOSS, number) not in talk.telegram.shown
    assert talk.provider.questions[-1].api_key == key
    assert now(talk) == key
    stored = await everything(talk)
    assert key not in stored and SEALED.search(stored)
    assert redact(f"whoever says {key} here") == "whoever says *** here"
    assert "It has a key of its own" in await boss.admin("bot cat key")
    assert key not in "".join(content.text for content in talk.telegram.shown.values())
    rows = await talk.store._database.read(
        lambda c: c.fetch("SELECT before, after FROM audit WHERE field = 'api_key'")
    )
    assert [tuple(row) for row in rows] == [(None, "***")]


async def test_every_call_of_the_bot_is_paid_with_it_until_it_is_taken_back(talk: Room) -> None:
    boss = Seat(talk)
    await boss.admin(f"bot cat key {KEY}")
    await talk.say("hello")
    await talk.settle()
    assert talk.provider.questions[-1].api_key == KEY
    talk.files.files["voice"] = b"said"
    await talk.say(None, **voice())
    await talk.settle()
    assert talk.provider.heard_with == [KEY]
    assert (
        "uses the key in config.toml again" in await boss.press("Take it back")
        if (await boss.admin("bot cat key"))
        else ""
    )
    assert now(talk) == ""
    await talk.say("hello again")
    await talk.settle()
    assert talk.provider.questions[-1].api_key == ""
    kept = await talk.store.known_bot(talk.bot.telegram_id)
    assert kept is not None and kept.api_key == ""


async def test_inline_answers_are_paid_with_it_too(talk: Room) -> None:
    await Seat(talk).admin(f"bot cat key {KEY}")
    ann = Person(ANN["id"], "ann", "Ann", "en")
    talk.inline.ask(talk.bot.id, "q", ann, "what is a cat?")
    await talk.tasks.wait(5)
    assert talk.provider.questions[-1].text == "what is a cat?"
    assert talk.provider.questions[-1].api_key == KEY


@pytest.mark.parametrize(
    ("trouble", "words", "kept"),
    [
        (AccountError("The provider does not accept the API key"), "does not accept the API", ""),
        (ProviderUnavailable("It cannot be reached"), "could not be tested just now", ""),
        (RequestRefused("It wants more tokens"), "The key works", KEY),
    ],
)
async def test_only_a_key_that_works_is_kept(
    talk: Room, trouble: Exception, words: str, kept: str
) -> None:
    talk.provider.plays.append([trouble])
    assert words in await Seat(talk).admin(f"bot cat key {KEY}")
    assert now(talk) == kept
    assert KEY not in await everything(talk)


async def test_what_is_no_key_is_refused_and_stored_nowhere_in_clear(talk: Room) -> None:
    boss = Seat(talk)
    await boss.admin("bot cat key")
    assert "That is no key" in await boss.give("what is that good for?")
    assert "what is that good for" not in await everything(talk)
    assert talk.provider.questions == []
    # It is still waited for.
    assert "The key works" in await boss.give(f"Here it is: {KEY}")
    assert now(talk) == KEY


async def test_without_a_key_to_seal_with_nothing_is_kept(talk: Room) -> None:
    talk.sealer._keys = ""
    assert "[secrets] key" in await Seat(talk).admin(f"bot cat key {KEY}")
    assert now(talk) == "" and KEY not in await everything(talk)


async def test_a_token_is_no_key(talk: Room) -> None:
    boss = Seat(talk)
    await boss.admin("bot cat key")
    assert "does not accept" in await boss.give(TOKEN)  # nobody knows that bot
    assert now(talk) == ""


async def test_a_key_of_the_file_is_the_files(tmp_path: Path) -> None:
    async with room(f"sqlite://{tmp_path}/k.db", api_key="sk-of-the-file-0123456789") as talk:
        boss = Seat(talk)
        assert "config.toml says" in await boss.admin(f"bot cat key {KEY}")
        assert "config.toml says" in await boss.admin("bot cat key off")
        assert now(talk) == "sk-of-the-file-0123456789"
        stored = await everything(talk)
        assert "of-the-file" not in stored and KEY not in stored


async def test_who_may_give_a_token_may_give_a_key(talk: Room) -> None:
    talk.accounts.put(Account(MASHA, AccountRole.MANAGER, 7))
    talk.accounts.put(Account(UMA, AccountRole.USER, 8))
    assert "The key works" in await Seat(talk, MASHA).admin(f"bot cat key {KEY}")
    assert "no “cat”" in await Seat(talk, UMA).admin("bot cat key off")
    assert now(talk) == KEY


async def test_questions_wait_while_the_key_cannot_be_opened_and_go_on_with_a_new_one(
    talk: Room,
) -> None:
    boss = Seat(talk)
    await boss.admin(f"bot cat key {KEY}")
    stored = await talk.store.known_bot(talk.bot.telegram_id)
    assert stored is not None
    talk.sealer._keys = "B" * 43
    bot = talk.sealer.opened(replace(talk.registry.get(talk.bot.id), api_key=stored.api_key))
    assert bot.token == talk.bot.token
    assert bot.error.startswith("sealed: it is sealed with another key")
    talk.registry.put(bot)
    with pytest.raises(KeySealed):
        talk.registry.key_of(bot)
    asked = len(talk.provider.questions)
    await talk.say("hello")
    (lane,) = await talk.lanes()
    await talk.work(lane)
    assert len(talk.provider.questions) == asked
    assert "The key works" in await boss.admin(f"bot cat key {LOCAL}")
    assert talk.registry.get(talk.bot.id).error == ""
    assert talk.shown() == ["answer to hello"]


async def test_a_refused_key_of_its_own_is_that_bots_trouble_alone(talk: Room) -> None:
    await Seat(talk).admin(f"bot cat key {KEY}")
    talk.provider.plays.append([AccountError("The provider account has no money")])
    await talk.say("hello")
    await talk.settle()
    (alert,) = [one for one in talk.effects if isinstance(one, AdminAlert)]
    assert alert.bot_id == talk.bot.id
    assert alert.args["bot"] == "cat"
    assert alert.retry == f"messages of {talk.bot.id} retry provider_account"


@pytest.mark.parametrize(
    "said",
    [
        f"/admin bot cat key {KEY}",
        f"/admin bot cat key {LOCAL}",
        f"/admin bot cat set prompt {KEY}",
        f"/admin bots add {TOKEN}",
        f"my token is {TOKEN}",
    ],
)
@pytest.mark.parametrize("place", ["group", "stranger"])
async def test_secrets_in_a_group_or_from_a_stranger_are_not_stored(
    talk: Room, said: str, place: str
) -> None:
    fields = {} if place == "stranger" else {"chat": GROUP, "from": Seat(talk).person}
    await talk.say(said, **fields)
    stored = await everything(talk)
    assert not any(one in stored for one in (KEY, LOCAL, TOKEN))
    number = await talk.say("hello", **fields)
    await talk.edit(number, said, **fields)
    stored = await everything(talk)
    assert not any(one in stored for one in (KEY, LOCAL, TOKEN))


async def test_an_admins_key_is_stored_nowhere_in_clear_whatever_it_was_sent_for(
    talk: Room,
) -> None:
    boss = Seat(talk)
    await boss.admin("bot cat set prompt")
    await boss.give(f"Use {KEY}")
    await boss.give(f"What is {KEY}?")
    assert KEY not in await everything(talk)
    assert talk.provider.questions[-1].text == "What is [key]?"


async def test_a_message_that_is_edited_into_a_key_is_not_stored_with_it(talk: Room) -> None:
    boss = Seat(talk)
    number = talk.telegram.next_id
    await boss.give("hello")
    for said in (f"/admin bot cat key {LOCAL}", f"What is {KEY}?"):
        await talk.edit(number, said, **{"from": boss.person, "chat": boss.chat})
        stored = await everything(talk)
        assert LOCAL not in stored and KEY not in stored


async def test_a_clone_has_the_same_key_which_stays_sealed(talk: Room) -> None:
    talk.telegram.identities[TOKEN] = BotIdentity(70001, "dog_bot", "Dog")
    boss = Seat(talk)
    await boss.admin(f"bot cat key {KEY}")
    assert "Dog is here" in await boss.admin(f"bot cat clone {TOKEN}")
    dog = talk.tools.find_bot("dog_bot")
    assert dog is not None and dog.api_key == KEY
    assert KEY not in await everything(talk)
    await boss.admin("bot Dog delete keep Dog")
    gone = await talk.store.known_bot(70001)
    assert gone is not None and gone.api_key == ""
