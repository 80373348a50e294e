"""What the tests about people share: several persons, their chats, and an admin's buttons."""

from typing import Any

from kotodom.model import Kind, Lane
from tests.support.talking import BOSS, Room
from tests.support.updates import ANN, BOB, PRIVATE, press

CHIEF: dict[str, Any] = {"id": BOSS, "is_bot": False, "first_name": "Boss"}
OFFICE: dict[str, Any] = {"id": BOSS, "type": "private", "first_name": "Boss"}
BOSSY: dict[str, Any] = {"from": CHIEF, "chat": OFFICE}
SECOND: dict[str, Any] = {"id": 901, "is_bot": False, "first_name": "Vera"}
SECONDS: dict[str, Any] = {
    "from": SECOND,
    "chat": {"id": 901, "type": "private", "first_name": "Vera"},
}
BOBBY: dict[str, Any] = {"from": BOB, "chat": {"id": 502, "type": "private", "first_name": "Bob"}}
RUSSIAN: dict[str, Any] = {"from": {**ANN, "language_code": "ru"}}


async def tell(room: Room, text: str, **fields: Any) -> list[str]:
    """Somebody (Ann, unless *fields* say) writes that; what their chat shows when all is done."""
    await room.say(text, **fields)
    await room.settle()
    return room.shown(fields.get("chat", PRIVATE)["id"])


async def boss(room: Room, command: str) -> str:
    """What the chief is shown last after that command of /admin."""
    return (await tell(room, f"/admin {command}", **BOSSY))[-1]


def labels(room: Room, chat: int = BOSS) -> dict[str, str]:
    """The buttons under the newest message of a chat: what each stands for, by its label."""
    newest = room.telegram.contents(chat)[-1]
    return {button.label: button.command for row in newest.buttons for button in row}


async def tap(room: Room, label: str, person: dict[str, Any] = CHIEF) -> str:
    """Somebody taps the button with that label under their newest message; what it becomes."""
    chat = person["id"]
    message = max(number for where, number in room.telegram.shown if where == chat)
    command = next(said for name, said in labels(room, chat).items() if label in name)
    under = {
        "message_id": message,
        "date": 1,
        "chat": {"id": chat, "type": "private", "first_name": "x"},
        "text": "menu",
    }
    await room.hear(press(command, message, **{"from": person, "message": under}))
    await room.settle()
    return room.telegram.shown[chat, message].text


async def rows(room: Room, sql: str) -> list[tuple[Any, ...]]:
    """What a statement finds in the room's database."""
    found = await room.store._database.read(lambda c: c.fetch(sql))
    return [tuple(row) for row in found]


async def lane_of(room: Room, kind: Kind = Kind.QUESTION) -> Lane:
    """The one conversation in which something of that kind can be done now."""
    (lane,) = [lane for lane in await room.lanes() if lane.kind is kind]
    return lane
