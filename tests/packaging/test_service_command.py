"""`kotodom service`: a person installs, looks at and removes the service of their account."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.fake_systemd import WELL, FakeSystemd
from tests.packaging.test_unit_file import analyze

TOKEN = "123456789:" + "A" * 35
KEY = "sk-key-that-nobody-may-see"
CONFIG = (
    f'[openai]\napi_key = "{KEY}"  # the key\n\n[processing]\ndrain_timeout = 45.5\n\n'
    f'[[bots]]\nname = "My cat"\ntoken = "{TOKEN}"\n'
)


@pytest.fixture
def systemd(tmp_path: Path) -> FakeSystemd:
    return FakeSystemd(tmp_path / "bin")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "ann's home"
    folder.mkdir()
    (folder / "config.toml").write_text(CONFIG)
    (folder / "config.toml").chmod(0o600)
    return folder


def service(
    systemd: FakeSystemd, home: Path, *words: str, **environ: str
) -> subprocess.CompletedProcess[str]:
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("KOTODOM", "XDG", "SUDO"))}
    return subprocess.run(
        [sys.executable, "-m", "tests.packaging.kept", "service", *words],
        cwd=home,
        env=keep
        | {"PATH": systemd.path, "HOME": str(home), "PYTHONPATH": ":".join(sys.path)}
        | environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def unit(home: Path) -> Path:
    return home / ".config/systemd/user/kotodom.service"


def test_a_service_is_installed_looked_at_and_removed(systemd: FakeSystemd, home: Path) -> None:
    result = service(systemd, home, "install", "--user")
    assert (result.returncode, result.stderr) == (0, "")
    assert "enabled" in result.stdout
    assert "2 bots, 0 messages wait" in result.stdout
    assert [line for line in systemd.told() if "show" not in line] == [
        "systemctl --user is-system-running",
        "systemctl --user daemon-reload",
        "systemctl --user enable kotodom.service",
        "loginctl enable-linger",
        "systemctl --user restart kotodom.service",
    ]
    text = unit(home).read_text()
    assert f'--config "{home}/config.toml"\n' in text
    assert f"\nWorkingDirectory={home}\n" in text
    assert "\nTimeoutStopSec=66s\n" in text  # 45.5 s to drain
    verified = analyze("--user", "verify", "--man=no", unit(home))
    assert (verified.returncode, verified.stderr) == (0, "")

    looked = service(systemd, home, "status", "--user")
    assert looked.returncode == 0
    assert "active    active since Sun 2026-11-22 10:00:00 UTC\n" in looked.stdout
    assert "says      2 bots, 0 messages wait\n" in looked.stdout
    assert "memory    101 MB\n" in looked.stdout
    assert "differs" not in looked.stdout

    removed = service(systemd, home, "uninstall", "--user")
    assert removed.returncode == 0
    assert not unit(home).exists()
    assert "systemctl --user disable --now kotodom.service" in systemd.told()
    assert f"the data stays in {home}\n" in removed.stdout
    assert f"the configuration stays: {home}/config.toml\n" in removed.stdout
    assert (home / "config.toml").read_text() == CONFIG

    assert service(systemd, home, "uninstall", "--user").stdout.startswith("nothing to do")
    gone = service(systemd, home, "status", "--user")
    assert gone.returncode == 3
    assert gone.stdout.endswith("next: kotodom service install --user\n")


def test_a_dry_run_prints_the_unit_and_touches_nothing(systemd: FakeSystemd, home: Path) -> None:
    before = sorted(home.rglob("*"))
    result = service(systemd, home, "install", "--user", "--dry-run")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("# Written by `kotodom service install` of Kotodom ")
    assert systemd.told() == []
    assert sorted(home.rglob("*")) == before


def test_secrets_move_into_files_of_their_own_when_that_is_wanted(
    systemd: FakeSystemd, home: Path
) -> None:
    result = service(systemd, home, "install", "--user", "--move-secrets")
    assert (result.returncode, result.stderr) == (0, "")
    key, token = (home / "credentials" / name for name in ("openai_api_key", "my_cat_token"))
    assert (key.read_text(), token.read_text()) == (f"{KEY}\n", f"{TOKEN}\n")
    assert {path.stat().st_mode & 0o777 for path in (key, token)} == {0o600}
    assert key.parent.stat().st_mode & 0o777 == 0o700
    said = (home / "config.toml").read_text()
    assert said == CONFIG.replace(KEY, "credential:openai_api_key").replace(
        TOKEN, "credential:my_cat_token"
    )
    assert (home / "config.toml").stat().st_mode & 0o777 == 0o600
    # Nothing is left to move, and the same configuration still counts.
    again = service(systemd, home, "install", "--user", "--move-secrets")
    assert (again.returncode, again.stderr) == (0, "")
    for secret in (KEY, TOKEN):
        assert secret not in result.stdout + again.stdout + unit(home).read_text()


def test_a_secret_of_the_shell_is_not_lost_on_the_way(systemd: FakeSystemd, home: Path) -> None:
    config = home / "config.toml"
    config.write_text(CONFIG.replace(KEY, "env:MY_KEY"))
    result = service(systemd, home, "install", "--user", MY_KEY=KEY)
    assert result.returncode == 1
    assert "could not read openai.api_key (env:MY_KEY): add --move-secrets" in result.stderr
    assert not unit(home).exists()
    result = service(systemd, home, "install", "--user", "--move-secrets", MY_KEY=KEY)
    assert result.returncode == 0
    assert (home / "credentials/openai_api_key").read_text() == f"{KEY}\n"
    assert 'api_key = "credential:openai_api_key"  # the key' in config.read_text()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KOTODOM_LOG__LEVEL", "DEBUG", "(KOTODOM_LOG__LEVEL): write it to config.toml"),
        ("SUDO_USER", "ann", "--user is for your own account: run it without sudo"),
    ],
)
def test_what_the_service_would_not_see_is_refused(
    systemd: FakeSystemd, home: Path, name: str, value: str, said: str
) -> None:
    result = service(systemd, home, "install", "--user", **{name: value})
    assert result.returncode == 1
    assert said in result.stderr
    assert not unit(home).exists()


def test_what_is_set_as_the_file_has_it_is_no_obstacle(systemd: FakeSystemd, home: Path) -> None:
    """A script that has set a bot up with variables goes on to its service."""
    said = {"KOTODOM_OPENAI__API_KEY": KEY, "KOTODOM_BOT_TOKEN": TOKEN}
    assert service(systemd, home, "install", "--user", "--dry-run", **said).returncode == 0


def test_without_a_sound_configuration_nothing_is_installed(
    systemd: FakeSystemd, home: Path
) -> None:
    (home / "config.toml").write_text(CONFIG.replace("45.5", '"soon"'))
    result = service(systemd, home, "install", "--user")
    assert result.returncode == 78
    assert "processing.drain_timeout: must be" in result.stderr
    (home / "config.toml").unlink()
    result = service(systemd, home, "install", "--user")
    assert result.returncode == 78
    assert "no configuration" in result.stderr
    assert systemd.told() == []


def test_a_start_that_fails_shows_what_the_service_said(systemd: FakeSystemd, home: Path) -> None:
    failed = WELL.replace("=active", "=failed").replace("=success", "=exit-code")
    systemd.say(restart="1", shown=failed.replace("ExecMainStatus=0", "ExecMainStatus=78"))
    systemd.journal("config.toml: bots[0].token: was revoked\n")
    result = service(systemd, home, "install", "--user")
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "kotodom.service did not start (exit-code, exit code 78); its last lines:",
        "  config.toml: bots[0].token: was revoked",
        "once that is put right: systemctl --user restart kotodom",
    ]
    looked = service(systemd, home, "status", "--user")
    assert looked.returncode == 3
    assert "ended     exit-code, exit code 78\n" in looked.stdout


def test_without_systemd_the_person_learns_what_else_there_is(
    systemd: FakeSystemd, home: Path
) -> None:
    result = service(systemd, home, "install", "--user", PATH="/nowhere")
    assert result.returncode == 1
    assert "there is no systemd here" in result.stderr
    systemd.say(state="offline\n", complaint="Failed to connect to bus: No medium found\n")
    result = service(systemd, home, "install", "--user")
    assert result.returncode == 1
    assert "Failed to connect to bus: No medium found; log in as this user" in result.stderr
    assert not unit(home).exists()


def test_where_lingering_is_roots_to_allow_the_person_is_told(
    systemd: FakeSystemd, home: Path
) -> None:
    systemd.refuse_lingering()
    result = service(systemd, home, "install", "--user")
    assert result.returncode == 0
    assert "sudo loginctl enable-linger $USER" in result.stdout


def test_a_unit_that_was_changed_by_hand_shows_and_is_kept_when_replaced(
    systemd: FakeSystemd, home: Path
) -> None:
    assert service(systemd, home, "install", "--user").returncode == 0
    text = unit(home).read_text()
    changed = text.replace("WatchdogSec=60s", "WatchdogSec=5s").replace("UMask=0077\n", "Nice=5\n")
    unit(home).write_text(changed)
    looked = service(systemd, home, "status", "--user").stdout.splitlines()
    assert looked[-4:] == [
        "differs   WatchdogSec=5s; the packaged unit says 60s",
        "differs   UMask= is missing; the packaged unit says 0077",
        "differs   Nice=5 is not in the packaged unit",
        "next      kotodom service install --user",
    ]
    assert "kept as kotodom.service.old" in service(systemd, home, "install", "--user").stdout
    assert unit(home).read_text() == text
    assert unit(home).with_name("kotodom.service.old").read_text() == changed
