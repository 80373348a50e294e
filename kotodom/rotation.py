"""A new key for what is sealed in the database, in steps that leave everything readable.

    the file          old   →  new, old  →  new, old  →  new
    the database      old      old          new          new

Whatever ends the process between two of them, the keys in the file open all there is, and doing it
again goes on from there. Keys of the configuration are put there by whoever writes it; then only
the database is sealed anew.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kotodom.errors import SealBroken
from kotodom.sealing import SEALED, KeyRing, Sealer, new_key, read_keys, write_keys

Change = Callable[[str], str]
Reseal = Callable[[Change], Awaitable[str]]
"""Seals everything anew in one transaction, and says in words how much that was."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed secret, by the words for it."""

    what: str
    text: str


async def rotate(
    keys: str, file: Path | None, stored: Sequence[Sealed], reseal: Reseal, tell: Tell
) -> None:
    """Seal all there is with a new key; *stored* is what must be readable before anything begins.

    *keys* are the configuration's, *file* is where a key lies beside the database. *tell* hears
    of each step once it is done. Raises SealBroken, and then nothing was changed.
    """
    if keys:
        await _rotate_to_configured(keys, file, stored, reseal, tell)
    elif file is not None:
        await _rotate_file(file, stored, reseal, tell)
    else:
        Sealer("", None).ring()  # says where to put one


async def _rotate_file(file: Path, stored: Sequence[Sealed], reseal: Reseal, tell: Tell) -> None:
    old = read_keys(file)
    if old is None:
        if stored:
            Sealer("", file).ring()  # says that it is missing
        raise SealBroken(f"{file} is not there yet and nothing is sealed: there is nothing to do")
    _check(old, stored)
    key = new_key()
    both = write_keys(file, (key, *old.keys))
    tell(f"{file} has a new key, and the old one")
    done = await reseal(_anew(both))
    tell(f"{done} sealed anew")
    write_keys(file, (key,))
    tell(f"{file} has only the new key now")


async def _rotate_to_configured(
    keys: str, file: Path | None, stored: Sequence[Sealed], reseal: Reseal, tell: Tell
) -> None:
    configured = Sealer(keys, None).ring()
    beside = read_keys(file) if file is not None else None
    every = KeyRing(
        (*configured.keys, *(beside.keys if beside is not None else ())), configured.place
    )
    _check(every, stored)
    if len(every.keys) == 1:
        raise SealBroken(
            "[secrets] key holds one key, and everything is sealed with it: make a new one "
            '(openssl rand -base64 32), put it in front (key = "NEW,OLD"), and run this again'
        )
    done = await reseal(_anew(every))
    tell(f"{done} sealed anew with the first key of [secrets] key")
    if len(configured.keys) > 1:
        tell("you can take the other keys out of it now")
    if beside is not None:
        tell(f"{file} is needed no more: you can delete it")


def _anew(ring: KeyRing) -> Change:
    def change(stored: str) -> str:
        return ring.seal(ring.open(stored) if SEALED.fullmatch(stored) else stored)

    return change


def _check(ring: KeyRing, stored: Sequence[Sealed]) -> None:
    """Raise SealBroken about the first secret that the keys do not open."""
    for secret in stored:
        try:
            ring.open(secret.text)
        except SealBroken as error:
            raise SealBroken(f"{secret.what}: {error}") from None
