"""Every text of /admin exists in every language, with the same arguments, and is Fluent."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import kotodom.admin.words
import kotodom.i18n
from kotodom.admin.nouns import all_commands
from kotodom.i18n import LANGUAGES, Wording

FOLDER = Path(kotodom.i18n.__file__).with_name("admin")


class _Arguments(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.names.add(node.id.name)


def _modules() -> list[str]:
    return [found.name for found in pkgutil.iter_modules(kotodom.admin.words.__path__)]


def _wordings() -> Iterator[Wording]:
    for name in _modules():
        module = importlib.import_module(f"kotodom.admin.words.{name}")
        for kind in vars(module).values():
            if (
                isinstance(kind, type)
                and issubclass(kind, Wording)
                and kind.__module__ == (f"kotodom.admin.words.{name}")
            ):
                yield from kind


def _entries(language: str) -> list[ast.EntryType]:
    found: list[ast.EntryType] = []
    for file in sorted((FOLDER / language).glob("*.ftl")):
        found += FluentParser(with_spans=False).parse(file.read_text(encoding="utf-8")).body
    return found


def _arguments(language: str) -> dict[str, set[str]]:
    arguments = {}
    for entry in _entries(language):
        if isinstance(entry, ast.Message):
            visitor = _Arguments()
            visitor.visit(entry)
            arguments[entry.id.name] = visitor.names
    return arguments


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_it_is_fluent(language: str) -> None:
    assert [entry for entry in _entries(language) if isinstance(entry, ast.Junk)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_there_twice(language: str) -> None:
    names = Counter(entry.id.name for entry in _entries(language) if isinstance(entry, ast.Message))
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wording_has_its_text_and_every_text_its_wording(language: str) -> None:
    assert sorted(_arguments(language)) == sorted(wording.value for wording in _wordings())


def test_a_text_takes_the_same_arguments_in_every_language() -> None:
    first, *others = (_arguments(language) for language in LANGUAGES)
    for other in others:
        assert {name: other[name] for name in first} == first


def test_every_command_says_what_it_does() -> None:
    known = _arguments(LANGUAGES[0])
    for declared in all_commands():
        assert known[declared.about] == set(), declared.pattern.text
