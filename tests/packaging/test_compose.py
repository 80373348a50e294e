"""The compose file: a profile for SQLite, one for Postgres, each valid for the daemon."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kotodom.config import Config, load
from tests.packaging.container_steps import ROOT, stages

FOLDER = ROOT / "container"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ["kotodom", "kotodom-postgres"]
KNOWN = {
    *("image", "build", "container_name", "restart", "stop_grace_period", "read_only", "tmpfs"),
    *("cap_drop", "security_opt", "extra_hosts", "logging", "profiles", "environment", "volumes"),
    *("depends_on", "network_mode", "shm_size", "healthcheck"),
}
"""Of https://github.com/compose-spec/compose-spec/blob/main/05-services.md."""


def of_profile(name: str) -> set[str]:
    return {service for service, said in SERVICES.items() if name in said["profiles"]}


def settings(service: str, folder: Path) -> Config:
    """The configuration that the daemon would have, with a minimal file in the volume."""
    file = folder / "config.toml"
    file.write_text('[openai]\napi_key = "x"\n')
    secrets = folder / "secrets"
    secrets.mkdir(exist_ok=True)
    (secrets / "kotodom_key").write_text("A" * 43 + "=\n")
    environ = stages()[-1].environment() | SERVICES[service]["environment"]
    return load(file, environ | {"CREDENTIALS_DIRECTORY": str(secrets)})


def test_there_are_only_keys_that_compose_knows() -> None:
    assert {key for said in SERVICES.values() for key in said} - KNOWN == set()
    assert COMPOSE.keys() - {"x-kotodom"} == {"name", "services", "volumes"}
    named = {entry.partition(":")[0] for said in SERVICES.values() for entry in said["volumes"]}
    assert {name for name in named if not name.startswith(".")} == COMPOSE["volumes"].keys()


def test_sqlite_is_the_profile_without_asking_and_postgres_the_other() -> None:
    defaults = re.findall(r"(?m)^COMPOSE_PROFILES=(\w+)$", (FOLDER / ".env").read_text("utf-8"))
    assert defaults == ["sqlite"]
    assert of_profile("sqlite") == {"kotodom"}
    assert of_profile("postgres") == {"kotodom-postgres", "postgres"}


def test_both_daemons_never_run_at_once() -> None:
    """One token, two pollers: each would take messages from the other."""
    assert {SERVICES[name]["container_name"] for name in OURS} == {"kotodom"}


@pytest.mark.parametrize("service", OURS)
def test_a_daemon_can_write_its_volume_and_gain_nothing(service: str, tmp_path: Path) -> None:
    said = SERVICES[service]
    assert said["read_only"] is True
    assert said["cap_drop"] == ["ALL"]
    assert said["security_opt"] == ["no-new-privileges:true"]
    (writable,) = [v for v in said["volumes"] if v.endswith(":/data")]
    assert stages()[-1].words("VOLUME") == [writable.partition(":")[2]]
    context = FOLDER / said["build"]["context"]
    assert (context / said["build"]["dockerfile"]).samefile(FOLDER / "Containerfile")
    grace = float(said["stop_grace_period"].removesuffix("s"))
    assert grace > settings(service, tmp_path).processing.drain_timeout + 5


def test_sqlite_lies_in_the_volume(tmp_path: Path) -> None:
    url = settings("kotodom", tmp_path).database.url.get_secret_value()
    assert url == "sqlite://data/kotodom.db"
    assert stages()[-1].one("WORKDIR") == "/data"


def test_postgres_is_reached_through_its_socket_alone_and_waited_for(tmp_path: Path) -> None:
    found = settings("kotodom-postgres", tmp_path)
    server = SERVICES["postgres"]
    user, name = (server["environment"][f"POSTGRES_{key}"] for key in ("USER", "DB"))
    socket = "/var/run/postgresql"
    assert found.database.url.get_secret_value() == f"postgres://{user}@/{name}?host={socket}"
    for service in ("kotodom-postgres", "postgres"):
        assert f"postgres-socket:{socket}" in SERVICES[service]["volumes"]
    assert server["network_mode"] == "none"
    assert "ports" not in server
    assert SERVICES["kotodom-postgres"]["depends_on"] == {
        "postgres": {"condition": "service_healthy"}
    }
    assert server["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert found.secrets.key.get_secret_value()


def test_health_is_served_to_the_container_alone(tmp_path: Path) -> None:
    host, _, port = settings("kotodom", tmp_path).http.listen.rpartition(":")
    assert (host, port) == ("127.0.0.1", "8080")
    assert all("ports" not in said for said in SERVICES.values())
