"""What people paste: the token or key in it, whatever came along.

Terminals add the marks of bracketed paste, chat programs quotes and odd blanks, people the words
before it or the whole message it stood in.
"""

import re

TOKEN = re.compile(r"(?<!\d)(\d{1,19}:[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])", re.ASCII)
_MARKS = re.compile(r"\x1b?\[\s*20[01]~|\x1b\[[0-9;?]*[A-Za-z~]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2060\ufeff]")
_QUOTES = "\"'`«»“”‘’„,;<>"
_LABEL = re.compile(
    r"(?:export\s+)?[A-Za-z_][\w ]{0,30}?(?:key|token|bearer|authorization)\s*(?:[:=]|is\b)\s*"
    r"|bearer\s+|authorization:\s*bearer\s+",
    re.IGNORECASE,
)
_KEY = re.compile(r"[!-~]+")
_SHAPE = re.compile(r"sk-[\w-]{8,}|[!-~]{20,}", re.ASCII)
_ADDRESS = re.compile(r"https?://\S+")


def lines(said: str) -> list[str]:
    """Its lines without what nobody sees or meant."""
    plain = _UNSEEN.sub("", _MARKS.sub("", said).replace("\r", "\n").replace("\xa0", " "))
    return [line.strip() for line in plain.split("\n") if line.strip()]


def token(said: str) -> str | None:
    """The bot token in *said*; None: there is none."""
    # A mail or a narrow window may have broken it in two.
    found = TOKEN.search("\n".join(lines(said))) or TOKEN.search("".join(lines(said)))
    return found[1] if found else None


def key(said: str) -> str | None:
    """The provider's key in *said*; None: there is nothing that could be one."""
    for line in lines(said):
        bare = _LABEL.sub("", line, count=1).strip().strip(_QUOTES).strip()
        if _KEY.fullmatch(bare):
            return bare
        words = [word.strip(_QUOTES) for word in line.split()]
        if shaped := [word for word in words if _SHAPE.fullmatch(word)]:
            return max(shaped, key=lambda word: (word.startswith("sk-"), len(word)))
    return None


def address(said: str) -> str | None:
    """The web address that *said* is; None: it is something else."""
    bare = "".join(lines(said)).strip(_QUOTES)
    return bare.rstrip("/") if _ADDRESS.fullmatch(bare) else None


def word(said: str) -> str:
    """One line of plain text: a name, an address, a choice."""
    return " ".join(lines(said)).strip(_QUOTES).strip()
