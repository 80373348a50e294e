"""The whole life of an installation, as its owner lives it: from nothing to another database."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path

from kotodom.demo.botapi import ChatView
from tests.support.daemon import KEY, TOKEN, Daemon
from tests.support.hearing import Manager
from tests.support.stage import BOT, Stage


class Owner:
    """Somebody at a shell, in a folder of their own."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.folder = stage.folder / "home"
        self.folder.mkdir()
        self.config = self.folder / "config.toml"

    async def gives(self, *words: str, code: int = 0, said: str = "") -> str:
        """Give a command of kotodom's that is to end with *code*; what it printed."""
        variables = {k: v for k, v in os.environ.items() if not k.startswith("KOTODOM")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kotodom", *words, "--config", str(self.config)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=self.folder,
            env={
                **variables,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "KOTODOM_TELEGRAM__API_BASE": self._stage.telegram.url,
                "KOTODOM_OPENAI__BASE_URL": self._stage.model_url,
            },
        )
        output, _ = await process.communicate(said.encode())
        text = output.decode()
        assert process.returncode == code, text
        assert "Traceback" not in text
        assert not any(secret in text for secret in (TOKEN.format(BOT), KEY))
        return text

    async def starts(self, manager: Manager) -> Daemon:
        """Have the service manager start the daemon; wait until it says that it is ready."""
        daemon = Daemon(self.folder, self.config.read_text(encoding="utf-8"))
        self._stage.daemons.append(daemon)
        ready = manager.count("READY=1")
        await daemon.start(environ={"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "2000000"})
        await manager.until(lambda: manager.count("READY=1") > ready)
        return daemon


async def asks(chat: ChatView, question: str) -> None:
    count = len(chat.answers())
    await chat.say(question)
    await chat.wait(lambda chat: len(chat.answers()) > count, timeout=30)
    assert chat.answers()[-1] == f"Answer to: {question}"


async def test_from_init_to_postgres_nothing_is_lost_and_nothing_said_twice(
    stage: Stage, postgres_url: str
) -> None:
    stage.bot().set_webhook("https://old.example.org/hook")  # so that nobody listens for a poller
    owner, manager = Owner(stage), Manager(f"{stage.folder}/notify")
    chat = stage.chat()

    secrets = f"{TOKEN.format(BOT)}\n{KEY}\n"
    both = ("--token-file", "-", "--key-file", "-", "--yes", "--json")
    claim = json.loads(await owner.gives("init", *both, said=secrets))["claim"]["link"]

    daemon = await owner.starts(manager)
    await chat.say(f"/start {claim.partition('=')[2]}")
    await chat.wait(lambda chat: any("ADMIN" in said for said in chat.answers()), timeout=30)
    await asks(chat, "my name is Ann")

    (stage.folder / "usb").mkdir()
    assert "checked" in await owner.gives("backup", str(stage.folder / "usb"))
    (backup,) = (stage.folder / "usb").glob("*.db")
    await asks(chat, "what I say now is not in the backup")
    assert await daemon.stop() == 0

    database = _database(owner.config)
    _break(database)
    refused = await owner.gives("run", code=69)
    assert "damaged" in refused
    assert "kotodom restore" in refused
    await owner.gives("restore", str(backup))
    assert list(database.parent.glob("*before-restore*"))  # what was broken is kept

    daemon = await owner.starts(manager)
    await asks(chat, "what is my name")
    assert "my name is Ann" in str(stage.model.requests[-1].body["input"])
    assert await daemon.stop() == 0

    await owner.gives("export", str(stage.folder / "everything.zip"))
    text = owner.config.read_text(encoding="utf-8")
    text, changed = re.subn(
        r'(?m)^url = "sqlite://.*"$', lambda _: f"url = {json.dumps(postgres_url)}", text
    )
    assert changed == 1
    owner.config.write_text(text, encoding="utf-8")
    assert "the counts match" in await owner.gives("import", str(stage.folder / "everything.zip"))

    daemon = await owner.starts(manager)
    await asks(chat, "and now")
    sent = str(stage.model.requests[-1].body["input"])
    assert "my name is Ann" in sent
    assert "what is my name" in sent
    await manager.hears("WATCHDOG=1")
    assert await daemon.stop() == 0
    assert len(chat.answers()) == 5  # the greeting, and each question's own
    assert len([one for one in stage.model.requests if "Ann" in str(one.body["input"][-1])]) == 1
    manager.close()


def _database(config: Path) -> Path:
    found = re.search(r'^url = "sqlite://(.*)"$', config.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    return config.parent / found[1]


def _break(database: Path) -> None:
    """As a dying disk does: a page in the middle is not what was written."""
    data = bytearray(database.read_bytes())
    for start in range(4096, len(data), 3 * 4096):
        data[start : start + 512] = b"\xff" * 512
    database.write_bytes(data)
