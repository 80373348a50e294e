"""The checker of own texts: every mistake is found and said in words."""

import pytest

from kotodom.i18n import LANGUAGES, Text, mistakes
from kotodom.i18n.texts import catalog


def test_good_own_texts_have_no_mistakes() -> None:
    own = {
        "stopped": "Hiss. { stopped }",
        "stopped.ru": "Шшш.",
        "default-start": "I am { $name },\n* a cat\n* no dog",
        "usage-today": "{ $questions ->\n [one] one\n*[other] { NUMBER($questions) }\n}",
    }
    assert mistakes(own) == []
    assert mistakes({}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_texts_pass_the_check(language: str) -> None:
    entries = catalog(language).split("\n\n")
    simple = dict(
        line.split(" = ", 1)
        for entry in entries
        for line in entry.splitlines()
        if " = " in line and "->" not in line
    )
    assert len(simple) > 50
    assert mistakes({f"{name}.{language}": words for name, words in simple.items()}) == []


@pytest.mark.parametrize(
    ("key", "source", "wrong"),
    [
        ("stoped", "x", "unknown text; did you mean stopped?"),
        ("STOPPED", "x", "unknown text; did you mean stopped?"),
        ("qqq", "x", "unknown text"),
        ("stoped.ru", "x", "unknown text; did you mean stopped?"),
        ("stopped.fr", "x", "unknown language 'fr'; known here: en, ru"),
        ("stopped.", "x", "unknown language ''; known here: en, ru"),
        ("stopped", "", "is empty"),
        ("stopped", " \n ", "is empty"),
        ("stopped", "\u200b", "is empty"),
        ("stopped", '{""}', "is empty"),
        (
            "stopped",
            "one { two",
            'is no Fluent pattern: Expected token: "}" (a brace itself is written {"{"})',
        ),
        (
            "stopped",
            "one\ntwo }",
            "is no Fluent pattern in line 2: Unbalanced closing brace in TextElement"
            ' (a brace itself is written {"{"})',
        ),
        (
            "usage-none",
            "{ $questions -> [one] a *[other] b }",
            "is no Fluent pattern: Each variant of a choice must have a line of its own"
            ' (a brace itself is written {"{"})',
        ),
        ("stopped", "Bye, { $name }", "this text has no $name; it has no arguments"),
        (
            "document-cut",
            "{ $nme }",
            "this text has no $nme; it has $characters, $name",
        ),
        (
            "document-cut",
            "{ $characters ->\n [0] { $size }\n*[other] x\n}",
            "this text has no $size; it has $characters, $name",
        ),
        ("stopped", "{" * 99, "is no Fluent pattern: too many braces within braces"),
        ("stopped", "{ stoped }", "unknown text stoped; did you mean stopped?"),
        ("stopped", "{ stopped.title }", "unknown text stopped.title; did you mean stopped?"),
        ("stopped", "{ -brand }", "unknown text -brand"),
        (
            "stopped",
            "{ file-too-big }",
            "{ file-too-big } needs $limit, which this text does not have",
        ),
        (
            "document-cut",
            "{ SHOUT($name) }",
            "unknown function SHOUT; Fluent knows DATETIME and NUMBER",
        ),
        ("command-help", "x" * 257, "is too long: 257 characters as Telegram counts, at most 256"),
        ("refreshed", "🐈" * 2049, "is too long: 4098 characters as Telegram counts, at most 4096"),
        (
            "mydata-caption.ru",
            "{ $messages ->\n*[one] x\n[few] " + "y" * 1025 + "\n}",
            "is too long: 1025 characters as Telegram counts, at most 1024",
        ),
    ],
)
def test_a_mistake_is_said_in_words(key: str, source: str, wrong: str) -> None:
    assert mistakes({"stopped.en": "Fine.", key: source}) == [f"{key}: {wrong}"]


def test_hostile_own_texts_are_refused_and_break_nothing() -> None:
    for source in ("{" * 5000, "{ NUMBER($limit, style: 1) }", '{ NUMBER("x") }'):
        assert len(mistakes({"file-too-big": source})) == 1


def test_every_text_can_be_replaced() -> None:
    assert mistakes({text.value: "Meow." for text in Text}) == []
