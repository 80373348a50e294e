"""Files as they come: with marks of Windows, through pipes, out of reach, full of nonsense."""

import os
import threading
from pathlib import Path

import pytest

from kotodom.config import load, load_storage, sources
from kotodom.errors import ConfigError
from tests.support.users import unprivileged

TOKEN = "111:" + "c" * 35
TEXT = f'[openai]\napi_key = "file:key"\n[[bots]]\nname = "cat"\ntoken = "{TOKEN}"\n'


def refused(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    (line,) = caught.value.mistakes
    assert line.startswith(f"{path}: ")
    return line.removeprefix(f"{path}: ")


def test_windows_byte_order_mark_and_line_ends_are_read_over(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xef\xbb\xbfkey-of-mine\r\n")
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert load(path, {}).openai.api_key.get_secret_value() == "key-of-mine"


def test_a_pipe_is_read_once_and_relative_secrets_lie_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_text("key-of-mine")
    pipe = tmp_path / "pipes" / "config"
    pipe.parent.mkdir()
    os.mkfifo(pipe, 0o644)
    writer = threading.Thread(target=pipe.write_text, args=(TEXT,), daemon=True)
    writer.start()
    config = load(pipe, {})
    writer.join(20)
    assert config.openai.api_key.get_secret_value() == "key-of-mine"
    assert config.warnings == ()


def test_a_file_out_of_reach_is_one_line(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "config.toml").write_text(TEXT)
    with unprivileged(tmp_path):
        said = refused(closed / "config.toml")
    if os.geteuid() == 0:
        assert said == "cannot be read: Permission denied; check its owner and mode"
    assert "File name too long" in refused(tmp_path / ("a" * 300))
    assert said


def test_a_file_that_is_searched_and_found_but_out_of_reach_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    there = closed / "config.toml"
    there.write_text(TEXT)
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.setattr(sources, "SEARCHED", (folder, tmp_path / "nope", there))
    with unprivileged(tmp_path):
        assert sources.find(None, {}) == there


def test_a_folder_is_called_one(tmp_path: Path) -> None:
    assert refused(tmp_path) == "is a folder (--config names it); name the file in it"


def test_the_next_step_names_the_example_where_it_lies(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "config.example.toml"
    assert f"copy {example} there" in refused(tmp_path / "config.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = " + "9" * 5000, "holds a number that is too long to be one"),
        ("x = " + "[" * 3000 + "]" * 3000, "holds lists or tables that are nested too deeply"),
    ],
)
def test_toml_that_python_gives_up_on_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    assert refused(path) == said


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("env:", "names nothing that can be looked up; for example env:CAT_TOKEN"),
        ("env:A=B", "names nothing that can be looked up; for example env:CAT_TOKEN"),
        ("file:a\\u0000b", "names nothing that can be looked up; for example file:cat_token"),
        ("credential:a\\u0000", "names nothing that can be looked up; for example credential:cat"),
        ("file:~nobody-of-that-name/x", "there is no such user's home"),
        ("file:.", "cannot be read: Is a directory"),
    ],
)
def test_a_reference_that_cannot_be_looked_up_is_one_line(
    tmp_path: Path, reference: str, said: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(TEXT.replace("file:key", reference))
    with pytest.raises(ConfigError) as caught:
        load(path, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    (line,) = caught.value.mistakes
    assert line.startswith(f"{path}: openai.api_key: ")
    assert said in line


def test_where_the_database_is_needs_no_other_secret_but_no_mistake_either(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[database]\nurl = "env:URL"\n' + TEXT)
    environ = {"URL": "postgres://me:pa55word@h/db"}
    settings, _, _ = load_storage(path, environ)
    assert settings.url.get_secret_value() == environ["URL"]
    path.write_text('[database]\nurl = "sqlite://k.db"\nurk = 1\n')
    with pytest.raises(ConfigError, match=r"database\.urk: unknown key; did you mean url\?"):
        load_storage(path, {})
