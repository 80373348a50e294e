"""How far long work is: a bar where somebody watches, plain lines where nobody does."""

import sys
import time
from types import TracebackType

WIDTH = 30
"""Signs of the bar."""
EVERY = 0.1
"""Seconds between two pictures of it."""
STEP = 10
"""Percent between two plain lines."""


class Bar:
    """Shows on stderr how much of *what* is done."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._drawn = False
        self._at = 0.0
        self._told = 0
        self._watched = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """So much is done, of so much; drawn now and then."""
        percent = 100 * done // total if total else 100
        if not self._watched:
            if percent >= self._told + STEP:
                self._told = percent - percent % STEP
                print(f"{self._what}: {self._told} %", file=sys.stderr)
            return
        now = time.monotonic()
        if now >= self._at or done == total:
            self._at = now + EVERY
            self._drawn = True
            full = "█" * (WIDTH * done // (total or 1))
            line = f"\r{self._what} {full:░<{WIDTH}} {percent:3} %  {done:,} of {total:,}"
            print(line, end="", file=sys.stderr, flush=True)

    def __enter__(self) -> "Bar":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._drawn:
            print(file=sys.stderr)
