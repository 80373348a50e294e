"""What the first run has found out so far, and the two tests of it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from kotodom.check.provider import (
    ProviderFault,
    ProviderRefused,
    ask_provider,
    list_models,
    try_model,
)
from kotodom.check.telegram import (
    LISTENING,
    BotFound,
    TelegramFault,
    TelegramRefused,
    ask_telegram,
    listen_for_poller,
)
from kotodom.config import OpenAIConfig
from kotodom.money import DEFAULT_PRICES

MODEL = "gpt-6-luna"
"""The cheapest that answers well; also openai.model's default."""
OPENAI = "https://api.openai.com/v1"
TELEGRAM = "https://api.telegram.org"
HEARING = "gpt-transcribe"
"""openai.transcribe_model's default."""

_PATIENCE = 15.0
"""Seconds a mere look-up may take."""
_LOADING = 90.0
"""Seconds for the first answer: a server of one's own may have to load the model first."""
_NO_TALKERS = (
    *("embed", "whisper", "tts", "audio", "realtime", "image", "moderation", "transcribe"),
    *("dall-e", "sora", "rerank", "codex", "search", "instruct", "davinci", "babbage"),
)
"""Parts of the names of models that are not meant for conversations."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers so far; empty: not known yet."""

    token: str = ""
    key: str = ""
    base_url: str = OPENAI
    model: str = ""
    """Empty: the default if the provider has it, else one of those it has."""
    api_base: str = TELEGRAM
    telegram_proxy: str = ""
    provider_proxy: str = ""

    @property
    def is_local(self) -> bool:
        """Whether the provider is a server on this machine."""
        host = urlsplit(self.base_url).hostname or ""
        return host in {"localhost", "::1"} or host.startswith("127.")


@dataclass(frozen=True, slots=True)
class TelegramTested:
    """What came of the test of the token: a bot, a fault, or both."""

    bot: BotFound | None = None
    refused: TelegramRefused | None = None

    @property
    def fault(self) -> TelegramFault | None:
        """Why it cannot be used; None: it can, unless a webhook is set."""
        return self.refused.fault if self.refused is not None else None


@dataclass(frozen=True, slots=True)
class ProviderTested:
    """What came of the test of the key: a model that answers, or a fault."""

    model: str = ""
    models: tuple[str, ...] = ()
    """Those it has that can talk, the best known first; empty: it did not say."""
    hears: bool = False
    """It has a model that listens to recordings."""
    refused: ProviderRefused | None = None

    @property
    def fault(self) -> ProviderFault | None:
        """Why it cannot be used; None: it can."""
        return self.refused.fault if self.refused is not None else None


async def both_tested(
    draft: Draft, listen: int = LISTENING
) -> tuple[TelegramTested, ProviderTested]:
    """Test Telegram and provider at once."""
    return await asyncio.gather(telegram_tested(draft, listen), provider_tested(draft))


async def telegram_tested(draft: Draft, listen: int = LISTENING) -> TelegramTested:
    """Whose token it is, and whether within *listen* seconds nobody else uses it."""
    bot = None
    way = (draft.api_base, draft.token, draft.telegram_proxy)
    try:
        bot = await ask_telegram(*way, timeout=_PATIENCE)
        if not bot.webhook:
            await listen_for_poller(*way, seconds=listen)
    except TelegramRefused as error:
        return TelegramTested(bot, error)
    except ImportError:
        return TelegramTested(None, TelegramRefused(TelegramFault.NO_ROUTE, _NO_SOCKS))
    return TelegramTested(bot)


async def provider_tested(draft: Draft) -> ProviderTested:
    """Whether the key is good, which models it may use, and whether the chosen one answers."""
    look, wait = (_settings(draft, seconds) for seconds in (_PATIENCE, _LOADING))
    try:
        listed = await _listed(look, draft)
    except ProviderRefused as error:
        return ProviderTested(refused=error)
    talkers = tuple(sorted((name for name in listed if _talks(name)), key=_worth))
    hears = HEARING in listed
    model = draft.model or _default(draft, talkers)
    if not model:
        text = "It does not have the model that Kotodom would choose"
        return ProviderTested("", talkers, hears, ProviderRefused(ProviderFault.MODEL, text))
    try:
        await ask_provider(look, model)
        await try_model(wait, model)
    except ProviderRefused as error:
        return ProviderTested(model, talkers, hears, error)
    return ProviderTested(model, talkers, hears)


async def _listed(settings: OpenAIConfig, draft: Draft) -> tuple[str, ...]:
    try:
        return await list_models(settings, datetime.now().astimezone().date())
    except ProviderRefused as error:
        # A key may be allowed to answer and nothing else, and a server may have no list; but then
        # a model must be known, else it is rather the address that is wrong.
        known = draft.model or draft.base_url == OPENAI
        lenient = ProviderFault.ACCOUNT, ProviderFault.OTHER
        if error.fault in lenient[: 2 if known else 1]:
            return ()
        raise


def _default(draft: Draft, talkers: tuple[str, ...]) -> str:
    if MODEL in talkers or (not talkers and draft.base_url == OPENAI):
        return MODEL
    return talkers[0] if len(talkers) == 1 else ""


def _settings(draft: Draft, timeout: float) -> OpenAIConfig:
    return OpenAIConfig.model_validate(
        {
            "api_key": draft.key,
            "base_url": draft.base_url,
            "proxy": draft.provider_proxy,
            "timeout": timeout,
            "total_timeout": timeout,
        }
    )


def _talks(name: str) -> bool:
    return not any(part in name.lower() for part in _NO_TALKERS)


def _worth(name: str) -> tuple[int, str]:
    """The order in which models are offered: those with a known price as they are listed there."""
    known = list(DEFAULT_PRICES)
    return (known.index(name) if name in known else len(known), name)


_NO_SOCKS = (
    "A SOCKS proxy needs two more packages: install kotodom[socks] (pip install 'kotodom[socks]', "
    "pipx install --force 'kotodom[socks]', uv tool install --force 'kotodom[socks]')"
)
