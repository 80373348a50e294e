"""Inline queries and guest queries: asked by a person, answered once, shown as inline messages."""

import hashlib
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from kotodom.clock import Clock
from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.chats import Chat
from kotodom.demo.botapi.messages import Message
from kotodom.demo.botapi.rich import Rich
from kotodom.demo.botapi.values import ApiError, Json, Signal, User, bad_request

K = TypeVar("K")
V = TypeVar("V")

INLINE_LIFETIME = 30.0
"""Seconds in which an inline query can be answered."""
MAX_QUERY = 256
KEEP = 10_000
"""Queries and inline messages kept."""


def too_old() -> ApiError:
    """What a late or second answer gets."""
    return bad_request("query is too old and response timeout expired or query ID is invalid")


@dataclass(frozen=True, slots=True)
class InlineResult:
    """One result: what the list shows, and what is sent when it is chosen."""

    id: str
    title: str
    description: str
    text: str
    entities: list[Json]
    rich: Rich | None = None
    reply_markup: Json | None = None


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """What answerInlineQuery said."""

    results: tuple[InlineResult, ...]
    cache_time: int = 300
    is_personal: bool = False
    next_offset: str = ""
    button: Json | None = None
    cached: bool = False
    """Telegram gave it again by itself: the bot was not asked."""


@dataclass(eq=False)
class InlineQuery:
    """One inline query."""

    id: str
    bot: EmulatedBot
    user: User
    query: str
    chat: Chat
    offset: str
    at: float
    """Monotonic seconds."""
    choose: Callable[[str], int] = field(repr=False)
    """Send the result with this id to the chat; returns the message's id."""
    answer: InlineAnswer | None = None
    answered_at: Signal = field(default_factory=Signal, repr=False)

    async def wait(self, timeout: float = 10.0) -> InlineAnswer:
        """Wait for the answer; *timeout* is in real seconds."""
        if self.answer is None and not await self.answered_at.wait(timeout):
            raise TimeoutError(f"no answer to the inline query {self.query!r} in {timeout} s")
        assert self.answer is not None
        return self.answer


@dataclass(eq=False)
class GuestQuery:
    """One message that called a guest bot."""

    id: str
    bot: EmulatedBot
    user: User
    chat: Chat
    message: Message
    answer: Message | None = None
    inline_message_id: str = ""


