"""The Responses API as plain JSON: a question becomes a request, events become our own.

Everything here is pure. Events are told apart by their ``type`` alone, and unknown ones are
ignored, because servers send more than any list of classes knows.
"""

import base64
from collections.abc import Mapping
from typing import Any

from kotodom.context import IMAGE_TOKENS
from kotodom.errors import StreamBroken
from kotodom.llm.errors import from_payload
from kotodom.model import Delta, Done, Event, Image, Question, Thinking, Usage

_CHARS_PER_TOKEN = 4
"""For estimates where a server counts nothing: the usual rule of thumb for English."""

MAX_ANSWER = 400_000
"""Characters an answer may have: a hundred messages, nearly all that 128,000 tokens can write."""
_TOO_LONG = "max_output_tokens"
"""How the interface itself names an answer that was ended for its length."""

_NOT_YET = frozenset({"response.created", "response.queued", "response.in_progress"})
"""Sent before the model has done anything: a server that only says these makes no progress."""

_TEXT = frozenset({"response.output_text.delta", "response.refusal.delta"})
_ENDS = frozenset({"response.completed", "response.incomplete", "response.failed"})


def request_body(question: Question) -> dict[str, Any]:
    """The request that asks *question*: stateless, with the whole history in it."""
    items: list[dict[str, Any]] = []
    said: list[str] = []
    images: tuple[Image, ...] = ()
    for turn in question.turns:
        said.append(turn.question)
        images += turn.images
        if turn.answer:
            # What nobody answered goes with what was said next: some servers want the two sides
            # to take turns.
            items.append({"role": "user", "content": _content(_together(said), images)})
            items.append({"role": "assistant", "content": _sound(turn.answer)})
            said, images = [], ()
    content = _content(_together([*said, question.text]), images + question.images)
    items.append({"role": "user", "content": content})
    body: dict[str, Any] = {"model": question.model}
    if question.instructions:
        body["instructions"] = _sound(question.instructions)
    body |= {
        "input": items,
        "store": False,
        "stream": True,
        "stream_options": {"include_obfuscation": False},
    }
    if question.user_key:
        body["safety_identifier"] = question.user_key
    if question.cache_key:
        body["prompt_cache_key"] = question.cache_key
    if question.max_output_tokens > 0:
        body["max_output_tokens"] = question.max_output_tokens
    return body


def pictured(question: Question) -> bool:
    """Whether any picture is sent with it."""
    return bool(question.images or any(turn.images for turn in question.turns))


def _content(text: str, images: tuple[Image, ...]) -> str | list[dict[str, str]]:
    """What a person said: plain where that is enough, because some servers know no parts."""
    if not images:
        return _sound(text)
    said = [{"type": "input_text", "text": _sound(text)}] if text.strip() else []
    return said + [
        {"type": "input_image", "image_url": _data_url(image), "detail": "auto"} for image in images
    ]


def _together(said: list[str]) -> str:
    return "\n\n".join(text for text in said if text) if len(said) > 1 else said[0]


def _data_url(image: Image) -> str:
    return f"data:{image.mime};base64,{base64.b64encode(image.data).decode('ascii')}"


