"""import-original as a person runs it, beside an original that may still be running."""

import asyncio
import os
import sys
from collections.abc import Callable

import pytest

from tests.e2e.talk_kit import rows
from tests.support.originals import CAT, DOG, TOKEN, fill
from tests.support.stage import Stage

ADDRESS = "https://old.example.org/secret-path"


@pytest.fixture
async def original_url(postgres: Callable[[], str]) -> str:
    url = postgres()
    await fill(url)
    return url


async def command(stage: Stage, original: str, *arguments: str) -> tuple[int | None, str]:
    """Run it; return its exit code and all it said. The URL is handed over out of sight."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kotodom", "import-original", "env:ORIGINAL", *arguments),
        *("--config", str(stage.folder / "config.toml")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "ORIGINAL": original, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=stage.folder,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_it_waits_for_the_original_to_stop_and_then_its_bots_answer_here(
    stage: Stage, original_url: str
) -> None:
    database = stage.folder / "kotodom.db"
    cat = stage.telegram.add_bot(TOKEN.format(CAT), username="cat_bot", name="Cat")
    stage.telegram.add_bot(TOKEN.format(DOG), username="dog_bot", name="Dog")
    cat.set_webhook(ADDRESS)
    stage.daemon()  # writes the configuration
    code, said = await command(stage, original_url)
    assert code == 0, said
    assert 'bot "Cat": Telegram still delivers its messages to old.example.org' in said
    assert "secret-path" not in said
    assert "Nothing was changed" in said
    assert not database.exists()
    assert not [call for call in stage.telegram.calls if call.method == "getUpdates"]
    code, said = await command(stage, original_url, "--apply")
    assert code == 1, said
    assert "stop the original Kotodom first" in said
    assert not database.exists()
    code, said = await command(stage, original_url, "--apply", "--take-over")
    assert code == 0, said
    assert "Message                  14          10        0        4" in said
    assert "A" * 35 not in said
    assert (await rows(stage, "SELECT token FROM bot WHERE name = 'Cat'"))[0][0].startswith(
        "sealed:"
    )
    await talk(stage)
    assert cat.webhook == ""
    (stage.folder / "kotodom.db.key").unlink()
    code, said = await command(stage, original_url)
    assert code == 1, said
    assert "is missing: restore the file" in said


async def talk(stage: Stage) -> None:
    """The bot goes on where it was, with what was said before."""
    chat = stage.telegram.private(stage.telegram.world.bots[CAT], stage.telegram.user(501, "Ann"))
    daemon = stage.daemon()
    await daemon.start()
    await chat.say("And now?")
    await chat.wait(lambda chat: chat.answers() == ["Answer to: And now?"], timeout=30)
    told = str(stage.model.requests[-1].body)
    assert 'You are a "cat"; purr.' in told
    assert "Good morning" in told
    assert await daemon.stop() == 0, daemon.said()


async def test_mistakes_are_told_in_one_line(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.daemon()
    for original, words, ours in (
        ("mysql://me:hidden@host/db", "begins with postgres://", ""),
        ("postgres://me:hidden@127.0.0.1:1/db", "cannot use the PostgreSQL database db at", ""),
        # Where nothing can be sealed, a dry run says so as well.
        ("postgres://me:hidden@127.0.0.1:1/db", "set [secrets] key", "postgres://127.0.0.1:1/db"),
    ):
        if ours:
            monkeypatch.setenv("KOTODOM_DATABASE__URL", ours)
        code, said = await command(stage, original)
        assert code in {1, 2, 69}, said
        assert words in said
        assert "hidden" not in said
        assert "Traceback" not in said
