"""/admin as a person with a phone uses it: type a command, press a button, read the screen.

    admin = Admin(stage)                        # BOSS, who is ADMIN by the configuration
    daemon = administered(stage)                # the daemon that knows so
    await daemon.start()
    screen = await admin.types("bots")          # "/admin bots" → the screen that answers it
    screen = await admin.press("Back")          # the button of that label under the last screen
    screen = await admin.says("a new prompt")   # what the screen waits for
    assert "Bots" in screen.text

Every method returns the screen that came of it: the message that was edited, or a new one.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from kotodom.demo.botapi import Call, ChatView, EmulatedBot, Shown
from tests.support.daemon import Daemon
from tests.support.stage import BOT, Stage

BOSS = 900
"""Who is ADMIN by the configuration."""
ADMINS = f"[admin]\nids = [{BOSS}]\n"
"""The section of the configuration that says so."""
_SHOWING = frozenset(
    {"sendmessage", "sendrichmessage", "sendphoto", "senddocument"}
    | {"editmessagetext", "editmessagecaption"}
)
_SAME = "message is not modified"


def administered(stage: Stage, *numbers: int, extra: str = "", each: str = "") -> Daemon:
    """The daemon for these bots, in which BOSS is ADMIN."""
    return stage.daemon(*numbers, extra=f"{ADMINS}{extra}", each=each)


@dataclass(frozen=True, slots=True)
class Screen:
    """What a message of /admin shows: its words, and what its buttons stand for."""

    id: int
    text: str
    buttons: dict[str, str]
    """Labels, and the command or the link of each; in the order they stand."""

    @property
    def title(self) -> str:
        """The first line."""
        return self.text.partition("\n")[0]

    @property
    def labels(self) -> list[str]:
        """The labels of its buttons."""
        return list(self.buttons)

    def label(self, words: str) -> str:
        """The label that is *words*, else the only one that ends with them or has them in it."""
        if words in self.buttons:
            return words
        ending = [label for label in self.buttons if label.endswith(f" {words}")]
        found = ending or [label for label in self.buttons if words in label]
        assert len(found) == 1, f"{words!r} is on {found} of {self.labels} under:\n{self.text}"
        return found[0]


def screen(shown: Shown) -> Screen:
    """A message of a bot's as a screen."""
    markup = shown.reply_markup or {}
    rows = markup.get("inline_keyboard", markup.get("keyboard", ()))
    buttons = {
        button["text"]: button.get("callback_data") or button.get("url") or ""
        for row in rows
        for button in row
    }
    return Screen(shown.id, shown.text, buttons)


class Admin:
    """Somebody who administers, in a private chat with one of the bots."""

    def __init__(
        self,
        stage: Stage,
        user: int = BOSS,
        bot: int = BOT,
        *,
        name: str = "Boss",
        language: str = "en",
        patience: float = 30.0,
    ) -> None:
        """*patience* is how many seconds are waited for each answer."""
        person = stage.telegram.user(user, name, f"user{user}", language)
        self.chat: ChatView = stage.telegram.private(stage.bot(bot), person)
        self._stage = stage
        self._patience = patience
        self._told: asyncio.Queue[int] = asyncio.Queue()
        stage.telegram.on_call(self._hear)

    # -- what there is ------------------------------------------------------------------------

    @property
    def bot(self) -> EmulatedBot:
        """The bot it is said to."""
        return self.chat.bot

    @property
    def screens(self) -> list[Screen]:
        """Everything the bot shows here without files, oldest first."""
        return [
            screen(shown)
            for shown in self.chat.messages()
            if shown.from_bot and shown.media is None
        ]

    @property
    def now(self) -> Screen:
        """The last screen."""
        return self.screens[-1]

    @property
    def files(self) -> list[Shown]:
        """The documents and pictures the bot sent here, oldest first."""
        return [shown for shown in self.chat.messages() if shown.from_bot and shown.media]

    # -- what is done -------------------------------------------------------------------------

    async def types(self, command: str = "", *, until: str = "") -> Screen:
        """Type ``/admin command`` and return the screen that answers it.

        *until* are words of the screen to wait for, when others may come before it.
        """
        return await self.says(f"/admin {command}".rstrip(), until=until)

    async def says(self, text: str, *, reply_to: int | None = None, until: str = "") -> Screen:
        """Say anything else: what a screen waits for, or a reply to one."""
        self._forget()
        await self.chat.say(text, reply_to=reply_to)
        return await self._screen(until)

    async def sends(self, data: bytes, name: str = "text.txt", *, until: str = "") -> Screen:
        """Send a file in place of a long text."""
        self._forget()
        await self.chat.document(data, name)
        return await self._screen(until)

    async def press(self, label: str, *, on: Screen | int | None = None, until: str = "") -> Screen:
        """Press a button of the last screen, or of *on*: by its label or a piece of it."""
        shown = self._look(on)
        command = shown.buttons[shown.label(label)]
        self._forget()
        await self.chat.press(shown.id, command)
        return await self._screen(until)

    async def sees(self, words: str, *, timeout: float | None = None) -> Screen:
        """Wait for a screen that says *words*, whatever brings it: an alert, a progress."""
        limit = self._patience if timeout is None else timeout
        await self._wait(lambda: any(words in shown.text for shown in self.screens), limit, words)
        return [shown for shown in self.screens if words in shown.text][-1]

    async def gets(self, count: int = 1) -> Shown:
        """Wait until the bot has sent so many files here; return the last."""
        await self._wait(lambda: len(self.files) >= count, self._patience, f"{count} files")
        return self.files[-1]

    # -- how ----------------------------------------------------------------------------------

    def _look(self, on: Screen | int | None) -> Screen:
        if on is None:
            return [shown for shown in self.screens if shown.buttons][-1]
        number = on if isinstance(on, int) else on.id
        return next(shown for shown in self.screens if shown.id == number)

    def _hear(self, call: Call, phase: str) -> None:
        """Note which message a call of the bot's showed or left as it was."""
        mine = call.bot_id == self.bot.id and call.chat_id == self.chat.id
        if phase != "answered" or not mine or call.method.lower() not in _SHOWING:
            return
        if isinstance(call.result, dict):
            self._told.put_nowait(int(call.result["message_id"]))
        elif _SAME in call.description:
            self._told.put_nowait(int(call.params["message_id"]))

    def _forget(self) -> None:
        while not self._told.empty():
            self._told.get_nowait()

    async def _screen(self, until: str) -> Screen:
        try:
            async with asyncio.timeout(self._patience):
                while True:
                    number = await self._told.get()
                    found = next((shown for shown in self.screens if shown.id == number), None)
                    if found is not None and until in found.text:
                        return found
        except TimeoutError:
            raise AssertionError(self._account(until or "an answer")) from None

    async def _wait(self, there: Callable[[], bool], timeout: float, what: str) -> None:
        try:
            await self.chat.wait(lambda _: there(), timeout)
        except TimeoutError:
            raise AssertionError(self._account(what)) from None

    def _account(self, what: str) -> str:
        log = "\n".join(daemon.said()[-6_000:] for daemon in self._stage.daemons[-1:])
        return f"never saw {what!r}; the chat shows:\n{self.chat.transcript()}\n\n{log}"
