"""The catalogs and a bot's own texts, parsed and formatted by Project Fluent.

Imported when the first text is said, because Fluent is heavy.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from fluent.runtime import FluentBundle
from fluent.runtime.resolver import Pattern
from fluent.syntax import FluentParser, ast

from kotodom.i18n.lean import forget_needless
from kotodom.i18n.texts import Text, Wording, admin_catalog, catalog
from kotodom.text.units import visible

Args = Mapping[str, str | int]


class Said(NamedTuple):
    """A text with its arguments filled in, and what went wrong in doing so (empty: nothing)."""

    words: str
    wrong: str


class NotFluent(ValueError):
    """A text cannot be parsed."""


def say_ours(text: Wording, language: str, args: Args) -> Said:
    """A text of the catalog; an argument that is missing is shown by its name."""
    bundle = _bundle(language) if isinstance(text, Text) else _admin_bundle(language)
    pattern = bundle.get_message(text).value
    assert pattern is not None  # a message without a value is no text, and a test sees to it
    return _format(bundle, pattern, args)


def say_own(source: str, language: str, args: Args) -> Said:
    """A bot's own text, which may also name texts of the catalog: ``{ stopped }``."""
    pattern, wrong = _compiled(source)
    if pattern is None:
        return Said("", wrong)
    said = _format(_bundle(language), pattern, args)
    if not said.wrong and not visible(said.words):
        return Said("", "is empty")
    return said


def parse_catalog(language: str) -> ast.Resource:
    """All messages of a language."""
    return FluentParser(with_spans=False).parse(catalog(language))


def parse_own(source: str) -> ast.Message:
    """The pattern that a person wrote, as a message without a name worth mentioning."""
    laid_out = _lay_out(source)
    entry = FluentParser(with_spans=False).parse_entry(laid_out)
    if isinstance(entry, ast.Message):
        return entry
    raise NotFluent(_explain(entry, laid_out) if source.strip() else "is empty")


def _format(bundle: FluentBundle, pattern: Pattern, args: Args) -> Said:
    try:
        words, errors = bundle.format_pattern(pattern, dict(args))
    except Exception as error:  # noqa: BLE001 - what its functions make of a person's arguments
        words, errors = "", [error]
    return Said(str(words), "; ".join(str(error) or type(error).__name__ for error in errors))


@cache
def _bundle(language: str) -> FluentBundle:
    # Isolation marks would show up as boxes where fonts lack them, and Telegram counts them.
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(parse_catalog(language))
    forget_needless()
    return bundle


@cache
def _admin_bundle(language: str) -> FluentBundle:
    # Apart, because most processes never say any of it.
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentParser(with_spans=False).parse(admin_catalog(language)))
    return bundle


class _Compiled(NamedTuple):
    pattern: Pattern | None
    wrong: str


@lru_cache(maxsize=512)
def _compiled(source: str) -> _Compiled:
    """A pattern ready to be formatted, in any language; memory stays bounded for any bots."""
    try:
        message = parse_own(source)
    except NotFluent as error:
        return _Compiled(None, str(error))
    workshop = FluentBundle(["en"])
    workshop.add_resource(ast.Resource([message]))
    return _Compiled(workshop.get_message(message.id.name).value, "")


# Braces as text, where an expression begins, where it ends.
_BRACES = re.compile(r'\{\s*"(?:[^"\\\n]|\\.)*"\s*\}|[{}]')
_DEEPEST = 20
"""Braces within braces: Fluent, which calls itself for each, runs out of stack at some hundreds."""
_SYNTAX_AT_START = re.compile(r"^(\s*)([.*\[])")


def _lay_out(source: str) -> str:
    """The source of a message whose lines are *source*'s, kept from ending it.

    What begins a line of text with a sign that means something to Fluent is meant as text.
    """
    lines, depth = ["own ="], 0
    for line in source.replace("\r\n", "\n").split("\n"):
        quoted = line if depth > 0 else _SYNTAX_AT_START.sub(r'\1{"\2"}', line)
        lines.append(f"    {quoted}" if line.strip() else "")
        for brace in _BRACES.findall(line):
            depth += {"{": 1, "}": -1}.get(brace, 0)
            if depth > _DEEPEST:
                raise NotFluent("is no Fluent pattern: too many braces within braces")
    return "\n".join(lines)


def _explain(entry: ast.EntryType, laid_out: str) -> str:
    if not isinstance(entry, ast.Junk) or not entry.annotations:
        return "is no text"
    annotation = entry.annotations[0]
    begin = annotation.span.start if annotation.span else 0
    line = laid_out.count("\n", 0, begin)
    where = f" in line {line}" if laid_out.count("\n") > 1 else ""
    why = annotation.message or ""
    if "\u2424" in why:  # Fluent's sign for the end of a line
        why = "Each variant of a choice must have a line of its own"
    return f'is no Fluent pattern{where}: {why.rstrip(".")} (a brace itself is written {{"{{"}})'
