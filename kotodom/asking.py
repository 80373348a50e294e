"""What a question looks like to the model: its pieces, and all that came with them, as one text."""

import re
from collections.abc import Iterable, Sequence

from kotodom.model import Attachment, Piece
from kotodom.reading.words import inside

QUOTE = 1_000
"""Characters of an earlier message that a reply repeats."""
FULL = 4096
"""UTF-16 units of the longest message: what is that long was cut by the client, not by a person."""
LOOK_BACK = 300
"""Characters before the cut in which a client looks for a better place: a line's or word's end."""
BY_ADMIN = "[The answer that follows was written by a human administrator, in your place.]"
"""Stands before what an admin said, where the model sees it as an answer of its own."""
INDENT = "    "
"""Begins every line but the first of what is said in a group: only ours begin with a name."""

_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_LIKE_OUR_END = re.compile(
    r"\[(?=\W{0,8}" + r"\W{0,3}".join("endofthefile") + r")", re.ASCII | re.IGNORECASE
)
"""What could be taken for the end of a file, whatever stands between its letters."""


def words(pieces: Sequence[Piece], speaker: str = "") -> str:
    """The whole question; with *speaker* it says who asks (in groups several people do)."""
    prefaces = dict.fromkeys(piece.preface for piece in pieces if piece.preface)
    files = [
        _told(attachment)
        for piece in pieces
        for attachment in piece.attachments
        if attachment.text is not None and (attachment.document or attachment.quoted)
    ]
    said = joined(piece.text for piece in pieces)
    if speaker:
        said = f"{speaker}: {_LINE_END.sub(lambda end: end[0] + INDENT, said)}"
    return "\n".join([*prefaces, *files, said] if said else [*prefaces, *files])


def joined(texts: Iterable[str]) -> str:
    """Texts sent one after another, as the one text they were meant to be."""
    whole = ""
    last = ""
    for text in texts:
        if whole and text:
            whole += "" if _cut_inside_a_word(last) else "\n"
        whole += text
        last = text or last
    return whole


def replying(text: str) -> str:
    """The preface of a reply to something the bot itself said."""
    words = " ".join(text.split())
    if len(words) > QUOTE:
        words = words[:QUOTE].rstrip() + "…"
    return f'[In reply to your own message: "{words.replace("]", ")")}"]'


def _told(attachment: Attachment) -> str:
    """What was read out of a file, told apart from what the person said."""
    if not attachment.document:
        heard = inside(attachment.text or "", 4 * len(attachment.text or ""))
        return f"[The recording says: {heard or 'nothing that can be made out'}]"
    name = attachment.name or "without a name"
    if not attachment.text:
        return f"[File {name}: no text can be found in it]"
    return f"[File {name}]\n{_LIKE_OUR_END.sub('［', attachment.text)}\n[End of the file]"


def _cut_inside_a_word(piece: str) -> bool:
    """Whether the client found no better place to cut than the limit; else it took blanks away."""
    return _units(piece) >= FULL and not any(char.isspace() for char in piece[-LOOK_BACK:])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
