"""Finds damage in a SQLite write-ahead log, which SQLite itself passes over without a word.

SQLite reads the log up to the first frame whose checksum is wrong and takes the rest for the
leavings of a crash. Rightly so for the last transaction, which was being written; but every
transaction before that was on the disk before the next one began (synchronous = FULL). So when
two whole ones lie behind the point where SQLite stopped, something else has damaged the log, and
messages that Telegram has been told we have would be lost.

The formats are those of https://www.sqlite.org/walformat.html.
"""

import struct
from pathlib import Path

from kotodom.db.sqlite_faults import damaged

_HEADER = struct.Struct(">8I")
"""Magic, version, page size, checkpoint, two salts, two checksums."""
_FRAME = struct.Struct(">6I")
"""Page, pages of the database after a commit (else 0), two salts, two checksums."""
_MAGIC = (0x377F0682, 0x377F0683)
"""Checksums over little-endian and over big-endian words."""
_LAST_FRAME = struct.Struct("=I")
_LAST_FRAME_AT = 16
"""Where the index (the -shm file) says which frame is the last good one."""


def check_log(path: Path) -> None:
    """Look for damage in the log beside *path*; a connection must have read the file just now.

    Raises DatabaseDamaged, and changes nothing.
    """
    log, index = (path.with_name(f"{path.name}-{suffix}") for suffix in ("wal", "shm"))
    try:
        with log.open("rb") as file:
            head = file.read(_HEADER.size)
            if len(head) < _HEADER.size or not any(head):
                return
            magic, _, page_size, _, *salts, first, second = _HEADER.unpack(head)
            if magic not in _MAGIC or _checksum(head[:24], magic) != (first, second):
                raise damaged(path, f"the head of {log.name} is not what SQLite wrote")
            with index.open("rb") as shared:
                shared.seek(_LAST_FRAME_AT)
                (good,) = _LAST_FRAME.unpack(shared.read(_LAST_FRAME.size))
            commits, size = 0, _FRAME.size + page_size
            while commits < 2:
                file.seek(_HEADER.size + good * size)
                frame = file.read(_FRAME.size)
                if len(frame) < _FRAME.size:
                    return
                _, commit, *frame_salts, _, _ = _FRAME.unpack(frame)
                commits += bool(commit and frame_salts == salts)
                good += 1
    except (FileNotFoundError, struct.error):
        return  # nobody was killed in the middle of his work
    raise damaged(path, f"{log.name} has bad frames before good ones")


def _checksum(data: bytes, magic: int) -> tuple[int, int]:
    words = struct.unpack(f"{'<' if magic == _MAGIC[0] else '>'}{len(data) // 4}I", data)
    first = second = 0
    for one, two in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return first, second
