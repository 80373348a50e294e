"""A chat as its people see and use it: what tests and the terminal act through."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kotodom.clock import SECOND
from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.chats import Chat, Message
from kotodom.demo.botapi.text import MAX_TEXT, detect, split_for_sending, utf16_length
from kotodom.demo.botapi.values import ApiError, Event, Json, Shown, User, describe
from kotodom.demo.botapi.world import KICKED, MEMBER, World


class ChatView:
    """One chat seen by its members.

    Message ids are those the chat's first bot knows. What a person cannot do in a client (press a
    button that is not there, write to a bot they blocked) raises LookupError or RuntimeError.
    """

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

    # -- acting -----------------------------------------------------------------------------

    async def say(
        self,
        text: str = "",
        *,
        user: User | None = None,
        entities: Sequence[Mapping[str, Any]] | None = None,
        reply_to: int | None = None,
        thread_id: int = 0,
        **extra: Any,
    ) -> int:
        """Send a message as a person and return its id.

        As in a client the text is trimmed, and cut into several messages above 4096 units (the
        last one's id is returned). Entities not given are found in the text. *extra* is any more
        fields of the Bot API's Message, e.g. ``photo=[…]``. An unknown *thread_id* of a forum (or
        of a private chat whose bot has topics) is opened as a topic first.
        """
        if self.chat.kind == "private" and self.bot.id in self.chat.gone:
            raise RuntimeError("the person has blocked this bot: unblock it first")
        text = text.strip()
        if not text and not extra:
            raise ValueError("clients do not send empty messages")
        if entities is not None and utf16_length(text) > MAX_TEXT:
            raise ValueError("entities with a text that the client would cut")
        sender = user or self.user
        answered = self._message(reply_to) if reply_to else None
        thread_id, is_topic = self._thread(thread_id, answered)
        message_id = 0
        for piece in split_for_sending(text):
            message = self.chat.post(
                sender,
                piece,
                [dict(item) for item in entities] if entities is not None else detect(piece),
                reply_to=answered.id if answered else 0,
                thread_id=thread_id,
                is_topic=is_topic,
                extra=dict(extra),
            )
            self._world.announce(self.chat, message)
            message_id = message.id
        return message_id

    async def edit(self, message_id: int, text: str) -> None:
        """Change a person's own message."""
        message = self._message(message_id)
        if message.sender.is_bot:
            raise RuntimeError("people cannot edit a bot's message")
        self.chat.edit(message, text.strip(), detect(text.strip()))
        self._world.announce(self.chat, message, "edited_message")

    async def delete(self, message_id: int) -> None:
        """Delete a message for everybody; bots are not told."""
        self.chat.delete(self._message(message_id), by_bot=False)

    async def press(self, message_id: int, callback_data: str, *, user: User | None = None) -> str:
        """Press an inline button and return the callback query's id."""
        message = self._message(message_id)
        rows = (message.reply_markup or {}).get("inline_keyboard", ())
        offered = [button.get("callback_data") for row in rows for button in row]
        if callback_data not in offered:
            raise LookupError(f"message {message_id} has no such button, only {offered}")
        bot = message.sender
        assert isinstance(bot, EmulatedBot)
        callback_id = self._world.new_callback(bot, self.chat)
        bot.inbox.put(
            "callback_query",
            {
                "id": callback_id,
                "from": (user or self.user).to_dict(),
                "message": self.chat.render(message, bot),
                "chat_instance": str(self.id),
                "data": callback_data,
            },
        )
        return callback_id

    async def stop_generation(self) -> None:
        """Press Stop on the draft."""
        draft = self.chat.draft
        if draft is None or not draft.can_stop:
            raise LookupError("no draft with a Stop button is shown")
        self.chat.stop_draft(draft)
        body: Json = {"chat": self.chat.to_dict(), "draft_id": draft.id}
        if draft.thread_id:
            body["message_thread_id"] = draft.thread_id
        draft.bot.inbox.put("stopped_message_generation", body)

    async def block(self) -> None:
        """Block the bot: it is told, and cannot write any more."""
        if self.chat.kind != "private":
            raise RuntimeError("only a private chat's bot is blocked; use kick in groups")
        self.chat.gone[self.bot.id] = ApiError(403, "Forbidden: bot was blocked by the user")
        self._world.tell_membership(self.chat, self.bot, MEMBER, KICKED)

    async def unblock(self) -> None:
        """Unblock the bot."""
        if self.chat.gone.pop(self.bot.id, None) is not None:
            self._world.tell_membership(self.chat, self.bot, KICKED, MEMBER)

    async def kick(self, bot: EmulatedBot | None = None) -> None:
        """Remove a bot from a group."""
        self._world.leave(self.chat, bot or self.bot, kicked=True)

    async def join(self, bot: EmulatedBot) -> None:
        """Add a bot to a group (again)."""
        self._world.join(self.chat, bot)

    async def upgrade(self) -> "ChatView":
        """Turn a basic group into a supergroup and return the new chat."""
        return ChatView(self._world, self._world.upgrade(self.chat))

    # -- looking ----------------------------------------------------------------------------

    def messages(self) -> list[Shown]:
        """What is shown now, oldest first; service messages left out."""
        return [message.shown() for message in self.chat if not message.is_service]

    def answers(self) -> list[str]:
        """The texts of the bots' messages shown now."""
        return [message.text for message in self.chat if message.sender.is_bot]

    @property
    def draft(self) -> Shown | None:
        """The unfinished answer shown now; an empty text is "Thinking…"."""
        draft = self.chat.draft
        if draft is None:
            return None
        return Shown(
            id=draft.id,
            sender=draft.bot,
            text=draft.text,
            entities=draft.entities,
            date=self._world.clock.now() // SECOND,
            thread_id=draft.thread_id,
        )

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

    async def wait(
        self, predicate: Callable[["ChatView"], object], timeout: float = 10.0
    ) -> "ChatView":
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

    # -- helpers ----------------------------------------------------------------------------

    def _message(self, message_id: int) -> Message:
        message = self.chat.get(message_id)
        if message is None:
            raise LookupError(f"no message {message_id} is shown here")
        return message

    def _thread(self, thread_id: int, answered: Message | None) -> tuple[int, bool]:
        """Where a person's message goes: (thread, whether that is a topic)."""
        topics = self.chat.forum or (self.chat.kind == "private" and self.bot.topics_enabled)
        if thread_id:
            if not topics:
                raise RuntimeError("this chat has no topics")
            if thread_id not in self.chat.topics:
                self._open_topic(thread_id)
            return thread_id, True
        if answered is None:
            return 0, False
        if answered.is_topic:
            return answered.thread_id, True
        # Replies in a supergroup form threads that are no topics: the id of the first message.
        if self.chat.kind == "supergroup":
            return answered.thread_id or answered.id, False
        return 0, False

    def _open_topic(self, thread_id: int) -> None:
        created = {"name": f"Topic {thread_id}", "icon_color": 7322096}
        message = self.chat.post(
            self.user,
            "",
            [],
            thread_id=thread_id,
            is_topic=True,
            extra={"forum_topic_created": created},
        )
        self.chat.topics[thread_id] = message
        self._world.announce(self.chat, message)
