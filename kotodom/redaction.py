"""Secrets never leave: one function that every log line, alert and error text passes."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, quote_plus, unquote

_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    # A bot token, also percent-encoded or inside a URL; the number is the bot's public id.
    (re.compile(r"(\d+)(?::|%3A)[\w-]{35,}", re.IGNORECASE), r"\1:***"),
    (re.compile(r"\bsk-[\w-]{8,}"), "sk-***"),
    (re.compile(r"\b(bearer)\s+[\w.~+/=-]+", re.IGNORECASE), r"\1 ***"),
    (re.compile(r"(\w://)[^\s/?#\"'<>]+@"), r"\1***@"),
)

_BASIC = re.compile(r"\b(basic)\s+([A-Za-z0-9+/_-]{4,}={0,2})", re.IGNORECASE)
"""How a login is sent to a proxy (RFC 7617), and what any two words may look like."""

_SHORTEST = 8
"""Exact values below this length are not replaced: a dummy key of "x" would ruin every text."""

# Process-wide like the log it guards: what was once a secret stays one until the process ends.
_known: set[str] = set()
_forms_by_length: tuple[str, ...] = ()
"""What is looked for, longest first: a secret may be a piece of another one."""


def remember(secrets: Iterable[str]) -> None:
    """Add exact values that :func:`redact` hides from now on."""
    global _forms_by_length
    before = len(_known)
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            _known.update(_forms(secret))
    if len(_known) > before:
        _forms_by_length = tuple(sorted(_known, key=len, reverse=True))


def _forms(secret: str) -> set[str]:
    """The ways a library may spell it: in a URL, in a repr, in JSON, in base64."""
    encoded = b64encode(secret.encode("utf-8", "surrogateescape")).decode()
    forms = {
        encoded,
        encoded.rstrip("="),
        encoded.translate(str.maketrans("+/", "-_")),
        secret,
        unquote(secret),
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    }
    return {form for form in forms if len(form) >= _SHORTEST}


def redact(text: str) -> str:
    """Return *text* with everything that is or looks like a secret replaced by ``***``."""
    # Not one pattern of them all: with hundreds of bots that takes a hundred times as long.
    for form in _forms_by_length:
        if form in text:
            text = text.replace(form, "***")
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return _BASIC.sub(_without_login, text)


def redact_often(text: str) -> str:
    """The same for names and other short texts of which there are few, asked about for ever."""
    return _redacted(text, len(_forms_by_length))


@lru_cache(maxsize=2_048)
def _redacted(text: str, forms: int) -> str:
    """*text* as it was redacted when so many forms of secrets were known; they only grow."""
    return redact(text)


def _without_login(found: re.Match[str]) -> str:
    """*found* without the login that it is, or as it was when it is none."""
    said = found[2].rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        login = b64decode(f"{said}{'=' * (-len(said) % 4)}", validate=True)
    except ValueError:
        return found[0]
    return f"{found[1]} ***" if b":" in login else found[0]
