"""Notes behind an answer survive where there is only one message for it, and in rich ones."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
from test_composing import BOT, LONG, TABLE, answer, job

from kotodom import composing
from kotodom.inline import PAUSE
from kotodom.model import (
    Attachment,
    AttachmentKind,
    ChatType,
    Content,
    ContentKind,
    Done,
    Job,
    Person,
    Rich,
    Usage,
)
from kotodom.questions import CUT
from kotodom.text import LIMIT, utf16_len
from tests.support.clock import FakeClock
from tests.support.talking import room

TOO_LONG = "(The answer was cut here: it grew too long.)"


@pytest.mark.parametrize("size", [LIMIT - 5, LIMIT, 3 * LIMIT])
def test_a_guest_hears_that_there_is_more_and_that_it_was_stopped(size: int) -> None:
    (said,) = answer("x" * size, to=job(ChatType.GUEST), stopped=True)
    assert utf16_len(said.text) <= LIMIT
    assert said.text.endswith(f"x\n\n{TOO_LONG}\n(Stopped.)")


def test_a_short_answer_says_how_it_ended() -> None:
    done = Done("**Because**", Usage(), "m", "")
    said = composing.short(done, "en", BOT)
    assert said is not None
    assert said.text == "Because"
    assert composing.short(replace(done, text=" "), "en", BOT) is None
    for text, incomplete, end in (
        ("Because", "max_output_tokens", TOO_LONG),
        ("Because", "content_filter", "content filter.)"),
        (LONG, "", TOO_LONG),
    ):
        said = composing.short(replace(done, text=text, incomplete=incomplete), "en", BOT)
        assert said is not None
        assert said.text.endswith(end)
        assert said.text.count(TOO_LONG) <= 1


async def test_an_inline_answer_that_is_too_long_says_so(sqlite_url: str) -> None:
    async with room(sqlite_url, clock=FakeClock(), inline=True) as r:
        r.provider.plays.append([LONG])
        await r.handlers.inline(r.bot.id, "q", Person(501, "ann", "Ann", "en"), "why?")
        await r.clock.advance(PAUSE)
        async with asyncio.timeout(5):
            await r.tasks.wait(None)
        (offered,) = r.telegram.offers
        assert offered.answer.text.startswith("Paragraph 0.")
        assert offered.answer.text.endswith(TOO_LONG)


def test_what_is_said_behind_open_code_is_no_code_and_names_are_no_markdown() -> None:
    file = Attachment(AttachmentKind.DOCUMENT, "f", name="a_b_*c*.txt", text=f"some{CUT}")
    to = job(ChatType.PRIVATE, "en", file)
    bot = replace(BOT, rich=Rich.AUTO)
    (said,) = answer(f"{TABLE}\n\n```py\nx = 1", bot=bot, to=to, stopped=True)
    assert said.kind is ContentKind.RICH
    code, _, marks = said.payload.partition("\n```\n\n")
    assert code.endswith("```py\nx = 1")
    assert "a&#95;b&#95;&#42;c&#42;.txt" in marks
    assert marks.endswith("(Stopped.)")


@pytest.mark.parametrize(("size", "aside"), [(100, False), (30_000, True)])
async def test_a_long_answer_is_put_into_messages_beside_the_loop(
    sqlite_url: str, size: int, aside: bool
) -> None:
    threads: list[threading.Thread] = []

    def compose(job: Job, done: Done) -> Sequence[Content]:
        threads.append(threading.current_thread())
        return [Content("done")]

    async with room(sqlite_url) as r:
        r.compose = compose
        r.provider.plays.append(["x" * size])
        await r.say("why?")
        await r.settle()
        assert r.shown() == ["done"]
    assert [thread is not threading.main_thread() for thread in threads] == [aside]
