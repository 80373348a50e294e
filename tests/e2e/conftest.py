"""Fixtures of the end-to-end tests."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from kotodom.demo.botapi import BotApi, ChatView
from kotodom.demo.model import ModelServer
from tests.support.daemon import KEY, Daemon
from tests.support.stage import Stage, asked

_PEOPLE = count(10_001)
"""Each test on a shared stage has people of its own."""


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
async def postgres_stage(tmp_path: Path, postgres_url: str) -> AsyncIterator[Stage]:
    """On Postgres."""
    async with _set(tmp_path, postgres_url) as stage:
        yield stage


@pytest.fixture
async def both_stages(tmp_path: Path, database_url: str) -> AsyncIterator[Stage]:
    """Once on SQLite and once on Postgres."""
    async with _set(tmp_path, database_url) as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """One stage for all tests of a module, with one daemon, made by the module's ``begin``.

    Such tests run in the module's event loop: ``pytest.mark.asyncio(loop_scope="module")``.
    """
    folder = tmp_path_factory.mktemp("shared")
    async with _set(folder, f"sqlite://{folder}/kotodom.db") as stage:
        daemon: Daemon = request.module.begin(stage)
        await daemon.start()
        await daemon.wait_for("is ready")
        yield stage


@pytest.fixture
def chat(shared: Stage) -> Iterator[ChatView]:
    """A person who is new to the shared stage's bot; no fault outlives the test."""
    yield shared.chat(next(_PEOPLE))
    shared.telegram.faults.clear()
    shared.model.clear()
    shared.model.transcripts.clear()
