"""What the people in a chat see: its messages, the draft, typing, the transcript, and waiting."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from kotodom.clock import SECOND
from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.chats import Chat
from kotodom.demo.botapi.menus import menu_of
from kotodom.demo.botapi.messages import Message
from kotodom.demo.botapi.values import Event, Shown, User, describe
from kotodom.demo.botapi.world import World

Self = TypeVar("Self", bound="Looking")


class Looking:
    """The half of a :class:`ChatView` that changes nothing."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.chat = chat
        self._world = world

    def __repr__(self) -> str:
        return f"<ChatView {self.chat.kind} {self.id}>"

    @property
    def id(self) -> int:
        """The chat's id in the Bot API."""
        return self.chat.id

    @property
    def user(self) -> User:
        """Who acts when nobody is named: the person, or a group's first member."""
        return self._world.owner(self.chat)

    @property
    def bot(self) -> EmulatedBot:
        """The chat's (first) bot."""
        return self.chat.bots[0]

    def messages(self) -> list[Shown]:
        """What is shown now, oldest first; service messages left out."""
        return [message.shown() for message in self.chat if not message.is_service]

    def answers(self) -> list[str]:
        """The texts of the bots' messages shown now: captions and rich texts as well."""
        return [
            message.words
            for message in self.chat
            if message.sender.is_bot and not message.is_service
        ]

    def whispers(self, user: User | None = None) -> list[str]:
        """What only that person was shown in a group: the ephemeral messages, oldest first."""
        receiver = (user or self.user).id
        return [text for number, text in self.chat.whispers if number == receiver]

    def menu(self, user: User | None = None) -> dict[str, str]:
        """The commands in the bot's menu as that person sees them here: name and description."""
        return menu_of(self.bot, self.chat, user or self.user)

    def topic(self, thread_id: int) -> str:
        """What a forum's topic is called now."""
        return self.chat.topic_names[thread_id]

    @property
    def keyboard(self) -> list[list[str]]:
        """The labels of the keyboard shown in place of the person's own, by rows."""
        return [[str(button["text"]) for button in row] for row in self.chat.keyboard]

    def file(self, message_id: int) -> bytes:
        """The bytes of a message's file: of a photo the largest, of an upload what was sent."""
        media = self._message(message_id).media
        data = self._world.files.data(media.file) if media and media.file else None
        if data is None:
            raise LookupError(f"message {message_id} has no file, or it is not kept any more")
        return data

    @property
    def draft(self) -> Shown | None:
        """The unfinished answer shown now; an empty text is "Thinking…"."""
        draft = self.chat.draft
        return draft.shown(self._world.clock.now() // SECOND) if draft else None

    @property
    def typing(self) -> bool:
        """Whether "typing…" (or another action) is shown now."""
        return self.chat.typing

    @property
    def events(self) -> list[Event]:
        """What happened here, in order."""
        return list(self.chat.events)

    @property
    def toasts(self) -> list[tuple[str, bool]]:
        """What answerCallbackQuery showed: text, and whether as an alert."""
        return self.chat.toasts

    def history_of(self, message_id: int) -> list[str]:
        """Every text a message has shown, deleted ones included."""
        message = self.chat.any(message_id)
        if message is None:
            raise LookupError(f"there never was a message {message_id} here")
        return list(message.history)

    def transcript(self) -> str:
        """The chat as plain text."""
        lines = [describe(self.messages())]
        if self.draft is not None:
            lines.append(f"(draft) {self.draft.text}")
        if self.typing:
            lines.append("(typing…)")
        return "\n".join(line for line in lines if line)

    async def wait(self: Self, predicate: Callable[[Self], object], timeout: float = 10.0) -> Self:
        """Wait, by events, until the predicate holds; *timeout* is in real seconds.

        Raises TimeoutError with the transcript.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while not predicate(self):
            left = deadline - loop.time()
            if left <= 0:
                shown = self.transcript() or "(nothing)"
                raise TimeoutError(f"not within {timeout} s; the chat shows:\n{shown}")
            lapse = self.chat.lapse_in()
            await self.chat.changed.wait(left if lapse is None else min(left, lapse + 0.001))
        return self

    def _message(self, message_id: int) -> Message:
        message = self.chat.get(message_id)
        if message is None:
            raise LookupError(f"no message {message_id} is shown here")
        return message
