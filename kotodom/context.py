"""How much of a conversation the model sees again: pure arithmetic on tokens.

There is no tokenizer, because that would download files. What the provider counted is used where
it is known; the rest is estimated, on the high side.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kotodom.model import Turn

OVERHEAD = 4
"""Tokens that each message costs beside its text: its role and its boundaries."""

IMAGE_TOKENS = 1_500
"""Tokens that a picture costs, a little on the high side: a photo of 1280 x 960 pixels, as Telegram
mostly keeps them, has 40 x 30 patches, and GPT-5.6 and 6 count 1.2 tokens for each (OpenAI, images
and vision guide). The tiles of older models come to about half of it."""

LEFT_OUT = "\n[…]\n"
"""Stands for the middle of a text that is too long to be sent again."""
LEAST = 200
"""Tokens below which nothing is left of a text that would be worth sending."""

_ASCII = 4.0
"""Characters a token: English prose has 4 to 5, code about 4 with its signs and digits apart."""
_DENSE = 1.4
"""Base64 has 1.5, hex 1.8, tables of numbers 1.4 to 1.7, minified JSON 2.6 (measured with OpenAI's
o200k)."""
_DENSE_RUNS = re.compile(r"[A-Za-z0-9+=]{17,}|\s?[0-9]+|[!-/:-@\[-^`{-~]+", re.ASCII)
"""Words too long to be any, numbers with the space before them, signs."""
_TWO_BYTES = 1.75
"""Cyrillic, Greek, Arabic, Hebrew: letters of two UTF-8 bytes; 2 to 3 are usual."""
_MORE_BYTES = 1.0
"""Chinese, Japanese, Korean and emoji."""


def estimate_tokens(text: str) -> int:
    """Roughly how many tokens a text costs.

    An estimate, meant to be too high: of what people and models usually write it is 1 to 2 times
    the truth. Single digits in a row, words of random letters and emoji may cost up to twice of it.
    """
    ascii_count = len(text.encode("ascii", "ignore"))
    dense = len(text) - len(_DENSE_RUNS.sub("", text))
    tokens = (ascii_count - dense) / _ASCII + dense / _DENSE
    rest = len(text) - ascii_count
    if rest:
        size = len(text.encode("utf-8", "replace"))
        # Each of the rest has 2, 3 or 4 bytes; what is over two of them marks the long ones.
        long = min(rest, max(0, size - ascii_count - 2 * rest))
        tokens += (rest - long) / _TWO_BYTES + long / _MORE_BYTES
    return math.ceil(tokens)


def history_tokens(turns_newest_first: Sequence[Turn]) -> int:
    """What these turns cost when they are sent again, without the next question."""
    return max(_running(turns_newest_first), default=0)


def build(
    turns_newest_first: Sequence[Turn], *, text: str, instructions: str, budget: int
) -> tuple[Turn, ...]:
    """The newest turns that fit into *budget* tokens with the question *text*, oldest first.

    The history is never torn: it is a run without gaps that ends with the newest turn. When that
    one alone is too long, it is sent without its middle: the next question is most likely about
    it. The question and the instructions are always sent, even if they alone exceed the budget.
    """
    room = budget - fixed_tokens(text, instructions)
    fitting = 0
    for cost in _running(turns_newest_first):
        if cost > room:
            break
        fitting += 1
    if turns_newest_first and not fitting:
        newest = _shortened(turns_newest_first[0], room)
        return (newest,) if newest else ()
    return tuple(reversed(turns_newest_first[:fitting]))


def fixed_tokens(text: str, instructions: str) -> int:
    """What a question costs without any history."""
    return _message(text) + _message(instructions)


def without_middle(text: str, tokens: int) -> str:
    """The text if it costs at most *tokens*, else its beginning and its end; both may be empty."""
    return _cut(text, tokens, lambda n: text[: n - n // 4] + LEFT_OUT + text[len(text) - n // 4 :])


def beginning(text: str, tokens: int) -> str:
    """As much of the text's beginning as costs at most *tokens*."""
    return _cut(text, tokens, lambda n: text[:n])


def _cut(text: str, tokens: int, cut: Callable[[int], str]) -> str:
    tokens = max(tokens, 0)
    cost, keep, short = estimate_tokens(text), len(text), text
    while cost > tokens:
        # A little less than its share, so that a text of uneven density needs few rounds.
        keep = keep * tokens * 24 // (cost * 25)
        if not keep:
            return ""
        short = cut(keep)
        cost = estimate_tokens(short)
    return short


def _shortened(turn: Turn, room: int) -> Turn | None:
    """The turn as far as it fits, its answer rather than its question; None when nothing does."""
    room -= 2 * OVERHEAD
    if room < LEAST:
        return None
    answer = without_middle(turn.answer, max(room - estimate_tokens(turn.question), room // 2))
    question = without_middle(turn.question, room - estimate_tokens(answer))
    if bool(question) < bool(turn.question) or bool(answer) < bool(turn.answer):
        return None
    # What was counted belongs to the whole turn.
    return replace(turn, question=question, answer=answer, input_tokens=0, output_tokens=0)


def _running(turns: Sequence[Turn]) -> Iterator[int]:
    """The cost of the newest turn, of the newest two, of the newest three…"""
    used = 0
    for index, turn in enumerate(turns):
        used += _step(turn, turns[index - 1]) if index else _answer(turn)
        yield used + _message(turn.question)


def _step(older: Turn, newer: Turn) -> int:
    """Tokens of the older turn's answer and the newer turn's question.

    By that much the newer request was longer than the older one, if nothing else changed between
    them. Where the difference says that something did (history forgotten or dropped, other
    instructions), the estimate stands.
    """
    estimate = _answer(older) + _message(newer.question)
    if older.input_tokens and newer.input_tokens:
        counted = newer.input_tokens - older.input_tokens
        if estimate <= 2 * counted <= 4 * estimate:
            return counted
    return estimate


def _answer(turn: Turn) -> int:
    """Tokens of an answer; reasoning was counted with it, but is not sent again."""
    estimate = _message(turn.answer)
    return min(turn.output_tokens + OVERHEAD, 2 * estimate) if turn.output_tokens else estimate


def _message(text: str) -> int:
    return estimate_tokens(text) + OVERHEAD
