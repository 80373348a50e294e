"""Managed bots: somebody lets a bot create another one, whose token it then may fetch."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.calls import Invocation
from kotodom.demo.botapi.chats import Chat
from kotodom.demo.botapi.values import User, bad_request
from kotodom.demo.botapi.world import World

FIRST = 8_100_000_000
"""Below the ids of bots that are created so."""


def create(
    world: World, manager: EmulatedBot, user: User, name: str, username: str, chat: Chat | None
) -> EmulatedBot:
    """Create a bot for somebody; its manager hears of it.

    *chat* is where a button of the manager's was pressed; without one a link was followed. Raises
    RuntimeError about what a client would not let happen.
    """
    if not manager.can_manage:
        raise RuntimeError(f"@{manager.username} manages no bots")
    if not username.lower().endswith("bot"):
        raise RuntimeError("a bot's username ends in 'bot'")
    if any(bot.username.lower() == username.lower() for bot in world.bots.values()):
        raise RuntimeError(f"the username {username} is taken")
    bot_id = FIRST + world.next_number()
    token = _token(world, bot_id)
    bot = world.add_bot(token, username=username, name=name, can_read_all=False)
    bot.manager, bot.creator = manager, user
    _tell(manager, bot)
    if chat is not None:
        service = {"managed_bot_created": {"bot": bot.to_dict()}}
        world.announce(chat, chat.post(user, "", [], extra=service))
    return bot


def get_managed_bot_token(call: Invocation) -> str:
    """getManagedBotToken."""
    return _managed(call).token


def replace_managed_bot_token(call: Invocation) -> str:
    """replaceManagedBotToken: the old one works no more."""
    bot = _managed(call)
    bot.retoken(_token(call.world, bot.id))
    _tell(call.bot, bot)
    return bot.token


def _managed(call: Invocation) -> EmulatedBot:
    bot = call.world.bots.get(call.params.number("user_id") or 0)
    if bot is None or bot.manager is not call.bot:
        # Telegram's own words are not known; a client can tell no more than that it was refused.
        raise bad_request("managed bot not found")
    return bot


def _tell(manager: EmulatedBot, bot: EmulatedBot) -> None:
    assert bot.creator is not None
    manager.inbox.put("managed_bot", {"user": bot.creator.to_dict(), "bot": bot.to_dict()})


def _token(world: World, bot_id: int) -> str:
    secret = hashlib.sha256(f"{bot_id}/{world.next_number()}".encode()).digest()
    return f"{bot_id}:AA{urlsafe_b64encode(secret).decode()[:33]}"


MANAGED_METHODS: dict[str, Callable[[Invocation], Any]] = {
    "getmanagedbottoken": get_managed_bot_token,
    "replacemanagedbottoken": replace_managed_bot_token,
}
