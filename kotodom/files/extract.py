"""A process of its own that reads one file: ``python -m kotodom.files.extract``.

Arguments: ``pdf`` or ``docx``, and how many characters are wanted; or ``picture``. The file comes
on stdin. For a document, stdout gets a line ``cut`` or ``whole`` and then the text in UTF-8; for a
picture, a line with its type and then the picture made anew. A file that cannot be read ends it
with another status than 0. What is parsed here may be hostile: the process limits its own memory
and CPU before it looks at a byte, opens nothing and writes nothing.
"""

import resource
import sys
from collections.abc import Iterator
from io import BytesIO

MEMORY = 512 * 1024 * 1024
"""Bytes of address space; Python and the parsers take about 60 MB of memory for an ordinary file,
and reserve four times as much; the largest picture takes 400 MB, when it is transparent."""
CPU = 20
"""Seconds."""
DAMAGED = 3
"""The exit status for a file that cannot be read."""


def limit_ourselves() -> None:
    """Whatever the file makes the parser do, it ends here."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def pdf_pieces(data: bytes) -> Iterator[str]:
    """The text of each page."""
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(data))
    # An empty password opens what is only locked against changes.
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("the file asks for a password")
    for page in reader.pages:
        yield page.extract_text().strip() + "\n\n"


def docx_pieces(data: bytes) -> Iterator[str]:
    """Paragraphs and tables as they follow one another; the cells of a row stand between bars."""
    from docx import Document
    from docx.table import Table

    for block in Document(BytesIO(data)).iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield " | ".join(cell.text.strip().replace("\n", " ") for cell in row.cells) + "\n"
            yield "\n"
        else:
            yield block.text + "\n"


PIECES = {"pdf": pdf_pieces, "docx": docx_pieces}


def gather(pieces: Iterator[str], limit: int) -> tuple[str, bool]:
    """The first *limit* characters, and whether there are more."""
    text = ""
    for piece in pieces:
        text += piece.replace("\0", "")
        if len(text.rstrip()) > limit:
            return text[:limit], True
    return text.strip(), False


def read_document(kind: str, limit: int, data: bytes) -> tuple[str, bytes]:
    """Whether the text is all of it, and the text."""
    text, cut = gather(PIECES[kind](data), limit)
    return "cut" if cut else "whole", text.encode(errors="replace")


def read_picture(data: bytes) -> tuple[str, bytes]:
    """The type of the picture made anew, and the picture."""
    from kotodom.files.images import fit

    picture = fit(data)
    return picture.mime, picture.data


def main() -> int:
    kind, *limit = sys.argv[1:]
    limit_ourselves()
    try:
        data = sys.stdin.buffer.read()
        verdict, found = (
            read_picture(data) if kind == "picture" else read_document(kind, int(limit[0]), data)
        )
    # Parsers raise anything at all for damaged files, MemoryError and RecursionError included.
    except Exception:  # noqa: BLE001
        return DAMAGED
    sys.stdout.buffer.write(verdict.encode() + b"\n")
    sys.stdout.buffer.write(found)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
