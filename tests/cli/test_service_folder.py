"""Whoever names the configuration of an installed service means the service's own files."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from kotodom import cli
from kotodom.cli.common import load_config, load_sealing, load_storage
from kotodom.errors import ConfigError
from kotodom.service.installed import folder_among, installed
from kotodom.service.scope import Scope
from tests.support.users import unprivileged

TOKEN = "123456789:" + "A" * 35


@dataclass
class Place:
    """A home with a service, and a folder elsewhere that a person calls from."""

    home: Path
    elsewhere: Path

    @property
    def config(self) -> Path:
        return self.home / "config.toml"

    @property
    def data(self) -> Path:
        return self.home / "service"

    def kotodom(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kotodom", *words, "--config", str(self.config)],
            cwd=self.elsewhere,
            env=os.environ | {"HOME": str(self.home), "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    made = Place(tmp_path / "home", tmp_path / "elsewhere")
    made.elsewhere.mkdir()
    made.data.mkdir(parents=True)
    made.config.write_text(
        '[openai]\napi_key = "sk-x"\n[log]\nfile = "data/kotodom.log"\n'
        f'[backup]\nfolder = "copies"\n[[bots]]\nname = "cat"\ntoken = "{TOKEN}"\n'
    )
    made.config.chmod(0o600)
    write(unit_of(made.home), made.config, made.data)
    monkeypatch.setenv("HOME", str(made.home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.chdir(made.elsewhere)
    return made


def unit_of(home: Path) -> Path:
    return home / ".config/systemd/user/kotodom.service"


def write(unit: Path, config: Path, folder: Path) -> None:
    unit.parent.mkdir(parents=True, exist_ok=True)
    unit.write_text(
        f'[Service]\nExecStart=/bin/kotodom run --config "{config}"\nWorkingDirectory={folder}\n'
    )


def test_each_way_to_read_the_configuration_means_the_services_files(place: Place) -> None:
    url = f"sqlite://{place.data}/data/kotodom.db"
    settings = load_config(place.config, require_bots=True)
    assert settings.database.url.get_secret_value() == url
    assert settings.log.file == f"{place.data}/data/kotodom.log"
    assert settings.backup.folder == f"{place.data}/copies"
    assert settings.path == place.config
    storage, backup = load_storage(place.config)
    assert (storage, backup.folder) == (url, f"{place.data}/copies")
    assert load_sealing(place.config)[0] == url


def test_commands_work_on_the_services_database_and_what_is_typed_begins_here(
    place: Place,
) -> None:
    made = place.kotodom("migrate")
    assert (made.returncode, made.stderr) == (0, "")
    assert (place.data / "data/kotodom.db").is_file()
    assert list(place.elsewhere.iterdir()) == []
    assert place.kotodom("backup").returncode == 0
    assert len(list((place.data / "copies").glob("*.db"))) == 1
    assert place.kotodom("backup", "mine.db").returncode == 0
    assert [path.name for path in place.elsewhere.iterdir()] == ["mine.db"]


def test_no_command_reads_the_configuration_past_that_rule() -> None:
    """But for `service`, which looks with the eyes of a service that is not there yet."""
    past = re.compile(r"from kotodom.config import .*\bload\b|\bconfig\.load")
    files = Path(cli.__path__[0]).glob("*.py")
    reading = {file.name for file in files if past.search(file.read_text("utf-8"))}
    assert reading == {"common.py", "service.py"}


def test_what_is_absolute_stays_where_it_is(place: Place, tmp_path: Path) -> None:
    text = place.config.read_text().replace('"copies"', '"~/copies"')
    place.config.write_text(f'[database]\nurl = "sqlite://{tmp_path}/k.db"\n{text}')
    settings = load_config(place.config)
    assert settings.database.url.get_secret_value() == f"sqlite://{tmp_path}/k.db"
    assert settings.backup.folder == "~/copies"


def test_another_configuration_has_its_files_here(place: Place) -> None:
    other = place.config.with_name("other.toml")
    other.write_text(place.config.read_text())
    other.chmod(0o600)
    assert load_storage(other)[0] == "sqlite://data/kotodom.db"


def test_who_may_not_see_the_services_files_is_told_to_be_root(
    place: Place, tmp_path: Path
) -> None:
    closed = tmp_path / "private"
    closed.mkdir(mode=0)  # to its owner, too, who may be us
    write(unit_of(place.home), place.config, closed / "kotodom")
    place.config.write_text(place.config.read_text().replace(TOKEN, "env:CAT"))
    place.config.chmod(0o644)
    with unprivileged(place.home), pytest.raises(ConfigError, match="as root: sudo") as caught:
        load_storage(place.config)
    assert str(closed / "kotodom") in str(caught.value)


@pytest.mark.parametrize("name", ["plain", "Ann 100%  of $HOME"])
def test_a_service_is_known_by_its_configuration(tmp_path: Path, name: str) -> None:
    scope, folder = Scope(False, tmp_path, tmp_path), tmp_path / name
    config, other = folder / "config.toml", tmp_path / "other.toml"
    written = str(config).replace("%", "%%")
    assert folder_among(config, (scope,)) is None
    for line in (
        f"LoadCredential=config.toml:{written}",
        f'ExecStart=-/usr/bin/kotodom run --config "{written.replace("$", "$$")}"',
        f'ExecStart=/usr/bin/kotodom run "--config={written.replace("$", "$$")}"',
    ):
        where = str(folder).replace("%", "%%")
        scope.unit.write_text(f"[Service]\n{line}\nWorkingDirectory={where}\n")
        assert folder_among(config, (scope,)) == folder
        assert folder_among(other, (scope,)) is None


def test_a_unit_by_hand_and_its_drop_in_are_read_as_systemd_does(tmp_path: Path) -> None:
    scope = Scope(True, tmp_path, Path("/home/ann"))
    config = Path("/home/ann/kotodom/config.toml")
    write(scope.unit, Path("%h/kotodom/config.toml"), Path("%h/kotodom"))
    assert folder_among(config, (scope,)) == Path("/home/ann/kotodom")
    drop_in = scope.unit.with_name("kotodom.service.d") / "override.conf"
    drop_in.parent.mkdir()
    drop_in.write_text("[Service]\nWorkingDirectory=/srv/kotodom\n")
    assert folder_among(config, (scope,)) == Path("/srv/kotodom")
    assert installed(scope).command[0] == "/bin/kotodom"
