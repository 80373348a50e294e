"""The files Telegram keeps: ids that only one bot can use, links that live an hour, bounded bytes.

A file's description lives as long as a message shows it. The bytes are held only up to a total,
the oldest go first; what is gone is "temporarily unavailable", as it is on Telegram at times.
"""

import hashlib
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections import OrderedDict
from dataclasses import dataclass
from itertools import count
from typing import Any
from weakref import WeakValueDictionary

from kotodom.clock import Clock
from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.values import Json

MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_UPLOAD = 50 * 1024 * 1024
"""Bytes a bot may fetch and send."""
LINK_LIFETIME = 3600.0
"""Seconds a link given by getFile works."""
MAX_LINKS = 1_000
KEEP_BYTES = 64 * 1024 * 1024
_ID = struct.Struct(">QQ")


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class StoredFile:
    """One file; a photo's sizes are files of their own."""

    number: int
    folder: str
    """``photos``, ``documents``, ``voice``… as it begins the file's path."""
    suffix: str
    size: int
    """What Telegram says it has, which may be more than is really stored."""

    @property
    def unique_id(self) -> str:
        """The same for every bot, of no use for downloads."""
        return "AQAD" + _letters(hashlib.sha256(b"%d" % self.number).digest()[:9])

    @property
    def path(self) -> str:
        """Where it lies on Telegram's server."""
        return f"{self.folder}/file_{self.number}{self.suffix}"

    def file_id(self, bot: EmulatedBot) -> str:
        """The id by which *bot* alone can fetch and send it."""
        ids = _ID.pack(bot.id, self.number)
        return "BQAC" + _letters(ids + hashlib.sha256(ids).digest())

    def seen_by(self, bot: EmulatedBot) -> Json:
        """What all objects of the Bot API that stand for a file have in common."""
        return {
            "file_id": self.file_id(bot),
            "file_unique_id": self.unique_id,
            "file_size": self.size,
        }


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside a Message, with what its object says besides the file itself."""

    file: StoredFile
    about: Json


def render(value: Any, bot: EmulatedBot) -> Any:
    """JSON with every :class:`Part` in it spelled out as *bot* sees it."""
    if isinstance(value, Part):
        return value.file.seen_by(bot) | {
            name: render(item, bot) for name, item in value.about.items()
        }
    if isinstance(value, dict):
        return {name: render(item, bot) for name, item in value.items()}
    if isinstance(value, list):
        return [render(item, bot) for item in value]
    return value


class Files:
    """Every file of the emulated Telegram."""

    def __init__(self, clock: Clock, keep_bytes: int) -> None:
        self._clock = clock
        self._keep = keep_bytes
        self._held = 0
        self._numbers = count(1)
        self._known: WeakValueDictionary[int, StoredFile] = WeakValueDictionary()
        self._data: OrderedDict[int, bytes] = OrderedDict()
        self._links: OrderedDict[tuple[int, str], tuple[StoredFile, float]] = OrderedDict()

    @property
    def held(self) -> int:
        """Bytes held now."""
        return self._held

    def put(self, data: bytes, folder: str, suffix: str, *, claimed_size: int = 0) -> StoredFile:
        """Keep a file; *claimed_size* is what Telegram says it has, if not its real size."""
        file = StoredFile(next(self._numbers), folder, suffix, claimed_size or len(data))
        self._known[file.number] = file
        self._data[file.number] = data
        self._held += len(data)
        while self._held > self._keep and len(self._data) > 1:
            _, dropped = self._data.popitem(last=False)
            self._held -= len(dropped)
        return file

    def data(self, file: StoredFile) -> bytes | None:
        """Its bytes, unless they had to go."""
        return self._data.get(file.number)

    def find(self, bot: EmulatedBot, file_id: str) -> StoredFile | None:
        """The file that *bot* knows by this id."""
        try:
            raw = urlsafe_b64decode(file_id[4:] + "=" * (-len(file_id[4:]) % 4))
            _, number = _ID.unpack(raw[: _ID.size])
        except (Base64Error, ValueError, struct.error):
            return None
        file = self._known.get(number)
        return file if file is not None and file.file_id(bot) == file_id else None

    def link(self, bot: EmulatedBot, file: StoredFile) -> str:
        """Open the file's path to *bot* for an hour."""
        key = bot.id, file.path
        self._links[key] = file, self._clock.monotonic() + LINK_LIFETIME
        self._links.move_to_end(key)
        if len(self._links) > MAX_LINKS:
            self._links.popitem(last=False)
        return file.path

    def linked(self, bot: EmulatedBot, path: str) -> bytes | None:
        """What lies behind a link that getFile gave to *bot*; None for any other path."""
        file, until = self._links.get((bot.id, path), (None, 0.0))
        return self.data(file) if file is not None and self._clock.monotonic() < until else None


def _letters(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
