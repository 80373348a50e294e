"""Secrets as they lie in the database: sealed with a key that lies elsewhere.

The key is ``[secrets] key`` or, beside a SQLite database, a file that is made on first need. Of
several keys (separated by commas) the first seals and every one opens, so that a key can be
replaced step by step (:mod:`kotodom.rotation`).
"""

import os
import re
import secrets
from base64 import urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from loguru import logger

from kotodom import private
from kotodom.errors import SealBroken
from kotodom.model import Bot, BotSource
from kotodom.redaction import remember

PREFIX = "sealed:"
SEALED = re.compile(rf"{PREFIX}[A-Za-z0-9_=-]+", re.ASCII)
"""A sealed secret wherever it stands in a text."""
HIDDEN = "[token]"
"""Stands for a secret that could not be sealed, or was not to be kept."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys that are there: the first seals, every one opens."""

    keys: tuple[str, ...] = field(repr=False)
    place: str
    """Where they lie, in words."""
    step: str = "restore that key, or give the bot its token and its provider key again"
    """What to do about something that none of them opens."""

    def seal(self, secret: str) -> str:
        """The secret as it may be stored."""
        from cryptography.fernet import Fernet

        # What somebody sends may hold half a character: no secret does, and nothing may stop here.
        return PREFIX + Fernet(self.keys[0]).encrypt(secret.encode(errors="replace")).decode()

    def open(self, sealed: str) -> str:
        """What was sealed; raises SealBroken, which says what to do."""
        return self._find(sealed)[1]

    def which(self, sealed: str) -> int:
        """The place of the key that opens it, counted from 0; raises SealBroken."""
        return self._find(sealed)[0]

    def _find(self, sealed: str) -> tuple[int, str]:
        # Here, because it costs 15 ms and a process without sealed secrets never needs it.
        from cryptography.fernet import Fernet, InvalidToken

        for place, key in enumerate(self.keys):
            try:
                return place, Fernet(key).decrypt(_bytes(sealed)).decode()
            except InvalidToken:
                continue
        raise SealBroken(f"it is sealed with another key than {self.place}: {self.step}")


class Sealer:
    """Seals and opens secrets; the key is read (or made) when it is first needed."""

    def __init__(self, keys: str, file: Path | None) -> None:
        """*keys* come from the configuration; empty: they lie in *file*, when there is one."""
        self._keys = keys
        self._file = file
        self._stranded = False
        """Something is sealed with a key that is not there: a new one would hide the loss."""

    def hide(self, secret: str) -> str:
        """The secret sealed, or a mere mark where there is no key: nothing is stored in clear."""
        try:
            return self.seal(secret)
        except SealBroken as error:
            logger.error("a token cannot be stored: {}", error)
            return HIDDEN

    def seal(self, secret: str) -> str:
        """The secret as it may be stored; raises SealBroken."""
        return self.ring(make=True).seal(secret)

    def open(self, sealed: str) -> str:
        """What :meth:`seal` was given; raises SealBroken, which says what to do."""
        return self.ring().open(sealed)

    def opened(self, bot: Bot) -> Bot:
        """The bot with its secrets in clear, which the log hides from now on.

        One that cannot be opened marks the bot: without its token it does not start, and while its
        provider key stays sealed nobody is asked for it (``Registry.key_of``).
        """
        if bot.source is BotSource.ADMIN and bot.token:
            try:
                bot = replace(bot, token=self._known(bot.token))
            except SealBroken as error:
                bot = self._marked(replace(bot, token=""), "token", error)
        if SEALED.fullmatch(bot.api_key):
            try:
                bot = replace(bot, api_key=self._known(bot.api_key))
            except SealBroken as error:
                bot = self._marked(bot, "provider key", error)
        return bot

    def ring(self, *, make: bool = False) -> KeyRing:
        """The keys; *make* one where there may be a file and is none. Raises SealBroken."""
        if self._keys:
            ring = KeyRing(_split(self._keys), "[secrets] key")
            if self._file is not None and os.path.exists(self._file):
                step = f"if that is the one in {self._file}, stop Kotodom and run `kotodom secrets "
                return replace(ring, step=f"{step}rotate`, else {ring.step}")
            return ring
        if self._file is None:
            raise SealBroken(
                "there is no key to seal tokens with: set [secrets] key in config.toml (make one "
                "with: openssl rand -base64 32) and restart"
            )
        found = read_keys(self._file)
        if found is not None:
            return found
        if make and not self._stranded:
            made = write_keys(self._file, (new_key(),))
            logger.info("made {}: secrets in the database are sealed with it", made.place)
            return made
        raise SealBroken(
            f"{self._file}, the key it is sealed with, is missing: restore the file, or set "
            "[secrets] key to a new one and give each bot its token and its provider key again"
        )

    def _known(self, sealed: str) -> str:
        secret = self.open(sealed)
        remember([secret])
        return secret

    def _marked(self, bot: Bot, what: str, error: SealBroken) -> Bot:
        self._stranded = True
        logger.error("bot {}: its {} cannot be used: {}", bot.name, what, error)
        return replace(bot, error=f"{SealBroken.code}: {error}")


def key_file(database: Path | None) -> Path | None:
    """Where the key lies for a database that is a file; None for others."""
    return database.with_name(f"{database.name}.key") if database is not None else None


def is_key(said: str) -> bool:
    """Whether *said* is 32 bytes in base64, of either alphabet."""
    return bool(re.fullmatch(r"[A-Za-z0-9_+/-]{43}=?", said, re.ASCII))


def new_key() -> str:
    """32 random bytes in base64."""
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


def read_keys(file: Path) -> KeyRing | None:
    """The keys in *file*, one a line; None when there is no such file. Raises SealBroken.

    Whatever others could do with a file of ours, it is for us alone afterwards.
    """
    try:
        found = _split(file.read_text(encoding="ascii"))
        with suppress(OSError):  # it is somebody else's, who lets us read, or on a read-only disk
            if private.tighten(file):
                logger.warning("others could read {}, the key: not any more", file)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise SealBroken(f"{file}, the key, cannot be read: {_why(error)}") from None
    if not found or not all(map(is_key, found)):
        raise SealBroken(f"{file} holds no key: restore the file from a backup")
    return KeyRing(found, str(file))


def write_keys(file: Path, keys: tuple[str, ...]) -> KeyRing:
    """Put these keys, and no others, into *file*; raises SealBroken."""
    try:
        private.write_whole(file, "".join(f"{key}\n" for key in keys))
    except OSError as error:
        raise SealBroken(f"{file}, a new key, cannot be written: {_why(error)}") from None
    return KeyRing(keys, str(file))


def _split(said: str) -> tuple[str, ...]:
    keys = (key.strip() for key in re.split(r"[,\n]", said))
    return tuple(f"{key.rstrip('=')}=".translate(str.maketrans("+/", "-_")) for key in keys if key)


def _bytes(sealed: str) -> bytes:
    return sealed.removeprefix(PREFIX).encode()


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or "it is not text"
