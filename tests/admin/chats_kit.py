"""What the tests of conversations in /admin share: an admin at a desk, in a room's bot."""

from typing import Any

from kotodom.model import Content
from tests.support.talking import BOSS, Room
from tests.support.updates import message, press

CHIEF: dict[str, Any] = {"id": BOSS, "is_bot": False, "first_name": "Boss"}
OFFICE: dict[str, Any] = {"id": BOSS, "type": "private", "first_name": "Boss"}
ANN_CHAT = 1
"""Our id of Ann's conversation, when she is the first who writes."""


class Office:
    """Somebody who administers, in a private chat with the room's bot."""

    def __init__(self, talk: Room, user: int = BOSS, name: str = "Boss", **more: Any) -> None:
        self.talk = talk
        self.user = user
        self._from = {"id": user, "is_bot": False, "first_name": name, **more}
        self._chat = {"id": user, "type": "private", "first_name": name}

    @property
    def contents(self) -> list[Content]:
        """Everything the bot shows here, oldest first."""
        return self.talk.telegram.contents(self.user)

    @property
    def texts(self) -> list[str]:
        """What it says."""
        return [content.text for content in self.contents]

    async def types(self, command: str, **fields: Any) -> str:
        """Type ``/admin command``; return what the newest message says then."""
        return await self.says(f"/admin {command}".rstrip(), **fields)

    async def says(self, text: str | None = None, **fields: Any) -> str:
        """Say anything; what came of it is worked off."""
        await self.talk.say(text, **{"from": self._from, "chat": self._chat, **fields})
        await self.talk.settle()
        return self.texts[-1]

    async def presses(self, label: str, on: str = "") -> str:
        """Press the button with that label under the newest message that has one (and says *on*).

        Returns what the newest message says then, or the pressed one if that was edited.
        """
        number, content = next(
            (number, content)
            for (chat, number), content in sorted(
                self.talk.telegram.shown.items(), key=lambda item: -item[0][1]
            )
            if chat == self.user and on in content.text and label in labels(content)
        )
        before = len(self.talk.telegram.shown)
        under = {"message_id": number, "date": 1, "chat": self._chat, "text": "screen"}
        fields = {"from": self._from, "message": under}
        await self.talk.hear(press(labels(content)[label], number, **fields))
        await self.talk.settle()
        if len(self.talk.telegram.shown) > before:
            return self.texts[-1]
        return self.talk.telegram.shown[self.user, number].text

    async def replies(self, on: str, text: str | None = None, **fields: Any) -> str:
        """Reply to the newest message that says *on*, as people swipe."""
        number, content = next(
            (number, content)
            for (chat, number), content in sorted(
                self.talk.telegram.shown.items(), key=lambda item: -item[0][1]
            )
            if chat == self.user and on in content.text
        )
        rows = [
            [{"text": button.label, "callback_data": button.command} for button in row]
            for row in content.buttons
        ]
        replied = {**message(number, content.text), "reply_markup": {"inline_keyboard": rows}}
        return await self.says(text, reply_to_message=replied, **fields)


def labels(content: Content) -> dict[str, str]:
    """The buttons of a message: labels, and the commands they stand for."""
    return {button.label: button.command for row in content.buttons for button in row}
