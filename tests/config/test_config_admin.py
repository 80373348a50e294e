"""What /admin needs of the configuration: the key that seals, and who may talk to a bot."""

from pathlib import Path

import pytest

from kotodom.config import load
from kotodom.errors import ConfigError
from kotodom.model import AccessMode

KEY = "A" * 43 + "="
TOKEN = "1:" + "a" * 35


def text(secrets: str = "", bot: str = "") -> str:
    return (
        f'[openai]\napi_key = "x"\n[secrets]\n{secrets}\n'
        f'[[bots]]\nname = "cat"\ntoken = "{TOKEN}"\n{bot}\n'
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_the_key_may_lie_in_a_file_and_is_hidden_in_the_log(file: Path) -> None:
    (file.parent / "key").write_text(f"{KEY},{'B' * 43}\n")
    file.write_text(text('key = "file:key"'))
    config = load(file, {})
    assert config.secrets.key.get_secret_value() == f"{KEY},{'B' * 43}"
    assert {KEY, "B" * 43} <= set(config.hidden())


def test_a_key_that_is_none_is_refused_without_being_shown(file: Path) -> None:
    file.write_text(text('key = "hunter2"'))
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    (line,) = caught.value.mistakes
    assert "secrets.key: must be empty, or keys of 32 bytes" in line
    assert "openssl rand -base64 32" in line and "hunter2" not in line


def test_what_admins_may_set_the_file_may_say(file: Path) -> None:
    said = (
        'access = "approval"\nfallback_model = "m"\nlanguage = "ru"\ninbox_id = -100\nkeep_days = 7'
    )
    file.write_text(text(bot=said))
    (spec,) = load(file, {}).bot_specs()
    assert (spec.access, spec.fallback_model, spec.language) == (AccessMode.APPROVAL, "m", "ru")
    assert (spec.inbox_id, spec.keep_days) == (-100, 7)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ('access = "friends"', "must be public, approval, allowlist or invite"),
        ('language = "de"', "must be empty, or one of en, ru"),
        ("inbox_id = 5", "must be 0, or the id of a group"),
        ("keep_days = -1", "must be 0 (for ever), or a whole number of days"),
    ],
)
def test_other_values_are_refused(file: Path, said: str, wrong: str) -> None:
    file.write_text(text(bot=said))
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    assert wrong in caught.value.mistakes[0]
