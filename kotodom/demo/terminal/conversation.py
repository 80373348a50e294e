"""The person's side of the chat: what a typed line does, and what is new to show.

It knows no screen: :class:`Output` shows, on a terminal or in plain lines.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from kotodom.demo.botapi import Shown
from kotodom.demo.terminal.stage import Actor, Stage
from kotodom.demo.terminal.text import Run, clean, runs

PLACEHOLDER = "…"
"""What the daemon shows for a moment while it finds out whether a lost send had arrived."""


class Output(Protocol):
    """Where the conversation appears."""

    def notice(self, text: str) -> None:
        """The demo itself says something."""
        ...

    def message(self, actor: Actor, pieces: list[Run], note: str) -> None:
        """A bot says something; *note* is "edited" or "deleted", mostly empty."""
        ...


class Quit(Exception):
    """The person wants to leave."""


@dataclass(frozen=True, slots=True)
class _Command:
    usage: str
    help: str
    run: Callable[["Conversation", str], Awaitable[bool]]


class Conversation:
    """One person, all bots, one of them current."""

    def __init__(self, stage: Stage, output: Output) -> None:
        self.current = stage.actors[0]
        self._stage = stage
        self._output = output
        self._seen: dict[tuple[str, int], Shown] = {}
        """What has been shown, by bot and message id."""

    async def take(self, line: str) -> bool:
        """Do what a line asks for; True when the current bot owes an answer. May raise Quit."""
        line = line.strip()
        name, _, rest = line.partition(" ")
        command = COMMANDS.get(name.lower())
        if command is not None:
            return await command.run(self, rest.strip())
        if line.startswith("//"):
            line = line[1:]
        if line:
            await self.current.chat.say(line)
        return bool(line)

    def show_news(self) -> set[str]:
        """Show what the bots have said, changed or deleted; return the names of those bots."""
        speakers = set()
        for actor in self._stage.actors:
            for shown, note in self._news(actor):
                speakers.add(actor.name)
                pieces = [] if note == "deleted" else runs(shown.text, shown.entities)
                self._output.message(actor, pieces, note)
        return speakers

    def _news(self, actor: Actor) -> Iterator[tuple[Shown, str]]:
        for shown in actor.chat.messages():
            key = actor.name, shown.id
            before = self._seen.get(key)
            if not shown.from_bot or shown.text == PLACEHOLDER:
                continue
            if before is None or (before.text, before.entities) != (shown.text, shown.entities):
                self._seen[key] = shown
                yield shown, "" if before is None else "edited"
        for key, shown in list(self._seen.items()):
            message = actor.chat.chat.any(shown.id) if key[0] == actor.name else None
            if message is not None and message.deleted:
                del self._seen[key]
                yield shown, "deleted"

    # -- the demo's own commands ------------------------------------------------------------

    async def _bot(self, name: str) -> bool:
        wanted = name.casefold()
        actors = self._stage.actors
        found = [actor for actor in actors if actor.name.casefold() == wanted]
        found += [actor for actor in actors if wanted and actor.name.casefold().startswith(wanted)]
        if found:
            self.current = found[0]
            self._output.notice(f"Now you talk to {self.current.name}.")
        else:
            who = f'There is no bot called "{clean(name)}".' if name else "Which bot?"
            self._output.notice(f"{who} There are {self._names()}.")
        return False

    async def _bots(self, _rest: str) -> bool:
        self._output.notice(f"There are {self._names()}; you talk to {self.current.name}.")
        return False

    async def _kill(self, _rest: str) -> bool:
        pid = self._stage.daemon.pid
        await self._stage.kill()
        self._output.notice(f"Killed the daemon (SIGKILL, pid {pid}). Starting it again…")
        self._stage.begin(
            lambda: self._output.notice(
                f"The daemon runs again (pid {self._stage.daemon.pid}). "
                "What was unanswered is answered now, once."
            )
        )
        return False

    async def _stop(self, _rest: str) -> bool:
        try:
            await self.current.chat.stop_generation()
        except LookupError:
            self._output.notice(f"{self.current.name} is not writing anything now.")
            return False
        return True

    async def _edit(self, rest: str) -> bool:
        number, _, text = rest.partition(" ")
        if not number.isdecimal() or not text.strip():
            self._output.notice("Write /edit N text; /transcript shows the numbers.")
            return False
        try:
            await self.current.chat.edit(int(number), text)
        except (LookupError, RuntimeError) as error:
            self._output.notice(f"That cannot be edited: {error}.")
        else:
            self._output.notice(
                f"Edited message {number}. It counts if {self.current.name} had not begun with it."
            )
        return False

    async def _transcript(self, _rest: str) -> bool:
        shown = clean(self.current.chat.transcript()) or "(nothing was said yet)"
        self._output.notice(f"The chat with {self.current.name}:\n{shown}")
        return False

    async def _demo(self, _rest: str) -> bool:
        wide = max(len(command.usage) for command in COMMANDS.values())
        lines = [f"  {command.usage:<{wide}}  {command.help}" for command in COMMANDS.values()]
        self._output.notice(
            "\n".join(["The demo's own commands (all others go to the bot):", *lines])
            + "\n  A second slash sends such a command to the bot: //stop."
        )
        return False

    async def _quit(self, _rest: str) -> bool:
        raise Quit

    def _names(self) -> str:
        return ", ".join(actor.name for actor in self._stage.actors)

    _TABLE = (
        _Command("/bot NAME", "talk to another bot", _bot),
        _Command("/bots", "who is there", _bots),
        _Command("/kill", "SIGKILL the daemon, also mid-answer, and start it again", _kill),
        _Command("/stop", "press Stop on the answer that is being written", _stop),
        _Command("/edit N text", "edit your message N", _edit),
        _Command("/transcript", "this chat with its message numbers", _transcript),
        _Command("/demo", "this list", _demo),
        _Command("/quit", "leave (also Ctrl-C and Ctrl-D)", _quit),
    )


COMMANDS = {command.usage.split()[0]: command for command in Conversation._TABLE}
"""By their names; everything else a person types goes to the bot."""
