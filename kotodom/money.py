"""Prices and costs: what an answer cost, in whole nano-dollars.

Prices are dollars for a million tokens or for a minute of sound, as providers publish them, kept
as decimals so that no binary fraction ever touches money.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType

from kotodom.model import Transcript, Usage

NANO = 1_000_000_000
"""Nano-dollars in a dollar."""

_PER_TOKEN = Decimal(NANO) / 1_000_000
"""Turns dollars for a million tokens into nano-dollars for one."""

_CACHE_WRITE = Decimal("1.25")
"""Writing to the prompt cache costs this much of the input price (OpenAI, prompt caching guide)."""

_LONG_INPUT = 272_000
"""Above so many input tokens the whole request is dearer (OpenAI, model pages of GPT-5.6 and 6)."""
_LONG_INPUT_FACTOR = Decimal(2)
_LONG_OUTPUT_FACTOR = Decimal("1.5")
_LONG_FAMILIES = re.compile(r"gpt-(5\.6|6(\.\d+)?)-")

_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True)
class Price:
    """What one model costs, in dollars; a model that only listens may have no price for tokens."""

    input: Decimal | None = None
    """For a million tokens, like the next two: there are all three of them or none."""
    cached: Decimal | None = None
    """Input that came out of the prompt cache."""
    output: Decimal | None = None
    """Reasoning included."""
    minute: Decimal | None = None
    """For a minute of sound."""


def _price(input: str, cached: str, output: str) -> Price:
    return Price(Decimal(input), Decimal(cached), Decimal(output))


DEFAULT_PRICES: Mapping[str, Price] = MappingProxyType(
    {
        # OpenAI's prices of 2026-11-22, from its model pages and published price lists.
        "gpt-6.2-astra": _price("8", "0.40", "40"),  # cached: inferred from the sister models
        "gpt-6-astra": _price("10", "1", "50"),
        "gpt-6.2-sol": _price("2", "0.10", "10"),  # cached: inferred from gpt-6.1-sol
        "gpt-6.1-sol": _price("2", "0.10", "10"),
        "gpt-6-sol": _price("2", "0.20", "10"),
        "gpt-6.1-terra": _price("1", "0.05", "5"),
        "gpt-6-luna": _price("0.10", "0.01", "0.50"),
        "gpt-5.6-sol": _price("5", "0.50", "30"),  # the list price; a promotion ran until 11-21
        "gpt-5.6-terra": _price("2", "0.20", "12"),
        "gpt-5.6-luna": _price("0.20", "0.02", "1.20"),
        "gpt-5.5": _price("5", "0.50", "30"),
        "gpt-5.4": _price("2.5", "0.25", "15"),
        "gpt-5.4-mini": _price("0.75", "0.075", "4.5"),
        "gpt-5.4-nano": _price("0.20", "0.02", "1.25"),
        "gpt-transcribe": Price(minute=Decimal("0.0045")),
    }
)
"""What is known without any configuration; a model that is not here costs "unknown"."""


def merge(defaults: Mapping[str, Price], configured: Mapping[str, Price]) -> dict[str, Price]:
    """The price table to use: what the configuration names wins over the defaults."""
    return {**defaults, **configured}


def price_of(model: str, prices: Mapping[str, Price]) -> Price | None:
    """The price of *model*; a dated snapshot costs what its base name costs.

    None when neither is in the table: an unknown price is never taken for zero.
    """
    return prices.get(model) or prices.get(undated(model))


def undated(model: str) -> str:
    """The base name of a dated snapshot; any other name as it is."""
    return _SNAPSHOT.sub("", model)


def has_price(model: str, prices: Mapping[str, Price]) -> bool:
    """Whether an answer of *model* has a price."""
    return cost(Usage(input=1), model, prices) is not None


def cost(usage: Usage, model: str, prices: Mapping[str, Price]) -> int | None:
    """What *usage* of *model* cost, in nano-dollars; None when the price is unknown.

    Cached and cache-written tokens are part of the input tokens, reasoning is part of the output.
    A provider that counts more cached tokens than input tokens is charged for no negative rest.
    """
    price = price_of(model, prices)
    if price is None or price.input is None or price.cached is None or price.output is None:
        return None
    cached, written, output = max(usage.cached, 0), max(usage.cache_write, 0), max(usage.output, 0)
    plain = max(usage.input - cached - written, 0)
    incoming = plain * price.input + cached * price.cached + written * _CACHE_WRITE * price.input
    outgoing = output * price.output
    if usage.input > _LONG_INPUT and _LONG_FAMILIES.match(model):
        incoming *= _LONG_INPUT_FACTOR
        outgoing *= _LONG_OUTPUT_FACTOR
    return _whole((incoming + outgoing) * _PER_TOKEN)


def cost_of_sound(transcript: Transcript, prices: Mapping[str, Price]) -> int | None:
    """What listening cost, in nano-dollars: by the minute, else by what tokens were counted.

    None when the price is unknown, or when there are only prices of tokens and nobody counted any.
    """
    price = price_of(transcript.model, prices)
    if price is not None and price.minute is not None:
        return _whole(max(transcript.seconds, 0) * price.minute * NANO / 60)
    counted = transcript.usage.input > 0 or transcript.usage.output > 0
    return cost(transcript.usage, transcript.model, prices) if counted else None


def dollars(nano: int) -> str:
    """A sum of nano-dollars as people read it: ``$0.0123``."""
    amount = Decimal(nano) / NANO
    return f"${amount:.2f}" if amount >= 1 else f"${amount:.4f}"


def _whole(nano: Decimal) -> int:
    return int(nano.to_integral_value(ROUND_HALF_EVEN))
