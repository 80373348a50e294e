"""Markdown as messages and as drafts of them."""

from collections.abc import Callable
from typing import TypeVar

from loguru import logger

from kotodom.model import Content
from kotodom.text import draft, fidelity, markdown, split
from kotodom.text.units import Styled, clean, visible

Result = TypeVar("Result")

LIMIT = 4096
"""UTF-16 units in one message."""


def render(markdown: str, *, limit: int = LIMIT) -> list[Content]:
    """Markdown as messages of at most *limit* UTF-16 units; empty when there is nothing to see."""
    source = clean(markdown)
    if not visible(source):
        return []
    rendered = _parse(source)
    if rendered is None or not fidelity.kept(source, rendered.everything):
        return plain(source, limit=limit)
    return split.split(rendered.styled, limit) or plain(source, limit=limit)


def plain(text: str, *, limit: int = LIMIT) -> list[Content]:
    """Text as messages of at most *limit* UTF-16 units, just as it is."""
    return split.split(Styled(clean(text).expandtabs(4)), limit)


def render_draft(markdown: str, *, limit: int = LIMIT) -> Content | None:
    """The message an unfinished answer is now writing; None when there is nothing to see yet.

    It is the last message that :func:`render` would give, so that the text stands still while it
    grows, with what the model has not closed yet closed for it; of a very long answer only the end
    is looked at, and then it may begin elsewhere. A draft is for display only and skips the check
    for losses.
    """
    source = draft.close(clean(draft.tail(markdown)))
    if not visible(source):
        return None
    rendered = _parse(source)
    parts = plain(source, limit=limit) if rendered is None else split.split(rendered.styled, limit)
    return parts[-1] if parts else None


def _parse(source: str) -> "markdown.Rendered | None":
    return attempt(lambda: markdown.parse(source))


def attempt(work: Callable[[], Result]) -> Result | None:
    """What *work* with the parser gives; None when it is given up or fails."""
    try:
        return work()
    except markdown.TooComplex:
        return None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of the Rust parser is no Exception
        logger.warning("Markdown could not be rendered: {}", type(error).__name__)
        return None
