"""What property tests share."""

from collections.abc import AsyncIterator

import pytest
from loguru import logger

from kotodom.db import Database
from tests.support.answering import migrated


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    """One database for all examples: to migrate one takes longer than an example.

    Nothing is logged meanwhile: to format a thousand tracebacks takes longer, too.
    """
    logger.disable("kotodom")
    async with migrated(sqlite_url) as database:
        yield database
    logger.enable("kotodom")
