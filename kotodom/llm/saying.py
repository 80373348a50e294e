"""What a provider says about an error, as far as it may stand in logs and alerts.

Such texts quote what people write ("input_value='Dear diary…'"), so none of them is passed on:
what an operator needs to know is recognised and told in our own words. All of it is in the log
only at DEBUG, which is known to have texts in it.
"""

import re
from collections.abc import Iterable

from kotodom.redaction import redact

_LONGEST = 200
"""Characters of a text that may be told as it is."""
_MASKED_KEY = re.compile(r"\bsk-[\w*.…-]+")
_SHORTEST_SECRET = 6
"""Shorter keys are dummies for local servers; hiding them would ruin ordinary words."""

_LABEL = re.compile(r"[\w.:/\[\]-]{1,64}", re.ASCII)
"""A code, a type or the name of a parameter; a sentence is none of them."""

_NAME = r"['\"`]?([A-Za-z0-9][\w.:/@+-]{0,79})['\"`]?"
_QUOTES = re.compile(r"input_value|input=|['\"]content['\"]|\n")
"""From here on an error text is likely to repeat what it is about."""
_RECOGNISED = tuple(
    (re.compile(pattern, re.ASCII | re.IGNORECASE), told)
    for pattern, told in (
        (rf"unsupported parameter: {_NAME}", "it does not know the parameter {}"),
        (rf"unsupported value: {_NAME}", "it does not take this value of {}"),
        (
            r"(?:unknown|unrecognized|unexpected|extra) (?:\w+ )?(?:parameter|argument|field)s?"
            rf"(?: supplied)?: {_NAME}",
            "it does not know the parameter {}",
        ),
        (
            rf"\bmodel:? {_NAME},? (?:does not exist|(?:is |was )?not found|is not available)",
            "there is no model {}",
        ),
        (rf"not have access to (?:the )?model {_NAME}", "there is no access to the model {}"),
        (r"maximum context length is (\d+)", "the model takes {} tokens"),
        (r"context (?:size|length|window)\D{0,20}(\d+)", "the model takes {} tokens"),
        (r"must be verified", "the organization must be verified"),
        (r"country, region, or territory", "the country is not supported"),
        (r"stream(?:ing)? (?:is )?not supported", "it cannot stream"),
        (r"loading model|model is loading", "it is still loading the model"),
        (r"out of memory", "it is out of memory"),
    )
)

_NO_EYES = re.compile(
    r"mmproj|image inputs? (?:is|are) not supported|required for image input"
    r"|support (?:\w+ )?(?:images?|vision|multimodal)\b(?! (?:format|type|size))"
    r"|only supported by certain models|at most 0 image|not a (?:multimodal|vision)",
    re.ASCII | re.IGNORECASE,
)
_PICTURES = re.compile(r"image input|\bvision\b", re.ASCII | re.IGNORECASE)


def told(message: str) -> str:
    """What *message* tells an operator, in our words; empty when that is not known."""
    message = _QUOTES.split(message[: 2 * _LONGEST], maxsplit=1)[0]
    for pattern, words in _RECOGNISED:
        if found := pattern.search(message):
            return words.format(*found.groups())
    return "it takes no pictures" if _NO_EYES.search(message) else ""


def label(text: str) -> str:
    """*text* if it is a name as interfaces have them, else nothing."""
    return text if _LABEL.fullmatch(text) else ""


def takes_no_pictures(message: str) -> bool:
    """Whether *message* says that the model cannot look at pictures at all."""
    return _NO_EYES.search(message[:1000]) is not None


def about_pictures(message: str) -> bool:
    """Whether *message* is about pictures in general, whatever it says of them."""
    return takes_no_pictures(message) or _PICTURES.search(message[:1000]) is not None


def clean(text: str, secrets: Iterable[str]) -> str:
    """*text* on one line, short, and without any key."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    text = _MASKED_KEY.sub("sk-***", redact(text))
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
