"""The daemon does all its work under the system calls and memory rules of the packaged unit."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kotodom.demo.botapi import BotApi
from kotodom.demo.model import ModelServer
from tests.e2e.media_kit import docx, name_of, pdf, picture, repeat
from tests.packaging.container_steps import ROOT
from tests.support.stage import Stage

CONFINED = (sys.executable, "-m", "tests.packaging.confined")
FORBIDDEN = """
import mmap, os, socket
def refused(call):
    try:
        call()
    except OSError as error:
        return error.strerror
    return "done"
print(refused(lambda: mmap.mmap(-1, 4096, prot=7)), refused(lambda: socket.socket(16, 3)),
      refused(lambda: os.chroot("/")), refused(lambda: os.setuid(0)), sep=", ")
"""

CHART = """
import asyncio, sys
from kotodom.chart import Chart, Series
from kotodom.files.charts import ChartPainter
chart = Chart("x", ("11-01", "11-02"), (Series("cat", (1.0, 2.0)),))
sys.stdout.buffer.write(asyncio.run(ChartPainter().bars(chart)) or b"none")
"""


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    telegram, model = BotApi(), ModelServer(answer=repeat)
    await telegram.start()
    stage = Stage(telegram, model, await model.start(), tmp_path, f"sqlite://{tmp_path}/kotodom.db")
    yield stage
    for daemon in stage.daemons:
        await daemon.close()
    await telegram.stop()
    await model.stop()


def test_the_confinement_refuses_what_the_unit_forbids() -> None:
    """Else the test below would show nothing."""
    said = subprocess.run(
        [*CONFINED, sys.executable, "-c", FORBIDDEN],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.stdout.strip() == (
        "Operation not permitted, Address family not supported by protocol, "
        "Operation not permitted, Operation not permitted"
    ), said.stderr


async def test_a_confined_daemon_answers_words_pictures_and_documents(stage: Stage) -> None:
    chat = stage.chat()
    daemon = stage.daemon(extra="[conversation]\njoin_window = 0.5")
    await daemon.start(through=CONFINED)
    await daemon.wait_for("is ready")
    await chat.say("hello")
    await chat.wait(lambda chat: chat.answers() == ["Answer to: hello"], timeout=30)
    photo = picture(1)
    await chat.photo(photo, caption="See?")
    await chat.wait(lambda chat: name_of(photo) in chat.answers()[-1], timeout=30)
    await chat.document(pdf("words of a page"), "a.pdf", "application/pdf")
    await chat.wait(lambda chat: "words of a page" in chat.answers()[-1], timeout=30)
    await chat.document(docx("words of a letter"), "a.docx")
    await chat.wait(lambda chat: "words of a letter" in chat.answers()[-1], timeout=30)
    assert await daemon.stop() == 0
    assert "Traceback" not in daemon.said()
    assert "permitted" not in daemon.said()


def test_a_chart_can_be_drawn_in_confinement() -> None:
    """In a process of its own, which the charts' library makes with limits of its own."""
    drawn = subprocess.run(
        [*CONFINED, sys.executable, "-c", CHART],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert drawn.stdout.startswith(b"\x89PNG"), drawn.stderr
