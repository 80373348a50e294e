"""Everything in a database that is sealed, for whoever looks at it or seals it anew."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from kotodom.db.connection import Connection
from kotodom.errors import SealBroken
from kotodom.model import BotSource
from kotodom.sealing import PREFIX, SEALED

_SECRETS = ("token", "api_key")
_TEXTS = (("message", "text"), ("message", "preface"), ("message_processing", "raw_update"))
"""Where the command with which somebody gave a secret is kept."""
PAGE = 5_000
"""Rows looked at in one statement: it ends before the connection gives it up, however many there
are."""

Change = Callable[[str], str]


class BotSecret(NamedTuple):
    """A secret of a bot as it is stored."""

    bot_id: int
    bot: str
    field: str
    """``token`` or ``api_key``."""
    stored: str

    @property
    def clear(self) -> bool:
        """It is not sealed at all."""
        return not SEALED.fullmatch(self.stored)


@dataclass(frozen=True, slots=True)
class Resealed:
    """What was sealed anew."""

    secrets: int
    texts: int


async def bot_secrets(connection: Connection) -> list[BotSecret]:
    """The secrets of every bot that is not deleted; a database of an older version has fewer."""
    found = []
    for field in _SECRETS:
        rows = await connection.fetch(
            f"SELECT id, name, {field} FROM bot WHERE {field} <> ''"
            f" AND source NOT IN ('{BotSource.DELETED}', '{BotSource.ERASED}') ORDER BY id"
        )
        found += [BotSecret(row[0], row[1], field, row[2]) for row in rows]
    return found


async def reseal(connection: Connection, change: Change) -> Resealed:
    """Give every secret, sealed or not, to *change* (raises SealBroken) and keep what it returns.

    What somebody merely wrote like one stays as it is.
    """
    secrets = 0
    for secret in await bot_secrets(connection):
        await connection.execute(
            f"UPDATE bot SET {secret.field} = $2 WHERE id = $1",
            secret.bot_id,
            change(secret.stored),
        )
        secrets += 1
    texts = 0
    for table, column in _TEXTS:
        texts += await _reseal_texts(connection, table, column, change)
    return Resealed(secrets, texts)


async def _reseal_texts(connection: Connection, table: str, column: str, change: Change) -> int:
    changed = 0
    ((newest,),) = await connection.fetch(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
    for before in range(0, newest, PAGE):
        rows = await connection.fetch(
            f"SELECT id, {column} FROM {table} WHERE id > $1 AND id <= $2"
            f" AND {column} LIKE '%{PREFIX}%'",
            before,
            before + PAGE,
        )
        for row_id, text in rows:
            anew = SEALED.sub(lambda found: _tried(found[0], change), text)
            if anew != text:
                await connection.execute(
                    f"UPDATE {table} SET {column} = $2 WHERE id = $1", row_id, anew
                )
                changed += 1
    return changed


def _tried(sealed: str, change: Change) -> str:
    try:
        return change(sealed)
    except SealBroken:
        return sealed
