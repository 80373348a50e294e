"""Text files: told by their bytes, and decoded from what people's editors really write."""

import codecs
from pathlib import PurePosixPath

from kotodom.errors import FileProblem, FileUnusable
from kotodom.ports import Extract

SAMPLE = 65_536
"""Bytes looked at to tell text from other things, and one alphabet from another."""

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\v\f\r\x1b")))
"""Bytes that no text has; ESC is let through for coloured logs."""

TYPES = frozenset(
    f"application/{name}"
    for name in (
        *("json", "ld+json", "x-ndjson", "jsonlines", "xml", "xhtml+xml", "yaml", "x-yaml", "toml"),
        *("javascript", "x-javascript", "ecmascript", "typescript", "sql", "x-sql", "x-sh"),
        *("x-shellscript", "x-python", "x-perl", "x-ruby", "x-php", "x-httpd-php", "graphql"),
        *("x-tex", "x-latex", "x-subrip", "x-tcl", "x-csh", "x-wine-extension-ini", "x-bat"),
    )
)
UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""Types that say nothing: the bytes decide."""
SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        *("txt", "text", "md", "markdown", "rst", "adoc", "org", "tex", "bib", "log", "srt", "vtt"),
        *("csv", "tsv", "json", "jsonl", "ndjson", "yaml", "yml", "toml", "ini", "cfg", "conf"),
        *("env", "properties", "xml", "html", "htm", "xhtml", "svg", "css", "scss", "less", "sass"),
        *("py", "pyi", "ipynb", "js", "mjs", "cjs", "jsx", "ts", "tsx", "vue", "svelte", "java"),
        *("kt", "kts", "scala", "groovy", "gradle", "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m"),
        *("mm", "cs", "fs", "vb", "go", "rs", "swift", "dart", "zig", "nim", "d", "pas", "f90"),
        *("rb", "php", "pl", "pm", "lua", "r", "jl", "ex", "exs", "erl", "hs", "ml", "clj", "lisp"),
        *("el", "scm", "sql", "graphql", "proto", "sh", "bash", "zsh", "fish", "ps1", "bat", "cmd"),
        *("mk", "cmake", "tf", "hcl", "nix", "diff", "patch", "asm", "s", "v", "sv", "vhd", "eml"),
        *("ics", "vcf", "po", "ftl", "plist", "rss", "atom", "tcl", "awk", "sed", "coffee", "sol"),
    )
)


def calls_itself_text(mime: str, name: str) -> bool:
    """Whether a file of that type and name can be text."""
    mime = mime.partition(";")[0].strip().lower()
    if mime.startswith("text/") or mime in TYPES or mime.endswith(("+json", "+xml", "+yaml")):
        return True
    # Telegram goes by the name, and takes TypeScript for a video.
    return mime in UNSAID or PurePosixPath(name.lower()).suffix in SUFFIXES


def read_text(data: bytes, limit: int) -> Extract:
    """The text in *data*; raises FileUnusable (UNSUPPORTED) when these bytes are no text."""
    encoding, start = _encoding(data)
    # No encoding here takes more than four bytes for a character; a half one at the end is cut.
    piece = data[start : start + 4 * (limit + 1)]
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    text = decoder.decode(piece).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    whole = start + len(piece) == len(data) and len(text) <= limit
    return Extract(text[:limit], not whole)


def _encoding(data: bytes) -> tuple[str, int]:
    """In which encoding the text is, and at which byte it starts."""
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return encoding, len(bom)
    sample = data[:SAMPLE]
    if b"\0" in data or len(sample.translate(None, CONTROLS)) < 0.99 * len(sample):
        raise FileUnusable(FileProblem.UNSUPPORTED, "the file is no text")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return ("cp1251" if _cyrillic(sample) else "cp1252"), 0
    return "utf-8", 0


def _cyrillic(sample: bytes) -> bool:
    """Whether letters beyond ASCII stand among their like, as in Russian, or among ASCII ones."""
    alike = mixed = 0
    for before, byte, after in zip(b" " + sample, sample, sample[1:] + b" ", strict=False):
        if byte >= 0xC0:
            near = _letter(before) or _letter(after)
            mixed += near
            alike += not near and max(before, after) >= 0x80
    return alike > mixed


def _letter(byte: int) -> bool:
    return ord("a") <= byte | 0x20 <= ord("z")
