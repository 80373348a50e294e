"""DNS is gone: nobody's message is lost, nobody's attempts are, and all goes on when it is back."""

from collections.abc import AsyncIterator

import pytest

from tests.support.daemon import Daemon, config
from tests.support.own_names import OwnNames
from tests.support.stage import BOT, Stage

TELEGRAM, MODEL = "api.telegram.test", "model.test"


@pytest.fixture
async def names(stage: Stage) -> AsyncIterator[OwnNames]:
    names = OwnNames(stage.folder / "names")
    await names.begin()
    yield names
    for daemon in stage.daemons:
        await daemon.close()
    await names.end()


def daemon_of(stage: Stage) -> Daemon:
    """It knows both sides by name, not by number."""
    stage.bot()
    text = config(
        database=stage.database_url,
        api_base=stage.telegram.url.replace("127.0.0.1", TELEGRAM),
        base_url=stage.model_url.replace("127.0.0.1", MODEL),
        bots={BOT: "bot"},
        extra="[processing]\nretry_base = 0.2\n",
    )
    daemon = Daemon(stage.folder, text)
    stage.daemons.append(daemon)
    return daemon


async def test_without_names_it_waits_and_says_so_a_few_times_only(
    stage: Stage, names: OwnNames
) -> None:
    chat = stage.chat()
    daemon = daemon_of(stage)
    await daemon.start(through=names.through)
    await daemon.wait_for("polling failed 1 times: Telegram cannot be reached")
    await chat.say("hi")
    names.resolve(TELEGRAM)
    await daemon.wait_for("message 1 waits: ")
    names.resolve(TELEGRAM, MODEL)
    await chat.wait(lambda chat: chat.answers() == ["Answer to: hi"], timeout=30)
    assert await daemon.stop() == 0
    assert daemon.said().count("polling failed") <= 4
