"""One message as a bubble: rows on top of each other, the time in its corner, buttons below."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kotodom.demo.botapi import Shown
from kotodom.demo.terminal.showing import excerpt, size
from tests.pictures import svg
from tests.pictures.measure import width
from tests.pictures.words import MONO_SIZE, Block, Line, blocks, line_width

PADDING = 12.0
LINE = 20.0
MONO_LINE = 16.5
SMALL = 13.0
TIME = 11.5
PHOTO = (264.0, 198.0)
GAP = 3.0

INK, LINK, CODE, QUIET = "#101418", "#1f73b7", "#9c2f4f", "#7d8b80"
ACCENT, STRIPE = "#2f84c5", "#2f9e62"
THEIRS, MINE = "#ffffff", "#e4fbcd"
_LINES = {"strikethrough": "line-through", "underline": "underline"}
CODE_BACK, QUOTE_BACK, KEY_BACK = "#f0f4f7", "#eef6fc", "#f6faf4"


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message, and what a client knows beside it."""

    shown: Shown
    time: str
    name: str = ""
    """Who speaks, where there are several."""
    answered: Shown | None = None
    """The message it replies to."""
    photo: bytes = b""
    """JPEG."""
    seconds: int = 0
    """Of a recording."""
    draft: bool = False
    """It is being written; Stop is offered."""

    @property
    def mine(self) -> bool:
        """Whether it stands on the right: in a group others stand on the left, too."""
        return not self.shown.from_bot and not self.name


@dataclass(frozen=True, slots=True)
class Row:
    """A part of a bubble as wide as the bubble."""

    wide: float
    high: float
    draw: Callable[[float, float, float], list[str]]
    """(x, y, width of the bubble's inside) → shapes."""
    text: bool = False
    """A line of text, behind which the time may stand."""


def draw(bubble: Bubble, x: float, y: float, room: float, name: str) -> tuple[list[str], float]:
    """The shapes of a bubble between *x* and *x* + *room*, and its height with its buttons.

    *name* is unique within the picture.
    """
    rows = list(_rows(bubble, room - 2 * PADDING, name))
    stamp = _stamp(bubble)
    stamp_width = width(stamp, TIME) + 6
    beside = rows[-1].text and rows[-1].wide + stamp_width <= room - 2 * PADDING
    inside = max(row.wide for row in rows)
    inside = max(inside, rows[-1].wide + stamp_width if beside else stamp_width)
    wide = inside + 2 * PADDING
    high = sum(row.high for row in rows) + 2 * 8 + (0 if beside else 14)
    left = x + room - wide if bubble.mine else x
    fill = MINE if bubble.mine else THEIRS
    shapes = [svg.box(left, y, wide, high, fill=fill, radius=14)]
    at = y + 8
    for row in rows:
        shapes += row.draw(left + PADDING, at, inside)
        at += row.high
    end = left + wide - PADDING
    shapes.append(svg.text(end, y + high - 8, stamp, TIME, fill=QUIET, anchor="end"))
    below, more = _buttons(bubble, left, y + high + 4, max(wide, 240.0))
    return shapes + below, high + more


def _stamp(bubble: Bubble) -> str:
    if bubble.draft:
        return "writing…"
    edited = "edited " if bubble.shown.edited else ""
    return f"{edited}{bubble.time}{' ✓✓' if bubble.mine else ''}"


def _rows(bubble: Bubble, room: float, name: str) -> Iterator[Row]:
    shown = bubble.shown
    if bubble.name:
        yield _name(bubble.name)
    if bubble.answered is not None:
        yield _reply(bubble.answered, room)
    if bubble.photo:
        yield _photo(bubble.photo, name)
    elif shown.media is not None and shown.media.kind == "voice":
        yield _voice(bubble.seconds)
    elif shown.media is not None:
        yield _file(shown)
    for block in blocks(shown.text, shown.entities, room):
        if block.kind == "pre":
            yield _code(block)
        elif block.kind == "quote":
            yield _quote(block)
        else:
            yield from map(_line, block.lines)


def _name(name: str) -> Row:
    def draw(x: float, y: float, wide: float) -> list[str]:
        return [svg.text(x, y + 13, name, SMALL, fill=ACCENT, bold=True)]

    return Row(width(name, SMALL, bold=True), 18, draw)


def _reply(answered: Shown, room: float) -> Row:
    who = answered.sender.full_name
    said = excerpt(answered, 38)

    def draw(x: float, y: float, wide: float) -> list[str]:
        return [
            svg.box(x, y + 2, wide, 36, fill=QUOTE_BACK, radius=5),
            svg.box(x, y + 2, 3, 36, fill=ACCENT, radius=1.5),
            svg.text(x + 10, y + 16, who, SMALL, fill=ACCENT, bold=True),
            svg.text(x + 10, y + 32, said, SMALL, fill="#4a5650"),
        ]

    longest = max(width(who, SMALL, bold=True), width(said, SMALL))
    return Row(min(longest + 20, room), 44, draw)


def _photo(photo: bytes, name: str) -> Row:
    def draw(x: float, y: float, wide: float) -> list[str]:
        return [svg.image(x, y, *PHOTO, photo, name)]

    return Row(PHOTO[0], PHOTO[1] + 6, draw)


