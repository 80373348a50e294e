"""Secrets as they lie in the database: sealed with a key that lies elsewhere.

The key is ``[secrets] key`` or, beside a SQLite database, a file that is made on first need. Of
several keys (separated by commas) the first seals and every one opens, so that a key can be
replaced step by step.
"""

import os
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import replace
from pathlib import Path

from loguru import logger

from kotodom.errors import SealBroken
from kotodom.model import Bot, BotSource

PREFIX = "sealed:"
SEALED = re.compile(rf"{PREFIX}[A-Za-z0-9_=-]+", re.ASCII)
"""A sealed secret wherever it stands in a text."""
HIDDEN = "[token]"
"""Stands for a secret that could not be sealed."""


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
        from cryptography.fernet import Fernet

        key = self._known(make=True)[0]
        return PREFIX + Fernet(key).encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """What :meth:`seal` was given; raises SealBroken, which says what to do."""
        # Here, because it costs 15 ms and a process without sealed tokens never needs it.
        from cryptography.fernet import Fernet, InvalidToken, MultiFernet

        try:
            keys = self._known(make=False)
            return MultiFernet([Fernet(key) for key in keys]).decrypt(_bytes(sealed)).decode()
        except InvalidToken:
            raise SealBroken(
                f"it is sealed with another key than {self._place()}: restore that key, or give "
                "the bot its token again"
            ) from None

    def opened(self, bot: Bot) -> Bot:
        """The bot with its token in clear; without one, and marked, when that cannot be had."""
        if bot.source is not BotSource.ADMIN or not bot.token:
            return bot
        try:
            return replace(bot, token=self.open(bot.token))
        except SealBroken as error:
            self._stranded = True
            logger.error("bot {}: its token cannot be used: {}", bot.name, error)
            return replace(bot, token="", error=f"{SealBroken.code}: {error}")

    def _known(self, *, make: bool) -> list[str]:
        if self._keys:
            return _split(self._keys)
        if self._file is None:
            raise SealBroken(
                "there is no key to seal tokens with: set [secrets] key in config.toml (make one "
                "with: openssl rand -base64 32) and restart"
            )
        try:
            found = _split(self._file.read_text(encoding="ascii"))
        except FileNotFoundError:
            if make and not self._stranded:
                return [_write(self._file)]
            raise SealBroken(
                f"{self._file}, the key it is sealed with, is missing: restore the file, or set "
                "[secrets] key to a new one and give each bot its token again"
            ) from None
        except (OSError, ValueError) as error:
            raise SealBroken(f"{self._file}, the key, cannot be read: {_why(error)}") from None
        if not found or not all(map(is_key, found)):
            raise SealBroken(f"{self._file} holds no key: restore the file from a backup")
        return found

    def _place(self) -> str:
        return "[secrets] key" if self._keys else str(self._file)


def key_file(database: Path | None) -> Path | None:
    """Where the key lies for a database that is a file; None for others."""
    return database.with_name(f"{database.name}.key") if database is not None else None


def is_key(said: str) -> bool:
    """Whether *said* is 32 bytes in base64, of either alphabet."""
    return bool(re.fullmatch(r"[A-Za-z0-9_+/-]{43}=?", said, re.ASCII))


def _split(said: str) -> list[str]:
    keys = (key.strip() for key in re.split(r"[,\n]", said))
    return [f"{key.rstrip('=')}=".translate(str.maketrans("+/", "-_")) for key in keys if key]


def _bytes(sealed: str) -> bytes:
    return sealed.removeprefix(PREFIX).encode()


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or "it is not text"


def _write(file: Path) -> str:
    """Make a key that only we can read, whole or not at all."""
    key = urlsafe_b64encode(secrets.token_bytes(32)).decode()
    half = file.with_name(f"{file.name}.new")
    try:
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(f"{key}\n")
            out.flush()
            os.fsync(out.fileno())
        half.replace(file)
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise SealBroken(f"{file}, a new key, cannot be written: {_why(error)}") from None
    logger.info("made {}: tokens in the database are sealed with it; keep it with backups", file)
    return key
