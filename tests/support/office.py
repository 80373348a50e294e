"""Somebody who administers, in a room: gives commands, presses buttons, reads screens."""

from collections.abc import Sequence
from typing import Any

from kotodom.model import Account, AccountRole, Button, Content, ContentKind
from tests.support.talking import BOSS, Room
from tests.support.updates import ME, press

MASHA = 910
"""A MANAGER."""
UMA = 920
"""A USER."""
_NAMES = {BOSS: "Boss", MASHA: "Masha", UMA: "Uma"}


class Seat:
    """One person's private chat with the room's bot."""

    def __init__(self, room: Room, user_id: int = BOSS, *, language: str = "") -> None:
        self.room = room
        self.user_id = user_id
        name = _NAMES.get(user_id, f"Person {user_id}")
        self.person: dict[str, Any] = {"id": user_id, "is_bot": False, "first_name": name}
        if language:
            self.person["language_code"] = language
        self.chat = {"id": user_id, "type": "private", "first_name": name}

    async def give(self, text: str, **fields: Any) -> str:
        """Send a message and return what the chat shows last."""
        await self.room.say(text, **{"from": self.person, "chat": self.chat, **fields})
        await self.room.settle()
        return self.text

    async def admin(self, command: str) -> str:
        """Give a command, written without /admin."""
        return await self.give(f"/admin {command}".rstrip())

    async def press(self, label: str) -> str:
        """Press the button of the last message whose label has that in it."""
        found = [button for button in self.buttons() if label in button.label]
        assert found, f"no button {label!r} among {[one.label for one in self.buttons()]}"
        return await self.push(found[0].command)

    async def push(self, command: str) -> str:
        """Press a button under the last message that stands for *command*, forged or not."""
        message_id, _ = self._last()
        under = {
            "message_id": message_id,
            "date": 1,
            "chat": self.chat,
            "from": ME,
            "text": "menu",
        }
        await self.room.hear(press(command, message_id, **{"from": self.person, "message": under}))
        await self.room.settle()
        return self.text

    @property
    def text(self) -> str:
        """What the last message shows."""
        return self._last()[1].text

    @property
    def screens(self) -> int:
        """How many messages the chat shows."""
        return len(self.room.telegram.contents(self.user_id))

    def buttons(self) -> Sequence[Button]:
        """Those of the last message."""
        return [button for row in self._last()[1].buttons for button in row]

    def files(self) -> Sequence[Content]:
        """What was sent with or after it."""
        last, _ = self._last()
        return [
            content
            for (chat, message_id), content in self.room.telegram.shown.items()
            if chat == self.user_id and message_id >= last and content.payload
        ]

    def labels(self) -> list[str]:
        """What stands on them."""
        return [button.label for button in self.buttons()]

    def _last(self) -> tuple[int, Content]:
        mine = [
            (message_id, content)
            for (chat, message_id), content in self.room.telegram.shown.items()
            if chat == self.user_id and content.kind is ContentKind.TEXT
        ]
        return max(mine, key=lambda item: item[0])


async def employ(room: Room, user_id: int, role: AccountRole, *, active: bool = True) -> Account:
    """Make somebody an account, past /admin."""
    store = room.store
    account = Account(user_id, role, name=_NAMES.get(user_id, ""), active=active)
    saved = await store.save_account(account, BOSS, _entry(user_id), room.clock.now())
    room.accounts.put(saved)
    return saved


def _entry(user_id: int) -> Any:
    from kotodom.ports.admin import AuditEntry

    return AuditEntry(BOSS, "Boss", "test", f"account:{user_id}", "", None, None, f"test:{user_id}")
