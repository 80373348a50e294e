"""The Responses API's objects and events, as the real one sends them.

Field names, order of events and ``sequence_number`` follow the types of the OpenAI SDK
(``types/responses/*``), against whose own parser the tests hold them.
"""

import json
from collections.abc import Sequence
from typing import Any

_CHARS_PER_TOKEN = 4
"""The usual rule of thumb for English; nobody pays for these tokens."""

THOUGHT = "Looking for a rule that fits the question."


_SUMMARY = "response.reasoning_summary"


def tokens(text: str) -> int:
    """How many tokens *text* would roughly be."""
    return -(-len(text) // _CHARS_PER_TOKEN)


def frame(event: dict[str, Any]) -> bytes:
    """One server-sent event."""
    data = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return f"event: {event['type']}\ndata: {data}\n\n".encode()


class Script:
    """One answer, ready to be sent: beginning, thoughts, pieces of text, one of several ends."""

    def __init__(
        self,
        body: dict[str, Any],
        pieces: Sequence[str],
        *,
        number: int,
        created_at: int,
        input_tokens: int,
        thoughts: Sequence[str] = (),
    ) -> None:
        """*number* makes the ids unique; *created_at* is in seconds since the epoch."""
        self._body = body
        self._pieces = pieces
        self._id = f"resp_{number:048x}"
        self._item_id = f"msg_{number:048x}"
        self._reasoning_id = f"rs_{number:048x}"
        self._reasoning = "".join(thoughts)
        self.thoughts = thoughts
        self._created_at = created_at
        self._input_tokens = input_tokens
        self._sequence = 0
        options = body.get("stream_options") or {}
        self._obfuscate = options.get("include_obfuscation", True) is not False

    def opening(self) -> bytes:
        """The request is accepted; the model has done nothing yet."""
        empty = self.response("in_progress", [], usage=None)
        created = self._frame("response.created", response=empty)
        return created + self._frame("response.in_progress", response=empty)

    def head(self) -> bytes:
        """Everything between the last thought and the first piece of text."""
        item = self._message("in_progress")
        return self._frame(
            "response.output_item.added", output_index=self._index, item=item
        ) + self._frame("response.content_part.added", **self._place, part=_part(""))

    def begin_thinking(self) -> bytes:
        """A reasoning item and its summary begin."""
        item = {"id": self._reasoning_id, "type": "reasoning", "summary": []}
        part = {"type": "summary_text", "text": ""}
        return self._frame("response.output_item.added", output_index=0, item=item) + self._frame(
            f"{_SUMMARY}_part.added", **self._summary, part=part
        )

    def think(self, thought: str) -> bytes:
        """Some more of the summary."""
        return self._frame(f"{_SUMMARY}_text.delta", **self._summary, delta=thought)

    def end_thinking(self) -> bytes:
        """The reasoning item is complete."""
        item = self._thoughts()[0]
        part = item["summary"][0]
        return b"".join(
            (
                self._frame(f"{_SUMMARY}_text.done", **self._summary, text=self._reasoning),
                self._frame(f"{_SUMMARY}_part.done", **self._summary, part=part),
                self._frame("response.output_item.done", output_index=0, item=item),
            )
        )

    def deltas(self) -> list[bytes]:
        """One event for each piece of text."""
        place = json.dumps(self._place, separators=(",", ":"))[1:-1]
        kind = "response.output_text.delta"
        start = f'event: {kind}\ndata: {{"type":"{kind}",{place},"logprobs":[],"delta":'
        hidden = ',"obfuscation":"0123456789abcdef"' if self._obfuscate else ""
        first, self._sequence = self._sequence, self._sequence + len(self._pieces)
        dump = json.dumps
        end = f"{hidden}}}\n\n"
        return [
            f'{start}{dump(piece, ensure_ascii=False)},"sequence_number":{number}{end}'.encode()
            for number, piece in enumerate(self._pieces, first)
        ]

    def tail(self, *, incomplete: str = "") -> bytes:
        """The end of a good answer, or of one cut off for the reason *incomplete*."""
        text = "".join(self._pieces)
        status = "incomplete" if incomplete else "completed"
        item = self._message(status, text)
        final = self.response(
            status, [*self._thoughts(), item], usage=self.usage(text), incomplete=incomplete
        )
        done = {"output_index": self._index}
        return b"".join(
            (
                self._frame("response.output_text.done", **self._place, text=text, logprobs=[]),
                self._frame("response.content_part.done", **self._place, part=_part(text)),
                self._frame("response.output_item.done", **done, item=item),
                self._frame(f"response.{status}", response=final),
            )
        )

    def failed(self, code: str, message: str) -> bytes:
        """The end of an answer that failed."""
        response = self.response("failed", [], usage=None)
        response["error"] = {"code": code, "message": message}
        return self._frame("response.failed", response=response)

    def error(self, code: str | None, message: str, kind: str, *, nested: bool) -> bytes:
        """An error event: *nested* as many compatible servers send it, else as OpenAI does."""
        if nested:
            body = {"message": message, "type": kind, "param": None, "code": code}
            return b"data: " + json.dumps({"error": body}).encode() + b"\n\n"
        return self._frame("error", code=code, message=message, param=None)

    def in_progress(self) -> bytes:
        """A sign of life that is no progress."""
        empty = self.response("in_progress", [], usage=None)
        return self._frame("response.in_progress", response=empty)

    def whole(self, *, incomplete: str = "") -> dict[str, Any]:
        """The answer to a request that does not stream."""
        text = "".join(self._pieces)
        status = "incomplete" if incomplete else "completed"
        output = [*self._thoughts(), self._message(status, text)]
        return self.response(status, output, usage=self.usage(text), incomplete=incomplete)

    def usage(self, text: str) -> dict[str, Any]:
        """What an answer of *text* costs in tokens."""
        thought = tokens(self._reasoning)
        output = tokens(text) + thought
        return {
            "input_tokens": self._input_tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": output,
            "output_tokens_details": {"reasoning_tokens": thought},
            "total_tokens": self._input_tokens + output,
        }

    def response(
        self,
        status: str,
        output: list[dict[str, Any]],
        *,
        usage: dict[str, Any] | None,
        incomplete: str = "",
    ) -> dict[str, Any]:
        """The response object in one of its states."""
        body = self._body
        return {
            "id": self._id,
            "object": "response",
            "created_at": self._created_at,
            "status": status,
            "background": False,
            "completed_at": self._created_at if status == "completed" else None,
            "error": None,
            "incomplete_details": {"reason": incomplete} if incomplete else None,
            "instructions": body.get("instructions"),
            "max_output_tokens": body.get("max_output_tokens"),
            "metadata": body.get("metadata") or {},
            "model": body["model"],
            "output": output,
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "prompt_cache_key": body.get("prompt_cache_key"),
            "reasoning": {"effort": None, "summary": None},
            "safety_identifier": body.get("safety_identifier"),
            "service_tier": "default",
            "store": body.get("store") is not False,
            "temperature": 1.0,
            "text": {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "truncation": "disabled",
            "usage": usage,
        }

    @property
    def _index(self) -> int:
        return 1 if self._reasoning else 0

    @property
    def _place(self) -> dict[str, Any]:
        return {"item_id": self._item_id, "output_index": self._index, "content_index": 0}

    @property
    def _summary(self) -> dict[str, Any]:
        return {"item_id": self._reasoning_id, "output_index": 0, "summary_index": 0}

    def _frame(self, kind: str, **fields: Any) -> bytes:
        number, self._sequence = self._sequence, self._sequence + 1
        return frame({"type": kind, **fields, "sequence_number": number})

    def _message(self, status: str, text: str | None = None) -> dict[str, Any]:
        return {
            "id": self._item_id,
            "type": "message",
            "status": status,
            "role": "assistant",
            "phase": "final_answer",
            "content": [] if text is None else [_part(text)],
        }

    def _thoughts(self) -> list[dict[str, Any]]:
        if not self._reasoning:
            return []
        summary = [{"type": "summary_text", "text": self._reasoning}]
        return [{"id": self._reasoning_id, "type": "reasoning", "summary": summary}]


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}
