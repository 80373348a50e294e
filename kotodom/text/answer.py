"""The contents of a whole answer: its messages, or its opening and a file."""

from collections.abc import Sequence

from kotodom.model import Content, ContentKind
from kotodom.text.ending import closed
from kotodom.text.parts import LIMIT, attempt, plain, render
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
    whole = clean(markdown)
    return [
        _begun(markdown, note),
        Content(
            caption,
            kind=ContentKind.DOCUMENT,
            payload=f"{_closed(whole.rstrip())}\n\n{mark}\n" if mark else whole,
            name=name,
        ),
    ]


def opening(markdown: str, *, cut: str, marks: Sequence[str] = ()) -> Content | None:
    """An answer that has one message and no file; None when there is nothing to see.

    Where the whole with its *marks* does not fit, it is the beginning, and *cut* stands before
    them.
    """
    whole = _marked(render(markdown), "\n".join(marks))
    if len(whole) > 1:
        return _begun(markdown, "\n".join(dict.fromkeys((cut, *marks))))
    return whole[0] if whole else None


def _begun(markdown: str, note: str) -> Content:
    """As much of an answer as one message can show, with *note* as its last paragraph."""
    note = plain(note, limit=LIMIT // 2)[0].text
    begin = render(markdown, limit=LIMIT - utf16_len(f"\n\n{note}"))[0]
    return Content(f"{begin.text}\n\n{note}", begin.entities)


def _closed(markdown: str) -> str:
    return attempt(lambda: closed(markdown)) or markdown


def _marked(contents: list[Content], mark: str) -> list[Content]:
    """Put the mark into the last part when it fits there, else behind it."""
    if not visible(mark):
        return contents
    if contents:
        both = f"{contents[-1].text}\n\n{mark}"
        if utf16_len(both) <= LIMIT:
            return [*contents[:-1], Content(both, contents[-1].entities)]
    return [*contents, *plain(mark)]
