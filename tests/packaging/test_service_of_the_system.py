"""The unit of a system's service: it fits wherever Kotodom, its Python and its secrets lie."""

import sqlite3
import sys
from dataclasses import replace
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from kotodom.cli.service import _bring_database, _require_root
from kotodom.config import load
from kotodom.errors import ConfigError
from kotodom.service import program as installation
from kotodom.service.drift import drift, remedy
from kotodom.service.installed import installed
from kotodom.service.manager import Manager
from kotodom.service.plan import Plan, survey
from kotodom.service.program import Program
from kotodom.service.scope import Scope, ServiceProblem
from kotodom.service.secrets import movable, move
from kotodom.service.unit import parse
from tests.packaging.fake_systemd import WELL, FakeSystemd
from tests.packaging.test_unit_file import EXPOSURE, analyze
from tests.support.users import unprivileged

TOKEN = "123456789:" + "A" * 35
ANN = Path("/home/ann/.local/share")
PIPX = Program(
    command=(str(ANN / "pipx/venvs/kotodom/bin/kotodom"),),
    folders=(ANN / "pipx/venvs/kotodom", ANN / "uv/python/cpython-3.13-linux"),
    package=ANN / "pipx/venvs/kotodom/lib/python3.13/site-packages/kotodom",
)
HERE = replace(Program.current(), folders=())
"""Without the folders, which are wherever the clone that is tested lies."""


def configured(folder: Path, text: str = "", bots: str = f'token = "{TOKEN}"') -> Path:
    path = folder / "config.toml"
    path.write_text(f'{text}\n[openai]\napi_key = "sk-x"\n[[bots]]\nname = "cat"\n{bots}\n')
    path.chmod(0o600)
    return path


