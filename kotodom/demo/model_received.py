"""What the offline model server remembers of a request for an answer."""

import asyncio
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kotodom.demo.model_events import tokens
from kotodom.demo.model_pictures import Picture, pictures_of, shortened

_SPEAKER = re.compile(r"([^\n:]{1,64}): ")
_FILE = re.compile(r"^\[File [^\n]*\]\n.*?^\[End of the file\]$\n?", re.MULTILINE | re.DOTALL)
_PREFACE = re.compile(r"\A(?:\[[^\n]*\]\n)+")
"""What Kotodom tells a model beside a person's own words (kotodom.asking)."""


@dataclass(frozen=True)
class Received:
    """One request for an answer."""

    at: float
    """Monotonic."""
    body: dict[str, Any]
    """As it came, but without the bytes of its pictures."""
    headers: dict[str, str]
    """Names in lower case."""
    peer: tuple[str, int]
    """The client's end of the connection."""
    pictures: tuple[tuple[Picture, ...], ...] = ()
    """Those of each input item, oldest first."""
    gone: asyncio.Event = field(default_factory=asyncio.Event, compare=False, repr=False)
    """The client closed the connection before its answer was complete."""
    ended: asyncio.Event = field(default_factory=asyncio.Event, compare=False, repr=False)
    """Nothing more is done for it, however it ended."""

    @property
    def images(self) -> tuple[Picture, ...]:
        """All pictures: those of earlier turns first, those of the question last."""
        return tuple(picture for item in self.pictures for picture in item)

    @property
    def question_images(self) -> tuple[Picture, ...]:
        """The pictures of the last input item."""
        return self.pictures[-1] if self.pictures else ()

    @cached_property
    def said(self) -> tuple[str, ...]:
        """The texts of the user's items, oldest first."""
        return tuple(text_of(item) for item in _items(self.body) if item.get("role") == "user")

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who said each of :attr:`said`: what stands before its own words' colon, or nothing."""
        found = (_SPEAKER.match(own_words(text)) for text in self.said)
        return tuple(match[1] if match else "" for match in found)


def received(at: float, body: Any, headers: dict[str, str], peer: tuple[str, int]) -> Received:
    """Note a request, whatever it is."""
    known = body if isinstance(body, dict) else {}
    pictures = tuple(pictures_of(item) for item in _items(known))
    return Received(at, shortened(known), headers, peer, pictures)


def input_tokens(body: dict[str, Any], items: list[dict[str, Any]]) -> int:
    """What a request costs, roughly."""
    asked = tokens(str(body.get("instructions") or ""))
    asked += sum(tokens(text_of(item)) for item in items)
    return asked + sum(picture.tokens for item in items for picture in pictures_of(item))


def text_of(item: dict[str, Any]) -> str:
    """The words of an input item, without its pictures."""
    content = item.get("content", "")
    if isinstance(content, list):
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content)


def own_words(text: str) -> str:
    """What a person said, without the files and the notes that stand before it."""
    return _PREFACE.sub("", _FILE.sub("", text))


def _items(body: dict[str, Any]) -> list[dict[str, Any]]:
    value = body.get("input")
    if isinstance(value, str):
        return [{"role": "user", "content": value}]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
