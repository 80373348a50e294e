"""The catalogs: complete, alike in both languages, and within what Telegram takes."""

import re

import pytest
from fluent.syntax import ast

from kotodom.i18n import LANGUAGES, Text, catalog_fingerprint, say, texts
from kotodom.i18n.catalogs import parse_catalog
from kotodom.i18n.references import arguments
from kotodom.i18n.texts import EXAMPLES
from kotodom.text import utf16_len

COMMANDS = [text for text in Text if text.startswith("command-")]
NOTICES = [
    Text.FORGETME_NOT_YOURS,
    Text.FORGETME_KEPT,
    Text.FORGETME_DONE,
    Text.MODEL_SET,
    Text.MODEL_UNKNOWN,
    Text.LANGUAGE_SET,
    Text.LANGUAGE_AUTOMATIC_SET,
    Text.LANGUAGE_UNKNOWN,
    Text.NOTHING_TO_STOP,
    Text.RETRY_NOTHING,
    Text.RETRY_BUSY,
]
LABELS = [text for text in Text if text.endswith("-label") or text.startswith("language-name-")]


def messages(language: str) -> list[ast.Message]:
    return [entry for entry in parse_catalog(language).body if isinstance(entry, ast.Message)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_and_none_is_there_in_vain(language: str) -> None:
    assert [message.id.name for message in messages(language)] == [text.value for text in Text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalog_has_nothing_that_fluent_cannot_read(language: str) -> None:
    assert [entry for entry in parse_catalog(language).body if isinstance(entry, ast.Junk)] == []
    for message in messages(language):
        assert message.value is not None
        assert message.attributes == []


def test_a_text_has_the_same_arguments_in_both_languages() -> None:
    assert arguments("en") == arguments("ru")


def test_every_argument_has_an_example_and_no_example_is_left_over() -> None:
    assert set().union(*arguments("en").values()) == set(EXAMPLES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", Text)
def test_every_text_can_be_said(text: Text, language: str, warnings: list[str]) -> None:
    args = {name: EXAMPLES[name] for name in arguments("en")[text]}
    said = say(text, language, **args)
    assert said.strip() == said != ""
    assert not re.search(r"[{}]|\$[a-z]|[\u2068\u2069]|  ", said)
    assert utf16_len(said) <= 1024  # a caption's limit, far below a message's
    assert warnings == []


def test_the_russian_texts_are_russian() -> None:
    """Nothing was left in English by mistake, apart from the languages' own names."""
    same = {text for text in Text if not re.search("[а-яё]", say(text, "ru", **EXAMPLES))}
    assert same == {Text.LANGUAGE_NAME_EN}
    cyrillic = {text for text in Text if re.search("[а-яё]", say(text, "en", **EXAMPLES))}
    assert cyrillic == {Text.LANGUAGE_NAME_RU}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_fit_where_they_are_shown(language: str) -> None:
    """A command's description in the menu, a notice over the chat, a button on a phone."""
    for texts_there, limit in ((COMMANDS, 60), (NOTICES, 200), (LABELS, 30)):
        for text in texts_there:
            said = say(text, language, **EXAMPLES)
            assert 1 <= utf16_len(said) <= limit, text
            assert "\n" not in said


def test_the_fingerprint_changes_with_any_word(monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalog_fingerprint()
    assert re.fullmatch("[0-9a-f]{16}", before)
    original = texts.catalog
    for changed in LANGUAGES:
        monkeypatch.setattr(
            texts,
            "catalog",
            lambda language, changed=changed: original(language) + "#" * (language == changed),
        )
        assert catalog_fingerprint.__wrapped__() != before
