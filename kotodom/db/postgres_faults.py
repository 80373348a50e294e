"""What goes wrong with a PostgreSQL server, in one line that keeps the password to itself."""

import re

import asyncpg

from kotodom.errors import DatabaseTrouble, DatabaseUnusable, DiskFull

FAULTS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    ValueError,
    DatabaseTrouble,
)
"""What connecting and asking may raise."""

PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # it is stopped, or has not started yet
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresIOError,
    asyncpg.LockNotAvailableError,
    asyncpg.InternalClientError,  # the driver's own states, when a connection goes in mid-message
    OSError,
)
"""What passes by itself, or with the server's trouble."""
_LOST = ("closed", "closing", "released")
"""What asyncpg's own errors say when the connection went away, and not that we use it wrongly."""

_URL = re.compile(
    r"\w+://(?:[^@/?#]*@)?(?P<server>[^@/?#]*)/(?P<name>[^@/?#]*)(?:\?[^@]*)?", re.ASCII
)


def unusable(what: str, url: str, error: Exception) -> DatabaseUnusable:
    """*error*, one of :data:`FAULTS` or ours, as a line that begins with *what*."""
    return DatabaseUnusable(f"{what} {place(url)}: {_reason(error)}")


def trouble(error: Exception) -> Exception:
    """*error*, met while running, as the core is to see it; a bug of ours stays what it is."""
    if isinstance(error, asyncpg.DiskFullError):
        return DiskFull(f"the disk of the PostgreSQL server is full: {error}")
    lost = isinstance(error, asyncpg.InterfaceError) and any(word in str(error) for word in _LOST)
    if lost or isinstance(error, PASSING):
        # Its URL was right at the start.
        gone = isinstance(error, FileNotFoundError)
        reason = "it is not there" if gone else _reason(error)
        return DatabaseTrouble(f"the PostgreSQL server: {reason}")
    return error


def place(url: str) -> str:
    """Where the server is, without who we are there; nothing of a URL that is hard to read."""
    parts = _URL.fullmatch(url)
    if parts is None:
        return "the PostgreSQL database"
    server = parts["server"] or "a local socket"
    return f"the PostgreSQL database {parts['name'] or '(default)'} at {server}"


def _reason(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "no answer; check that the server runs and can be reached"
        case FileNotFoundError():
            return "its URL names a socket or a file that does not exist; check database.url"
        case OSError():
            why = error.strerror or type(error).__name__
            return f"{why}; check that the server runs, and database.url"
        case asyncpg.InvalidAuthorizationSpecificationError():
            return f"{error}; check the user and password in database.url"
        case asyncpg.InvalidCatalogNameError():
            return f"{error}; create it, or check database.url"
        case asyncpg.InterfaceError():  # among them a ValueError that quotes only one option
            return str(error)
        case ValueError():
            return "its URL is not of the form postgres://HOST:PORT/NAME"  # the error may quote it
        case _:
            return str(error) or type(error).__name__
