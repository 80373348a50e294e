"""The terminal's mode while the chat is on: keys come one by one, and unseen."""

import os
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PASTE_ON, _PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
"""Bracketed paste: pasted line ends do not send."""


def capable() -> bool:
    """Whether we talk to a person at a terminal that can move its cursor."""
    both = sys.stdin.isatty() and sys.stdout.isatty()
    return both and os.environ.get("TERM", "dumb") not in {"", "dumb"}


def write(text: str) -> None:
    """Write to the terminal at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def enter() -> None:
    """Switch line editing and echo off; Ctrl-C becomes a key, Ctrl-Z still suspends."""
    descriptor = sys.stdin.fileno()
    mode = termios.tcgetattr(descriptor)
    mode[3] &= ~(termios.ICANON | termios.ECHO | termios.IEXTEN)
    off = bytes([os.fpathconf(descriptor, "PC_VDISABLE")])
    mode[6][termios.VINTR] = mode[6][termios.VQUIT] = off
    mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
    termios.tcsetattr(descriptor, termios.TCSADRAIN, mode)
    write(_PASTE_ON)


@contextmanager
def keys() -> Iterator[None]:
    """Have the terminal in that mode, and as it was before afterwards."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        enter()
        yield
    finally:
        # The terminal may have been closed; then there is nothing to put back.
        with suppress(OSError, termios.error):
            write(_PASTE_OFF)
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