def _sound(text: str) -> str:
    # Half of a surrogate pair, which JSON can carry and UTF-8 cannot, would fail every attempt.
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class AnswerReader:
    """Follows one stream of events from its beginning to its terminal event."""

    def __init__(self, question: Question, secrets: tuple[str, ...] = ()) -> None:
        self._question = question
        self._secrets = secrets
        self._pictured = pictured(question)
        self._pieces: list[str] = []
        self._room = MAX_ANSWER
        self._item: object = None
        self.overflowed = False
        """More text came than an answer may have: :meth:`cut_off` is all that is left to do."""

    def read(self, event: Mapping[str, Any]) -> tuple[Event | None, bool]:
        """What *event* means to the core (None: nothing), and whether it was progress.

        Raises ProviderError when the event reports one.
        """
        kind = event.get("type")
        if kind in _TEXT:
            return self._delta(event), True
        if kind in _ENDS:
            return self._end(event), True
        if kind == "error" or (kind is None and "error" in event):
            # Flat, or nested under "error".
            nested = event.get("error")
            body = nested if isinstance(nested, Mapping) else event
            raise from_payload(body, secrets=self._secrets, pictured=self._pictured)
        if not isinstance(kind, str) or not kind.startswith("response.") or kind in _NOT_YET:
            return None, False
        return (Thinking() if not self._pieces and _thinks(kind, event) else None), True

    def _delta(self, event: Mapping[str, Any]) -> Delta | None:
        text = event.get("delta")
        if not isinstance(text, str) or not text:
            return None
        item = event.get("output_index")
        if self._pieces and item != self._item:
            text = "\n\n" + text
        self._item = item
        self.overflowed = len(text) > self._room
        text = text[: self._room]
        self._room -= len(text)
        self._pieces.append(text)
        return Delta(text) if text else None

    def cut_off(self) -> Done:
        """The answer as far as it came."""
        text = "".join(self._pieces)
        return Done(text, self._estimate(text), self._question.model, incomplete=_TOO_LONG)

    def _end(self, event: Mapping[str, Any]) -> Done:
        response = event.get("response")
        if not isinstance(response, Mapping):
            raise StreamBroken("The provider's last event has no response in it")
        status = response.get("status")
        if event["type"] == "response.failed" or status in ("failed", "cancelled"):
            raise from_payload(
                response.get("error"), secrets=self._secrets, pictured=self._pictured
            )
        incomplete = ""
        if event["type"] == "response.incomplete" or status == "incomplete":
            details = response.get("incomplete_details")
            reason = details.get("reason") if isinstance(details, Mapping) else None
            incomplete = reason if isinstance(reason, str) and reason else "unknown"
        text = _output_text(response.get("output")) or "".join(self._pieces)
        if len(text) > MAX_ANSWER:
            text, incomplete = text[:MAX_ANSWER], incomplete or _TOO_LONG
        model = response.get("model")
        return Done(
            text=text,
            usage=_usage(response.get("usage")) or self._estimate(text),
            model=model if isinstance(model, str) and model else self._question.model,
            incomplete=incomplete,
        )

    def _estimate(self, text: str) -> Usage:
        question = self._question
        asked = len(question.instructions) + len(question.text)
        asked += sum(len(turn.question) + len(turn.answer) for turn in question.turns)
        images = len(question.images) + sum(len(turn.images) for turn in question.turns)
        return Usage(
            input=-(-asked // _CHARS_PER_TOKEN) + images * IMAGE_TOKENS,
            output=-(-len(text) // _CHARS_PER_TOKEN),
            estimated=True,
        )


def _thinks(kind: str, event: Mapping[str, Any]) -> bool:
    if kind.startswith("response.reasoning"):
        return True
    item = event.get("item")
    return kind == "response.output_item.added" and (
        isinstance(item, Mapping) and item.get("type") == "reasoning"
    )


def _output_text(output: Any) -> str:
    """All that the output items say to a person: text and refusals, one paragraph an item."""
    texts: list[str] = []
    for item in output if isinstance(output, list) else ():
        if not isinstance(item, Mapping) or item.get("type") != "message":
            continue
        content = item.get("content")
        parts = [
            part.get("text") if part.get("type") == "output_text" else part.get("refusal")
            for part in (content if isinstance(content, list) else ())
            if isinstance(part, Mapping) and part.get("type") in ("output_text", "refusal")
        ]
        texts.append("".join(part for part in parts if isinstance(part, str)))
    return "\n\n".join(text for text in texts if text)


def _usage(usage: Any) -> Usage | None:
    if not isinstance(usage, Mapping) or not isinstance(usage.get("input_tokens"), int):
        return None
    details = usage.get("input_tokens_details")
    details = details if isinstance(details, Mapping) else {}
    return Usage(
        input=_count(usage, "input_tokens"),
        cached=_count(details, "cached_tokens"),
        cache_write=_count(details, "cache_write_tokens"),
        output=_count(usage, "output_tokens"),
    )


def _count(numbers: Mapping[str, Any], key: str) -> int:
    value = numbers.get(key)
    return value if isinstance(value, int) and value > 0 else 0
