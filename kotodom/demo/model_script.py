"""From a reply to the script of its answer: in pieces, within its limit, faulty as ordered."""

from typing import Any

from kotodom.demo import model_faults as faults
from kotodom.demo.model_answers import Reply
from kotodom.demo.model_events import THOUGHT, Script, tokens

CHARS_PER_TOKEN = 4

_THOUGHT_EVERY = 0.25
"""Seconds between two pieces of a thought."""


def script_of(
    reply: Reply,
    body: dict[str, Any],
    fault: faults.Fault | None,
    *,
    chunk: int,
    number: int,
    created_at: int,
    input_tokens: int,
    reasoning: bool,
) -> tuple[Script, str]:
    """The answer, and why it ends early (empty: it does not)."""
    thoughts = [f"{THOUGHT} "] * max(round(reply.thinking / _THOUGHT_EVERY), 1)
    thoughts[-1] = THOUGHT
    if not reasoning and not reply.thinking:
        thoughts = []
    text, cut = _within(reply, body.get("max_output_tokens"), tokens("".join(thoughts)))
    pieces = [text[at : at + chunk] for at in range(0, len(text), chunk)]
    if isinstance(fault, faults.Incomplete):
        cut = fault.reason
    if isinstance(fault, faults.InStream):
        pieces = pieces[: fault.after]
    script = Script(
        body,
        pieces,
        number=number,
        created_at=created_at,
        input_tokens=input_tokens,
        thoughts=thoughts,
    )
    return script, cut


def _within(reply: Reply, limit: int | None, thought: int) -> tuple[str, str]:
    """The text within *limit* tokens, reasoning included, and why it was cut."""
    if limit is None:
        return reply.text, ""
    room = max(limit - thought, 0)
    if not reply.endless and tokens(reply.text) <= room:
        return reply.text, ""
    length = room * CHARS_PER_TOKEN
    text = reply.text
    if reply.endless:
        text *= -(-length // max(len(text), 1))
    return text[:length], "max_output_tokens"
