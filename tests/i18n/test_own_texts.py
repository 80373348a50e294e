"""A bot's own texts: which one wins, what a pattern may say, and that a broken one is harmless."""

import pytest

from kotodom.i18n import Text, catalogs, say

ENGLISH, RUSSIAN = "(Stopped.)", "(Остановлено.)"


def test_an_own_text_is_for_every_language_unless_one_has_its_own() -> None:
    own = {"stopped": "Hiss.", "stopped.ru": "Шшш."}
    assert say(Text.STOPPED, "en", own) == "Hiss."
    assert say(Text.STOPPED, "de", own) == "Hiss."
    assert say(Text.STOPPED, "ru-RU", own) == "Шшш."
    assert say(Text.STOPPED, "ru", {"stopped": "Hiss."}) == "Hiss."
    assert say(Text.STOPPED, "en", {"stopped.ru": "Шшш."}) == ENGLISH
    assert say(Text.STOPPED_EMPTY, "en", own) == "Stopped."


def test_an_own_text_has_the_arguments_of_ours_and_the_plurals_of_the_language() -> None:
    own = {
        "usage-today": "{ $questions ->\n"
        "    [one] { $questions } миска\n"
        "    [few] { $questions } миски\n"
        "   *[other] { $questions } мисок\n"
        "} за { $cost }"
    }
    said = [
        say(Text.USAGE_TODAY, "ru", own, questions=n, tokens=7, cost="$1") for n in (1, 2, 5, 21)
    ]
    assert said == ["1 миска за $1", "2 миски за $1", "5 мисок за $1", "21 миска за $1"]


def test_an_own_text_may_contain_ours() -> None:
    assert say(Text.STOPPED, "ru", {"stopped": "{ stopped } Мяу."}) == f"{RUSSIAN} Мяу."


@pytest.mark.parametrize(
    "words",
    [
        "- one\n- two",
        "* one\n* two",
        "Hello:\n\n  * indented\n.dot\n[bracket] and *star",
        "[first]",
        ".first",
        "# no comment\n-no-term = x",
        "a = b\nstopped = c",
        'quotes "and \\ backslash',
        "emoji 🐈‍⬛, RTL שלום",
    ],
)
def test_plain_words_are_said_as_they_are_written(words: str) -> None:
    assert say(Text.HELP_INTRO, "en", {"help-intro": words}) == words


def test_windows_line_ends_and_braces_as_text_are_understood() -> None:
    own = {"stopped": 'one\r\n{"{"} two {"}"}\r\n* three'}
    assert say(Text.STOPPED, "en", own) == "one\n{ two }\n* three"


BROKEN = [
    "",
    "  \n ",
    "\u200b",
    "{",
    "}",
    "{ $nobody }",
    "{ nothing-of-ours }",
    "{ -term }",
    "{ SHOUT($name) }",
    '{ NUMBER("x") }',
    '{ NUMBER(1, minimumFractionDigits: "x") }',
    "{ $questions ->\n [one] x\n}",
    "{" * 3000,
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_own_text_gives_way_to_ours_with_one_warning(
    broken: str, warnings: list[str]
) -> None:
    for _ in range(3):
        assert say(Text.STOPPED, "en", {"stopped": broken}) == ENGLISH
    assert len(warnings) == 1
    assert warnings[0].startswith("a bot's own text stopped does not work: ")


def test_a_broken_text_for_one_language_gives_way_to_the_one_for_all(warnings: list[str]) -> None:
    assert say(Text.STOPPED, "ru", {"stopped": "Hiss.", "stopped.ru": "{"}) == "Hiss."
    assert len(warnings) == 1


def test_an_own_text_whose_argument_is_missing_gives_way_to_ours(warnings: list[str]) -> None:
    assert say(Text.STOPPED, "en", {"stopped": "Bye, { $name }"}) == ENGLISH
    assert "name" in warnings[0]


def test_memory_stays_bounded_however_many_own_texts_there_are() -> None:
    for number in range(700):
        assert say(Text.STOPPED, "en", {"stopped": f"Bot {number}"}) == f"Bot {number}"
    info = catalogs._compiled.cache_info()
    assert info.currsize == info.maxsize == 512
