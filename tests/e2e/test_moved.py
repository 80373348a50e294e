"""Conversations that go on: after a move to another database, and after going back to a backup."""

import asyncio
import os
import sys
from pathlib import Path

from kotodom.demo.botapi import ChatView
from kotodom.demo.model_faults import Hang
from tests.e2e.talk_kit import rows
from tests.support.stage import Stage


async def kotodom(stage: Stage, *arguments: str | Path) -> str:
    """Run a command with the stage's configuration; it must end well."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("KOTODOM")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kotodom", *map(str, arguments)),
        *("--config", str(stage.folder / "config.toml")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    said, _ = await process.communicate()
    text = said.decode()
    assert process.returncode == 0, text
    assert "Traceback" not in text
    return text


async def ask(chat: ChatView, question: str) -> None:
    """Say something and wait for its answer."""
    count = len(chat.answers())
    await chat.say(question)
    await chat.wait(lambda chat: len(chat.answers()) > count, timeout=30)
    assert chat.answers()[-1] == f"Answer to: {question}"


async def test_a_chat_goes_on_in_postgres(stage: Stage, postgres_url: str) -> None:
    """Its history is there, what was open is answered, and nothing is answered twice."""
    chat, slow = stage.chat(), stage.chat(502)
    daemon = stage.daemon(extra="[processing]\ndrain_timeout = 1")
    await daemon.start()
    await ask(chat, "my name is Ann")
    stage.model.add(Hang(), match=lambda body: "slow" in str(body["input"][-1]))
    await slow.say("slow")
    await stage.model.wait_for(lambda model: model.active == 1, timeout=20)
    await daemon.stop()
    stage.model.clear()

    said = await kotodom(stage, "export", stage.folder / "all.zip")
    assert "exported" in said
    stage.database_url = postgres_url
    daemon = stage.daemon()
    said = await kotodom(stage, "import", stage.folder / "all.zip")
    assert "the counts match" in said
    await daemon.start()
    await slow.wait(lambda chat: chat.answers() == ["Answer to: slow"], timeout=30)
    await ask(chat, "what is my name")
    assert "my name is Ann" in str(stage.model.requests[-1].body["input"])
    assert len(chat.answers()) == 2
    assert slow.answers() == ["Answer to: slow"]


async def test_a_backup_made_under_load_is_gone_back_to_and_answers_nothing_again(
    stage: Stage,
) -> None:
    """What was open in it was answered since; what was said before it is remembered."""
    chat = stage.chat()
    others = [stage.chat(600 + number) for number in range(20)]
    daemon = stage.daemon(extra="[admin]\nids = [900]")
    await daemon.start()
    await ask(chat, "my name is Ann")
    boss = stage.chat(900)
    await boss.say("/admin backup now")
    await boss.wait(lambda chat: "Backed up, and checked" in str(chat.answers()), timeout=30)
    (nightly,) = (stage.folder / "backups").iterdir()
    assert nightly.name.startswith("kotodom-nightly-")
    stage.model.add(Hang(), match=lambda body: "open" in str(body["input"][-1]))
    await chat.say("open in the backup")
    await stage.model.wait_for(lambda model: model.active == 1, timeout=20)
    backing_up = asyncio.create_task(
        kotodom(stage, "backup", stage.folder / "copy.db"), name="backing up"
    )
    for other in others:
        await other.say("hello")
    said = await backing_up
    assert "checked" in said
    stage.model.clear()
    daemon.kill()  # its question is asked again by the next life, and answered
    await daemon.died()
    daemon = stage.daemon()
    await daemon.start()
    await chat.wait(lambda chat: len(chat.answers()) == 2, timeout=30)
    for other in others:
        await other.wait(lambda chat: chat.answers() == ["Answer to: hello"], timeout=30)
    await ask(chat, "since the backup")
    await daemon.stop()
    requests = len(stage.model.requests)

    said = await kotodom(stage, "restore", stage.folder / "copy.db")
    assert "are not answered by themselves" in said
    daemon = stage.daemon()
    await daemon.start()
    await daemon.wait_for("is ready")
    await ask(chat, "what is my name")
    remembered = str(stage.model.requests[-1].body["input"])
    assert "my name is Ann" in remembered
    assert "since the backup" not in remembered
    assert len(stage.model.requests) == requests + 1
    assert chat.answers()[1:3] == ["Answer to: open in the backup", "Answer to: since the backup"]
    assert len(chat.answers()) == 4
    assert all(other.answers() == ["Answer to: hello"] for other in others)
    ((owed,),) = await rows(
        stage, "SELECT COUNT(*) FROM message_processing WHERE last_error_kind = 'restored'"
    )
    assert owed >= 1
    assert stage.telegram.violations == 0
