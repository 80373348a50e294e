"""What the texts' tests share."""

from collections.abc import Iterator

import pytest
from loguru import logger

from kotodom.i18n import saying


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    """The warnings that are logged, each of which can be said once more."""
    saying._warn.cache_clear()
    said: list[str] = []
    sink = logger.add(lambda message: said.append(message.record["message"]), level="WARNING")
    yield said
    logger.remove(sink)
