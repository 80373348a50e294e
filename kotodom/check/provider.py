"""The provider as `kotodom check` and `kotodom init` ask it: is the key good, the model there?"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from enum import StrEnum
from typing import Any

from kotodom.check.report import CheckFailed
from kotodom.clock import SystemClock
from kotodom.config import OpenAIConfig
from kotodom.errors import AccountError, ErrorKind, ProviderError, ProviderTimeout
from kotodom.llm.breaker import CircuitBreaker
from kotodom.llm.errors import KEY_REFUSED, NO_MONEY, NO_PROVIDER, UNREACHABLE, CannotCall
from kotodom.llm.openai import OpenAIProvider
from kotodom.model import Question

_ELSEWHERE = "unsupported_country_region_territory"
"""The provider's code for a country that it does not serve (OpenAI, error codes guide)."""
_TOKENS = 64
"""The answer to the trial question may have; the interface takes no less than 16."""


class ProviderFault(StrEnum):
    """Why the provider cannot be used."""

    NO_ROUTE = "no route"
    """It cannot be reached, or does not serve this country: here a proxy may help."""
    BUSY = "busy"
    """In trouble, or too many questions: it may pass."""
    KEY = "key"
    """It is not accepted."""
    QUOTA = "quota"
    """The account has no money or quota left."""
    ACCOUNT = "account"
    """Something else about the account."""
    MODEL = "model"
    NO_PROVIDER = "no provider"
    """Something else answers there."""
    OTHER = "other"


class ProviderRefused(CheckFailed):
    """The provider could not be asked, or said no."""

    def __init__(self, fault: ProviderFault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


async def ask_provider(settings: OpenAIConfig, model: str) -> dict[str, Any]:
    """Make sure that the key works and *model* exists; what the provider says about the model.

    Raises ProviderRefused, which says what to do next.
    """
    async with _asking(settings) as provider:
        try:
            return await provider.check(model)
        except ProviderTimeout as error:
            # A look into a list takes no time: nobody was there.
            raise ProviderRefused(ProviderFault.NO_ROUTE, f"{error}; {_CHECK_ROUTE}") from None


async def list_models(settings: OpenAIConfig, today: date) -> tuple[str, ...]:
    """The names of the models that the key may use *today*; raises ProviderRefused."""
    async with _asking(settings) as provider:
        try:
            models = await provider.models()
        except ProviderTimeout as error:
            raise ProviderRefused(ProviderFault.NO_ROUTE, f"{error}; {_CHECK_ROUTE}") from None
    # What has been announced to end by today is no choice; other servers do not say.
    gone = today.isoformat()
    return tuple(one["id"] for one in models if str(one.get("shutdown_date") or "9") > gone)


async def try_model(settings: OpenAIConfig, model: str) -> None:
    """Have *model* begin one tiny answer, which is billed; raises ProviderRefused.

    Only this shows an empty account, and a server that lists models but speaks no Responses API.
    """
    question = Question(model, "", (), "Say OK.", "", "", max_output_tokens=_TOKENS)
    async with _asking(settings) as provider:
        answer = provider.stream(question)
        try:
            await anext(answer)
        finally:
            if isinstance(answer, AsyncGenerator):
                await answer.aclose()


@asynccontextmanager
async def _asking(settings: OpenAIConfig) -> AsyncIterator[OpenAIProvider]:
    clock = SystemClock()
    provider = OpenAIProvider(
        api_key=settings.api_key.get_secret_value(),
        base_url=settings.base_url,
        proxy=settings.proxy.get_secret_value(),
        timeout=settings.timeout,
        total_timeout=settings.total_timeout,
        breaker=CircuitBreaker("check", clock=clock),
        clock=clock,
    )
    try:
        yield provider
    except CannotCall as error:
        raise ProviderRefused(ProviderFault.OTHER, str(error)) from None
    except ProviderError as error:
        fault, step = _next(error)
        raise ProviderRefused(fault, f"{error}; {step}") from None
    finally:
        await provider.close()


_CHECK_ROUTE = "check the network, openai.base_url and openai.proxy, or try again later"
_CHECK_ACCOUNT = "check openai.api_key and the account behind it"


def _next(error: ProviderError) -> tuple[ProviderFault, str]:
    code = error.vendor_code
    if code == _ELSEWHERE:
        return ProviderFault.NO_ROUTE, "set openai.proxy to a proxy in a country that it serves"
    if code == NO_PROVIDER:
        return ProviderFault.NO_PROVIDER, "check openai.base_url, which mostly ends in /v1"
    if isinstance(error, AccountError):
        if "model" in code:
            step = "name another one (openai.model, or model of the bot)"
            return ProviderFault.MODEL, step
        said = str(error)
        if said.startswith(NO_MONEY):
            return ProviderFault.QUOTA, _CHECK_ACCOUNT
        refused = said.startswith(KEY_REFUSED)
        return (ProviderFault.KEY if refused else ProviderFault.ACCOUNT), _CHECK_ACCOUNT
    if error.kind is ErrorKind.RETRYABLE:
        fault = ProviderFault.NO_ROUTE if code == UNREACHABLE else ProviderFault.BUSY
        return fault, _CHECK_ROUTE
    return ProviderFault.OTHER, "check openai.base_url"
