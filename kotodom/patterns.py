"""How long a regular expression may search: a person's message must not stop the process.

Python's search goes back and tries again, and nothing can end it from outside.
"""

import re
import warnings
from collections.abc import Iterable
from functools import lru_cache

# Python has no public way to read an expression; what these give has been the same since 3.11.
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

SHORT = 512
"""Characters that an expression is given which can match in very many ways."""
LONG = 4_096
"""Characters for the others: a message that Telegram did not split."""
FEW = SHORT + 1
"""Ways in which one ``\\w*`` matches at one place, at most."""
MOST = FEW**2

_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)


@lru_cache(maxsize=1024)
def reach(expression: str) -> int:
    """How many characters it may search, so that half a second is enough; 0: not even SHORT.

    Raises what ``re.compile`` raises for what is none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = _ways(_parser.parse(expression, re.IGNORECASE))
    return LONG if found <= FEW else SHORT if found <= MOST else 0


def _ways(items: Iterable[Any]) -> int:
    """In how many ways a part can match at one place of SHORT characters, at most."""
    ways = 1
    for kind, value in items:
        ways = min(ways * _ways_of(kind, value), MOST + 1)
    return ways


def _ways_of(kind: object, value: Any) -> int:
    if kind in _REPEATS:
        least, most, body = value
        return _repeated(min(least, SHORT), min(most, SHORT), _ways(body))
    if kind is _constants.BRANCH:
        return sum(map(_ways, value[1]))
    if kind is _constants.GROUPREF_EXISTS:
        return _ways(value[1]) + _ways(value[2] or ())
    if kind in (_constants.SUBPATTERN, _constants.ASSERT, _constants.ASSERT_NOT):
        return _ways(value[-1])
    return _ways(value) if kind is _constants.ATOMIC_GROUP else 1


def _repeated(least: int, most: int, once: int) -> int:
    """Something matches *once* so often: more than once of several ways is a power of them."""
    if once == 1:
        return most - least + 1
    ways: int = once**most + (least == 0)
    return ways
