"""A bot's name pattern that somebody's message could stop the process with is refused."""

from pathlib import Path

import pytest
from test_config_conversation import BOT, mistakes, spec


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.mark.parametrize("pattern", ["(a+)+$", r"(\w+\s?)+!", r"(kit|kot|k\w+)+\d", ".+.+.+!"])
def test_a_pattern_that_could_search_for_hours_is_refused(file: Path, pattern: str) -> None:
    (line,) = mistakes(file, f"{BOT}name_pattern = '{pattern}'")
    assert line.startswith("bots[0].name_pattern: could search a message for hours")


@pytest.mark.parametrize("pattern", [r"\bcat\b", r"kot\w*\s+bot", "cat|kitty|(?:ко)+т[аику]?"])
def test_a_pattern_of_names_is_taken(file: Path, pattern: str) -> None:
    assert spec(file, f"name_pattern = '{pattern}'").name_pattern == pattern
