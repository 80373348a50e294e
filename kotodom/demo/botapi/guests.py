"""Guest mode as people see it: a bot is called in a chat it is not in, and answers there once."""

from dataclasses import dataclass

from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.messages import Message
from kotodom.demo.botapi.queries import GuestQuery
from kotodom.demo.botapi.text import detect, utf16_slice
from kotodom.demo.botapi.values import Shown, User
from kotodom.demo.botapi.view import ChatView
from kotodom.demo.botapi.world import World

_SOMEBODY = 777_000_001
"""Who said what a guest bot is asked about."""


@dataclass(frozen=True)
class Guest:
    """One call of a guest bot."""

    query: GuestQuery
    view: ChatView
    """The chat it happens in: its messages, edits and history."""

    @property
    def id(self) -> str:
        """The ``guest_query_id``."""
        return self.query.id

    @property
    def message_id(self) -> int:
        """The message that called the bot."""
        return self.query.message.id

    @property
    def inline_message_id(self) -> str:
        """By which the bot edits its answer; empty until there is one."""
        return self.query.inline_message_id

    @property
    def answer(self) -> Shown | None:
        """The bot's answer as it is shown now."""
        return self.query.answer.shown() if self.query.answer else None

    @property
    def history(self) -> list[str]:
        """Every text the answer has shown."""
        return list(self.query.answer.history) if self.query.answer else []

    async def wait(self, text: str | None = None, timeout: float = 10.0) -> Shown:
        """Wait for the answer, or until it shows *text*; *timeout* is in real seconds."""

        def there(_: ChatView) -> bool:
            return self.answer is not None and text in (None, self.answer.text)

        await self.view.wait(there, timeout)
        assert self.answer is not None
        return self.answer


def call(
    world: World,
    bot: EmulatedBot,
    user: User,
    chat: str | ChatView,
    text: str,
    reply_to: str | int,
) -> Guest:
    """Post *text* as *user* and hand it to the bot it mentions or replies to."""
    if isinstance(chat, str):
        chat = ChatView(world, world.foreign(chat, [user]))
    if bot in chat.chat.bots:
        raise RuntimeError("the bot is in this chat: it is no guest")
    answered = _answered(world, chat, reply_to)
    if not _mentions(text, bot) and (answered is None or answered.sender is not bot):
        raise ValueError(f"a guest bot is mentioned (@{bot.username}) or replied to")
    message = chat.chat.post(
        user, text, detect(text), reply_to=answered.id if answered is not None else 0
    )
    return Guest(world.queries.ask_guest(bot, user, chat.chat, message), chat)


def _answered(world: World, chat: ChatView, reply_to: str | int) -> Message | None:
    if isinstance(reply_to, int):
        message = chat.chat.get(reply_to)
        if message is None:
            raise LookupError(f"no message {reply_to} is shown here")
        return message
    if not reply_to:
        return None
    somebody = world.user(_SOMEBODY, "Somebody", "", "en")
    return chat.chat.post(somebody, reply_to, detect(reply_to))


def _mentions(text: str, bot: EmulatedBot) -> bool:
    name = f"@{bot.username}".lower()
    return any(
        utf16_slice(text, item["offset"], item["length"]).lower() == name
        for item in detect(text)
        if item["type"] == "mention"
    )
