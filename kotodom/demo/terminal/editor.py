"""The line a person types: bytes from the terminal in, edited text and submitted lines out."""

import codecs
import re
from enum import Enum, auto
from typing import ClassVar

_PASTE_END = "\x1b[201~"
_UNSURE = re.compile(r"\r?(?:\x1b(?:\[(?:2(?:01?)?)?)?)?\Z")
"""What may be the beginning of a line end or of the paste's end, cut in two."""
_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;?]*[@-~]|O.|[^\[O])", re.DOTALL)
_PARTIAL = re.compile(r"\x1b(?:\[[0-9;?]*|O)?")


class Key(Enum):
    """What a person asked for beside text."""

    INTERRUPT = auto()
    """Ctrl-C."""
    END = auto()
    """Ctrl-D on an empty line."""
    WIPE = auto()
    """Ctrl-L."""


class LineEditor:
    """One line (or a pasted text of several) with a cursor and a history."""

    def __init__(self) -> None:
        self.text = ""
        self.cursor = 0
        self._history: list[str] = []
        self._recalled = 0
        """Index of the history's entry shown; its length when none is."""
        self._aside = ""
        """What was being typed when the history was entered."""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pending = ""
        self._pasting = False

    def feed(self, data: bytes) -> list[str | Key]:
        """Take what the terminal sent; return submitted lines and keys in order."""
        self._pending += self._decoder.decode(data)
        found: list[str | Key] = []
        while self._pending:
            if self._pasting:
                if not self._paste():
                    break
            elif self._pending[0] == "\x1b":
                sequence = _SEQUENCE.match(self._pending)
                if sequence is None:
                    if not _PARTIAL.fullmatch(self._pending):
                        self._pending = self._pending[1:]
                        continue
                    break
                self._pending = self._pending[sequence.end() :]
                self._escape(sequence[0])
            else:
                char, self._pending = self._pending[0], self._pending[1:]
                found += self._char(char)
        return found

    def _paste(self) -> bool:
        """Insert pasted text as it is; False when more of it must come first."""
        body, end, rest = self._pending.partition(_PASTE_END)
        if not end and (unsure := _UNSURE.search(body)):
            body, rest = body[: unsure.start()], unsure[0]
        self._insert(body.replace("\r\n", "\n").replace("\r", "\n"))
        self._pending = rest
        self._pasting = not end
        return bool(end)

    def _char(self, char: str) -> list[str | Key]:
        match char:
            case "\r" | "\n":
                return self._submit()
            case "\x03":
                return [Key.INTERRUPT]
            case "\x04" if not self.text:
                return [Key.END]
            case "\x0c":
                return [Key.WIPE]
            case _ if char in self._CONTROLS:
                self._CONTROLS[char](self)
            case _ if char.isprintable() or char == "\u200d":
                self._insert(char)
        return []

    def _escape(self, sequence: str) -> None:
        if sequence == "\x1b[200~":
            self._pasting = True
        elif sequence in {"\x1b\r", "\x1b\n"}:
            self._insert("\n")
        elif sequence in self._SEQUENCES:
            self._SEQUENCES[sequence](self)

    def _submit(self) -> list[str | Key]:
        line, self.text, self.cursor = self.text, "", 0
        if line.strip() and self._history[-1:] != [line]:
            self._history.append(line)
        self._recalled = len(self._history)
        return [line]

    def _insert(self, text: str) -> None:
        self.text = self.text[: self.cursor] + text + self.text[self.cursor :]
        self.cursor += len(text)

    def _cut(self, start: int, end: int) -> None:
        self.text = self.text[:start] + self.text[end:]
        self.cursor = start

    def _backspace(self) -> None:
        self._cut(max(self.cursor - 1, 0), self.cursor)

    def _delete(self) -> None:
        self._cut(self.cursor, self.cursor + 1)

    def _delete_word(self) -> None:
        kept = self.text[: self.cursor].rstrip()
        self._cut(max(kept.rfind(" "), kept.rfind("\n")) + 1, self.cursor)

    def _delete_before(self) -> None:
        self._cut(0, self.cursor)

    def _delete_after(self) -> None:
        self._cut(self.cursor, len(self.text))

    def _left(self) -> None:
        self.cursor = max(self.cursor - 1, 0)

    def _right(self) -> None:
        self.cursor = min(self.cursor + 1, len(self.text))

    def _home(self) -> None:
        self.cursor = 0

    def _end(self) -> None:
        self.cursor = len(self.text)

    def _earlier(self) -> None:
        self._recall(self._recalled - 1)

    def _later(self) -> None:
        self._recall(self._recalled + 1)

    def _recall(self, index: int) -> None:
        if not 0 <= index <= len(self._history):
            return
        if self._recalled == len(self._history):
            self._aside = self.text
        self._recalled = index
        self.text = self._aside if index == len(self._history) else self._history[index]
        self.cursor = len(self.text)

    _CONTROLS: ClassVar = {
        "\x01": _home,
        "\x02": _left,
        "\x04": _delete,
        "\x05": _end,
        "\x06": _right,
        "\x08": _backspace,
        "\x0b": _delete_after,
        "\x0e": _later,
        "\x10": _earlier,
        "\x15": _delete_before,
        "\x17": _delete_word,
        "\x7f": _backspace,
    }
    _SEQUENCES: ClassVar = {
        "\x1b[A": _earlier,
        "\x1b[B": _later,
        "\x1b[C": _right,
        "\x1b[D": _left,
        "\x1b[H": _home,
        "\x1b[F": _end,
        "\x1bOA": _earlier,
        "\x1bOB": _later,
        "\x1bOC": _right,
        "\x1bOD": _left,
        "\x1bOH": _home,
        "\x1bOF": _end,
        "\x1b[1~": _home,
        "\x1b[3~": _delete,
        "\x1b[4~": _end,
        "\x1b[7~": _home,
        "\x1b[8~": _end,
    }
