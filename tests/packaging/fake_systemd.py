"""systemctl, journalctl and loginctl for tests: what they were told, and what they shall say."""

import os
from pathlib import Path

SYSTEMCTL = """#!/bin/sh
echo "systemctl $*" >> "$0.told"
case " $* " in
  *" --version "*) cat "$0.version" ;;
  *" is-system-running "*) cat "$0.state"; cat "$0.complaint" >&2 ;;
  *" show "*) cat "$0.shown" ;;
  *" restart "*) exit "$(cat "$0.restart")" ;;
esac
"""
JOURNALCTL = '#!/bin/sh\necho "journalctl $*" >> "${0%/*}/systemctl.told"\ncat "$0.says"\n'
LOGINCTL = '#!/bin/sh\necho "loginctl $*" >> "${0%/*}/systemctl.told"\nexit "$(cat "$0.exit")"\n'
WELL = (
    "LoadState=loaded\nUnitFileState=enabled\nActiveState=active\nResult=success\n"
    "ActiveEnterTimestamp=Sun 2026-11-22 10:00:00 UTC\nStatusText=2 bots, 0 messages wait\n"
    "ExecMainStatus=0\nNRestarts=1\nMemoryCurrent=101000000\nNeedDaemonReload=no\n"
)


class FakeSystemd:
    """A folder for PATH; everything is fine until a test says otherwise."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        for name, script in (
            ("systemctl", SYSTEMCTL),
            ("journalctl", JOURNALCTL),
            ("loginctl", LOGINCTL),
        ):
            (folder / name).write_text(script)
            (folder / name).chmod(0o755)
        self.say(version="systemd 252 (252.38-1~deb12u1)", state="running", complaint="")
        self.say(shown=WELL, restart="0", told="")
        (folder / "journalctl.says").write_text("")
        (folder / "loginctl.exit").write_text("0")

    @property
    def path(self) -> str:
        """For the environment."""
        return f"{self._folder}{os.pathsep}/usr/bin{os.pathsep}/bin"

    def say(self, **answers: str) -> None:
        """What systemctl shall answer from now on."""
        for name, text in answers.items():
            (self._folder / f"systemctl.{name}").write_text(text)

    def journal(self, text: str) -> None:
        """What the service wrote."""
        (self._folder / "journalctl.says").write_text(text)

    def refuse_lingering(self) -> None:
        """As where only root may allow it."""
        (self._folder / "loginctl.exit").write_text("1")

    def told(self) -> list[str]:
        """Every command so far."""
        return (self._folder / "systemctl.told").read_text().splitlines()