def scope(tmp_path: Path) -> Scope:
    return Scope(False, tmp_path / "units", tmp_path / "state")


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the clone that is tested lay where it stays."""
    monkeypatch.setattr(installation, "PASSING", (Path("/dev/shm"),))


def planned(tmp_path: Path, file: Path, program: Program = HERE, **environ: str) -> Plan:
    settings = load(file, environ)
    return survey(scope(tmp_path), program, file, settings, environ)


def service_keys(plan: Plan) -> dict[str, list[str]]:
    return {key: values for (section, key), values in parse(plan.unit()).items()}


def test_of_all_homes_it_sees_only_the_kotodom_that_lies_there(tmp_path: Path) -> None:
    plan = replace(planned(tmp_path, configured(tmp_path)), program=PIPX)
    keys = service_keys(plan)
    assert keys["ExecStart"] == [
        f"{PIPX.command[0]} run --config ${{CREDENTIALS_DIRECTORY}}/config.toml"
    ]
    assert keys["ProtectHome"] == ["tmpfs"]
    assert keys["BindReadOnlyPaths"] == [str(folder) for folder in PIPX.folders]
    assert keys["LoadCredential"] == [f"config.toml:{tmp_path}/config.toml"]


def test_modules_that_uv_did_not_compile_are_compiled_once(tmp_path: Path) -> None:
    """The service cannot write beside them; at each start it would cost seconds."""
    plan = replace(planned(tmp_path, configured(tmp_path)), program=PIPX)
    keys = service_keys(plan)
    assert keys["CacheDirectory"] == ["kotodom"]
    assert "PYTHONPYCACHEPREFIX=/var/cache/kotodom" in keys["Environment"]
    compiled = Path(cache_from_source(str(tmp_path / "app.py")))
    compiled.parent.mkdir()
    compiled.touch()
    plan = replace(plan, program=replace(PIPX, package=tmp_path))
    assert "CacheDirectory" not in service_keys(plan)


@pytest.mark.parametrize("place", ["plain", "Ann 100% $HOME"])
def test_what_is_written_is_as_sound_and_as_closed_as_what_is_packaged(
    tmp_path: Path, place: str
) -> None:
    folder = tmp_path / place
    script = folder / "bin/kotodom"
    script.parent.mkdir(parents=True)
    script.symlink_to(HERE.command[0])
    for made in (HERE, PIPX, replace(PIPX, folders=(Path("/home") / place,))):
        plan = planned(tmp_path, configured(folder))
        # systemd looks whether the command is there.
        plan = replace(plan, program=replace(made, command=(str(script),)))
        unit = tmp_path / "kotodom.service"
        unit.write_text(plan.unit())
        verified = analyze("verify", "--man=no", unit)
        assert (verified.returncode, verified.stderr) == (0, "")
        assert analyze("security", "--offline=yes", f"--threshold={EXPOSURE}", unit).returncode == 0
        read = installed(Scope(False, tmp_path, tmp_path))
        assert read.command[0] == str(script)
        assert read.configurations[0] == folder / "config.toml"


def test_secrets_in_files_are_handed_over_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "cat_token").write_text(TOKEN)
    (tmp_path / "proxy").write_text("http://127.0.0.1:3128")
    file = configured(
        tmp_path, '[telegram]\nproxy = "file:proxy"', bots='token = "credential:cat_token"'
    )
    assert service_keys(planned(tmp_path, file))["LoadCredential"] == [
        f"config.toml:{tmp_path}/config.toml",
        f"proxy:{tmp_path}/proxy",
        f"cat_token:{tmp_path}/credentials/cat_token",
    ]


def test_a_secret_that_is_not_there_is_told_before_anything_is_done(tmp_path: Path) -> None:
    file = configured(tmp_path, bots='token = "credential:cat_token"')
    with pytest.raises(ConfigError) as caught:
        planned(tmp_path, file)
    assert f"or the file {tmp_path}/credentials/cat_token" in str(caught.value)


def test_files_that_only_root_reads_are_moved_to_where_systemd_reads_them(tmp_path: Path) -> None:
    far = tmp_path / "far"
    far.mkdir()
    (far / "token").write_text(f"{TOKEN}\n")
    file = configured(tmp_path, bots=f"token = 'file:{far}/token' # mine")
    moves = movable(scope(tmp_path), file, literals=False)
    assert [each.name for each in moves] == ["cat_token"]
    (moved,) = move(file, moves, {})
    assert moved.read_text() == f"{TOKEN}\n"
    assert 'token = "credential:cat_token" # mine' in file.read_text()
    assert movable(scope(tmp_path), file, literals=False) == []
    assert load(file, {}).bots[0].token.get_secret_value() == TOKEN


def test_two_bots_of_one_name_and_one_token_twice_are_told_apart(tmp_path: Path) -> None:
    other = TOKEN.replace("123", "321")
    file = configured(
        tmp_path,
        bots=f'token = "{TOKEN}"\nprompt = """\ntoken = "{TOKEN}"\n"""\n'
        f'[[bots]]\nname = "cat!"\ntoken = "{other}"',
    )
    moves = movable(scope(tmp_path), file, literals=True)
    assert [each.name for each in moves] == ["openai_api_key", "cat_token", "cat_token_2"]
    move(file, moves, {})
    bots = load(file, {}).bots
    assert [bot.token.get_secret_value() for bot in bots] == [TOKEN, other]
    assert f'token = "{TOKEN}"' in (bots[0].prompt or "")  # what it only looks like stays


def test_a_secret_that_cannot_be_rewritten_leaves_everything_as_it_was(tmp_path: Path) -> None:
    file = configured(tmp_path, bots=f'token = """{TOKEN}"""')
    before = file.read_bytes()
    with pytest.raises(ServiceProblem, match=r"bots\[0\].token stands there in a way"):
        move(file, movable(scope(tmp_path), file, literals=True), {})
    assert file.read_bytes() == before
    assert not (tmp_path / "credentials").exists()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[database]\nurl = "sqlite:///srv/kotodom.db"', "database.url names /srv/kotodom.db"),
        ('[database]\nurl = "sqlite://../kotodom.db"', "database.url names ../kotodom.db"),
        ('[log]\nfile = "/var/log/kotodom.log"', "log.file names /var/log/kotodom.log"),
        ('[backup]\nfolder = "/mnt/safe"', "backup.folder names /mnt/safe"),
    ],
)
def test_what_its_user_could_not_write_is_refused(tmp_path: Path, text: str, key: str) -> None:
    (problem,) = planned(tmp_path, configured(tmp_path, text)).problems
    assert problem.startswith(f"{key}, but the service's own user writes to {tmp_path}/state only")


def test_an_installation_that_will_not_stay_or_is_closed_to_others_is_refused(
    tmp_path: Path,
) -> None:
    passing = Program(("/home/ann/.cache/uv/archive-v0/x/bin/kotodom",), (), Path("/x/kotodom"))
    assert "it is not kept" in passing.obstacles(user=True)[0]
    gone = Program(("/dev/shm/venv/bin/kotodom",), (), Path("/x/kotodom"))
    assert "it is not kept" in gone.obstacles(user=True)[0]
    quoted = Program(("/srv/Ann's/bin/kotodom",), (), Path("/x/kotodom"))
    assert "systemd runs no program with ' in its path" in quoted.obstacles(user=True)[0]
    personal = Program(("/home/ann/.local/bin/kotodom",), (), Path("/x/kotodom"), user_site=True)
    assert "`pip install --user`" in personal.obstacles(user=False)[0]
    assert personal.obstacles(user=True) == []
    venv = Path.cwd() / "kotodom"
    assert HERE.obstacles(user=True) == []
    package = tmp_path / "closed" / "kotodom"
    package.mkdir(parents=True)
    package.parent.chmod(0o700)
    closed = Program((str(venv),), (package.parent,), package)
    (line,) = closed.obstacles(user=False)
    assert line.startswith(f"{package.parent} can be read by its owner alone")


def test_the_database_that_was_used_so_far_comes_along_with_its_key(tmp_path: Path) -> None:
    file = configured(tmp_path)
    (tmp_path / "data").mkdir()
    used = tmp_path / "data/kotodom.db"
    with sqlite3.connect(used) as raw:
        raw.execute("CREATE TABLE kept (words TEXT)")
        raw.execute("INSERT INTO kept VALUES ('all of it')")
    raw.close()
    used.with_name("kotodom.db.key").write_text("the key")
    plan = planned(tmp_path, file)
    _bring_database(plan, load(file, {}))
    moved = tmp_path / "state/data/kotodom.db"
    with sqlite3.connect(moved) as raw:
        assert raw.execute("SELECT words FROM kept").fetchall() == [("all of it",)]
    raw.close()
    assert moved.with_name("kotodom.db.key").read_text() == "the key"
    assert moved.stat().st_mode & 0o777 == 0o600
    moved.write_bytes(b"newer")
    _bring_database(plan, load(file, {}))  # what the service has is never written over
    assert moved.read_bytes() == b"newer"


def test_secrets_are_taken_out_of_the_file_that_a_link_leads_to(tmp_path: Path) -> None:
    """Else they stay there in clear, and the link is none any more."""
    (tmp_path / "etc").mkdir()
    kept = configured(tmp_path / "etc")
    link = tmp_path / "config.toml"
    link.symlink_to(kept)
    move(link, movable(scope(tmp_path), link, literals=True), {})
    assert link.is_symlink()
    assert TOKEN not in kept.read_text()
    assert load(link, {}).bots[0].token.get_secret_value() == TOKEN


def test_a_home_in_a_path_is_nothing_for_a_user_without_one(tmp_path: Path) -> None:
    (problem,) = planned(tmp_path, configured(tmp_path, '[backup]\nfolder = "~/safe"')).problems
    assert problem.startswith(f"backup.folder names {Path.home()}/safe, but")
    text = '[database]\nurl = "sqlite://~nobody-of-that-name/k.db"'
    with pytest.raises(ServiceProblem, match="in the home of nobody"):
        planned(tmp_path, configured(tmp_path, text))


def test_there_is_a_unit_at_every_moment_of_its_replacement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut in between must not leave a machine without its service."""
    plan = planned(tmp_path, configured(tmp_path))
    plan.scope.units.mkdir()
    plan.scope.unit.write_text("before")
    seen: list[str] = []
    rename = Path.replace

    def replace_and_look(self: Path, target: Path) -> Path:
        seen.append(plan.scope.unit.read_text())
        moved = rename(self, target)
        seen.append(plan.scope.unit.read_text())
        return moved

    monkeypatch.setattr(Path, "replace", replace_and_look)
    manager = Manager(plan.scope, {"PATH": FakeSystemd(tmp_path / "bin").path})
    assert manager.install(plan)[0].endswith("kept as kotodom.service.old)")
    assert seen == ["before", plan.unit()]


