"""The chat without a screen: for pipes and terminals that can do nothing."""

import asyncio
import os
import sys
import threading
from collections import deque
from contextlib import suppress

from kotodom.demo.terminal.cast import Actor
from kotodom.demo.terminal.commands import STOP, Quit, obey
from kotodom.demo.terminal.conversation import Conversation
from kotodom.demo.terminal.stage import DemoError, Stage
from kotodom.demo.terminal.text import Run, clean, plain

PATIENCE = 60.0
"""Seconds without a sign of progress after which an answer is given up."""
_RECHECK = 0.1
"""Seconds between two looks at the daemon's queue: its last commit makes no call that shows."""
_THOUGHT = 2.0
"""Seconds that an answer which will be stopped may take for its first word."""


class Plain:
    """Takes one line after the other and waits for its complete answer.

    Only /stop, if it is the next line, does not wait: it comes when the answer has begun.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._conversation = Conversation(stage, self)
        self._lines = _Lines()
        self._echo = not (sys.stdin.isatty() and sys.stdout.isatty())
        """A person's own terminal shows what they type; anything else does not."""

    async def run(self) -> None:
        """Talk until the input ends; raises DemoError when an answer stays out."""
        self._stage.begin(lambda: None)
        self._lines.start()
        await self._stage.ready()
        while True:
            if not self._echo:
                self._write(f"{self._person()} → {self._conversation.current.name}: ", end="")
            line = await self._lines.next()
            if line is None:
                await self._last_words()
                return
            try:
                await self._exchange(line)
            except Quit:
                return

    def notice(self, text: str) -> None:
        self._write(f"· {text}")

    def message(self, actor: Actor, pieces: list[Run], note: str) -> None:
        mark = f" ({note})" if note else ""
        self._write(f"{actor.label}{mark}: {plain(pieces)}")

    def _person(self) -> str:
        return clean(self._conversation.current.person) or "You"

    async def _last_words(self) -> None:
        """What came without having been asked for, an alert for instance."""
        if self._stage.as_admin:
            await self._settle(self._conversation.current)
            self._conversation.show_news()

    async def _exchange(self, line: str) -> None:
        if not line.strip():
            return
        if self._echo:
            self._write(f"{self._person()}: {line.strip()}")
        owing = await obey(self._conversation, line)
        complete = await self._settle(owing or self._conversation.current)
        heard = self._conversation.show_news()
        if owing is None or owing.label in heard or not complete:
            return
        # An admin can have good reasons for a bot that says nothing: all is theirs to change.
        if not self._stage.as_admin:
            raise DemoError(f"{owing.label} did not answer. {self._stage.daemon.last_words()}")
        self.notice(f"{owing.label} says nothing{self._why(owing)}.")

    def _why(self, silent: Actor) -> str:
        if not self._stage.listens(silent.bot):
            return ": the daemon does not poll it"
        return f" yet: the model is broken, {self._stage.broken}" if self._stage.broken else ""

    async def _settle(self, actor: Actor) -> bool:
        """Wait until everything is answered, as long as something goes on.

        False: an answer is still being written, and the person wants to stop it.
        """
        loop = asyncio.get_running_loop()
        progress = -1
        begun = loop.time()
        given_up_at = begun + PATIENCE
        self._stage.stir()
        while not await self._stage.settled():
            if self._lines.next_is(STOP) and _begun(actor, thought=loop.time() - begun):
                return False
            if loop.time() >= given_up_at:
                said = f"No answer from {actor.name} within {PATIENCE:.0f} s."
                raise DemoError(f"{said} {self._stage.daemon.last_words()}")
            await self._stage.activity(_RECHECK)
            now = sum(one.chat.chat.revision for one in self._stage.cast.everyone)
            if now != progress:
                progress, given_up_at = now, loop.time() + PATIENCE
        return True

    def _write(self, text: str, end: str = "\n") -> None:
        sys.stdout.write(text + end)
        sys.stdout.flush()


def _begun(actor: Actor, *, thought: float) -> bool:
    """Whether an answer shows that Stop can keep, or at least one that takes its time."""
    draft = actor.chat.draft
    return draft is not None and (bool(draft.text) or thought > _THOUGHT)


class _Lines:
    """Lines of standard input, read in a thread: a regular file cannot be waited for.

    The thread reads the bare descriptor, so that it may be left behind at the end.
    """

    def __init__(self) -> None:
        self._ready: deque[str | None] = deque()
        self._more = asyncio.Event()

    def start(self) -> None:
        """Begin to read."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=(loop,), name="demo-input", daemon=True).start()

    async def next(self) -> str | None:
        """The next line; None at the end."""
        while not self._ready:
            self._more.clear()
            await self._more.wait()
        return self._ready.popleft()

    def next_is(self, line: str) -> bool:
        """Whether that line is next, as far as it has been read."""
        return bool(self._ready) and (self._ready[0] or "").strip().lower() == line

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        rest = b""
        # A terminal that is gone ends the input, too; a loop that is gone wants none of it.
        with suppress(RuntimeError):
            with suppress(OSError):
                while data := os.read(sys.stdin.fileno(), 65_536):
                    *lines, rest = (rest + data).split(b"\n")
                    for line in lines:
                        loop.call_soon_threadsafe(self._put, line.decode(errors="replace"))
            if rest:
                loop.call_soon_threadsafe(self._put, rest.decode(errors="replace"))
            loop.call_soon_threadsafe(self._put, None)

    def _put(self, line: str | None) -> None:
        self._ready.append(line)
        self._more.set()
