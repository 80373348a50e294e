"""Shows an answer while it is being written: display only, never the answer itself.

In private chats a draft with a Stop button, elsewhere "typing…"; a guest shows nothing. Drafts
vanish by themselves, so a crash leaves nothing behind.
"""

import asyncio
from collections.abc import Callable
from types import TracebackType

from loguru import logger

from kotodom.clock import Clock
from kotodom.model import Chat, ChatType, Content
from kotodom.ports import Messenger
from kotodom.tasks import Tasks

FRAME = 0.75
"""Seconds between two drafts: Telegram allows 40 calls in 30 s (facts, drafts)."""
REFRESH = 20.0
"""Seconds after which an unchanged draft is shown again: it would vanish after 30."""
TYPING = 4.5
"""Seconds between two typing actions: one is shown for 5."""


class Display:
    """One answer's display; an async context manager around its generation.

    Leaving it waits for a frame that is under way, so that none can appear after the answer.
    """

    def __init__(
        self,
        *,
        messenger: Messenger,
        chat: Chat,
        draft_id: int,
        render: Callable[[str], Content | None],
        tasks: Tasks,
        clock: Clock,
    ) -> None:
        self._messenger = messenger
        self._chat = chat
        self._draft_id = draft_id
        self._render = render
        self._tasks = tasks
        self._clock = clock
        self._text: list[str] = []
        self._closed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def add(self, delta: str) -> None:
        """Some more text to show with the next frame."""
        self._text.append(delta)

    async def __aenter__(self) -> "Display":
        self._task = self._tasks.start(self._show(), name=f"display-{self._draft_id}")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed.set()
        if self._task is None:
            return
        if kind is asyncio.CancelledError:
            # The process stops: no answer follows that a late frame could spoil.
            self._task.cancel()
        await asyncio.wait([self._task])

    async def _show(self) -> None:
        try:
            if self._chat.type is ChatType.PRIVATE:
                await self._drafts()
            elif self._chat.type is not ChatType.GUEST:
                await self._typing()
        except Exception as error:  # noqa: BLE001 - a display that fails must not cost the answer
            logger.opt(exception=error).error("an unfinished answer cannot be shown")

    async def _drafts(self) -> None:
        shown = 0
        shown_at = self._clock.monotonic()
        await self._messenger.draft(self._chat, self._draft_id, None)
        while await self._pause(FRAME):
            now = self._clock.monotonic()
            if len(self._text) == shown and now - shown_at < REFRESH:
                continue
            # Joining in place keeps the list short, however many deltas there were.
            self._text[:] = ["".join(self._text)]
            content = self._render(self._text[0])
            if await self._messenger.draft(self._chat, self._draft_id, content):
                shown, shown_at = 1, now

    async def _typing(self) -> None:
        await self._messenger.typing(self._chat)
        while await self._pause(TYPING):
            await self._messenger.typing(self._chat)

    async def _pause(self, seconds: float) -> bool:
        """Wait for the next frame; False as soon as the display is closed."""
        if self._closed.is_set():
            return False
        try:
            async with asyncio.timeout(seconds):
                await self._closed.wait()
        except TimeoutError:
            return True
        return False
