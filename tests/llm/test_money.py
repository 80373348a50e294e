"""Costs: whole nano-dollars, and never a guess."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotodom.model import Transcript, Usage
from kotodom.money import DEFAULT_PRICES, Price, cost, cost_of_sound, merge

COUNT = st.integers(0, 2_000_000)
MODELS = st.sampled_from(sorted(name for name, price in DEFAULT_PRICES.items() if price.output))


@pytest.mark.parametrize(
    ("usage", "model", "nano"),
    [
        # 1,000 input at $0.10 and 200 output at $0.50 a million.
        (Usage(input=1_000, output=200), "gpt-6-luna", 100_000 + 100_000),
        # 400 of them cached at $0.01.
        (Usage(input=1_000, cached=400), "gpt-6-luna", 60_000 + 4_000),
        # 400 of them written to the cache at 1.25 times $0.10.
        (Usage(input=1_000, cache_write=400), "gpt-6-luna", 60_000 + 50_000),
        # Above 272,000 input tokens: twice the input, one and a half times the output.
        (Usage(input=272_000, output=1_000), "gpt-6-luna", 27_200_000 + 500_000),
        (Usage(input=272_001, output=1_000), "gpt-6-luna", 2 * 27_200_100 + 750_000),
        (Usage(input=300_000, output=0), "gpt-5.6-terra", 2 * 600_000_000),
        (Usage(input=300_000, output=0), "gpt-6.1-sol", 2 * 600_000_000),
        # Other families know no such rule.
        (Usage(input=300_000, output=0), "gpt-5.5", 1_500_000_000),
        # A dated snapshot costs what its base name costs.
        (Usage(input=1_000), "gpt-6-luna-2026-10-01", 100_000),
        (Usage(input=300_000), "gpt-6-luna-2026-10-01", 60_000_000),
        # More cached than input: a server that cannot count is not paid a negative price.
        (Usage(input=10, cached=1_000), "gpt-6-luna", 10_000),
        (Usage(), "gpt-6.2-astra", 0),
    ],
)
def test_the_price_table_by_example(usage, model, nano):
    assert cost(usage, model, DEFAULT_PRICES) == nano


@pytest.mark.parametrize("model", ["", "gpt-7", "llama3", "gpt-6-luna-mini", "openai/gpt-6-luna"])
def test_an_unknown_model_costs_unknown_and_not_zero(model):
    assert cost(Usage(input=1_000_000), model, DEFAULT_PRICES) is None


def test_tokens_of_a_model_that_is_priced_by_the_minute_cost_unknown():
    assert cost(Usage(input=1_000), "gpt-transcribe", DEFAULT_PRICES) is None


EARS = {
    "by-minute": Price(minute=Decimal("0.006")),
    "by-token": Price(Decimal("1.25"), Decimal(0), Decimal(5)),
    "by-both": Price(Decimal("1.25"), Decimal(0), Decimal(5), minute=Decimal("0.006")),
}


def heard(model, seconds=0, **tokens):
    return cost_of_sound(Transcript("Hello", model, seconds, Usage(**tokens)), EARS)


@pytest.mark.parametrize("model", ["by-minute", "by-both", "by-minute-2026-10-01"])
def test_sound_is_paid_by_the_second_where_a_minute_has_a_price(model):
    assert heard(model, 60, input=99) == 6_000_000
    assert heard(model, 7) == 700_000
    assert heard(model, 0) == 0
    assert heard(model, -1) == 0


def test_sound_is_paid_by_token_where_a_minute_has_no_price():
    assert heard("by-token", 60, input=1_000, output=10) == 1_250_000 + 50_000


def test_sound_of_unknown_price_or_amount_costs_unknown_and_not_zero():
    assert heard("by-token", 60) is None
    assert heard("no-such-ear", 60, input=1_000) is None


def test_the_shipped_price_of_a_minute():
    minute = Transcript("Hello", "gpt-transcribe", 60, Usage())
    assert cost_of_sound(minute, DEFAULT_PRICES) == 4_500_000


@given(COUNT, COUNT, COUNT, COUNT, MODELS)
def test_cost_is_the_exact_sum_rounded_once(input, cached, written, output, model):
    cached = min(cached, input)
    written = min(written, input - cached)
    price = DEFAULT_PRICES[model]
    long = input > 272_000 and model.startswith(("gpt-5.6", "gpt-6"))
    paid_in = (
        (input - cached - written) * Fraction(price.input)
        + cached * Fraction(price.cached)
        + written * Fraction(price.input) * Fraction(5, 4)
    )
    paid_out = output * Fraction(price.output)
    exact = (paid_in * (2 if long else 1) + paid_out * Fraction(3 if long else 2, 2)) * 1_000
    result = cost(Usage(input, cached, written, output), model, DEFAULT_PRICES)
    assert isinstance(result, int)
    assert abs(result - exact) <= Fraction(1, 2)


@given(COUNT, COUNT, MODELS)
def test_more_tokens_never_cost_less(input, output, model):
    def paid(more_in: int, more_out: int) -> int:
        return cost(Usage(input=input + more_in, output=output + more_out), model, DEFAULT_PRICES)

    assert 0 <= paid(0, 0) <= paid(1, 0)
    assert paid(0, 0) <= paid(0, 1)


def test_configured_prices_win_and_add_to_the_defaults():
    own = Price(Decimal(1), Decimal(0), Decimal(2))
    prices = merge(DEFAULT_PRICES, {"gpt-6-luna": own, "llama3": own})
    assert cost(Usage(input=1, output=1), "llama3", prices) == 3_000
    assert cost(Usage(input=1, output=1), "gpt-6-luna", prices) == 3_000
    assert prices["gpt-5.5"] == DEFAULT_PRICES["gpt-5.5"]


def test_a_snapshot_with_a_price_of_its_own_uses_it():
    own = Price(Decimal(7), Decimal(0), Decimal(0))
    prices = merge(DEFAULT_PRICES, {"gpt-6-luna-2026-10-01": own})
    assert cost(Usage(input=1), "gpt-6-luna-2026-10-01", prices) == 7_000
