"""What people can say in a chat: words of any length, forwards, edits.

Everything is posted and told to the bots at once, without a pause in between. Ids of messages are
those the chat's first bot knows.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from kotodom.demo.botapi.looking import Looking
from kotodom.demo.botapi.media import Media
from kotodom.demo.botapi.messages import Message
from kotodom.demo.botapi.text import (
    MAX_CAPTION,
    MAX_TEXT,
    detect,
    split_for_sending,
    utf16_length,
)
from kotodom.demo.botapi.values import Json, User


class Place(TypedDict, total=False):
    """Who sends something, and where to."""

    user: User
    """Who sends it; the person, or a group's first member, when left out."""
    reply_to: int | None
    quote: str
    """The part of the answered message that is quoted; it must occur there."""
    thread_id: int
    """A topic; an unknown one is opened first."""


class Sending(Place, total=False):
    """What goes with anything that is sent."""

    origin: Mapping[str, Any]
    """Where it is forwarded from, see :mod:`kotodom.demo.botapi.origins`."""


class Captioned(Sending, total=False):
    """The same for what may have a caption."""

    caption: str
    entities: Sequence[Mapping[str, Any]]
    """Of the caption; found in it when left out."""


class Speaking(Looking):
    """The part of a :class:`ChatView` that sends and edits a person's messages."""

    async def say(
        self,
        text: str = "",
        *,
        user: User | None = None,
        entities: Sequence[Mapping[str, Any]] | None = None,
        reply_to: int | None = None,
        quote: str = "",
        thread_id: int = 0,
        origin: Mapping[str, Any] | None = None,
        **extra: Any,
    ) -> int:
        """Send a message as a person and return its id.

        As in a client the text is trimmed, and cut into several messages above 4096 units (the
        last one's id is returned). Entities not given are found in the text. *extra* is any more
        fields of the Bot API's Message, e.g. ``photo=[…]``.
        """
        if not text.strip() and not extra:
            raise ValueError("clients do not send empty messages")
        if entities is not None and utf16_length(text.strip()) > MAX_TEXT:
            raise ValueError("entities with a text that the client would cut")
        how: dict[str, Any] = {
            "user": user,
            "reply_to": reply_to,
            "quote": quote,
            "thread_id": thread_id,
            "origin": origin,
        }
        pieces = split_for_sending(text.strip())
        return [self._post(piece, entities=entities, extra=extra, **how) for piece in pieces][-1].id

    async def paste(self, text: str, **how: Unpack[Sending]) -> list[int]:
        """Send a text of any length; return the ids of the messages the client made of it."""
        if not text.strip():
            raise ValueError("clients do not send empty messages")
        return [self._post(piece, **how).id for piece in split_for_sending(text.strip())]

    async def forward(self, text: str, origin: Mapping[str, Any], **how: Unpack[Place]) -> int:
        """Forward a text; media are forwarded by their own methods with ``origin=``."""
        return self._post(text.strip(), origin=origin, **how).id

    # -- changing ---------------------------------------------------------------------------

    async def edit(
        self,
        message_id: int,
        text: str,
        *,
        entities: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """Change a person's own message: its text, or the caption of media."""
        message = self._message(message_id)
        text = text.strip()
        if message.sender.is_bot:
            raise RuntimeError("people cannot edit a bot's message")
        if message.media is not None and not message.media.captioned:
            raise RuntimeError(f"a {message.media.shown.kind} has no words to edit")
        if message.media is None and not text:
            raise ValueError("clients do not send empty messages")
        self.chat.edit(message, text, _entities(text, entities))
        self._world.announce(self.chat, message, "edited_message")

    async def delete(self, message_id: int) -> None:
        """Delete a message for everybody; bots are not told."""
        self.chat.delete(self._message(message_id), by_bot=False)

    # -- helpers ----------------------------------------------------------------------------

    def _send(self, made: Media, *, caption: str = "", **how: Any) -> int:
        if utf16_length(caption) > MAX_CAPTION:
            raise ValueError(f"clients take captions of at most {MAX_CAPTION} units")
        return self._post(caption.strip(), made, **how).id

    def _post(
        self,
        text: str,
        made: Media | None = None,
        *,
        user: User | None = None,
        entities: Sequence[Mapping[str, Any]] | None = None,
        reply_to: int | None = None,
        quote: str = "",
        thread_id: int = 0,
        origin: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Message:
        if self.chat.kind == "private" and self.bot.id in self.chat.gone:
            raise RuntimeError("the person has blocked this bot: unblock it first")
        answered = self._message(reply_to) if reply_to else None
        thread_id, is_topic = self._thread(thread_id, answered)
        if thread_id in self.chat.closed and (user or self.user) is not self.user:
            raise RuntimeError("the topic is closed")
        more = dict(extra or {})
        if origin is not None:
            date = origin.get("date") or self._world.now()
            more["forward_origin"] = {**origin, "date": date}
        message = self.chat.post(
            user or self.user,
            text,
            _entities(text, entities),
            media=made,
            reply_to=answered.id if answered else 0,
            quote=_quote(quote, answered) if quote else None,
            thread_id=thread_id,
            is_topic=is_topic,
            extra=more,
        )
        self._world.announce(self.chat, message)
        return message

    def _thread(self, thread_id: int, answered: Message | None) -> tuple[int, bool]:
        """Where a person's message goes: (thread, whether that is a topic)."""
        private = self.chat.kind == "private"
        topics = self.chat.forum or (private and self.bot.topics_enabled)
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
        message = self.chat.open_topic(self.user, f"Topic {thread_id}", thread_id)
        self._world.announce(self.chat, message)


def _entities(text: str, given: Sequence[Mapping[str, Any]] | None) -> list[Json]:
    return detect(text) if given is None else [dict(item) for item in given]


def _quote(quote: str, answered: Message | None) -> Json:
    place = answered.words.find(quote) if answered is not None else -1
    if answered is None or place < 0:
        raise ValueError("the quote does not occur in the message it is taken from")
    position = utf16_length(answered.words[:place])
    return {"text": quote, "position": position, "is_manual": True}
