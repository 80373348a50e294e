"""The display: frames only while the answer is written, and none after it."""

import asyncio
from collections.abc import Callable

import pytest

from kotodom.clock import SystemClock
from kotodom.model import Chat, ChatType, Content
from kotodom.streaming import Display
from kotodom.tasks import Tasks
from tests.support.simulated import SimulatedTelegram


class Screen(SimulatedTelegram):
    """Remembers frames; a frame takes until *go_on* is set."""

    def __init__(self) -> None:
        super().__init__(iter(()))
        self.frames: list[Content | None] = []
        self.typed = 0
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def draft(self, chat: Chat, draft_id: int, content: Content | None) -> bool:
        self.begun.set()
        await self.go_on.wait()
        self.frames.append(content)
        return True

    async def typing(self, chat: Chat) -> bool:
        self.begun.set()
        self.typed += 1
        return True


def display(
    screen: Screen,
    kind: ChatType = ChatType.PRIVATE,
    *,
    render: Callable[[str], Content | None] = Content,
    tasks: Tasks | None = None,
) -> Display:
    return Display(
        messenger=screen,
        chat=Chat(1, 1, 5, 0, kind, "", 0, 0),
        draft_id=9,
        render=render,
        tasks=Tasks(lambda name, error: None) if tasks is None else tasks,
        clock=SystemClock(),
    )


async def test_the_first_frame_says_that_it_thinks() -> None:
    screen = Screen()
    async with display(screen):
        await screen.begun.wait()
    assert screen.frames == [None]


async def test_frames_show_what_is_written_and_only_when_it_changed() -> None:
    screen = Screen()
    async with display(screen) as shown:
        await screen.begun.wait()
        shown.add("Hello")
        shown.add(", world")
        async with asyncio.timeout(5):
            while len(screen.frames) < 2:
                screen.begun.clear()
                await screen.begun.wait()
    assert screen.frames == [None, Content("Hello, world")]


async def test_leaving_waits_for_a_frame_under_way_so_that_none_follows_the_answer() -> None:
    screen = Screen()
    screen.go_on.clear()
    shown = display(screen)
    await shown.__aenter__()
    await screen.begun.wait()
    leaving = asyncio.ensure_future(shown.__aexit__(None, None, None))
    await asyncio.sleep(0)
    assert not leaving.done()
    screen.go_on.set()
    await leaving
    assert screen.frames == [None]


async def test_groups_see_typing_instead_of_a_draft() -> None:
    screen = Screen()
    async with display(screen, ChatType.SUPERGROUP):
        await screen.begun.wait()
    assert (screen.typed, screen.frames) == (1, [])


async def test_a_bug_of_the_display_costs_neither_the_answer_nor_the_process() -> None:
    deaths: list[str] = []
    rendered = asyncio.Event()

    def render(text: str) -> Content | None:
        rendered.set()
        raise IndexError("a bug")

    tasks = Tasks(lambda name, error: deaths.append(name))
    async with display(Screen(), render=render, tasks=tasks) as shown, asyncio.timeout(5):
        shown.add("Hello")
        await rendered.wait()
    await tasks.wait(5)
    assert deaths == []


async def test_a_shutdown_does_not_wait_for_a_frame_that_is_stuck() -> None:
    screen = Screen()
    screen.go_on.clear()

    async def answer() -> None:
        async with display(screen):
            await asyncio.Event().wait()

    answering = asyncio.ensure_future(answer())
    await screen.begun.wait()
    answering.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(5):
            await answering
    assert screen.frames == []
