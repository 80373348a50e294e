"""PostgreSQL's own pg_dump and pg_restore, where they are there and new enough."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from kotodom.errors import BackupFailed
from kotodom.redaction import redact

LONGEST_LINE = 1 << 28
"""Bytes of one row as they write it."""
PATIENCE = 10.0
"""Seconds for a process to say which version it is."""


def find(tool: str) -> str | None:
    """Where *tool* is, if it is installed."""
    return shutil.which(tool)


async def version(tool: str) -> int:
    """Its major version; 0 when it cannot say."""
    process = await asyncio.create_subprocess_exec(
        tool, "--version", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return 0
    found = re.search(rb"(\d+)", said)
    return int(found[1]) if found else 0


def without_password(url: str) -> tuple[str, dict[str, str]]:
    """*url* as an argument that everybody may read, and the environment with what is missing."""
    parts = urlsplit(url)
    secrets = {}
    user, at, host = parts.netloc.rpartition("@")
    name, colon, password = user.partition(":")
    if colon:
        secrets["PGPASSWORD"] = unquote(password)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if "password" in dict(query):
        secrets["PGPASSWORD"] = dict(query)["password"]
    rest = urlencode([(key, value) for key, value in query if key != "password"], safe="/")
    plain = urlunsplit(parts._replace(netloc=f"{name}{at}{host}", query=rest))
    return plain, secrets


async def dump(tool: str, url: str, schema: str, target: Path) -> None:
    """Write everything in *schema* to *target* in pg_dump's own form; raises BackupFailed."""
    plain, secrets = without_password(url)
    arguments = (
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--schema={_exactly(schema)}",
        f"--file={target}",
        f"--dbname={plain}",
    )
    await _run(tool, arguments, secrets)


async def check(tool: str, path: Path) -> None:
    """Read a dump to its end; raises BackupFailed when it is damaged."""
    await _run(tool, ("--data-only", f"--file={os.devnull}", str(path)), {})


@asynccontextmanager
async def lines(tool: str, path: Path, *options: str) -> AsyncIterator[asyncio.StreamReader]:
    """The rows of a dump as SQL, line by line; raises BackupFailed when they end too early."""
    process = await asyncio.create_subprocess_exec(
        tool,
        "--data-only",
        "--file=-",
        *options,
        str(path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    assert process.stdout is not None
    try:
        yield process.stdout
        _, said = await process.communicate()
        if process.returncode:
            raise _failed(tool, said)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _run(tool: str, arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        tool,
        *arguments,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise _failed(tool, said)


def _failed(tool: str, said: bytes) -> BackupFailed:
    words = " ".join(redact(said.decode(errors="replace")).split())
    return BackupFailed(f"{Path(tool).name} failed: {words[:300] or 'without a word'}")


def _exactly(name: str) -> str:
    """A name as a pattern that means only that name."""
    return '"' + name.replace('"', '""') + '"'
