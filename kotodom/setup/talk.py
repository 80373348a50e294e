"""The conversation of the first run: two pastes, one test, and again only what was wrong."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from kotodom.check.telegram import LISTENING
from kotodom.setup import explain
from kotodom.setup.draft import (
    MODEL,
    Draft,
    ProviderTested,
    TelegramTested,
    both_tested,
    provider_tested,
    telegram_tested,
)
from kotodom.setup.mend_provider import ask_key, mend_provider
from kotodom.setup.mend_telegram import ask_token, mend_telegram
from kotodom.setup.terminal import Terminal

_BOT = (
    "1. The bot. In Telegram open @BotFather (https://t.me/BotFather), send /newbot, answer his "
    "two questions and copy the token he gives you."
)
_MODEL = (
    "2. The model. Copy a key from https://platform.openai.com/api-keys. Enter alone chooses "
    "another provider, or a server of your own."
)
_TESTING = (
    "Testing both at once, which takes some five seconds. The model gets one tiny question, which "
    "costs less than a hundredth of a cent..."
)

Run = Callable[[Coroutine[Any, Any, Any]], Any]
"""Runs a coroutine to its end."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """A draft that works, and what was found out about it."""

    draft: Draft
    telegram: TelegramTested
    provider: ProviderTested


def untested(draft: Draft) -> Agreed:
    """What can be said of *draft* without asking anybody."""
    draft = replace(draft, model=draft.model or MODEL)
    return Agreed(draft, TelegramTested(), ProviderTested(draft.model, hears=True))


def complete(terminal: Terminal, draft: Draft) -> Draft:
    """Ask for the two secrets, those that are not given."""
    if not draft.token:
        terminal.say(_BOT, "")
        draft = replace(draft, token=ask_token(terminal))
    if not draft.key:
        terminal.say("", _MODEL, "")
        draft = ask_key(terminal, draft)
    return draft


def agree(terminal: Terminal, draft: Draft, run: Run, *, listen: int = LISTENING) -> Agreed:
    """Test the draft and ask again for only what was wrong, until nothing is.

    *listen*: seconds in which another program that uses the bot would be noticed.
    """
    terminal.say("", _TESTING, "")
    telegram, provider = run(both_tested(draft, listen))
    telegram_good, provider_good = _told(terminal, draft, telegram, provider)
    while not (telegram_good and provider_good):
        if not telegram_good:
            terminal.say("", *explain.telegram(draft, telegram))
            draft, telegram_good = mend_telegram(terminal, draft, telegram)
        if not provider_good:
            terminal.say("", *explain.provider(draft, provider))
            draft, provider_good = mend_provider(terminal, draft, provider)
        if telegram_good and provider_good:
            break
        terminal.say("", "Testing again...", "")
        old = telegram if telegram_good else None, provider if provider_good else None
        telegram, provider = run(_retested(draft, listen, *old))
        told = _told(
            terminal,
            draft,
            None if telegram_good else telegram,
            None if provider_good else provider,
        )
        telegram_good, provider_good = telegram_good or told[0], provider_good or told[1]
    return Agreed(replace(draft, model=provider.model), telegram, provider)


async def _retested(
    draft: Draft, listen: int, telegram: TelegramTested | None, provider: ProviderTested | None
) -> tuple[TelegramTested, ProviderTested]:
    """Test what is not given."""

    async def first() -> TelegramTested:
        return telegram or await telegram_tested(draft, listen)

    async def second() -> ProviderTested:
        return provider or await provider_tested(draft)

    return await asyncio.gather(first(), second())


def _told(
    terminal: Terminal,
    draft: Draft,
    telegram: TelegramTested | None,
    provider: ProviderTested | None,
) -> tuple[bool, bool]:
    """Say how each test went, and return whether it went well; None was no test."""
    good = []
    if telegram is not None:
        wrong = explain.telegram(draft, telegram)
        text = f"the bot is @{telegram.bot.username}" if telegram.bot is not None else "no bot"
        terminal.say(f"Telegram: {text}.", mark="[!!]" if wrong else "[ok]")
        good.append(not wrong)
    else:
        good.append(False)
    if provider is not None:
        wrong = explain.provider(draft, provider)
        text = f"{provider.model} answers" if not wrong else "not yet"
        terminal.say(f"Model: {text}.", mark="[!!]" if wrong else "[ok]")
        good.append(not wrong)
    else:
        good.append(False)
    return good[0], good[1]
