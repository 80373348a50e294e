"""The packaged units: systemd understands them, they give nothing away, every line says why."""

import math
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from kotodom.cli.common import EXIT_CONFIG, EXIT_UNAVAILABLE
from kotodom.config.sections import ProcessingConfig
from kotodom.service.scope import Scope
from kotodom.service.unit import packaged, parse

SYSTEM = Scope.of_system()
USER = Scope.of_user({"HOME": "/home/ann"})
SCOPES = [pytest.param(SYSTEM, id="system"), pytest.param(USER, id="user")]
EXPOSURE = 15
"""Tenths: what `systemd-analyze security` may say at most."""


def analyze(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """systemd-analyze, which .ci/run installs where it is missing."""
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *map(str, words)],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/nowhere", "XDG_RUNTIME_DIR": "/run"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def written(scope: Scope, folder: Path) -> Path:
    """The unit as it is shipped, with a program that is there."""
    text = packaged(scope)
    for program in ("/usr/local/bin/kotodom", "%h/.local/bin/kotodom"):
        text = text.replace(f"ExecStart={program} ", f"ExecStart={sys.executable} ")
    path = folder / "kotodom.service"
    path.write_text(text)
    return path


@pytest.mark.parametrize("scope", SCOPES)
def test_systemd_finds_nothing_to_say_about_the_unit(scope: Scope, tmp_path: Path) -> None:
    of = ("--user",) if scope.user else ()
    result = analyze(*of, "verify", "--man=no", written(scope, tmp_path))
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_the_service_is_exposed_to_little_and_the_figure_is_told(tmp_path: Path) -> None:
    unit = written(SYSTEM, tmp_path)
    result = analyze("security", "--offline=yes", f"--threshold={EXPOSURE}", unit)
    (overall,) = re.findall(r"Overall exposure level for kotodom.service: ([\d.]+)", result.stdout)
    print(f"systemd-analyze security: {overall}")
    assert result.returncode == 0
    assert float(overall) * 10 <= EXPOSURE


def test_private_networks_stay_within_reach() -> None:
    """A model, a Postgres or a Bot API server of one's own is there."""
    settings = parse(packaged(SYSTEM))
    for key in ("IPAddressDeny", "PrivateNetwork", "RestrictNetworkInterfaces", "SocketBindDeny"):
        assert ("Service", key) not in settings
    families = settings["Service", "RestrictAddressFamilies"]
    assert families == ["AF_INET AF_INET6 AF_UNIX"]


@pytest.mark.parametrize("scope", SCOPES)
def test_every_line_has_a_comment_above_it(scope: Scope) -> None:
    lines = packaged(scope).splitlines()
    bare = [
        line
        for above, line in pairwise(lines)
        if re.match(r"\w+=", line) and not above.startswith("# ")
    ]
    assert bare == []


@pytest.mark.parametrize("scope", SCOPES)
def test_the_unit_fits_the_daemon(scope: Scope) -> None:
    settings = parse(packaged(scope))

    def one(key: str) -> str:
        (value,) = settings["Service", key]
        return value

    assert (one("Type"), one("NotifyAccess")) == ("notify", "main")
    prevented = one("RestartPreventExitStatus").split()
    assert str(EXIT_CONFIG) in prevented
    assert str(EXIT_UNAVAILABLE) not in prevented
    patience = int(one("TimeoutStopSec").removesuffix("s"))
    assert patience > math.ceil(ProcessingConfig().drain_timeout) + 5
    assert settings["Unit", "StartLimitIntervalSec"] == ["0"]


def test_secrets_come_as_credentials_and_nowhere_else() -> None:
    settings = parse(packaged(SYSTEM))
    (given,) = settings["Service", "LoadCredential"]
    assert given == "config.toml:/etc/kotodom/config.toml"
    assert settings["Service", "ExecStart"][0].endswith("${CREDENTIALS_DIRECTORY}/config.toml")
    assert settings["Service", "Environment"] == ["PYTHONFAULTHANDLER=1"]
    assert ("Service", "EnvironmentFile") not in settings


def test_an_empty_value_takes_back_what_stood_before() -> None:
    text = "[Service]\nExecStart=/a\nExecStart=\nExecStart=/b \\\n  run\n# X=1\n;Y=2\n"
    assert parse(text) == {("Service", "ExecStart"): ["/b run"]}
