"""What is on the screen: text that stays, and below it a few live lines drawn again in place.

Plain ANSI only. The live lines are cut to the width and drawn with automatic wrapping off, so one
of them is always one row, even where the terminal and we differ about a character's width.
"""

from collections.abc import Callable, Sequence

_ERASE_BELOW = "\x1b[J"
_BEGIN = "\x1b[?25l\x1b[?7l"
_END = "\x1b[?7h\x1b[?25h"


class Screen:
    """The one who writes to the terminal."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._above = ""
        """Text to stay that is not written yet."""
        self._lines: list[str] = []
        self._widths: list[int] = []
        self._row = 0
        self._column = 0
        """Where the cursor stands, counted from the first live line."""

    def add(self, text: str) -> None:
        """Put *text* above the live lines, to stay; it appears with the next drawing."""
        self._above += f"{text}\n"

    def draw(self, lines: Sequence[str], widths: Sequence[int], row: int, column: int) -> None:
        """Show *lines* (one row each) as the live ones, the cursor at *row*, *column*.

        *widths* are their columns without escape sequences. Rows that stay the same are not
        written again. All of it is one write, so that nothing flickers.
        """
        above = self._take_above()
        same = 0
        # The last row is always written again: below it there may be no row to move to yet.
        for old, new in zip(self._lines[:-1], lines[:-1], strict=False):
            if old != new:
                break
            same += 1
        rest = "\n".join(lines[same:])
        self._write(
            f"{above}{_BEGIN}{_vertical(same - self._row)}\r{_ERASE_BELOW}{rest}"
            f"{_vertical(row - len(lines) + 1)}\r{_right(column)}{_END}"
        )
        self._lines, self._widths = list(lines), list(widths)
        self._row, self._column = row, column

    def _take_above(self) -> str:
        """What writes the added text over the live lines, which are gone then."""
        if not self._above:
            return ""
        written = f"{_vertical(-self._row)}\r{_ERASE_BELOW}{self._above}"
        self._above = ""
        self.forget()
        return written

    def clear(self) -> None:
        """Take the live lines away; what was added stays."""
        self._write(f"{_vertical(-self._row)}\r{_ERASE_BELOW}{self._above}")
        self._above = ""
        self.forget()

    def wipe(self) -> None:
        """Clear the whole screen."""
        self._write("\x1b[H\x1b[2J")
        self.forget()

    def resized(self, columns: int) -> None:
        """The terminal has wrapped the live lines anew: erase what became of them."""
        above = sum(max(1, -(-wide // columns)) for wide in self._widths[: self._row])
        self._row = above + self._column // columns
        self.clear()

    def forget(self) -> None:
        """Begin anew at the cursor: what is above stays as it is."""
        self._lines, self._widths = [], []
        self._row = self._column = 0


def _vertical(rows: int) -> str:
    if rows == 0:
        return ""
    return f"\x1b[{-rows}A" if rows < 0 else f"\x1b[{rows}B"


def _right(columns: int) -> str:
    return f"\x1b[{columns}C" if columns else ""