def _voice(seconds: int) -> Row:
    bars = [4 + 16 * ((7 * at * at + 3 * at) % 11) / 10 for at in range(34)]

    def draw(x: float, y: float, wide: float) -> list[str]:
        triangle = svg.path(f"M{x + 15:.1f} {y + 13:.1f}l14 9l-14 9z", fill="#fff")
        shapes = [svg.circle(x + 20, y + 22, 20, STRIPE), triangle]
        shapes += [
            svg.box(x + 52 + 5 * at, y + 24 - high, 3, high, fill=STRIPE, radius=1.5)
            for at, high in enumerate(bars)
        ]
        return [*shapes, svg.text(x + 52, y + 40, f"0:{seconds:02}", TIME, fill=QUIET)]

    return Row(52 + 5 * len(bars), 40, draw)


def _file(shown: Shown) -> Row:
    media = shown.media
    assert media is not None
    name, octets = media.name, size(media.size)

    def draw(x: float, y: float, wide: float) -> list[str]:
        sheet = f"M{x + 13:.1f} {y + 11:.1f}h9l6 6v16h-15z"
        return [
            svg.circle(x + 20, y + 22, 20, ACCENT),
            svg.path(sheet, stroke="#fff", wide=1.6),
            svg.path(f"M{x + 17:.1f} {y + 22:.1f}h7m-7 5h7", stroke="#fff", wide=1.6),
            svg.text(x + 52, y + 19, name, 14, fill=INK, bold=True),
            svg.text(x + 52, y + 37, octets, SMALL, fill=QUIET),
        ]

    return Row(52 + max(width(name, 14, bold=True), 90), 46, draw)


def _line(line: Line) -> Row:
    def draw(x: float, y: float, wide: float) -> list[str]:
        return _spans(line, x, y + 14.5)

    blank = not line
    return Row(line_width(line), LINE / 2 if blank else LINE, draw, text=not blank)


def _spans(line: Line, x: float, y: float) -> list[str]:
    shapes = []
    for span in line:
        styles = span.styles
        shapes.append(
            svg.text(
                x,
                y,
                span.text,
                span.size,
                fill=CODE if "code" in styles else LINK if "link" in styles else INK,
                bold="bold" in styles,
                italic="italic" in styles,
                mono="code" in styles,
                decoration=next((_LINES[style] for style in styles if style in _LINES), ""),
            )
        )
        x += span.width
    return shapes


def _code(block: Block) -> Row:
    top = 24.0 if block.language else 8.0
    high = top + MONO_LINE * len(block.lines) + 8
    widest = max(map(line_width, block.lines))

    def draw(x: float, y: float, wide: float) -> list[str]:
        shapes = [
            svg.box(x, y + GAP, wide, high, fill=CODE_BACK, radius=6),
            svg.box(x, y + GAP, 3, high, fill=STRIPE, radius=1.5),
        ]
        if block.language:
            shapes.append(svg.text(x + 12, y + 18, block.language, 12, fill=STRIPE, bold=True))
        for number, line in enumerate(block.lines):
            words = "".join(span.text for span in line)
            baseline = y + GAP + top + MONO_LINE * number + 12
            shapes.append(svg.text(x + 12, baseline, words, MONO_SIZE, fill="#22313a", mono=True))
        return shapes

    return Row(widest + 22, high + 2 * GAP, draw)


def _quote(block: Block) -> Row:
    high = LINE * len(block.lines) + 8

    def draw(x: float, y: float, wide: float) -> list[str]:
        shapes = [
            svg.box(x, y + GAP, wide, high, fill=QUOTE_BACK, radius=6),
            svg.box(x, y + GAP, 3, high, fill=ACCENT, radius=1.5),
        ]
        for number, line in enumerate(block.lines):
            shapes += _spans(line, x + 12, y + GAP + 4 + LINE * number + 14.5)
        return shapes

    return Row(max(map(line_width, block.lines)) + 20, high + 2 * GAP, draw)


def _buttons(bubble: Bubble, x: float, y: float, wide: float) -> tuple[list[str], float]:
    """The keyboard below a message, or the draft's Stop button; and its height."""
    markup = bubble.shown.reply_markup or {}
    rows = [[key["text"] for key in row] for row in markup.get("inline_keyboard", ())]
    if bubble.draft:
        rows = [["Stop"]]
    shapes = []
    for number, labels in enumerate(rows):
        room = (wide + 4) / len(labels)
        for column, label in enumerate(labels):
            left, top = x + room * column, y + 36 * number
            shapes.append(
                svg.box(left, top, room - 4, 32, fill=KEY_BACK, radius=9, stroke="#c4d5bf")
            )
            middle = left + (room - 4) / 2
            if bubble.draft:
                shapes.append(svg.box(middle - 30, top + 10.5, 11, 11, fill="#c0392b", radius=2))
                middle += 8
            shapes.append(
                svg.text(middle, top + 21, label, 14, fill=ACCENT, bold=True, anchor="middle")
            )
    return shapes, 36.0 * len(rows) + (4 if rows else 0)
