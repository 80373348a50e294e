"""How the rest of the room talks to a database: one helper for transactions, two engines.

An operation is a coroutine function of one connection. It awaits nothing else and may be thrown
away and not run again: on SQLite it runs to its end in the database's thread, together with its
neighbours; on PostgreSQL in a task of the database's own. Either way nobody can cancel it half
way, which would leave a lock or a pooled connection behind.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from kotodom.errors import DatabaseUnusable

T = TypeVar("T")

Row = Any
"""One row, read by position: a tuple from SQLite, a record from asyncpg."""


class Connection(Protocol):
    """What an operation may do. Placeholders are ``$1``, ``$2``, … for both engines."""

    async def fetch(self, sql: str, *values: Any) -> Sequence[Row]:
        """Run a statement and return all its rows."""
        ...

    async def fetchrow(self, sql: str, *values: Any) -> Row | None:
        """Run a statement and return its first row."""
        ...

    async def execute(self, sql: str, *values: Any) -> int:
        """Run an UPDATE, INSERT or DELETE and return how many rows it touched."""
        ...

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of values."""
        ...

    async def script(self, sql: str) -> None:
        """Run several statements without values."""
        ...


Operation = Callable[[Connection], Coroutine[Any, Any, T]]


class Database(ABC):
    """An open database."""

    dialect: ClassVar[str]
    """The folder of its migrations."""
    faults: ClassVar[tuple[type[Exception], ...]]
    """What the driver raises when the database is in trouble."""
    committed: Callable[[float], None] = staticmethod(lambda seconds: None)
    """Hears how long each transaction took, waiting for its turn included."""

    @abstractmethod
    async def write(self, operation: Operation[T]) -> T:
        """Run *operation* in a transaction; what it raises rolls back and is raised here.

        A cancelled caller does not stop it: the cancellation is raised after its end.
        """

    @abstractmethod
    async def read(self, operation: Operation[T]) -> T:
        """Run *operation*, which only reads, outside of any transaction."""

    @abstractmethod
    async def close(self, timeout: float = 10.0) -> bool:
        """Let what is under way end, then close. A second call does nothing.

        False when *timeout* seconds were not enough: what was still under way has been cut off, and
        whoever waits for it gets an error.
        """

    @abstractmethod
    async def hold(self, on_lost: Callable[[BaseException], None] | None = None) -> None:
        """Be the only one who works on this database until it is closed (or this process dies).

        Raises DatabaseUnusable when somebody else is: two would answer each other's messages.
        *on_lost* hears, once, when somebody else has become the one meanwhile.
        """

    @abstractmethod
    async def tables(self, connection: Connection) -> set[str]:
        """The names of all tables."""

    @abstractmethod
    async def lock_schema(self, connection: Connection) -> None:
        """Keep other processes from migrating until this transaction ends."""

    async def migrate(self) -> list[str]:
        """Bring the schema up to date; return the names of the migrations this took.

        Raises DatabaseUnusable, also when the database is the half of an import.
        """
        from kotodom.db.migrate import migrate, refuse_half

        try:
            await refuse_half(self)
            return await migrate(self)
        except self.faults as error:
            raise self.unusable("cannot migrate", error) from error

    @abstractmethod
    def unusable(self, what: str, error: Exception) -> DatabaseUnusable:
        """*error*, one of :attr:`faults`, as a line that begins with *what* and has no secret."""


async def settled(future: "asyncio.Future[T]") -> T:
    """Await *future*; when cancelled meanwhile, still wait for its end before raising that."""
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        while not future.done():
            try:
                await asyncio.wait([future])
            except asyncio.CancelledError:
                continue  # asked twice: the first one is raised below
        if not future.cancelled():
            future.exception()  # nobody is left to hear it
        raise


def sqlite_path(url: str) -> Path | None:
    """The one file that a ``sqlite://`` URL means, by whatever name; None for other databases.

    Raises DatabaseUnusable when there can be no such file.
    """
    if not url.startswith("sqlite://"):
        return None
    name = url.removeprefix("sqlite://").partition("?")[0]
    try:
        return Path(name).expanduser().resolve()
    except RuntimeError:  # no such user, or (before Python 3.13) links in a circle
        raise DatabaseUnusable(f"cannot find {name!r}: check database.url") from None
    except (OSError, ValueError):
        raise DatabaseUnusable(f"{name!r} is not the name of a file: check database.url") from None


async def open_database(url: str) -> Database:
    """Open ``sqlite://path`` (created if missing) or ``postgres://user:pass@host:port/name``.

    Raises DatabaseUnusable, and leaves the database as it was, when it cannot be opened, is
    damaged, is not ours, or is newer than this program.
    """
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        from kotodom.db.sqlite import open_sqlite

        return await open_sqlite(url)
    if scheme in {"postgres", "postgresql"}:
        from kotodom.db.postgres import open_postgres

        return await open_postgres(url)
    raise DatabaseUnusable("a database URL begins with sqlite:// or postgres://")
