"""Every field of a bot is edited by rules of the configuration, seen before and undone after."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from kotodom.admin.bots_fields import FIELDS
from kotodom.admin.given import LIMIT
from kotodom.config import BotConfig
from kotodom.model import AccessMode, Groups, Rich
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.bots import Draft
from tests.admin.chats_kit import Office, labels
from tests.support.talking import BOSS, Room, room
from tests.support.updates import document


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(f"sqlite://{tmp_path}/k.db", model="m") as talk:
        yield talk


def test_every_field_that_the_file_may_name_can_be_edited() -> None:
    assert set(FIELDS) == set(BotConfig.model_fields) - {"token", "enabled", "api_key"}


@pytest.mark.parametrize(
    ("field", "said", "value"),
    [
        ("models", "a, b", ("a", "b")),
        ("fallback_model", "cheap", "cheap"),
        ("access", "approval", AccessMode.APPROVAL),
        ("language", "ru", "ru"),
        ("rich", "auto", Rich.AUTO),
        ("link_previews", "on", True),
        ("groups", "off", Groups.OFF),
        ("group_ids", "-1001, −1002", (-1001, -1002)),
        ("name_pattern", r"\bcat\b", r"\bcat\b"),
        ("guest", "да", True),
        ("inline", "yes", True),
        ("inbox_id", "-100500", -100500),
    ],
)
async def test_a_short_value_holds_at_once_and_survives(
    talk: Room, field: str, said: str, value: object
) -> None:
    assert "Saved" in await Office(talk).types(f"bot 1 set {field} {said}")
    assert getattr(talk.registry.get(1), field) == value
    known = await talk.store.known_bot(42)
    assert getattr(known, field) == value


@pytest.mark.parametrize(
    ("field", "said", "words"),
    [
        ("access", "everybody", "approval"),
        ("link_previews", "perhaps", "on"),
        ("models", "a, a", "twice"),
        ("group_ids", "17", "minus"),
        ("groups", "allowlist", "is empty"),
        ("name_pattern", "(", "no regular expression"),
        ("inbox_id", "12", "forum"),
        ("language", "de", "en"),
        ("promt", "x", "did you mean “prompt”"),
    ],
)
async def test_what_the_file_would_refuse_is_refused_with_the_reason(
    talk: Room, field: str, said: str, words: str
) -> None:
    before = talk.registry.get(1)
    assert words in await Office(talk).types(f"bot 1 set {field} {said}")
    assert talk.registry.get(1) == before


async def test_choices_are_buttons_and_undo_is_one(talk: Room) -> None:
    office = Office(talk)
    await office.types("bot 1 set access")
    assert "Saved" in await office.presses("invite")
    assert talk.registry.get(1).access is AccessMode.INVITE
    assert "✓ invite" in labels(office.contents[-1])
    await office.presses("↩️ Undo")
    assert talk.registry.get(1).access is AccessMode.PUBLIC


async def test_a_long_text_is_saved_after_its_difference_was_seen(talk: Room) -> None:
    office = Office(talk)
    assert "Send the new text" in await office.types("bot 1 set prompt")
    shown = await office.says("You are a cat.\nYou purr.")
    assert "not saved yet" in shown and "+You purr." in shown
    assert talk.registry.get(1).prompt == ""
    await office.presses("💾 Save")
    assert talk.registry.get(1).prompt == "You are a cat.\nYou purr."
    shown = await office.types("bot 1 set prompt You are a cat.\nYou sleep.")
    assert "-You purr." in shown and "+You sleep." in shown
    assert "Nothing was changed" in await office.presses("Cancel")
    assert "purr" in talk.registry.get(1).prompt


async def test_an_unsaved_text_survives_a_restart(talk: Room) -> None:
    office = Office(talk)
    await office.types("bot 1 set prompt You are a cat.")
    talk._boot()
    await office.presses("💾 Save")
    assert talk.registry.get(1).prompt == "You are a cat."


async def test_a_text_in_several_messages_is_one(talk: Room) -> None:
    office = Office(talk)
    await office.types("bot 1 set prompt")
    pieces = [("meow " * 600).strip(), ("purr " * 600).strip(), "the end"]
    for piece in pieces:
        await office.says(piece)
    await office.presses("💾 Save")
    assert talk.registry.get(1).prompt == "\n".join(pieces)


async def test_more_is_added_with_a_plus(talk: Room) -> None:
    office = Office(talk)
    await office.types("bot 1 set prompt One.")
    await office.types("bot 1 set prompt + Two.")
    await office.presses("💾 Save")
    assert talk.registry.get(1).prompt == "One.\nTwo."


async def test_a_text_is_never_longer_than_its_versions_can_be(talk: Room) -> None:
    office = Office(talk)
    draft = Draft("", "x" * LIMIT, "job:0")
    await talk.store.put_bot_draft(1, BOSS, "prompt", draft, 0)
    assert "too long" in await office.types("bot 1 set prompt + y")
    await office.types("bot 1 save prompt")
    (version,) = await talk.store.bot_versions(1, "prompt", skip=0, limit=1)
    assert version.after == talk.registry.get(1).prompt == "x" * LIMIT


async def test_a_file_and_a_reply_are_values_too(talk: Room) -> None:
    office = Office(talk)
    await office.types("bot 1 set help_message")
    talk.files.files["doc"] = b"Ask the cat."
    await office.says(None, **document())
    await office.presses("💾 Save")
    assert talk.registry.get(1).help_message == "Ask the cat."
    replied = {"message_id": 5, "date": 1, "text": "Meow!"}
    await office.types("bot 1 set start_message", reply_to_message=replied)
    await office.presses("💾 Save")
    assert talk.registry.get(1).start_message == "Meow!"


async def test_nobodys_change_is_overruled_unseen(talk: Room) -> None:
    office = Office(talk)
    await office.types("bot 1 set prompt mine")
    talk.registry.put(replace(talk.registry.get(1), prompt="theirs"))
    shown = await office.presses("💾 Save")
    assert "changed it meanwhile" in shown and "-theirs" in shown
    await office.presses("💾 Save")
    assert talk.registry.get(1).prompt == "mine"


async def test_every_version_is_kept_and_comes_back_by_button(talk: Room) -> None:
    office = Office(talk)
    for text in ("first", "second", "x" * 30_000):
        await office.types("bot 1 set prompt")
        talk.files.files["doc"] = text.encode()
        await office.says(None, **document())
        await office.presses("💾 Save")
    history = await office.types("bot 1 history prompt")
    assert "Boss" in history and "6 → 30,000" in history
    number = next(label for label in labels(office.contents[-1]) if label == "#2")
    shown = await office.presses(number)
    assert "-first" in shown and "+second" in shown
    await office.presses("⏪ Back to this version")
    assert talk.registry.get(1).prompt == "second"
    await office.types("bot 1 restore prompt 3")
    assert talk.registry.get(1).prompt == "x" * 30_000
    assert "no version #77" in await office.types("bot 1 restore prompt 77")


async def test_own_texts_are_written_under_their_names(talk: Room) -> None:
    office = Office(talk)
    shown = await office.types("bot 1 set texts [stoped]\n(Meow.)")
    assert "did you mean stopped?" in shown and "💾 Save" not in labels(office.contents[-1])
    await office.types("bot 1 set texts [stopped]\n(Meow.)\n[stopped.ru]\n(Мяу.)\nДа.")
    await office.presses("💾 Save")
    assert talk.registry.get(1).texts == {"stopped": "(Meow.)", "stopped.ru": "(Мяу.)\nДа."}
    assert "[stopped.ru]\n(Мяу.)" in await office.types("bot 1 set texts")


async def test_a_field_is_cleared(talk: Room) -> None:
    office = Office(talk)
    await office.types("bot 1 set models a, b")
    await office.presses("✖️ Clear")
    assert talk.registry.get(1).models == ()
    assert "cannot be empty" in await office.types("bot 1 clear access")


async def test_what_the_file_says_is_shown_as_such_and_refused(talk: Room) -> None:
    mine = replace(talk.registry.get(1), configured=frozenset({"name", "token", "prompt"}))
    talk.registry.put(mine)
    office = Office(talk)
    assert "🔒 prompt" in await office.types("bot 1 settings")
    assert "config.toml says" in await office.types("bot 1 set prompt")
    for command in ("set prompt x", "clear prompt", "save prompt", "token", "set name x"):
        assert "config.toml says" in await office.types(f"bot 1 {command}")
    assert talk.registry.get(1) == mine


async def test_a_change_that_is_carried_out_again_after_a_crash_is_made_once(talk: Room) -> None:
    entry = AuditEntry(900, "Boss", "bot BOT set", "bot:1", "rich", "off", "auto", "job:7")
    first, _ = await talk.store.change_bot(1, "rich", Rich.AUTO, entry, 1)
    other = replace(entry, origin="job:8")
    await talk.store.change_bot(1, "rich", Rich.OFF, other, 2)
    again, bot = await talk.store.change_bot(1, "rich", Rich.AUTO, entry, 3)
    assert (again, bot.rich) == (first, Rich.OFF)