def test_root_is_told_to_call_what_its_path_has(tmp_path: Path) -> None:
    """sudo looks into no home: pipx and uv put Kotodom there."""
    assert remedy(scope(tmp_path), PIPX) == f"sudo {PIPX.command[0]} service install"
    assert remedy(Scope.of_user({"HOME": "/home/ann"}), PIPX) == "kotodom service install --user"


def test_only_root_installs_it_and_the_command_to_do_so_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        unprivileged(tmp_path),
        pytest.raises(ServiceProblem, match="needs root; run: sudo /") as caught,
    ):
        monkeypatch.setenv("KOTODOM_CONFIG", "/etc/cat.toml")
        monkeypatch.setattr(sys, "argv", ["/bin/kotodom", "service", "install"])
        _require_root(scope(tmp_path))
    # sudo forgets the variable.
    assert caught.value.lines[0].endswith("/bin/kotodom service install --config /etc/cat.toml")


def test_it_is_written_enabled_and_started(tmp_path: Path) -> None:
    systemd = FakeSystemd(tmp_path / "bin")
    plan = planned(tmp_path, configured(tmp_path))
    manager = Manager(plan.scope, {"PATH": systemd.path})
    manager.require()
    assert manager.install(plan)[0] == f"wrote {plan.scope.unit}"
    assert plan.scope.unit.read_text() == plan.unit()
    assert plan.scope.unit.stat().st_mode & 0o777 == 0o644
    assert systemd.told()[2:5] == [
        "systemctl daemon-reload",
        "systemctl enable kotodom.service",
        "systemctl restart kotodom.service",
    ]
    assert drift(plan.scope, HERE) == []


