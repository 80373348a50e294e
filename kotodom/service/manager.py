"""systemd itself: installs a unit, starts it, waits for it, and tells how it is."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kotodom.service.plan import Plan
from kotodom.service.scope import UNIT, Scope, ServiceProblem

OLDEST = 247
"""The first systemd with LoadCredential=."""
LINES = 15
"""Of the journal, shown when a start fails."""
TIMEOUT = 300.0
"""Seconds for one command: a start waits until the service is ready."""
_SHOWN = (
    "LoadState",
    "UnitFileState",
    "ActiveState",
    "ActiveEnterTimestamp",
    "StatusText",
    "Result",
    "ExecMainStatus",
    "NRestarts",
    "MemoryCurrent",
    "NeedDaemonReload",
    "DropInPaths",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the service is, in systemd's own words; empty where it says nothing."""

    installed: bool
    enabled: str
    active: str
    """active, activating, failed, inactive …"""
    since: str
    says: str
    """The last STATUS= of the service."""
    result: str
    exit_status: str
    restarts: str
    memory: int | None
    """Bytes."""
    reload_needed: bool
    drop_ins: str


class Manager:
    """systemctl and journalctl of one scope. What they refuse is a ServiceProblem."""

    def __init__(self, scope: Scope, environ: Mapping[str, str]) -> None:
        self._scope = scope
        self._environ = dict(environ)
        own = f"/run/user/{os.getuid()}"
        if scope.user and "XDG_RUNTIME_DIR" not in environ and Path(own).is_dir():
            self._environ["XDG_RUNTIME_DIR"] = own  # which `su` forgets

    def require(self) -> None:
        """There is a systemd, new enough, and it listens to us."""
        where = "" if self._scope.user else " as root"
        if not shutil.which("systemctl", path=self._environ.get("PATH")):
            raise ServiceProblem(
                "there is no systemd here: run `kotodom run` under what you have, or in a "
                "container; --dry-run prints the unit"
            )
        if not self._scope.user:
            words = self._run("systemctl", "--version").stdout.split()
            version = words[1] if len(words) > 1 else ""
            if version.isdecimal() and int(version) < OLDEST:
                raise ServiceProblem(
                    f"this systemd ({version}) is older than {OLDEST} and cannot hand secrets to a "
                    "service: upgrade the system, or add --user"
                )
        state = self._systemctl("is-system-running")
        if state.stdout.strip() in ("offline", "") or "bus" in state.stderr:
            raise ServiceProblem(
                f"systemd does not answer{where}: {_line(state.stderr) or 'it does not run here'}; "
                + (
                    "log in as this user (not with su or sudo), or run: "
                    "sudo loginctl enable-linger $USER"
                    if self._scope.user
                    else "in a container or WSL it may be switched off; --dry-run prints the unit"
                )
            )

    def install(self, plan: Plan) -> list[str]:
        """Write the unit, enable it, start it anew and wait until it is ready; what was done."""
        done = [_put(self._scope.unit, plan.unit())]
        self._do("daemon-reload")
        self._do("enable", UNIT)
        done.append(f"enabled: it starts {'with you' if self._scope.user else 'at boot'}")
        if self._scope.user:
            done.append(self._linger())
        if self._systemctl("restart", UNIT).returncode != 0:
            raise ServiceProblem(*self._why(plan))
        standing = self.standing()
        return [*done, f"{standing.active} since {standing.since}", standing.says]

    def uninstall(self) -> None:
        """Stop it, disable it and take the unit file away."""
        self._do("disable", "--now", UNIT)
        self._scope.unit.unlink(missing_ok=True)
        self._do("daemon-reload")
        self._systemctl("reset-failed", UNIT)  # nothing to reset is no fault

    def standing(self) -> Standing:
        """How the service is."""
        said = self._systemctl("show", UNIT, f"--property={','.join(_SHOWN)}").stdout
        found = dict(line.partition("=")[::2] for line in said.splitlines())
        memory = found.get("MemoryCurrent", "")
        return Standing(
            installed=found.get("LoadState") not in (None, "", "not-found"),
            enabled=found.get("UnitFileState") or "",
            active=found.get("ActiveState") or "unknown",
            since=found.get("ActiveEnterTimestamp") or "",
            says=found.get("StatusText") or "",
            result=found.get("Result") or "",
            exit_status=found.get("ExecMainStatus") or "",
            restarts=found.get("NRestarts") or "0",
            memory=int(memory) if memory.isdecimal() and len(memory) < 19 else None,
            reload_needed=found.get("NeedDaemonReload") == "yes",
            drop_ins=found.get("DropInPaths") or "",
        )

    def journal(self) -> list[str]:
        """The last lines it wrote."""
        unit = (f"--user-unit={UNIT}",) if self._scope.user else (f"--unit={UNIT}",)
        shown = self._run("journalctl", *unit, f"--lines={LINES}", "--no-pager", "--output=cat")
        return [line for line in shown.stdout.splitlines() if line.strip()]

    def _linger(self) -> str:
        """Have the user's services run without a login; systemd may want root for it."""
        if self._run("loginctl", "enable-linger").returncode == 0:
            return "lingering: it runs whether you are logged in or not"
        return "it ends when you log out, until you run: sudo loginctl enable-linger $USER"

    def _why(self, plan: Plan) -> list[str]:
        standing = self.standing()
        first = f"{UNIT} did not start ({standing.result or standing.active}"
        if standing.exit_status not in ("", "0"):
            first += f", exit code {standing.exit_status}"
        journal = [
            line.replace("/run/credentials/kotodom.service/config.toml", str(plan.file))
            for line in self.journal()
        ]
        if standing.active == "activating":
            ending = "systemd goes on trying; how it is: kotodom service status"
            ending += plan.scope.flag
        else:
            ending = f"once that is put right: {'' if plan.scope.user else 'sudo '}systemctl"
            ending += f"{plan.scope.flag} restart kotodom"
        return [f"{first}); its last lines:", *(f"  {line}" for line in journal), ending]

    def _do(self, *words: str) -> None:
        result = self._systemctl(*words)
        if result.returncode != 0:
            said = _line(result.stderr) or f"exit code {result.returncode}"
            raise ServiceProblem(f"systemctl{self._scope.flag} {' '.join(words)}: {said}")

    def _systemctl(self, *words: str) -> subprocess.CompletedProcess[str]:
        scope = ("--user",) if self._scope.user else ()
        return self._run("systemctl", *scope, *words)

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        environ = self._environ | {"LC_ALL": "C", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": ""}
        try:
            return subprocess.run(
                command,
                env=environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT,
                check=False,
            )
        except FileNotFoundError:
            return subprocess.CompletedProcess(command, 127, "", f"{command[0]}: not found")
        except subprocess.TimeoutExpired:
            text = f"no answer within {TIMEOUT:g} s"
            return subprocess.CompletedProcess(command, 124, "", text)


def _put(path: Path, text: str) -> str:
    """Write the unit, of which there is at each moment one; a different one is kept beside it."""
    note = ""
    half, old = path.with_name(f".{path.name}.new"), path.with_name(f"{path.name}.old")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_text(text, "utf-8")
        half.chmod(0o644)
        before = path.read_bytes() if path.exists() else b""
        if before not in (b"", text.encode()):
            old.write_bytes(before)
            note = f" (the one before is kept as {old.name})"
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise ServiceProblem(f"{path}: cannot be written: {error.strerror}") from None
    return f"wrote {path}{note}"


def _line(text: str) -> str:
    return " ".join(text.split())
