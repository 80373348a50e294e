"""Bots at a glance: what each is doing, in a line or two."""

from collections.abc import Sequence

from kotodom.admin.ask import Ask
from kotodom.admin.times import lasting
from kotodom.admin.tools import Tools
from kotodom.admin.words.bots import BotsWords
from kotodom.model import Bot
from kotodom.money import dollars
from kotodom.ports.admin.bots import Figures
from kotodom.vitals import BotPulse

_SIGNS = {
    BotPulse.STARTING: "🟡",
    BotPulse.POLLING: "🟢",
    BotPulse.STALLED: "🟠",
    BotPulse.FAILED: "🔴",
    BotPulse.STOPPED: "⚪",
}
REASON = 200
"""Characters of an error in a list."""


def sign(tools: Tools, bot: Bot) -> str:
    """One sign for how a bot is doing."""
    pulse = _pulse(tools, bot)
    return _SIGNS[BotPulse.FAILED if bot.error else pulse]


def state(tools: Tools, ask: Ask, bot: Bot) -> str:
    """The same in words, and why it is so."""
    pulse = _pulse(tools, bot)
    found = next((state for state in tools.states() if state.bot.id == bot.id), None)
    words = ask.say(BotsWords(f"bots-state-{pulse}"))
    if found is not None and found.running and found.last_poll is not None:
        ago = lasting(max(0.0, tools.clock.monotonic() - found.last_poll), ask.language)
        words = ask.say(BotsWords.POLLED, state=words, ago=ago)
    why = bot.error or (found.error if found is not None else "")
    return f"{words}: {why[:REASON]}" if why else words


def figures(ask: Ask, counted: Figures) -> str:
    """What waits and what today has brought."""
    words = ask.say(
        BotsWords.TODAY,
        waiting=counted.waiting,
        answers=counted.questions,
        spent=dollars(counted.cost),
    )
    if counted.unpriced:
        words += ask.say(BotsWords.UNPRICED, count=counted.unpriced)
    return words


def called(bot: Bot) -> str:
    """A bot's name and @username."""
    return f"{bot.name} @{bot.username}" if bot.username else bot.name


def one_of(bots: Sequence[Bot], page: int, size: int) -> tuple[Sequence[Bot], bool]:
    """A page of bots, and whether more come."""
    begin = (page - 1) * size
    return bots[begin : begin + size], len(bots) > begin + size


def _pulse(tools: Tools, bot: Bot) -> BotPulse:
    found = next((state for state in tools.states() if state.bot.id == bot.id), None)
    return tools.vitals.pulse(found, bot.error)
