"""Fixtures of the end-to-end tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kotodom.demo.botapi import BotApi
from kotodom.demo.model import ModelServer
from tests.support.daemon import KEY
from tests.support.stage import Stage, asked


@asynccontextmanager
async def _set(tmp_path: Path, database_url: str) -> AsyncIterator[Stage]:
    telegram = BotApi()
    model = ModelServer(answer=lambda items, body: f"Answer to: {asked(items)}")
    await telegram.start()
    stage = Stage(telegram, model, await model.start(), tmp_path, database_url)
    try:
        yield stage
    finally:
        for daemon in stage.daemons:
            await daemon.close()
        await telegram.stop()
        await model.stop()
    # Whatever a test did: no secret is in the log, and no traceback of a bug of ours.
    for daemon in stage.daemons:
        for secret in ("A" * 35, KEY):
            assert secret not in daemon.said()
        assert "Traceback" not in daemon.said()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """On SQLite."""
    async with _set(tmp_path, f"sqlite://{tmp_path}/kotodom.db") as stage:
        yield stage


@pytest.fixture
async def both_stages(tmp_path: Path, database_url: str) -> AsyncIterator[Stage]:
    """Once on SQLite and once on Postgres."""
    async with _set(tmp_path, database_url) as stage:
        yield stage
