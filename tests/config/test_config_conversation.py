"""What a conversation is like: the keys of the section, and of each bot."""

from pathlib import Path

import pytest

from kotodom.config import load
from kotodom.errors import ConfigError
from kotodom.model import BotSpec, Groups, Rich

TOKEN = "111:" + "c" * 35
KEY = '[openai]\napi_key = "x"\n'
BOT = f'{KEY}[[bots]]\nname = "cat"\ntoken = "{TOKEN}"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def spec(file: Path, text: str) -> BotSpec:
    """The bot of a file with these lines."""
    file.write_text(BOT + text)
    (found,) = load(file, {}).bot_specs()
    return found


def mistakes(file: Path, text: str) -> list[str]:
    """What is said of a file, without its name."""
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    return [line.removeprefix(f"{file}: ") for line in caught.value.mistakes]


def test_conversations_have_the_documented_defaults(file: Path) -> None:
    file.write_text(KEY)
    config = load(file, {})
    told = config.conversation
    assert (told.join_window, told.edit_window, told.image_turns) == (1.0, 900, 3)
    assert (told.max_document_chars, told.max_sound_minutes, told.keep_days) == (60_000, 15, 0)
    assert (config.openai.transcribe_model, config.telegram.max_download_mb) == (
        "gpt-transcribe",
        20,
    )


def test_the_edges_of_what_is_allowed_are_allowed(file: Path) -> None:
    for low in (True, False):
        limits = {
            "join_window": (0, 10),
            "edit_window": (0, 172_800),
            "image_turns": (0, 20),
            "max_document_chars": (1000, 1_000_000),
            "max_sound_minutes": (1, 120),
            "keep_days": (0, 3650),
        }
        said = {name: pair[0 if low else 1] for name, pair in limits.items()}
        file.write_text(
            f'{KEY}transcribe_model = ""\n[telegram]\nmax_download_mb = {1 if low else 2000}\n'
            "[conversation]\n" + "".join(f"{name} = {said[name]}\n" for name in said)
        )
        assert load(file, {}).conversation.model_dump() == said


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "join_window = 11",
            "conversation.join_window: must be a number of seconds from 0 to 10, not 11; "
            "for example 1.0",
        ),
        (
            "edit_window = -1",
            "conversation.edit_window: must be 0 (never), or a number of seconds up to 172800, "
            "not -1; for example 900",
        ),
        (
            "edit_window = nan",
            "conversation.edit_window: must be 0 (never), or a number of seconds up to 172800, "
            "not NaN; for example 900",
        ),
        (
            "image_turns = true",
            "conversation.image_turns: must be a whole number from 0 to 20, not true; "
            "for example 3",
        ),
        (
            "max_document_chars = 10",
            "conversation.max_document_chars: must be a whole number from 1000 to 1000000, "
            "not 10; for example 60000",
        ),
        (
            "max_sound_minutes = 121",
            "conversation.max_sound_minutes: must be a whole number of minutes from 1 to 120, "
            "not 121; for example 15",
        ),
        (
            "keep_days = 0.5",
            "conversation.keep_days: must be 0 (for ever), or a whole number of days up to 3650, "
            "not 0.5; for example 30",
        ),
        ("keep_day = 1", "conversation.keep_day: unknown key; did you mean keep_days?"),
    ],
)
def test_a_wrong_value_of_a_conversation_says_what_would_be_right(
    file: Path, text: str, line: str
) -> None:
    assert mistakes(file, f"{KEY}[conversation]\n{text}") == [line]


def test_more_than_a_bot_api_server_gives_is_refused(file: Path) -> None:
    assert mistakes(file, f"{KEY}[telegram]\nmax_download_mb = 4000") == [
        "telegram.max_download_mb: must be a whole number of megabytes from 1 to 2000, not 4000; "
        "for example 20"
    ]


