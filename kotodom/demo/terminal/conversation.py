"""The person's side of the chat: who they talk to, and what is new to show.

It knows no screen: :class:`Output` shows, on a terminal or in plain lines.
"""

from collections.abc import Iterator
from typing import Protocol

from kotodom.demo.botapi import Shown
from kotodom.demo.terminal.cast import Actor
from kotodom.demo.terminal.showing import excerpt, keys, pieces
from kotodom.demo.terminal.stage import Stage
from kotodom.demo.terminal.text import Run, clean

PLACEHOLDER = "…"
"""What the daemon shows for a moment while it finds out whether a lost send had arrived."""


class Output(Protocol):
    """Where the conversation appears."""

    def notice(self, text: str) -> None:
        """The demo itself says something."""
        ...

    def message(self, actor: Actor, pieces: list[Run], note: str) -> None:
        """A bot says something; *note* is what is special about it, mostly empty."""
        ...


class Conversation:
    """Everybody's chats with all bots, one of them current."""

    def __init__(self, stage: Stage, output: Output) -> None:
        self.stage = stage
        self.output = output
        self.current = stage.cast.actors[0]
        self.files: list[tuple[Actor, int]] = []
        """Files that bots have sent, by bot and message id; people count them from 1."""
        self._seen: dict[tuple[str, int], Shown] = {}
        """What has been shown, by bot and message id."""
        self._taken: set[tuple[str, int]] = set()
        """What people said and a bot deleted, in the same way."""
        self._toasts: dict[str, int] = {}
        """How many short notices of each bot have been shown."""

    def show_news(self) -> set[str]:
        """Show what the bots have said, changed or deleted; return whose chats that was in."""
        speakers = set()
        for actor in self.stage.cast.everyone:
            for shown, note in self._news(actor):
                speakers.add(actor.label)
                self.output.message(actor, pieces(shown, self._number(actor, shown)), note)
            for shown in self._gone(actor):
                speakers.add(actor.label)
                self.output.notice(f"🗑 {actor.label} deleted “{excerpt(shown)}”")
            for _ in self._newly_taken(actor):
                speakers.add(actor.label)
                self.output.notice(f"🗑 {actor.label} deleted a message it was sent")
            for said, _ in actor.chat.toasts[self._toasts.get(actor.label, 0) :]:
                if said:
                    self.output.notice(f"{actor.label}: {clean(said)}")
            self._toasts[actor.label] = len(actor.chat.toasts)
        return speakers

    def _news(self, actor: Actor) -> Iterator[tuple[Shown, str]]:
        for shown in actor.chat.messages():
            key = actor.label, shown.id
            before = self._seen.get(key)
            if not shown.from_bot or shown.text == PLACEHOLDER:
                continue
            if before is None:
                self._seen[key] = shown
                yield shown, "rich" if shown.rich else ""
            elif _differs(before, shown):
                self._seen[key] = shown
                yield shown, f"✎ edited “{excerpt(before)}”"

    def _gone(self, actor: Actor) -> Iterator[Shown]:
        for key, shown in list(self._seen.items()):
            message = actor.chat.chat.any(shown.id) if key[0] == actor.label else None
            if message is not None and message.deleted:
                del self._seen[key]
                yield shown

    def _newly_taken(self, actor: Actor) -> Iterator[int]:
        """Messages of the person's that the bot deleted; what they said may be a secret."""
        for event in actor.chat.events:
            key = actor.label, event.message_id
            message = actor.chat.chat.any(event.message_id) if event.kind == "delete" else None
            if message is not None and not message.sender.is_bot and key not in self._taken:
                self._taken.add(key)
                yield event.message_id

    def _number(self, actor: Actor, shown: Shown) -> int:
        """The number people know the message's file by; 0 if it has none."""
        if shown.media is None:
            return 0
        file = actor, shown.id
        if file not in self.files:
            self.files.append(file)
        return self.files.index(file) + 1


def _differs(before: Shown, now: Shown) -> bool:
    """Whether a person sees a change: buttons that only vanish are none."""
    if (before.text, before.entities, before.media) != (now.text, now.entities, now.media):
        return True
    return keys(now.reply_markup) not in ([], keys(before.reply_markup))
