"""A small terminal: what a person would see after everything that was written to it."""

import re

from kotodom.demo.terminal.text import width

_SEQUENCE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])")


class VirtualTerminal:
    """Understands exactly what the demo may use; anything else raises."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.rows = rows
        self.row = 0
        self.column = 0
        self.raw = ""
        """Everything that was written."""
        self._cells: list[list[str]] = [[]]
        """All rows, those that were scrolled away too; the right half of a wide one is empty."""
        self._wrapping = True
        self._rest = ""

    @property
    def top(self) -> int:
        """The first row on the screen."""
        return max(0, len(self._cells) - self.rows)

    def lines(self) -> list[str]:
        """All rows from the very first, without trailing blanks."""
        return ["".join(row).rstrip() for row in self._cells]

    def text(self) -> str:
        return "\n".join(self.lines())

    def write(self, text: str) -> None:
        self.raw += text
        text, self._rest = self._rest + text, ""
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                sequence = _SEQUENCE.match(text, at)
                if sequence is None:
                    assert len(text) - at < 12, f"unknown sequence: {text[at:]!r}"
                    self._rest = text[at:]
                    return
                self._obey(sequence[1], sequence[2])
                at = sequence.end()
            else:
                self._put(text[at])
                at += 1

    def _obey(self, given: str, final: str) -> None:
        count = int(given) if given.isdecimal() else 1
        match final:
            case "A":
                self.row = max(self.top, self.row - count)
            case "B":
                self.row = min(len(self._cells) - 1, self.row + count)
            case "C":
                self.column = min(self.columns - 1, self.column + count)
            case "J" if not given:
                del self._cells[self.row + 1 :]
                self._blank(self.row)
                del self._cells[self.row][self.column :]
            case "h" | "l":
                if given == "?7":
                    self._wrapping = final == "h"
                assert given in {"?7", "?25", "?2004"}
            case "m":
                pass
            case _:
                raise AssertionError(f"unknown sequence: {given}{final}")

    def _put(self, char: str) -> None:
        if char == "\r":
            self.column = 0
            return
        if char == "\n":
            self._feed()
            return
        wide = width(char)
        if self.column + wide > self.columns:
            if self._wrapping:
                self._feed()
            else:
                self.column = self.columns - wide
        self._blank(self.row)
        row = self._cells[self.row]
        row[self.column : self.column + wide] = [char] + [""] * (wide - 1)
        self.column += wide

    def _feed(self) -> None:
        self.row += 1
        self.column = 0
        if self.row == len(self._cells):
            self._cells.append([])

    def _blank(self, index: int) -> None:
        row = self._cells[index]
        row += [" "] * (self.column - len(row))
