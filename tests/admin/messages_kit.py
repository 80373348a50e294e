"""An admin at the dead-letter inbox of a bot whose provider fails when the test wants it to."""

from typing import Any

from kotodom.admin.screen import PREFIX
from kotodom.errors import ProviderError, RequestRefused
from kotodom.model import Button, Content, Question
from tests.support.talking import BOSS, Room
from tests.support.updates import ANN, press

CHIEF: dict[str, Any] = {"id": BOSS, "is_bot": False, "first_name": "Boss"}
OFFICE: dict[str, Any] = {"id": BOSS, "type": "private", "first_name": "Boss"}
BOSSY: dict[str, Any] = {"from": CHIEF, "chat": OFFICE}
SORRY = "Something went wrong. Please try again later."


class Boss:
    """Types, presses and reads; a press goes to the newest screen that has the button."""

    def __init__(self, room: Room, language: str = "en") -> None:
        self.room = room
        self.who = {**CHIEF, "language_code": language}

    async def types(self, command: str) -> str:
        """Type a command of /admin (or what a screen waits for); return the answer."""
        await self.room.say(command, **{**BOSSY, "from": self.who})
        await self.room.settle()
        return self.shown()

    async def asks(self, command: str) -> str:
        """The same with /admin before it."""
        return await self.types(f"{PREFIX} {command}")

    async def press(self, command: str, *, settle: bool = True) -> str:
        """Press the button that stands for that command under the newest screen."""
        assert command in self.buttons(), (command, self.buttons())
        _, message = self._newest()
        under = {"message_id": message, "date": 1, "chat": OFFICE, "text": "menu"}
        data = f"{PREFIX} {command}".rstrip()
        await self.room.hear(press(data, message, **{"from": self.who, "message": under}))
        if settle:
            await self.room.settle()
        return self.shown()

    def shown(self) -> str:
        """What the newest message in the office shows."""
        return self.room.telegram.shown[self._newest()].text

    def buttons(self) -> list[str]:
        """The commands under it, without /admin."""
        return [button.command.removeprefix(PREFIX).strip() for button in self._buttons()]

    def labels(self) -> list[str]:
        """And their labels."""
        return [button.label for button in self._buttons()]

    def _buttons(self) -> list[Button]:
        content: Content = self.room.telegram.shown[self._newest()]
        return [button for row in content.buttons for button in row]

    def _newest(self) -> tuple[int, int]:
        return max(key for key in self.room.telegram.shown if key[0] == BOSS)


async def fail(room: Room, text: str = "why?", error: ProviderError | None = None) -> int:
    """Ann asks something that is not answered; returns the row's id."""
    room.provider.plays.append([error or RequestRefused("no such thing")])
    await room.say(text)
    await room.settle()
    return await newest(room)


async def newest(room: Room) -> int:
    """The newest question's row."""
    (ids,) = [await values(room, "SELECT MAX(id) FROM message_processing WHERE kind = 'QUESTION'")]
    return int(str(ids[0]))


async def values(room: Room, sql: str) -> list[object]:
    """The first column of a statement's rows."""
    rows = await room.store._database.read(lambda c: c.fetch(sql))
    return [row[0] for row in rows]


def shown(room: Room) -> list[str]:
    """What Ann sees of the bot."""
    return room.shown(ANN["id"])


def broken(asked: Question) -> list[Any]:
    """A provider that refuses everything."""
    return [RequestRefused("no such thing")]
