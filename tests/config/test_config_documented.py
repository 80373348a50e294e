"""Every key is explained in the example and in the README, and nothing else is."""

import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import BaseModel

from kotodom.config import BotConfig, Config, PriceConfig, load, table
from kotodom.errors import ConfigError
from kotodom.settings import SETTINGS, Settings, Source

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"


def example() -> str:
    """The example with every key that it only shows."""
    return re.sub(r"(?m)^#(?=\w+ = )", "", EXAMPLE.read_text(encoding="utf-8"))


def model_keys() -> Iterator[str]:
    for section, field in Config.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from (f"{section}.{key}" for key in field.annotation.model_fields)
    yield from (f"prices.<model>.{key}" for key in PriceConfig.model_fields)
    yield from (f"bots.{key}" for key in BotConfig.model_fields)


def example_keys() -> Iterator[str]:
    for section, value in tomllib.loads(example()).items():
        if section == "bots":
            yield from (f"bots.{key}" for key in value[0])
        elif section == "prices":
            keys = {key for price in value.values() for key in price}
            yield from (f"prices.<model>.{key}" for key in keys)
        else:
            yield from (f"{section}.{key}" for key in value)


def test_the_example_has_every_key_and_no_other() -> None:
    assert sorted(example_keys()) == sorted(model_keys())


def test_every_key_of_the_example_is_explained_above_it() -> None:
    lines = example().splitlines()
    unexplained = [
        line
        for above, line in pairwise(lines)
        if re.match(r'[\w"]', line) and not above.startswith("#")
    ]
    # /start and /help share one sentence.
    assert [line.split(" ")[0] for line in unexplained] == ["help_message"]


def test_the_examples_values_are_the_defaults() -> None:
    values = tomllib.loads(example())
    defaults = Config.model_validate({"openai": {"api_key": "x"}})
    values["openai"]["api_key"] = "x"
    del values["bots"], values["prices"]
    assert Config.model_validate(values) == defaults


def test_the_example_leaves_to_admins_whatever_they_can_set() -> None:
    """Whoever copies it and never opens it again can change every setting from Telegram."""
    values = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    values["openai"]["api_key"] = "x"
    del values["bots"], values["prices"]
    settings = Settings(Config.model_validate(values))
    assert {settings.source(one) for one in SETTINGS} == {Source.DEFAULT}


def test_the_examples_placeholders_are_refused_in_plain_words() -> None:
    with pytest.raises(ConfigError) as caught:
        load(EXAMPLE, {}, require_bots=True)
    lines = [line.removeprefix(f"{EXAMPLE}: ") for line in caught.value.mistakes]
    assert lines == [
        "openai.api_key: is still the example's: replace it with your own key",
        "bots[0].token: replace the example's token with your bot's own, "
        "which @BotFather gives you",
    ]


def test_with_a_real_token_and_key_the_example_is_a_configuration() -> None:
    environ = {
        "KOTODOM_OPENAI__API_KEY": "key",
        "KOTODOM_BOTS": f'[{{"name": "cat", "token": "1:{"a" * 35}"}}]',
    }
    assert load(EXAMPLE, environ, require_bots=True).bots[0].name == "cat"


def test_the_page_about_the_keys_is_as_the_configuration_says() -> None:
    """Written anew by ``python -m kotodom.config.table docs/configure.md``."""
    page = (ROOT / "docs" / "configure.md").read_text(encoding="utf-8")
    assert table.renewed(page) == page


def test_every_key_has_a_meaning_there() -> None:
    keys = table.keys(EXAMPLE.read_text(encoding="utf-8"))
    assert sorted(_place(key) for key in keys) == sorted(model_keys())
    assert [key.name for key in keys if not key.meaning or not key.must] == []


def _place(key: table.Key) -> str:
    section = "prices.<model>" if key.section == "prices" else key.section
    return f"{section}.{key.name}"
