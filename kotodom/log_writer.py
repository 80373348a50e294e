"""Writes the log from a thread of its own.

Whoever reads the log may stop reading: a full pipe makes the next write wait, for ever if need be.
That must not be the event loop's; so lines wait here, at most so many, and then are dropped.
"""

import threading
from collections.abc import Callable
from io import UnsupportedOperation
from os import write
from queue import SimpleQueue
from typing import Protocol, TextIO

LIMIT = 10_000
"""Lines that may wait."""
FLUSH_TIMEOUT = 1.0
"""Seconds that the end of the process waits for the last lines."""


class Output(Protocol):
    """Where lines go; a write may wait, and never raises."""

    def write(self, line: str) -> object:
        """Take one line."""
        ...


class LogWriter:
    """Writes lines to *output* in order; *lost* hears how many were dropped, once there is room."""

    def __init__(self, output: Output, lost: Callable[[int], None], *, limit: int = LIMIT) -> None:
        self._output = output
        self._lost = lost
        self._limit = limit
        self._lines: SimpleQueue[str | threading.Event | None] = SimpleQueue()
        self._dropped = 0
        self._told = 0
        # A daemon: at the end of the process nobody waits for a reader who never comes.
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def put(self, line: str) -> None:
        """Have *line* written; never waits."""
        if self._lines.qsize() < self._limit:
            self._lines.put(line)
        else:
            self._dropped += 1  # only here, by whoever has loguru's lock

    def flush(self, timeout: float = FLUSH_TIMEOUT) -> bool:
        """Wait until all that was put has been written; False when that took too long."""
        reached = threading.Event()
        self._lines.put(reached)
        return reached.wait(timeout)

    def stop(self) -> None:
        """Write what waits, within :data:`FLUSH_TIMEOUT`, and end the thread."""
        self._lines.put(None)
        self._thread.join(FLUSH_TIMEOUT)

    def _run(self) -> None:
        while (item := self._lines.get()) is not None:
            if isinstance(item, threading.Event):
                item.set()
                continue
            self._output.write(item)
            dropped = self._dropped - self._told
            if dropped and self._lines.qsize() <= self._limit // 2:
                self._told += dropped
                self._lost(dropped)


class StreamOutput:
    """Lines to a stream such as stderr; once nobody reads it any more they are dropped."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, line: str) -> None:
        """Write it, past the stream's own buffer where that can be."""
        try:
            number = self._stream.fileno()
        except (UnsupportedOperation, ValueError):
            number = -1
        try:
            if number < 0:
                self._stream.write(line)
                self._stream.flush()
                return
            # Past the stream's own buffer: its lock, held by a write that waits, would abort the
            # interpreter when that ends.
            data = line.encode(self._stream.encoding or "utf-8", "backslashreplace")
            while data:
                data = data[write(number, data) :]
        except (OSError, ValueError):
            # Nobody reads the log any more (closed pipe, closed file): the bots go on.
            return