def test_what_a_bot_says_of_its_conversations_reaches_the_store(file: Path) -> None:
    found = spec(
        file,
        """
        models = ["gpt-6-luna", "gpt-6-sol"]
        texts = { stopped = "(Meow.)", "stopped.ru" = "(Мяу.)" }
        rich = "auto"
        link_previews = true
        groups = "allowlist"
        group_ids = [-1001234567890, -5]
        name_pattern = '\\bcat\\b'
        guest = true
        inline = false
        """,
    )
    assert found == BotSpec(
        telegram_id=111,
        token=TOKEN,
        name="cat",
        models=("gpt-6-luna", "gpt-6-sol"),
        texts={"stopped": "(Meow.)", "stopped.ru": "(Мяу.)"},
        rich=Rich.AUTO,
        link_previews=True,
        groups=Groups.ALLOWLIST,
        group_ids=(-1001234567890, -5),
        name_pattern=r"\bcat\b",
        guest=True,
        inline=False,
    )


def test_what_a_bot_does_not_say_is_left_to_the_database(file: Path) -> None:
    assert spec(file, "") == BotSpec(telegram_id=111, token=TOKEN, name="cat")


def test_nothing_may_be_said_too(file: Path) -> None:
    found = spec(file, 'models = []\ntexts = {}\ngroup_ids = []\nname_pattern = ""\n')
    assert (found.models, found.texts, found.group_ids, found.name_pattern) == ((), {}, (), "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            'models = ["a", ""]',
            'bots[0].models[1]: must be the name of a model, not ""; for example "gpt-6-luna"',
        ),
        ('models = ["a", "b", "a"]', "bots[0].models: names a twice"),
        (
            'models = "a"',
            'bots[0].models: must be a list of names of models, not "a"; for example '
            '["gpt-6-luna", "gpt-6-sol"]',
        ),
        ('rich = "on"', 'bots[0].rich: must be off or auto, not "on"; for example "auto"'),
        (
            "groups = false",
            'bots[0].groups: must be off, allowlist or on, not false; for example "allowlist"',
        ),
        (
            'groups = "allowlist"',
            'bots[0].group_ids: is empty: with groups = "allowlist" it lists the groups the bot '
            "stays in, for example [-1001234567890]",
        ),
        (
            "group_ids = [-5, 7]",
            "bots[0].group_ids[1]: must be the id of a group (a whole number below 0), not 7; "
            "for example -1001234567890",
        ),
        (
            "name_pattern = '(cat'",
            "bots[0].name_pattern: is no regular expression: missing ), unterminated subpattern "
            "at position 0",
        ),
        (
            "name_pattern = '[[a-z]]'",
            "bots[0].name_pattern: is no regular expression: Possible nested set at position 1",
        ),
        (
            f"name_pattern = '{'a' * 201}'",
            "bots[0].name_pattern: must be empty, or a regular expression of at most 200 "
            f'characters, not "{"a" * 59}…; for example "\\\\bcat\\\\b"',
        ),
        ("guest = 3", "bots[0].guest: must be true or false, not 3; for example false"),
        (
            'texts = { stoped = "x" }',
            "bots[0].texts.stoped: unknown text; did you mean stopped?",
        ),
        (
            'texts = { stopped = { ru = "x" } }',
            "bots[0].texts.stopped: must be text (an id with a language is quoted: "
            '"stopped.ru" = "…"), not {"ru": "x"}',
        ),
    ],
)
def test_a_wrong_value_of_a_bot_names_its_key_and_what_would_be_right(
    file: Path, text: str, line: str
) -> None:
    assert mistakes(file, BOT + text) == [line]


@pytest.mark.parametrize("pattern", ["cat|", ".*", r"\b", "^", "x?", "(?=a)", "a{0}"])
def test_a_pattern_that_is_found_in_everything_is_refused(file: Path, pattern: str) -> None:
    (line,) = mistakes(file, f"{BOT}name_pattern = '{pattern}'")
    assert line.startswith("bots[0].name_pattern: is found even where there is nothing")


def test_every_wrong_text_is_reported_at_its_own_key(file: Path) -> None:
    lines = mistakes(
        file,
        BOT + 'texts = { stopped = "{ $nobody }", "stopped.xx" = "a", "stopped.ru" = "(Мяу.)" }',
    )
    assert [line.partition(": ")[0] for line in lines] == [
        "bots[0].texts.stopped",
        "bots[0].texts.stopped.xx",
    ]
    assert "$nobody" in lines[0]
    assert "unknown language" in lines[1]
