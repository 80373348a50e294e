"""Chats side by side, each as a phone shows it."""

from dataclasses import dataclass

from tests.pictures import bubbles, svg
from tests.pictures.bubbles import Bubble
from tests.pictures.measure import width

WIDE = 404.0
HEADER = 54.0
MARGIN = 10.0
GAP = 24.0
TOP = 34.0
"""Pixels: room for the caption above a chat."""
_BACK, _EDGE = "#d6e4cf", "#bccbb5"


@dataclass(frozen=True, slots=True)
class Note:
    """A line in the middle that nobody said."""

    text: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One chat."""

    caption: str
    title: str
    subtitle: str
    items: tuple[Bubble | Note, ...]


def picture(title: str, panels: list[Panel]) -> str:
    """The SVG of the chats, left to right."""
    drawn = []
    for number, panel in enumerate(panels):
        left = number * (WIDE + GAP) + 1
        drawn.append((panel, left, *_items(panel, left, f"p{number}")))
    inner = max(end for *_, end in drawn)
    high = inner + MARGIN
    wide = len(panels) * (WIDE + GAP) - GAP + 2
    # Whoever reads on a dark page still gets dark letters on white.
    shapes = [svg.box(0, 0, wide, high + 2, fill="#ffffff", radius=16)]
    for panel, left, items, _ in drawn:
        middle = left + WIDE / 2
        shapes.append(
            svg.text(middle, 20, panel.caption, 14, fill="#57606a", bold=True, anchor="middle")
        )
        shapes.append(svg.box(left, TOP, WIDE, high - TOP, fill=_BACK, radius=16, stroke=_EDGE))
        shapes += [*_header(panel, left), *items]
    return svg.document(wide, high + 2, title, shapes)


def _header(panel: Panel, left: float) -> list[str]:
    edge = TOP + HEADER
    bar = (
        f"M{left:.1f} {edge:.1f}v{16 - HEADER:.1f}q0 -16 16 -16h{WIDE - 32:.1f}q16 0 16 16"
        f"v{HEADER - 16:.1f}z"
    )
    middle = TOP + HEADER / 2
    return [
        svg.path(bar, fill="#ffffff", stroke=_EDGE),
        svg.circle(left + 34, middle, 19, bubbles.ACCENT),
        svg.text(
            left + 34, middle + 6, panel.title[0], 17, fill="#fff", bold=True, anchor="middle"
        ),
        svg.text(left + 64, middle - 3, panel.title, 15.5, fill=bubbles.INK, bold=True),
        svg.text(left + 64, middle + 15, panel.subtitle, 12.5, fill=bubbles.QUIET),
    ]


def _items(panel: Panel, left: float, name: str) -> tuple[list[str], float]:
    """The shapes below a chat's header, and where they end."""
    shapes: list[str] = []
    y = TOP + HEADER + MARGIN
    for number, item in enumerate(panel.items):
        if isinstance(item, Note):
            wide = width(item.text, 12.5) + 24
            x = left + (WIDE - wide) / 2
            shapes.append(svg.box(x, y, wide, 24, fill="#8fa588", radius=12))
            middle = left + WIDE / 2
            shapes.append(svg.text(middle, y + 16.5, item.text, 12.5, fill="#fff", anchor="middle"))
            y += 24 + 8
            continue
        aside = 40.0
        x = left + MARGIN + (aside if item.mine else 0)
        room = WIDE - 2 * MARGIN - aside
        drawn, high = bubbles.draw(item, x, y, room, f"{name}-{number}")
        shapes += drawn
        y += high + 8
    return shapes, y
