"""The provider as `kotodom check` and `kotodom init` ask it: is the key good, the model there?"""

from enum import StrEnum

from kotodom.check.report import CheckFailed
from kotodom.clock import SystemClock
from kotodom.config import OpenAIConfig
from kotodom.errors import AccountError, ErrorKind, ProviderError
from kotodom.llm.breaker import CircuitBreaker
from kotodom.llm.errors import CannotCall
from kotodom.llm.openai import OpenAIProvider


class ProviderFault(StrEnum):
    """Why the provider cannot be used."""

    NO_ROUTE = "no route"
    """Network trouble, or the provider's own: here a proxy may help."""
    ACCOUNT = "account"
    """The key, or the account behind it."""
    MODEL = "model"
    OTHER = "other"


class ProviderRefused(CheckFailed):
    """The provider could not be asked, or said no."""

    def __init__(self, fault: ProviderFault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


async def ask_provider(settings: OpenAIConfig, model: str) -> None:
    """Make sure that the key works and *model* exists; raises ProviderRefused: what to do next."""
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
        await provider.check(model)
    except CannotCall as error:
        raise ProviderRefused(ProviderFault.OTHER, str(error)) from None
    except ProviderError as error:
        fault, step = _next(error)
        raise ProviderRefused(fault, f"{error}; {step}") from None
    finally:
        await provider.close()


def _next(error: ProviderError) -> tuple[ProviderFault, str]:
    if isinstance(error, AccountError):
        if "model" in error.vendor_code:
            step = "name another one (openai.model, or model of the bot)"
            return ProviderFault.MODEL, step
        return ProviderFault.ACCOUNT, "check openai.api_key and the account behind it"
    if error.kind is ErrorKind.RETRYABLE:
        step = "check the network, openai.base_url and openai.proxy, or try again later"
        return ProviderFault.NO_ROUTE, step
    return ProviderFault.OTHER, "check openai.base_url"