class Queries:
    """Every query, and the inline messages that came of them."""

    def __init__(self, clock: Clock, announce: Callable[[Chat, Message], None]) -> None:
        self._clock = clock
        self._announce = announce
        self._numbers = count(1)
        self._inline: OrderedDict[str, InlineQuery] = OrderedDict()
        self._guests: OrderedDict[str, GuestQuery] = OrderedDict()
        self._messages: OrderedDict[str, tuple[EmulatedBot, Chat, Message]] = OrderedDict()
        self._cache: OrderedDict[tuple[int, str, str, int], tuple[InlineAnswer, float]]
        self._cache = OrderedDict()

    # -- inline -----------------------------------------------------------------------------

    def ask_inline(
        self, bot: EmulatedBot, user: User, query: str, chat: Chat, offset: str
    ) -> InlineQuery:
        """Ask a bot, unless Telegram still has its answer to the same query."""
        if not bot.inline:
            raise RuntimeError(f"@{bot.username} has no inline mode")
        query = query.strip()[:MAX_QUERY]
        asked = InlineQuery(
            id=self._next_id(),
            bot=bot,
            user=user,
            query=query,
            chat=chat,
            offset=offset,
            at=self._clock.monotonic(),
            choose=lambda result_id: self._choose(asked, result_id),
        )
        kept = self._cached(asked)
        if kept is not None:
            asked.answer = kept
            return asked
        _keep(self._inline, asked.id, asked)
        private = chat.kind == "private"
        body: Json = {
            "id": asked.id,
            "from": user.to_dict(),
            "query": query,
            "offset": offset,
            "chat_type": "sender" if private and bot in chat.bots else chat.kind,
        }
        bot.inbox.put("inline_query", body, lifetime=int(INLINE_LIFETIME * 1000))
        return asked

    def answer_inline(self, bot: EmulatedBot, query_id: str, answer: InlineAnswer) -> None:
        """Answer a query; a late, second or foreign answer is refused."""
        asked = self._inline.get(query_id)
        if asked is None or asked.bot is not bot or asked.answer is not None:
            raise too_old()
        if self._clock.monotonic() - asked.at > INLINE_LIFETIME:
            raise too_old()
        asked.answer = answer
        asked.answered_at.fire()
        if answer.cache_time > 0:
            who = asked.user.id if answer.is_personal else 0
            key = bot.id, asked.query, asked.offset, who
            _keep(self._cache, key, (answer, self._clock.monotonic() + answer.cache_time))

    def _cached(self, asked: InlineQuery) -> InlineAnswer | None:
        for who in (asked.user.id, 0):
            key = asked.bot.id, asked.query, asked.offset, who
            answer, until = self._cache.get(key, (None, 0.0))
            if answer is not None and self._clock.monotonic() < until:
                return InlineAnswer(
                    answer.results,
                    answer.cache_time,
                    answer.is_personal,
                    answer.next_offset,
                    answer.button,
                    cached=True,
                )
        return None

    def _choose(self, asked: InlineQuery, result_id: str) -> int:
        results = asked.answer.results if asked.answer else ()
        result = next((found for found in results if found.id == result_id), None)
        if result is None:
            raise LookupError(f"the inline query got no result {result_id!r}")
        message = self._show(asked.chat, asked.user, result, {"via_bot": asked.bot.to_dict()})
        chosen: Json = {
            "result_id": result_id,
            "from": asked.user.to_dict(),
            "query": asked.query,
        }
        if result.reply_markup:
            chosen["inline_message_id"] = self._register(asked.bot, asked.chat, message)
        self._announce(asked.chat, message)
        if asked.bot.inline_feedback:
            asked.bot.inbox.put("chosen_inline_result", chosen)
        return message.id

    # -- guests -----------------------------------------------------------------------------

    def ask_guest(self, bot: EmulatedBot, user: User, chat: Chat, message: Message) -> GuestQuery:
        """Call a guest bot with a message of a group it is not in."""
        if not bot.guest:
            raise RuntimeError(f"@{bot.username} has no guest mode")
        query = GuestQuery(self._next_id(), bot, user, chat, message)
        _keep(self._guests, query.id, query)
        bot.inbox.put("guest_message", chat.render(message, bot) | {"guest_query_id": query.id})
        return query

    def answer_guest(self, bot: EmulatedBot, query_id: str, result: InlineResult) -> str:
        """Show the one answer of a guest bot and return its inline message id."""
        query = self._guests.get(query_id)
        if query is None or query.bot is not bot or query.answer is not None:
            raise too_old()
        caller = {"guest_bot_caller_user": query.user.to_dict()}
        query.answer = self._show(query.chat, bot, result, caller, reply_to=query.message.id)
        query.inline_message_id = self._register(bot, query.chat, query.answer)
        return query.inline_message_id

    # -- inline messages --------------------------------------------------------------------

    def find(self, bot: EmulatedBot, inline_message_id: str) -> tuple[Chat, Message]:
        """The inline message *bot* may edit; 400 for any other."""
        owner, chat, message = self._messages.get(inline_message_id, (None, None, None))
        if owner is not bot or chat is None or message is None or message.deleted:
            raise bad_request("MESSAGE_ID_INVALID")
        return chat, message

    def _register(self, bot: EmulatedBot, chat: Chat, message: Message) -> str:
        seed = f"{bot.id} {chat.id} {message.id}".encode()
        inline_message_id = urlsafe_b64encode(hashlib.sha256(seed).digest()[:21]).decode()
        _keep(self._messages, inline_message_id, (bot, chat, message))
        return inline_message_id

    def _show(
        self,
        chat: Chat,
        sender: User | EmulatedBot,
        result: InlineResult,
        extra: Json,
        reply_to: int = 0,
    ) -> Message:
        return chat.post(
            sender,
            result.text,
            result.entities,
            rich=result.rich,
            reply_markup=result.reply_markup,
            reply_to=reply_to,
            extra=extra,
        )

    def _next_id(self) -> str:
        return str(1_800_000_000_000_000_000 + next(self._numbers))


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    if len(kept) > KEEP:
        kept.popitem(last=False)
