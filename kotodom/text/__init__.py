"""Markdown to what Telegram shows: pure functions that lose nothing and never raise.

An answer goes through five steps: :mod:`units` cleans it, :mod:`islands` hides what Markdown does
not know, :mod:`markdown` parses it into one text with spans, :mod:`fidelity` checks that nothing
got lost, :mod:`split` cuts it into messages. If anything is wrong before the last, the answer goes
out as plain text, whole.
"""

from kotodom.text.answer import MAX_PARTS, compose, opening
from kotodom.text.parts import LIMIT, plain, render, render_draft
from kotodom.text.rich import rich
from kotodom.text.units import utf16_len

__all__ = [
    "LIMIT",
    "MAX_PARTS",
    "compose",
    "opening",
    "plain",
    "render",
    "render_draft",
    "rich",
    "utf16_len",
]
