r"""Formulas stay as they were written: Markdown must not take their signs for its own.

Models write mathematics between ``\( \)``, ``\[ \]``, ``$ $`` and ``$$ $$``. To Markdown the
backslashes are escapes and the ``_`` and ``*`` are emphasis, so both would vanish. Escaping every
sign of a formula makes the parser give the formula back unchanged.
"""

import re

import pyromark

LONGEST = 2_000
"""Characters of a formula; what is longer is not one."""

_FORMULA = re.compile(
    rf"\\\((?:(?!\\[()\[\]]).){{1,{LONGEST}}}?\\\)"
    rf"|\\\[(?:(?!\\[()\[\]]).){{1,{LONGEST}}}?\\\]"
    rf"|\$\$[^$]{{1,{LONGEST}}}\$\$"
    # One dollar is more often money: the formula must contain a sign that only formulas need,
    # hug its dollars, stay on its line and not be followed by an amount.
    r"|(?<![\\$\w])\$(?=\S)(?=[^$\n]{0,200}[\\^_{*=])[^$\n]{1,200}(?<=\S)\$(?![\w$])",
    re.DOTALL,
)
_SIGN = re.compile(r"([!-/:-@\[-`{-~])")


def protect(markdown: str) -> str:
    """The same Markdown with its formulas escaped; code is left alone."""
    if "$" not in markdown and "\\(" not in markdown and "\\[" not in markdown:
        return markdown
    source = markdown.encode()
    done: list[str] = []
    at = 0
    for start, end in [*_code(markdown), (len(source), len(source))]:
        done.append(_FORMULA.sub(_escape, source[at:start].decode()))
        done.append(source[start:end].decode())
        at = end
    return "".join(done)


def _code(markdown: str) -> list[tuple[int, int]]:
    """Where the code is, in bytes, in order."""
    found: list[tuple[int, int]] = []
    for event, where in pyromark.events_with_range(markdown):
        if not isinstance(event, dict):
            continue
        tag = event.get("Start")
        if "Code" in event or (isinstance(tag, dict) and "CodeBlock" in tag):
            found.append((where["start"], where["end"]))
    return found


def _escape(match: re.Match[str]) -> str:
    lines = match.group().split("\n")
    # A line's indentation would make it code.
    return "\n".join(
        _SIGN.sub(r"\\\1", line if i == 0 else line.strip()) for i, line in enumerate(lines)
    )
