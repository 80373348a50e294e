"""Each bot at Telegram: is its token good, does nobody else use it, do BotFather's switches fit?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kotodom.check.report import Row, State
from kotodom.check.telegram import (
    BotFound,
    TelegramFault,
    TelegramRefused,
    ask_telegram,
    listen_for_poller,
)
from kotodom.config import BotConfig
from kotodom.config.sections import TelegramConfig

LISTENING = 3
"""Seconds to listen for another poller; most come back at once after they were cut off."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One bot to ask about."""

    name: str
    token: str = field(repr=False)
    config: BotConfig | None = None
    """None for one that only the database knows."""


async def look(telegram: TelegramConfig, bot: Asked, *, listening: int | None) -> Row:
    """Ask Telegram about a bot, and for so many seconds whether another program polls with it.

    None: it is not asked, because our own daemon does. Raises TelegramRefused.
    """
    what, way = f"bot {bot.name}", telegram.proxy.get_secret_value()
    found = await ask_telegram(telegram.api_base, bot.token, way)
    name = f"@{found.username}"
    if found.webhook:
        # Only the host: the rest may hold a secret of whoever set it.
        host = urlsplit(found.webhook).hostname or "an address"
        text = f"{name}; a webhook is set at {host}, which kotodom run removes"
        return Row(what, State.NOTE, text, f"stop whoever set it at {host}, or it sets it again")
    if listening is not None:
        try:
            await listen_for_poller(telegram.api_base, bot.token, way, seconds=listening)
        except TelegramRefused as error:
            if error.fault is not TelegramFault.CONFLICT:
                raise
            text = f"{name}; another program polls with its token, and they take each other's"
            step = "stop the other one, or /revoke the token at @BotFather and use the new one here"
            return Row(what, State.FAILED, text, step)
    missing = _missing(bot.config, found)
    if missing:
        wanted = "; ".join(key for key, _ in missing)
        return Row(what, State.NOTE, f"{name}; {wanted}", "; ".join(step for _, step in missing))
    return Row(what, State.OK, name)


def _missing(bot: BotConfig | None, found: BotFound) -> list[tuple[str, str]]:
    if bot is None:
        return []
    return [
        (f"{key} does nothing{where} until BotFather allows it", step)
        for wanted, at_telegram, key, where, step in _SWITCHES
        if wanted(bot) and not found.me.get(at_telegram)
    ]


_Switch = tuple[Callable[[BotConfig], object], str, str, str, str]
_SWITCHES: tuple[_Switch, ...] = (
    (
        lambda bot: bot.inline,
        "supports_inline_queries",
        "inline = true",
        "",
        "send /setinline to @BotFather",
    ),
    (
        lambda bot: bot.guest,
        "supports_guest_queries",
        "guest = true",
        "",
        "switch on guest mode at @BotFather",
    ),
    (
        lambda bot: bot.name_pattern,
        "can_read_all_group_messages",
        "name_pattern",
        " in groups",
        "switch off privacy mode (/setprivacy at @BotFather), and add the bot to its groups again",
    ),
)
"""What the configuration asks for, what getMe says about it, how both are called, and the step."""
