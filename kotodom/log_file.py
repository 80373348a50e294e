"""The log as a file: replaced when it is full, kept open through everything, for us alone."""

import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kotodom import private

AGAIN = 10.0
"""Seconds after which a file that could not be written is tried again."""
LOOK = 1.0
"""Seconds after which it is looked whether the name still means our file: logrotate moves it."""
MEGABYTE = 1_000_000


class LogFile:
    """Takes lines and keeps them in *path*, with so many full ones as ``path.1``, ``path.2``, ….

    What cannot be written is dropped, and *trouble* hears of that once, and once when it is over.
    Everything here blocks: it is called by the log's own thread alone.
    """

    def __init__(
        self,
        path: Path,
        *,
        limit: int,
        keep: int,
        trouble: Callable[[str], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """*limit* is in bytes."""
        self._path = path
        self._limit = limit
        self._keep = keep
        self._trouble = trouble
        self._monotonic = monotonic
        self._file: int | None = None
        self._size = 0
        self._turns = True
        """It is a file that can be put aside; a pipe or a device cannot."""
        self._torn = False
        """The last line is not whole."""
        self._lost = 0
        self._try_at = 0.0
        self._look_at = 0.0

    def write(self, line: str) -> None:
        """Keep one line; never raises."""
        if self._lost and self._monotonic() < self._try_at:
            self._lost += 1
            return
        try:
            self._append(line.encode("utf-8", "backslashreplace"))
        except OSError as error:
            self._close()
            self._try_at = self._monotonic() + AGAIN
            self._lost += 1
            if self._lost == 1:
                self._trouble(
                    f"the log cannot be written to {self._path}: {error.strerror}; it goes on "
                    "here, and is tried there again"
                )
            return
        if self._lost:
            lost, self._lost = self._lost, 0
            self._trouble(f"the log is written to {self._path} again; {lost} lines are not there")

    def _append(self, data: bytes) -> None:
        file = self._opened()
        if self._turns and self._size and self._size + len(data) > self._limit:
            self._turn()
            file = self._opened()
        if self._torn:
            data, self._torn = b"\n" + data, False
        while data:
            written = os.write(file, data)
            self._size += written
            data = data[written:]
            self._torn = bool(data)

    def _opened(self) -> int:
        if self._file is not None and self._monotonic() >= self._look_at:
            self._look_at = self._monotonic() + LOOK
            if not self._ours(self._file):
                self._close()
        if self._file is None:
            private.make_folder(self._path.parent)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            self._file = os.open(self._path, flags, private.FILE_MODE)
            status = os.fstat(self._file)
            self._size, self._turns = status.st_size, stat.S_ISREG(status.st_mode)
            with suppress(PermissionError):  # it is somebody else's, who lets us write
                private.tighten(self._path)
        return self._file

    def _ours(self, file: int) -> bool:
        """Whether the name still means the open file."""
        try:
            return os.path.samestat(os.stat(self._path), os.fstat(file))
        except FileNotFoundError:
            return False

    def _turn(self) -> None:
        """Begin a new file; the oldest of those that are kept goes."""
        self._close()
        path = self._path.resolve()  # a link stays one
        for number in range(self._keep, 0, -1):
            older = path.with_name(f"{path.name}.{number}")
            newer = path.with_name(f"{path.name}.{number - 1}")
            with suppress(FileNotFoundError):
                os.replace(newer if number > 1 else path, older)

    def _close(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            with suppress(OSError):  # a network's file system may say only now what it lost
                os.close(file)
