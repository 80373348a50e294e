"""Secrets never leave: one function that every log line, alert and error text passes."""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote

_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    # A bot token, also percent-encoded or inside a URL; the number is the bot's public id.
    (re.compile(r"(\d+)(?::|%3A)[\w-]{35,}", re.IGNORECASE), r"\1:***"),
    (re.compile(r"\bsk-[\w-]{8,}"), "sk-***"),
    (re.compile(r"\b(bearer)\s+[\w.~+/=-]+", re.IGNORECASE), r"\1 ***"),
    (re.compile(r"(\w://)[^\s/?#\"'<>]+@"), r"\1***@"),
)

_SHORTEST = 8
"""Exact values below this length are not replaced: a dummy key of "x" would ruin every text."""

# Process-wide like the log it guards: what was once a secret stays one until the process ends.
_known: set[str] = set()
_exact = re.compile(r"(?!)")  # matches nothing


def remember(secrets: Iterable[str]) -> None:
    """Add exact values that :func:`redact` hides from now on."""
    global _exact
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            _known.update(_forms(secret))
    if _known:
        # Longest first: a secret may be a piece of another one.
        _exact = re.compile("|".join(map(re.escape, sorted(_known, key=len, reverse=True))))


def _forms(secret: str) -> set[str]:
    """The ways a library may spell it: in a URL, in a repr, in JSON."""
    return {
        secret,
        unquote(secret),
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    }


def redact(text: str) -> str:
    """Return *text* with everything that is or looks like a secret replaced by ``***``."""
    text = _exact.sub("***", text)
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return text
