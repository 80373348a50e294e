"""One chat: its messages, the draft and typing shown in it, and the log of what happened.

A private chat belongs to one bot and one person. Ids of messages follow Telegram: private chats
and basic groups number messages by each bot's own sequence, a supergroup by its own.
"""

from collections import deque
from collections.abc import Iterator
from itertools import count
from typing import Any

from kotodom.clock import SECOND, Clock
from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.messages import Draft, Message
from kotodom.demo.botapi.rich import Rich
from kotodom.demo.botapi.values import Account, ApiError, Event, Json, Signal, User

DRAFT_LIFETIME = 30.0
TYPING_LIFETIME = 5.0
"""Seconds, as the Bot API's documentation gives them."""


class Chat:
    """A private chat, a basic group or a supergroup."""

    def __init__(
        self,
        chat_id: int,
        kind: str,
        *,
        clock: Clock,
        keep: int,
        title: str = "",
        forum: bool = False,
    ) -> None:
        self.id = chat_id
        self.kind = kind
        """``private``, ``group`` or ``supergroup``."""
        self.title = title
        self.forum = forum
        self.bots: list[EmulatedBot] = []
        self.people: list[User] = []
        self.gone: dict[int, ApiError] = {}
        """Why a bot cannot write here, by bot id."""
        self.standing: dict[int, Json] = {}
        """What a bot is in a group, by bot id: a ``ChatMember`` without its user."""
        self.written: set[int] = set()
        """People who have written here; in a private chat the bot may not begin."""
        self.last_bot = 0
        """The bot that posted last; 0 for none."""
        self.topics: dict[int, Message] = {}
        """A forum's topics: the thread's id and its first, service message."""
        self.topic_names: dict[int, str] = {}
        self.closed: set[int] = set()
        """Topics in which only who manages them may write."""
        self.keyboard: list[list[Json]] = []
        """Rows of the reply keyboard shown now."""
        self.whispers: deque[tuple[int, str]] = deque(maxlen=keep)
        """Ephemeral messages: who sees each, and what it says."""
        self.events: deque[Event] = deque(maxlen=keep)
        self.toasts: list[tuple[str, bool]] = []
        """What answerCallbackQuery showed: text, and whether as an alert."""
        self.revision = 0
        """Rises with everything that happens."""
        self.changed = Signal()
        self._clock = clock
        self._keep = keep
        self._messages: dict[int, Message] = {}
        self._own_ids = count(1)
        self._whisper_ids = count(1)
        self._aliases: dict[tuple[int, int], int] = {}
        self._seen_as: dict[tuple[int, int], int] = {}
        self._drafts: dict[int, Draft] = {}
        self._stopped: dict[int, int] = {}
        self._typing_at = -TYPING_LIFETIME

    # -- messages ---------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Message]:
        return (message for message in self._messages.values() if not message.deleted)

    def get(self, message_id: int, bot: EmulatedBot | None = None) -> Message | None:
        """The message that *bot* (None: the chat itself) knows by this id, unless deleted."""
        message = self.any(message_id, bot)
        return None if message is None or message.deleted else message

    def any(self, message_id: int, bot: EmulatedBot | None = None) -> Message | None:
        """Like :meth:`get`, deleted ones included."""
        if bot is not None and self.kind == "group":
            message_id = self._aliases.get((bot.id, message_id), 0)
        return self._messages.get(message_id)

    def id_for(self, message: Message, bot: EmulatedBot) -> int:
        """The id by which *bot* knows the message."""
        return self._seen_as.get((bot.id, message.id), message.id)

    def post(self, sender: Account, text: str, entities: list[Json], **more: Any) -> Message:
        """Add a message at the end."""
        message = Message(
            id=self._take_id(),
            sender=sender,
            text=text,
            entities=entities,
            date=self._clock.now() // SECOND,
            **more,
        )
        self._messages[message.id] = message
        if len(self._messages) > self._keep:
            self._forget(next(iter(self._messages)))
        if isinstance(sender, EmulatedBot):
            self.last_bot = sender.id
            self._show_keyboard(message.reply_markup or {})
            self._drafts.pop(message.thread_id, None)
            self._stopped.pop(message.thread_id, None)
            self._typing_at = -TYPING_LIFETIME
        else:
            self.written.add(sender.id)
        kind = "send" if sender.is_bot else "say"
        self.log(kind, message.id, message.words, from_bot=sender.is_bot)
        return message

    def _show_keyboard(self, markup: Json) -> None:
        if "keyboard" in markup:
            self.keyboard = markup["keyboard"]
        elif markup.get("remove_keyboard"):
            self.keyboard = []

    def _take_id(self) -> int:
        if self.kind == "supergroup" or not self.bots:
            return next(self._own_ids)
        first, *others = self.bots
        message_id = next(first.message_ids)
        if self.kind == "group":
            self._alias(first, message_id, message_id)
            for bot in others:
                self._alias(bot, next(bot.message_ids), message_id)
        return message_id

    def _alias(self, bot: EmulatedBot, seen: int, message_id: int) -> None:
        self._aliases[bot.id, seen] = message_id
        self._seen_as[bot.id, message_id] = seen

    def _forget(self, message_id: int) -> None:
        del self._messages[message_id]
        for bot in self.bots:
            seen = self._seen_as.pop((bot.id, message_id), 0)
            self._aliases.pop((bot.id, seen), None)

    def edit(
        self, message: Message, text: str, entities: list[Json], rich: Rich | None = None
    ) -> None:
        """Change what a message shows."""
        message.change(text, entities, self._clock.now() // SECOND, rich)
        self.log("edit", message.id, message.words, from_bot=message.sender.is_bot)

    def delete(self, message: Message, *, by_bot: bool) -> None:
        """Take a message away."""
        message.deleted = True
        self.log("delete", message.id, message.words, from_bot=by_bot)

    def log(self, kind: str, message_id: int = 0, text: str = "", *, from_bot: bool = True) -> None:
        """Note what happened and wake whoever waits for it."""
        self.events.append(Event(kind, self._clock.monotonic(), message_id, text, from_bot))
        self.touch()

    def touch(self) -> None:
        """Wake whoever waits for something to happen here."""
        self.revision += 1
        self.changed.fire()

    def open_topic(self, sender: Account, name: str, thread_id: int = 0, **icon: Any) -> Message:
        """Begin a topic; its id is that of the message that tells of it, unless it is given."""
        message = self.post(
            sender,
            "",
            [],
            thread_id=thread_id,
            is_topic=True,
            extra={"forum_topic_created": {"name": name, "icon_color": 7322096, **icon}},
        )
        message.thread_id = thread_id or message.id
        self.topics[message.thread_id] = message
        self.topic_names[message.thread_id] = name
        return message

    def drop_topic(self, thread_id: int, *, by_bot: bool) -> None:
        """Delete a topic and all that was said in it."""
        del self.topics[thread_id], self.topic_names[thread_id]
        self.closed.discard(thread_id)
        for message in [message for message in self if message.thread_id == thread_id]:
            self.delete(message, by_bot=by_bot)

    def whisper(self, receiver: User, text: str) -> int:
        """Show something to one member only; return the ephemeral message's id."""
        self.whispers.append((receiver.id, text))
        self.log("whisper", text=text)
        return next(self._whisper_ids)

    # -- drafts and typing ------------------------------------------------------------------

    @property
    def draft(self) -> Draft | None:
        """The draft shown now, if any; the newest of several topics."""
        newest = max(self._drafts.values(), key=lambda draft: draft.at, default=None)
        if newest is None or self._clock.monotonic() - newest.at >= DRAFT_LIFETIME:
            return None
        return newest

    @property
    def typing(self) -> bool:
        """Whether a bot is shown as typing."""
        return self._clock.monotonic() - self._typing_at < TYPING_LIFETIME

    def lapse_in(self) -> float | None:
        """Seconds until the draft or the typing shown now vanishes by itself; None for never."""
        now = self._clock.monotonic()
        left = [self._typing_at + TYPING_LIFETIME - now]
        left += [draft.at + DRAFT_LIFETIME - now for draft in self._drafts.values()]
        return min((seconds for seconds in left if seconds > 0), default=None)

    def show_draft(self, draft: Draft) -> None:
        """Show a draft, unless the person stopped exactly this one."""
        if self._stopped.get(draft.thread_id) != draft.id:
            self._drafts[draft.thread_id] = draft
        self.log("draft", draft.id, draft.words)

    def stop_draft(self, draft: Draft) -> None:
        """The person pressed Stop: later frames of this draft are not shown."""
        self._stopped[draft.thread_id] = draft.id
        if not draft.keep_on_stop:
            self._drafts.pop(draft.thread_id, None)
        self.log("stop", draft.id, draft.words, from_bot=False)

    def show_typing(self, action: str) -> None:
        """Show a chat action."""
        self._typing_at = self._clock.monotonic()
        self.log("typing", text=action)

    # -- as the Bot API tells it ------------------------------------------------------------

    def to_dict(self) -> Json:
        """As a ``Chat`` object of the Bot API."""
        data: Json = {"id": self.id, "type": self.kind}
        if self.kind == "private":
            person = self.people[0]
            data["first_name"] = person.first_name
            if person.username:
                data["username"] = person.username
        else:
            data["title"] = self.title
            if self.forum:
                data["is_forum"] = True
        return data

    def render(self, message: Message, bot: EmulatedBot, *, replies: bool = True) -> Json:
        """A ``Message`` object of the Bot API as *bot* sees it; replies are not nested further."""
        data: Json = {
            "message_id": self.id_for(message, bot),
            "from": message.sender.to_dict(),
            "chat": self.to_dict(),
            "date": message.date,
        }
        if message.edit_date:
            data["edit_date"] = message.edit_date
        if message.thread_id:
            data["message_thread_id"] = message.thread_id
        if message.is_topic:
            data["is_topic_message"] = True
        if message.reply_markup and "inline_keyboard" in message.reply_markup:
            data["reply_markup"] = message.reply_markup
        answered = self._answered(message) if replies else None
        if answered is not None:
            data["reply_to_message"] = self.render(answered, bot, replies=False)
            if message.quote is not None:
                data["quote"] = message.quote
        return data | message.content(bot)

    def _answered(self, message: Message) -> Message | None:
        if message.reply_to:
            return self.get(message.reply_to)
        # In a topic Telegram names the message that opened it, though nobody replied to it.
        return self.topics.get(message.thread_id) if message.is_topic else None
