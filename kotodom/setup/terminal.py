"""A person at a terminal: what is told, asked and answered, with secrets unseen."""

import os
import select
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from textwrap import wrap

from kotodom.setup import pasted

WIDTH = 79
"""Columns: what every terminal has."""
_PASTED_TOGETHER = 0.15
"""Seconds within which the lines of one paste arrive."""
_LONGEST = 65_536
"""Bytes of a paste that are looked at."""


class Left(Exception):
    """The person has closed the terminal's input."""


class Terminal:
    """Standard input and output, both of them a terminal."""

    def say(self, *paragraphs: str, mark: str = "") -> None:
        """Show each on lines of its own, folded; *mark* stands before the first."""
        for number, paragraph in enumerate(paragraphs):
            first = f"{mark} " if mark and number == 0 else " " * (len(mark) + 1) if mark else ""
            folded = wrap(
                paragraph,
                WIDTH,
                initial_indent=first,
                subsequent_indent=" " * len(first),
                break_long_words=False,
                break_on_hyphens=False,
            )
            self._write("\n".join(folded) + "\n")

    def show(self, text: str) -> None:
        """Show *text* as it is: a link must stay whole to be tapped."""
        self._write(f"{text}\n")

    def ask(self, question: str, default: str = "") -> str:
        """One line of plain text; Enter alone is *default*."""
        self._write(f"{question} [{default}]: " if default else f"{question}: ")
        return pasted.word(self._read()) or default

    def ask_hidden(self, question: str) -> str:
        """What is pasted, all its lines; it is not shown."""
        with _unseen():
            self._write(f"{question}: ")
            said = self._read()
        self._write("\n")
        return said

    def confirm(self, question: str, *, default: bool = True) -> bool:
        """Yes or no; Enter alone is *default*."""
        while True:
            said = self.ask(f"{question} [{'Y/n' if default else 'y/N'}]").lower()
            if not said:
                return default
            if said in {"y", "yes", "д", "да"}:
                return True
            if said in {"n", "no", "н", "нет"}:
                return False

    def choose(self, choices: Mapping[str, str]) -> str:
        """One of the keys, each shown with what it does; Enter alone is the first."""
        first = next(iter(choices))
        for letter, meaning in choices.items():
            self.say(meaning, mark=f"  {letter}")
        while True:
            said = self.ask("Your choice", first).lower()
            if said in choices:
                return said
            self.say(f"Type one of: {', '.join(choices)}.")

    def pick(self, question: str, options: Sequence[str], *, shown: int = 20) -> str:
        """One of *options* by its number, or anything else by its name."""
        for number, option in enumerate(options[:shown], 1):
            self.say(option, mark=f"  {number:>2}")
        if len(options) > shown:
            self.say(f"and {len(options) - shown} more, which you can type", mark="    ")
        while True:
            said = self.ask(question, "1" if options else "")
            if said.isdecimal() and 1 <= int(said) <= min(shown, len(options)):
                return options[int(said) - 1]
            if said and not said.isdecimal():
                return said

    def _read(self) -> str:
        """A line, and those that were pasted with it."""
        descriptor = sys.stdin.fileno()
        said = os.read(descriptor, _LONGEST)
        if not said:
            raise Left
        while select.select([descriptor], [], [], _PASTED_TOGETHER)[0]:
            more = os.read(descriptor, _LONGEST)
            if not more:
                break
            said = (said + more)[:_LONGEST]
        # The rest of a paste without a line end must not answer the next question.
        termios.tcflush(descriptor, termios.TCIFLUSH)
        return said.decode("utf-8", errors="replace")

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


@contextmanager
def _unseen() -> Iterator[None]:
    """Show nothing of what is typed, and whatever happens show it again afterwards."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    hidden = termios.tcgetattr(descriptor)
    hidden[3] &= ~termios.ECHO
    try:
        # Not TCSAFLUSH: what is pasted a moment too early is meant for this question.
        termios.tcsetattr(descriptor, termios.TCSADRAIN, hidden)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
