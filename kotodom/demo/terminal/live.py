"""The chat on a terminal: answers stream in place while the person goes on typing."""

import asyncio
import os
import signal
import sys
from contextlib import suppress

from kotodom.demo.terminal import tty
from kotodom.demo.terminal.cast import Actor
from kotodom.demo.terminal.commands import Quit, obey
from kotodom.demo.terminal.conversation import PLACEHOLDER, Conversation
from kotodom.demo.terminal.editor import Key, LineEditor
from kotodom.demo.terminal.screen import Screen
from kotodom.demo.terminal.showing import words
from kotodom.demo.terminal.stage import Stage
from kotodom.demo.terminal.text import ACCENT, BOLD, DIM, Run, ansi, clean, plain, width, wrap

_NAME = f"{BOLD};{ACCENT}"
_PEN = Run("▌", DIM)
_READ = 65_536


class Live:
    """Draws the chat and takes the keys."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._screen = Screen(tty.write)
        self._editor = LineEditor()
        self._conversation = Conversation(stage, self)
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self._left = asyncio.Event()
        self._colour = "NO_COLOR" not in os.environ

    async def run(self) -> None:
        """Chat until the person leaves."""
        loop = asyncio.get_running_loop()
        work: list[asyncio.Task[object]] = [
            asyncio.create_task(self._watch_all(), name="demo-watch")
        ]
        work.append(asyncio.create_task(self._converse(), name="demo-converse"))
        with tty.keys():
            loop.add_reader(sys.stdin.fileno(), self._read)
            loop.add_signal_handler(signal.SIGWINCH, self._resized)
            loop.add_signal_handler(signal.SIGCONT, self._resumed)
            try:
                self._begin()
                left = asyncio.create_task(self._left.wait(), name="demo-left")
                work.append(left)
                done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                loop.remove_reader(sys.stdin.fileno())
                loop.remove_signal_handler(signal.SIGWINCH)
                loop.remove_signal_handler(signal.SIGCONT)
                for task in work:
                    task.cancel()
                await asyncio.gather(*work, return_exceptions=True)
                with suppress(OSError):  # the terminal may have been closed
                    self._screen.clear()

    # -- showing ----------------------------------------------------------------------------

    def notice(self, text: str) -> None:
        self._add([Run(f"· {text}", DIM)])

    def message(self, actor: Actor, pieces: list[Run], note: str) -> None:
        mark = [Run(f" ({note})", DIM)] if note else []
        self._add([Run(actor.label, _NAME), *mark, Run(": "), *pieces])

    def _begin(self) -> None:
        begun = asyncio.get_running_loop().time()

        def ready() -> None:
            took = asyncio.get_running_loop().time() - begun
            self.notice(f"Ready after {took:.1f} s (daemon pid {self._stage.daemon.pid}).")

        self.notice("Starting the daemon… you can type already.")
        self._stage.begin(ready)

    def _add(self, pieces: list[Run]) -> None:
        columns, _ = self._size()
        lines = wrap(pieces, columns, words=True)
        self._screen.add("\n".join(ansi(line, colour=self._colour) for line in lines))
        self._draw()

    def _size(self) -> tuple[int, int]:
        """Columns and rows to use.

        A column stays free: a cursor behind the last one would stand on no column at all.
        """
        size = os.get_terminal_size(sys.stdout.fileno())
        # A terminal that does not know its size says 0 × 0.
        return max((size.columns or 80) - 1, 1), max(size.lines or 24, 2)

    def _draw(self) -> None:
        """Draw the live lines: what is being written, and the person's own line."""
        columns, rows = self._size()
        typed = wrap([self._prompt(), Run(clean(self._editor.text))], columns)
        before = clean(self._editor.text[: self._editor.cursor])
        ahead = wrap([self._prompt(), Run(before)], columns)
        row, column = len(ahead) - 1, width(plain(ahead[-1]))
        room = max(rows // 2, 1)
        first = max(0, min(row - room // 2, len(typed) - room))
        typed = typed[first : first + room]
        unfinished = [
            pieces for actor in self._stage.cast.everyone if (pieces := _unfinished(actor))
        ]
        above = [line for pieces in unfinished for line in wrap(pieces, columns, words=True)]
        above = above[max(0, len(above) - (rows - len(typed) - 1)) :]
        lines = [*above, *typed]
        self._screen.draw(
            [ansi(line, colour=self._colour) for line in lines],
            [width(plain(line)) for line in lines],
            len(above) + row - first,
            column,
        )

    def _prompt(self) -> Run:
        current = self._conversation.current
        return Run(f"{clean(current.person) or 'You'} → {clean(current.name)}: ", BOLD)

    async def _watch_all(self) -> None:
        """Watch every chat, also those that begin later."""
        cast = self._stage.cast
        watching: dict[str, asyncio.Task[object]] = {}
        try:
            while True:
                cast.joined.clear()
                for actor in cast.everyone:
                    if actor.label not in watching:
                        task: asyncio.Task[object] = asyncio.create_task(
                            self._watch(actor), name=f"demo-watch-{actor.label}"
                        )
                        watching[actor.label] = task
                watching[""] = asyncio.create_task(cast.joined.wait(), name="demo-joined")
                done, _ = await asyncio.wait(watching.values(), return_when=asyncio.FIRST_COMPLETED)
                for ended in done:
                    ended.result()
        finally:
            for task in watching.values():
                task.cancel()
            await asyncio.gather(*watching.values(), return_exceptions=True)

    async def _watch(self, actor: Actor) -> None:
        """Show whatever happens in one chat, also that a draft or "typing" has lapsed."""
        while True:
            lapse = actor.chat.chat.lapse_in()
            await actor.chat.chat.changed.wait(None if lapse is None else lapse + 0.001)
            self._conversation.show_news()
            self._draw()

    # -- keys -------------------------------------------------------------------------------

    def _read(self) -> None:
        try:
            data = os.read(sys.stdin.fileno(), _READ)
        except OSError:  # the terminal is gone
            data = b""
        if not data:
            self._left.set()
            return
        for found in self._editor.feed(data):
            if isinstance(found, str):
                self._submit(found)
            elif found is Key.WIPE:
                self._screen.wipe()
            else:
                self._left.set()
        self._draw()

    def _submit(self, line: str) -> None:
        if line.strip():
            self._lines.put_nowait(line)

    async def _converse(self) -> None:
        while True:
            line = await self._lines.get()
            self._add([self._prompt(), Run(clean(line.strip()))])
            try:
                await obey(self._conversation, line)
            except Quit:
                return
            self._draw()

    def _resized(self) -> None:
        columns, _ = self._size()
        self._screen.resized(columns + 1)
        self._draw()

    def _resumed(self) -> None:
        """After Ctrl-Z and fg: the shell has changed the mode and written its own lines."""
        tty.enter()
        self._screen.forget()
        self._draw()


def _unfinished(actor: Actor) -> list[Run]:
    """What is seen of an answer that is not there yet; empty when none is on its way."""
    draft = actor.chat.draft
    if draft is not None and draft.text:
        return [Run(actor.label, _NAME), Run(": "), *words(draft), _PEN]
    if draft is not None:
        return [Run(f"{actor.label} is thinking…", DIM)]
    if actor.chat.typing:
        return [Run(f"{actor.label} is typing…", DIM)]
    messages = actor.chat.messages()
    if messages and messages[-1].from_bot and messages[-1].text == PLACEHOLDER:
        return [Run(f"{actor.label} is back and checks what has arrived…", DIM)]
    return []
