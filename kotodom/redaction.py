"""Secrets never leave: one function that every log line, alert and error text passes."""

import re
from collections.abc import Iterable

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
    _known.update(secret for secret in secrets if len(secret) >= _SHORTEST)
    if _known:
        # Longest first: a secret may be a piece of another one.
        _exact = re.compile("|".join(map(re.escape, sorted(_known, key=len, reverse=True))))


def redact(text: str) -> str:
    """Return *text* with everything that is or looks like a secret replaced by ``***``."""
    text = _exact.sub("***", text)
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return text