def test_mistakes_in_the_journal_are_told_of_the_file_that_can_be_edited(tmp_path: Path) -> None:
    systemd = FakeSystemd(tmp_path / "bin")
    systemd.say(restart="1", shown=WELL.replace("=active", "=failed"))
    systemd.journal("/run/credentials/kotodom.service/config.toml: openai.modle: unknown key\n")
    plan = planned(tmp_path, configured(tmp_path))
    with pytest.raises(ServiceProblem) as caught:
        Manager(plan.scope, {"PATH": systemd.path}).install(plan)
    assert f"  {tmp_path}/config.toml: openai.modle: unknown key" in caught.value.lines
    assert caught.value.lines[-1].endswith("sudo systemctl restart kotodom")


def test_a_systemd_without_credentials_is_refused(tmp_path: Path) -> None:
    systemd = FakeSystemd(tmp_path / "bin")
    systemd.say(version="systemd 245 (245.4-4ubuntu3)")
    with pytest.raises(ServiceProblem, match=r"\(245\) is older than 247"):
        Manager(scope(tmp_path), {"PATH": systemd.path}).require()


def test_a_unit_of_another_installation_or_of_none_is_drift(tmp_path: Path) -> None:
    plan = planned(tmp_path, configured(tmp_path))
    plan.scope.units.mkdir()
    plan.scope.unit.write_text(replace(plan, program=PIPX).unit())
    assert drift(plan.scope, HERE) == [
        f"{plan.scope.unit}: ExecStart={PIPX.command[0]} is not there any more"
    ]
    other = replace(HERE, command=("/bin/true",))
    plan.scope.unit.write_text(replace(plan, program=other).unit())
    assert drift(plan.scope, HERE) == [
        f"{plan.scope.unit}: ExecStart=/bin/true is another installation than this one "
        f"({HERE.command[0]})"
    ]
