"""What is put behind an answer: it must not become part of what the answer left open."""

import re

from kotodom.text.markdown import read

# What Markdown could take for its own, here or in Telegram's dialect; a backslash would do for
# most of them, but before a bracket it begins a formula.
_SIGNS = re.compile(r"^\d{1,9}[.)]|^[-+]|[\\`*_\[\]<>~|$=&#!]", re.MULTILINE)
_FENCE = re.compile(rb"[ ]*(`{3,}|~{3,})")


def closed(markdown: str) -> str:
    """The same Markdown without a block of code that would go on in what follows it."""
    begun = 0
    event: object = None
    for event, where in read(f"{markdown}\n\nx"):
        if isinstance(event, dict) and "CodeBlock" in event.get("Start", ""):
            begun = where["start"]
    if event != {"End": "CodeBlock"}:
        return markdown
    fence = _FENCE.match(markdown.encode(), begun)
    return f"{markdown}\n{fence[1].decode()}" if fence else markdown


def literal(words: str) -> str:
    """Markdown that shows *words* as they are, line by line."""
    lines = "\n".join(line.strip() for line in words.split("\n"))
    return _SIGNS.sub(lambda sign: f"{sign[0][:-1]}&#{ord(sign[0][-1])};", lines)
