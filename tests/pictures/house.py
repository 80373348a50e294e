"""The picture of the house: which rooms there are, and the way of a message through them.

A test says that every room in it exists.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.pictures.svg import box, document, path, text

TITLE = "The rooms of Kotodom, and the way of one message through them in eleven steps"
WIDE, HIGH = 980, 696
_INK, _SOFT, _LINE = "#1c2733", "#5b6b7b", "#9fb0c0"


@dataclass(frozen=True)
class Room:
    """A box with what lies in it; *step* is its number on the message's way."""

    x: float
    y: float
    wide: float
    title: str
    rooms: str
    step: str = ""
    kind: str = "core"


_FILLS = {
    "core": "#eef4fb",
    "edge": "#fdf3e2",
    "wiring": "#f3eefb",
    "data": "#e9f6ec",
    "outside": "#f1f1f1",
}
ROOM_HIGH = 66

ROOMS = (
    Room(20, 70, 150, "Telegram", "", kind="outside"),
    Room(810, 70, 150, "Model provider", "", kind="outside"),
    Room(200, 70, 180, "Receiving", "telegram/ reading/ intake.py holding.py", "1–3", "edge"),
    Room(400, 70, 180, "Queue", "queue.py worker.py retry.py settle.py", "4"),
    Room(600, 70, 180, "Asking", "llm/", "7", "edge"),
    Room(200, 180, 180, "Who may", "access.py takeover.py standings.py", "6"),
    Room(400, 180, 180, "Switchboard", "handlers.py commands/ admin/", "5"),
    Room(600, 180, 180, "Question", "processor.py asker.py questions.py media.py", "6"),
    Room(810, 180, 150, "Money", "budget.py money.py paying.py prices.py"),
    Room(20, 290, 360, "Database: one transaction a step", "db/ ports/ model/", "3", "data"),
    Room(400, 290, 180, "Answer", "streaming.py composing.py text/", "8"),
    Room(600, 290, 180, "Files", "files/", "6", "edge"),
    Room(810, 290, 150, "Secrets", "sealing.py redaction.py"),
    Room(20, 400, 170, "Sending", "telegram/", "10", "edge"),
    Room(210, 400, 170, "Delivery", "delivery.py doubts.py", "9"),
    Room(400, 400, 180, "Unasked", "alerts.py broadcast.py digest.py", "9"),
    Room(600, 400, 180, "Care", "upkeep.py recovery.py schedule.py watchdog.py", "11"),
    Room(810, 400, 150, "Offline twin", "demo/", kind="edge"),
    Room(20, 510, 360, "Life", "app.py parts.py wiring/ config/ notify.py", kind="wiring"),
    Room(400, 510, 180, "Words", "i18n/ wording.py"),
    Room(600, 510, 180, "Sight", "logs.py metrics.py vitals.py troubles.py"),
    Room(810, 510, 150, "Served", "http/", kind="edge"),
    Room(20, 610, 170, "Command line", "cli/", kind="wiring"),
    Room(210, 610, 170, "First run", "setup/", kind="wiring"),
    Room(400, 610, 180, "Under systemd", "service/"),
    Room(600, 610, 180, "Doctor", "check/", kind="wiring"),
    Room(810, 610, 150, "Copies, moves", "backup/ original/"),
)

_WAYS = (
    (170, 92, 200, 92),  # Telegram → receiving
    (290, 136, 290, 158, 190, 158, 190, 290),  # receiving → database
    (380, 103, 400, 103),  # receiving → queue
    (490, 136, 490, 180),  # queue → switchboard
    (400, 202, 380, 202),  # switchboard → who may
    (580, 213, 600, 213),  # switchboard → question
    (690, 290, 690, 246),  # files → question
    (690, 180, 690, 136),  # question → asking
    (780, 92, 810, 92),  # asking → provider
    (650, 246, 650, 268, 520, 268, 520, 290),  # question → answer
    (400, 340, 390, 340, 390, 420, 380, 420),  # answer → delivery
    (400, 446, 380, 446),  # unasked → delivery
    (210, 433, 190, 433),  # delivery → sending
    (40, 400, 40, 378, 8, 378, 8, 103, 20, 103),  # sending → Telegram
)


def house() -> str:
    """The drawing as SVG."""
    return document(WIDE, HIGH, TITLE, [box(0, 0, WIDE, HIGH, fill="#fff"), *_shapes()])


def _shapes() -> Iterator[str]:
    yield text(20, 34, "The house, and the way of one message", 20, fill=_INK, bold=True)
    legend = (("core", "core"), ("edge", "edges"), ("wiring", "both"), ("data", "stored"))
    for number, (kind, said) in enumerate((*legend, ("outside", "outside"))):
        x = 515 + number * 92
        yield box(x, 20, 16, 16, fill=_FILLS[kind], radius=4, stroke=_LINE)
        yield text(x + 22, 33, said, 13, fill=_SOFT)
    for points in _WAYS:
        yield from _arrow(points)
    for room in ROOMS:
        yield from _room(room)


def _room(room: Room) -> Iterator[str]:
    yield box(room.x, room.y, room.wide, ROOM_HIGH, fill=_FILLS[room.kind], radius=9, stroke=_LINE)
    yield text(room.x + 10, room.y + 20, room.title, 14, fill=_INK, bold=True)
    if room.step:
        right = room.x + room.wide - 10
        yield text(right, room.y + 20, room.step, 13, fill="#2a7bd0", bold=True, anchor="end")
    for number, line in enumerate(lines_of(room)):
        yield text(room.x + 10, room.y + 38 + number * 15, line, 10.3, fill=_SOFT, mono=True)


def lines_of(room: Room) -> list[str]:
    """What lies in a room, in lines that fit its box."""
    lines = [""]
    for word in room.rooms.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) * 6.2 > room.wide - 16:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _arrow(points: tuple[int, ...]) -> Iterator[str]:
    pairs = list(zip(points[::2], points[1::2], strict=True))
    line = " ".join(f"{'L' if number else 'M'}{x} {y}" for number, (x, y) in enumerate(pairs))
    yield path(line, stroke="#6f93b8", wide=1.6)
    (x, y), (tip_x, tip_y) = pairs[-2], pairs[-1]
    along = (tip_x > x) - (tip_x < x), (tip_y > y) - (tip_y < y)
    back_x, back_y = tip_x - along[0] * 6, tip_y - along[1] * 6
    side_x, side_y = along[1] * 4, along[0] * 4
    yield path(
        f"M{tip_x} {tip_y} L{back_x + side_x} {back_y + side_y} "
        f"L{back_x - side_x} {back_y - side_y} Z",
        fill="#6f93b8",
    )
