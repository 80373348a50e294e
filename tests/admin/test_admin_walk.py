"""Every screen of /admin that is reached by buttons: read as somebody with a phone reads it."""

import re
from collections import Counter, deque
from dataclasses import dataclass

import pytest

from kotodom.admin.grammar import best
from kotodom.admin.nouns import all_commands
from kotodom.admin.screen import LONGEST, PREFIX
from kotodom.admin.times import lasting
from kotodom.model import Button, Content
from kotodom.text.units import utf16_len
from tests.admin.messages_kit import Boss, fail
from tests.bench.screens import CHANGES
from tests.support.rights_world import world
from tests.support.talking import Room, room
from tests.support.updates import ANN

PATTERNS = [declared.pattern for declared in all_commands()]
LOOKED_AT = CHANGES - {
    "home",
    "messages retry CODE [SINCE…]",
    "messages of BOT retry CODE [SINCE…]",
}
"""What is not pressed on a walk: it changes something."""
TEXTS = frozenset(pattern.text for pattern in PATTERNS)
EACH = 2
"""Screens of one pattern that are looked at."""
BACK = {"en": "‹ Back", "ru": "‹ Назад"}


@dataclass
class Seen:
    """A screen, and the button that led to it."""

    command: str
    under: str
    content: Content

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.content.buttons for button in row]

    @property
    def commands(self) -> list[str]:
        """What its buttons stand for, without /admin."""
        pressed = (button.command for button in self.buttons if button.command)
        return [command.removeprefix(PREFIX).strip() for command in pressed]


def _pattern(command: str) -> str:
    fit = best(PATTERNS, command)
    return fit[0].text if fit is not None else f"no command: {command}"


async def _walk(talk: Room, language: str) -> list[Seen]:
    boss, seen = Boss(talk, language), list[Seen]()
    known, counted, ahead = {""}, Counter[str](), deque([("", "")])
    while ahead:
        command, under = ahead.popleft()
        pattern = _pattern(command)
        counted[pattern] += 1
        if counted[pattern] > EACH or pattern in LOOKED_AT:
            continue
        await boss.asks(command)
        screen = Seen(command, under, talk.telegram.shown[boss._newest()])
        seen.append(screen)
        ahead.extend((one, command) for one in screen.commands if one not in known)
        known.update(screen.commands)
    return seen


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_no_screen_is_a_dead_end_and_every_button_leads_somewhere(
    sqlite_url: str, language: str
) -> None:
    async with world(sqlite_url) as there:
        await fail(there.talk, "why *not* {$x}?")
        seen = await _walk(there.talk, language)
    assert len({_pattern(one.command) for one in seen}) > 70
    pressed = [command for one in seen for command in one.commands]
    assert [command for command in pressed if _pattern(command) not in TEXTS] == []
    for one in seen:
        labels = [button.label for button in one.buttons]
        where = f"{one.command!r} from {one.under!r}"
        if not one.content.buttons:  # what a screen has sent below itself: a picture, a preview
            assert _pattern(one.command) in {"money chart", "broadcast BROADCAST preview"}, where
            continue
        home = one.command in ("", "home")
        assert labels.count(BACK[language]) == (0 if home else 1), where
        assert utf16_len(one.content.text) <= LONGEST, where
        assert not re.search(r"\b(TERMINAL|COMPLETED|RECEIVED)\b", "\n".join(labels)), where
        assert all(label.strip() not in ("", "✏️") for label in labels), where
        assert "@ (" not in one.content.text, where


async def test_the_command_that_asks_is_not_counted_among_those_that_wait(sqlite_url: str) -> None:
    async with room(sqlite_url) as talk:
        boss = Boss(talk)
        assert "1 bot, 0 messages wait." in await boss.asks("")
        assert "0 ready, 0 in work, 0 waiting" in await boss.asks("health")
        assert "Nothing here." in await boss.asks("messages list work")
        await talk.say("who waits?")
        await boss.asks("")  # commands come first
        assert any("1 bot, 1 message waits." in one.text for one in talk.telegram.shown.values())


async def test_what_is_said_after_a_text_was_saved_is_a_question_again(sqlite_url: str) -> None:
    async with room(sqlite_url) as talk:
        boss = Boss(talk)
        await boss.asks("bot 1 set prompt")
        await boss.types("Be a parrot.")
        assert "Saved" in await boss.press("bot 1 save prompt")
        assert await boss.types("Polly?") == "answer to Polly?"
        assert talk.provider.questions[-1].instructions == "Be a parrot."


async def test_what_is_refused_leads_back_to_what_it_was_about(sqlite_url: str) -> None:
    async with room(sqlite_url) as talk:
        boss = Boss(talk)
        await fail(talk)
        for command, above in (
            ("chat 1 model", "chat 1"),
            ("bot cat person 4711x note", "bot 1"),
            ("chat 1 limit day cost much", "chat 1"),
            ("message 1 answer \u200b", "message 1"),
            ("chat 99", "chats"),
            ("bots add nonsense", "bots"),
            ("retry 99", "messages"),
        ):
            await boss.asks(command)
            assert boss.buttons()[-1:] == [above], command


async def test_limits_lead_back_to_whose_they_are(sqlite_url: str) -> None:
    async with room(sqlite_url) as talk:
        boss = Boss(talk)
        await fail(talk)
        person = f"bot 1 person {ANN['id']}"
        assert f"{person} limit" in (await boss.asks(person) and boss.buttons())
        for above, below in ((person, "limit"), ("chat 1", "limits"), ("bot 1", "limits")):
            await boss.asks(above)
            await boss.press(f"{above} {below}")
            await boss.press(f"{above} limit day cost")
            await boss.press(f"{above} limit day cost 5")
            assert boss.buttons()[-2:] == [above, f"{above} {below}"]
        await boss.asks("money limits")
        assert "✏️ @ann at cat · 💵 Dollars a day" in boss.labels()


def test_durations_are_written_in_the_language_of_the_reader() -> None:
    spans = (0, 0.44, 3, 75, 90_000)
    assert [lasting(span) for span in spans] == ["0s", "0.4s", "3s", "1m 15s", "1d 1h"]
    assert [lasting(span, "ru") for span in spans] == [
        *("0 с", "0.4 с", "3 с", "1 мин 15 с", "1 д 1 ч"),
    ]
