"""The tokens of a LaTeX formula, read one by one."""

import re

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\s+|.", re.DOTALL)


class Unfaithful(Exception):
    """Something in a formula that cannot be shown as it was meant."""


class Tokens:
    """Commands, runs of spaces and single signs; *_next* raises Unfaithful at the end."""

    def __init__(self, source: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(source.strip())
        self._at = 0

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        sign = self._peek()
        if not sign:
            raise Unfaithful
        self._at += 1
        return sign

    def _take(self, sign: str) -> bool:
        found = self._peek() == sign
        self._at += found
        return found

    def _skip_spaces(self) -> None:
        while self._peek().isspace():
            self._at += 1

    def _raw(self, closing: str) -> str:
        """The tokens up to *closing*, unread."""
        start = self._at
        while self._next() != closing:
            pass
        return "".join(self._tokens[start : self._at - 1])

    def _skip_size(self) -> None:
        if self._take("["):
            self._raw("]")
