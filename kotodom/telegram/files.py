"""Files that people sent, as bytes; where they come from is never told to anybody."""

import asyncio

from aiogram.client.bot import Bot as ApiBot
from loguru import logger

from kotodom.errors import FileNotFetched, FileProblem, FileUnusable, InDoubt, MessageRefused
from kotodom.model import Attachment
from kotodom.telegram.failures import translate
from kotodom.telegram.methods import GetFile
from kotodom.telegram.pool import BotPool

DEADLINE = 120.0
"""Seconds for one file: Telegram's 20 MB at 1.4 Mbit/s."""
LOCATE_TIMEOUT = 15
"""Seconds to learn where it is."""


class TelegramFiles:
    """Downloads through the pool's bots; implements :class:`kotodom.ports.Files`.

    A Bot API server of one's own must not run with ``--local``: it would name paths on its own
    disk, which may be another machine's.
    """

    def __init__(self, *, pool: BotPool, deadline: float = DEADLINE) -> None:
        self._pool = pool
        self._deadline = deadline

    async def fetch(self, bot_id: int, attachment: Attachment, *, limit: int) -> bytes:
        """The file; raises what :class:`kotodom.ports.Files` says.

        That is NotSent when Telegram cannot be reached, which is nobody's fault, and FileNotFetched
        for all trouble with this one file, which may be there for ever.
        """
        if attachment.size > limit:
            raise _too_big()
        api = self._pool.get(bot_id)
        try:
            async with asyncio.timeout(self._deadline):
                return await self._fetch(api, attachment.file_id, limit)
        except TimeoutError:
            failure = FileNotFetched("the file did not come from Telegram in time")
        raise failure

    async def _fetch(self, api: ApiBot, file_id: str, limit: int) -> bytes:
        for _ in range(2):  # a path that was found an hour ago may be gone, and is found anew
            path = await self._locate(api, file_id, limit)
            data = await self._pool.session.download(api, path, limit=limit)
            if data is not None:
                return data
        raise FileUnusable(FileProblem.GONE, "Telegram does not have the file any more")

    async def _locate(self, api: ApiBot, file_id: str, limit: int) -> str:
        """The path of a file at Telegram."""
        try:
            found = await api(GetFile(file_id=file_id), request_timeout=LOCATE_TIMEOUT)
        except Exception as error:  # noqa: BLE001 - the core is promised our own errors only
            failure = translate(error)
        else:
            return _path(found, limit)
        if isinstance(failure, InDoubt):
            raise FileNotFetched(str(failure))
        if not isinstance(failure, MessageRefused):
            raise failure
        if "file is too big" in str(failure).lower():
            raise _too_big()
        raise FileUnusable(FileProblem.GONE, str(failure))


def _path(found: object, limit: int) -> str:
    """Where the file is, by the answer to getFile."""
    if not isinstance(found, dict):
        raise FileNotFetched("Telegram's answer is empty")
    size, path = found.get("file_size"), found.get("file_path")
    if isinstance(size, int) and size > limit:
        raise _too_big()
    if not isinstance(path, str) or not path:
        raise FileUnusable(FileProblem.GONE, "Telegram's answer names no path")
    if path.startswith("/"):
        logger.error("the Bot API server runs with --local: files cannot be read from it")
        raise FileUnusable(FileProblem.GONE, "the Bot API server runs with --local")
    return path


def _too_big() -> FileUnusable:
    return FileUnusable(FileProblem.TOO_BIG, "the file is too big")
