"""What a text refers to: its arguments, other texts, Fluent's functions."""

from collections.abc import Iterator
from functools import cache

from fluent.syntax import ast
from fluent.syntax.visitor import Visitor

from kotodom.i18n.catalogs import parse_catalog
from kotodom.i18n.texts import LANGUAGES, Text, similar

_FUNCTIONS = frozenset({"NUMBER", "DATETIME"})


class _References(Visitor):
    """Collects the names that a text uses, each kind by itself, in order."""

    def __init__(self) -> None:
        self.arguments: dict[str, None] = {}
        self.texts: dict[str, None] = {}
        self.functions: dict[str, None] = {}

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.arguments[node.id.name] = None

    def visit_MessageReference(self, node: ast.MessageReference) -> None:
        self.texts[_name(node)] = None

    def visit_TermReference(self, node: ast.TermReference) -> None:
        self.texts[f"-{_name(node)}"] = None

    def visit_FunctionReference(self, node: ast.FunctionReference) -> None:
        self.functions[node.id.name] = None
        self.generic_visit(node)


def _name(node: ast.MessageReference | ast.TermReference) -> str:
    return f"{node.id.name}.{node.attribute.name}" if node.attribute else node.id.name


def _of(node: ast.BaseNode) -> _References:
    references = _References()
    references.visit(node)
    return references


@cache
def arguments(language: str) -> dict[str, frozenset[str]]:
    """The arguments of each message in a catalog."""
    return {
        entry.id.name: frozenset(_of(entry).arguments)
        for entry in parse_catalog(language).body
        if isinstance(entry, ast.Message)
    }


def unknown(message: ast.Message, text: Text) -> Iterator[str]:
    """What *message*, a bot's own words for *text*, refers to in vain, said in words."""
    found = _of(message)
    known = sorted(arguments(LANGUAGES[0])[text])
    for name in found.arguments:
        if name not in known:
            offers = ", ".join(f"${argument}" for argument in known)
            yield f"this text has no ${name}; it has " + (offers or "no arguments")
    for name in found.texts:
        if name not in list(Text):
            yield f"unknown text {name}{similar(name)}"
            continue
        for needed in sorted(arguments(LANGUAGES[0])[name] - set(known)):
            yield f"{{ {name} }} needs ${needed}, which this text does not have"
    for name in found.functions:
        if name not in _FUNCTIONS:
            yield f"unknown function {name}; Fluent knows {' and '.join(sorted(_FUNCTIONS))}"
