"""The contents of a whole answer: its messages, or its opening and a file."""

from kotodom.model import Content, ContentKind
from kotodom.text.parts import LIMIT, plain, render
from kotodom.text.units import clean, utf16_len, visible

MAX_PARTS = 8
"""Messages; of a longer answer people get the opening and a file."""


def compose(
    markdown: str, *, mark: str = "", note: str, caption: str, name: str = "answer.md"
) -> list[Content]:
    """The contents of an answer; empty when there is nothing to see.

    *mark* becomes its last paragraph. Of an answer of more than MAX_PARTS messages people get the
    first, with the paragraph *note* at its end, and a document *name* with the whole and *caption*.
    """
    contents = render(markdown)
    if len(contents) <= MAX_PARTS:
        return _marked(contents, mark)
    opening = render(markdown, limit=LIMIT - utf16_len(f"\n\n{note}"))[0]
    whole = clean(markdown)
    return [
        Content(f"{opening.text}\n\n{note}", opening.entities),
        Content(
            caption,
            kind=ContentKind.DOCUMENT,
            payload=f"{whole.rstrip()}\n\n{mark}\n" if mark else whole,
            name=name,
        ),
    ]


def _marked(contents: list[Content], mark: str) -> list[Content]:
    """Put the mark into the last part when it fits there, else behind it."""
    if not visible(mark):
        return contents
    if contents:
        both = f"{contents[-1].text}\n\n{mark}"
        if utf16_len(both) <= LIMIT:
            return [*contents[:-1], Content(both, contents[-1].entities)]
    return [*contents, *plain(mark)]
