"""Saying a text: the language, plurals, arguments."""

import subprocess
import sys
from itertools import product

import pytest

from kotodom.i18n import Text, language_of, say


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("ru", "ru"),
        ("ru-RU", "ru"),
        ("RU_ru", "ru"),
        ("en-GB", "en"),
        ("pt-br", "en"),
        ("", "en"),
        ("-", "en"),
        ("russian", "en"),
    ],
)
def test_people_are_spoken_to_in_their_language_or_in_english(code: str, language: str) -> None:
    assert language_of(code) == language
    assert say(Text.STOPPED, code) == say(Text.STOPPED, language)


RUSSIAN_FORMS = {
    Text.USAGE_TODAY: {
        1: "Сегодня: 1 вопрос, 1 токен, $1",
        2: "Сегодня: 2 вопроса, 2 токена, $1",
        5: "Сегодня: 5 вопросов, 5 токенов, $1",
        11: "Сегодня: 11 вопросов, 11 токенов, $1",
        21: "Сегодня: 21 вопрос, 21 токен, $1",
    },
    Text.USAGE_UNKNOWN_COST: {
        1: "плюс 1 вопрос, цена которого неизвестна",
        2: "плюс 2 вопроса, цена которых неизвестна",
        5: "плюс 5 вопросов, цена которых неизвестна",
        21: "плюс 21 вопрос, цена которого неизвестна",
    },
    Text.SOUND_TOO_LONG: {
        1: "не больше 1 минуты.",
        2: "не больше 2 минут.",
        5: "не больше 5 минут.",
        21: "не больше 21 минуты.",
    },
    Text.DOCUMENT_CUT: {1: "1 символ.", 2: "2 символа.", 5: "5 символов.", 21: "21 символ."},
    Text.MYDATA_CAPTION: {
        1: "1 сообщение.",
        2: "2 сообщения.",
        5: "5 сообщений.",
        21: "21 сообщение.",
    },
    Text.PRIVACY_KEPT_DAYS: {1: " 1 день ", 2: " 2 дня ", 5: " 5 дней ", 21: " 21 день "},
    Text.PRIVACY_BACKUPS: {
        1: "хранится последняя:",
        2: "хранятся 2 последние:",
        5: "хранятся 5 последних:",
        21: "хранится 21 последняя:",
    },
    Text.PRIVACY_IMAGES: {
        1: "из последнего вопроса ",
        2: "из последних 2 вопросов ",
        5: "из последних 5 вопросов ",
        21: "из последних 21 вопроса ",
    },
}


@pytest.mark.parametrize("text", RUSSIAN_FORMS)
def test_russian_numbers_have_their_plural_forms(text: Text) -> None:
    names = ("questions", "tokens", "minutes", "characters", "messages", "days", "turns", "backups")
    for count, words in RUSSIAN_FORMS[text].items():
        assert words in say(text, "ru", **dict.fromkeys(names, count), cost="$1", name="a.txt")


def test_english_numbers_have_their_plural_forms() -> None:
    said = [
        say(Text.USAGE_MONTH, "en", questions=n, tokens=1234 * n, cost="$2") for n in (0, 1, 21)
    ]
    assert said == [
        "This month: 0 questions, 0 tokens, $2",
        "This month: 1 question, 1,234 tokens, $2",
        "This month: 21 questions, 25,914 tokens, $2",
    ]


def test_large_counts_are_grouped_as_the_language_does_but_ids_are_not() -> None:
    assert "100,000 characters" in say(Text.DOCUMENT_CUT, "en", name="a", characters=100_000)
    assert "100\u00a0000 символов" in say(Text.DOCUMENT_CUT, "ru", name="a", characters=100_000)
    for group in (-1001234567890, "-1001234567890"):
        assert say(Text.GROUP_NOT_ALLOWED, "ru", id=group).endswith(": -1001234567890")


def test_an_argument_is_never_read_as_a_pattern() -> None:
    said = say(Text.FILE_UNREADABLE, "en", name='{ $limit } { stopped } {"a"}')
    assert '“{ $limit } { stopped } {"a"}”' in said


def test_an_argument_without_end_is_cut(warnings: list[str]) -> None:
    said = say(Text.MODEL_UNKNOWN, "en", model="x" * 5000)
    assert said == f"I have no model called “{'x' * 255}…”. /model shows the choice."
    assert warnings == []


def test_a_missing_argument_does_not_cost_the_answer_and_is_warned_of_once(
    warnings: list[str],
) -> None:
    for _ in range(3):
        assert say(Text.FILE_TOO_BIG, "en").startswith("This file is too big")
        assert say(Text.USAGE_TODAY, "ru", questions=2).startswith("Сегодня: 2 вопроса")
    assert [warning.partition(":")[0] for warning in warnings] == [
        "the text file-too-big does not work",
        "the text usage-today does not work",
    ]
    assert "limit" in warnings[0]


def test_fluent_is_loaded_by_the_first_text_and_not_before() -> None:
    """Importing it costs time and memory that a start need not pay."""
    script = (
        "import sys\n"
        "from kotodom.i18n import Text, catalog_fingerprint, language_of, mistakes, say\n"
        "def heavy():\n"
        "    return [name for name in sys.modules if name.split('.')[0] in ('fluent', 'babel')]\n"
        "catalog_fingerprint(), language_of('ru'), mistakes({})\n"
        "assert heavy() == [], heavy()\n"
        "print(say(Text.STOPPED, 'en'))\n"
        "assert heavy()\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (ran.stdout, ran.returncode) == ("(Stopped.)\n", 0), ran.stderr


def test_the_names_of_languages_are_their_own_in_every_language() -> None:
    names = {Text.LANGUAGE_NAME_EN: "English", Text.LANGUAGE_NAME_RU: "Русский"}
    for text, language in product(names, ("en", "ru")):
        assert say(text, language) == names[text]
