"""The row of the configuration itself."""

from pathlib import Path

from kotodom.check import Row, State
from kotodom.check.doctor import _configuration
from kotodom.config import load
from tests.check.check_kit import CAT, KEY, is_ok


def row_of(file: Path, mode: int) -> Row:
    file.write_text(f'[openai]\napi_key = "{KEY}"\n[[bots]]\nname = "cat"\ntoken = "{CAT}"\n')
    file.chmod(mode)
    return _configuration(load(file, {}))


def test_a_file_that_only_its_owner_reads_is_fine(tmp_path: Path) -> None:
    row = row_of(tmp_path / "config.toml", 0o600)
    assert is_ok(row)
    assert row.detail == f"{tmp_path / 'config.toml'}, 1 bot"


def test_secrets_that_everybody_reads_are_a_note_with_the_command(tmp_path: Path) -> None:
    row = row_of(tmp_path / "config.toml", 0o644)
    assert row.state is State.NOTE
    assert "openai.api_key" in row.detail
    assert row.fix == f"chmod 600 {tmp_path / 'config.toml'}"


def test_a_configuration_of_the_environment_alone_says_so() -> None:
    environ = {"KOTODOM_OPENAI__API_KEY": KEY, "KOTODOM_DATABASE__URL": "sqlite://k.db"}
    row = _configuration(load(None, environ))
    assert is_ok(row)
    assert row.detail == "the environment, 0 bots"
