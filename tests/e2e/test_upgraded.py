"""A daemon on the database of an earlier version finishes what that one had begun, once."""

import asyncio
from itertools import count
from pathlib import Path

import pytest

from kotodom.demo.botapi import Call, ChatView
from tests.e2e.talk_kit import happened, rows, until
from tests.support.released import RELEASED, write_postgres, write_sqlite
from tests.support.stage import Stage

PRIVATE, ADDED = 7002, 75_003
KEYS = f'[secrets]\nkey = "{"A" * 43}"\n[admin]\nids = [900]\n'
"""As tests/fixtures has them."""
OPEN = (
    "SELECT COUNT(*) FROM message_processing"
    " WHERE status NOT IN ('COMPLETED', 'TERMINAL') AND joined_to = 0 AND parked = 0"
)
NEWS = "News; for all"
ANSWERS = {
    502: ["Answer to: one for later"],
    504: ["Answer to: one that hangs", "Answer to: one behind it"],
    505: ["Answer to: one in doubt"],
}
"""What was open when the earlier version was killed."""


async def begin(stage: Stage) -> dict[int, ChatView]:
    """Telegram as the earlier daemon left it: its people, its numbers, its bots."""
    people = await rows(
        stage,
        "SELECT c.telegram_chat_id, b.telegram_id FROM chat c JOIN bot b ON b.id = c.bot_id",
    )
    chats = {user: stage.chat(user, bot) for user, bot in people}
    for user, chat in chats.items():
        chat.chat.written.add(user)  # they have, to the daemon of then
    ((*numbers, update),) = await rows(
        stage,
        "SELECT MAX(d.telegram_message_id), MAX(p.telegram_incoming_id), MAX(p.update_id)"
        " FROM message_processing p LEFT JOIN delivery_part d ON d.processing_id = p.id",
    )
    for number in {bot for _, bot in people}:
        stage.bot(number).message_ids = count(max(numbers) + 1)
        stage.bot(number).reset_update_ids(update + 100)
    if await rows(stage, f"SELECT 1 FROM bot WHERE telegram_id = {ADDED}"):
        stage.telegram.add_bot(f"{ADDED}:{'D' * 35}", username="added_bot", name="Added")
    # By now the retry is due.
    await rows(stage, "UPDATE message_processing SET not_before = 0 WHERE status = 'FAILED'")
    return chats


async def finished(stage: Stage, chats: dict[int, ChatView]) -> None:
    """Let this version's daemon do the rest."""
    numbers = {chat.bot.id for chat in chats.values()}
    daemon = stage.daemon(*sorted(numbers), extra=KEYS if PRIVATE in numbers else "")
    if PRIVATE in numbers:
        config = stage.folder / "config.toml"
        config.write_text(f'{config.read_text()}access = "approval"\n')
    polled = asyncio.Event()

    def hook(call: Call, phase: str) -> None:
        if call.method == "getUpdates" and call.bot_id == ADDED:
            polled.set()

    stage.telegram.on_call(hook)
    await daemon.start()
    await daemon.wait_for("is ready")
    await until(stage, OPEN, 0)
    await chats[501].say("And after the upgrade?")
    await chats[501].wait(lambda chat: "upgrade?" in str(chat.answers()), timeout=10)
    said = [text for text in chats[501].answers() if NEWS not in text]
    assert said == ["Answer to: And after the upgrade?"]
    assert "And now?" in str(stage.model.requests[-1].body["input"])
    await until(stage, OPEN, 0)
    if PRIVATE in numbers:
        await happened(polled)
        # Only a running daemon goes on with its broadcast.
        await until(stage, "SELECT COUNT(*) FROM broadcast_recipient WHERE NOT failed", 0)
        await until(stage, OPEN, 0)
    assert await daemon.stop() == 0, daemon.said()


async def check(stage: Stage, chats: dict[int, ChatView]) -> None:
    """Everything open was answered once, nothing that was closed again."""
    for user, answers in ANSWERS.items():
        said = [text for text in chats[user].answers() if NEWS not in text]
        assert said == answers, (user, stage.daemons[-1].said())
    assert all(sum(NEWS in text for text in chat.answers()) <= 1 for chat in chats.values())
    questions = [request.said[-1] for request in stage.model.requests]
    assert "Good morning" not in questions
    assert len(questions) == len(set(questions))


async def check_administration(stage: Stage, chats: dict[int, ChatView]) -> None:
    """What admins had begun, ends; what they had decided, stays."""
    assert "Answer to: a refused question" in chats[503].answers()
    assert chats[605].answers() == []
    assert await rows(stage, "SELECT COUNT(*) FROM message_processing WHERE parked > 0") == [(1,)]
    ((total, delivered, lost),) = await rows(
        stage, "SELECT total, delivered, blocked + failed FROM broadcast"
    )
    got = sum(any(NEWS in text for text in chat.answers()) for chat in chats.values())
    assert total == delivered + lost
    assert got in {total - 1, total}
    assert await rows(stage, "SELECT amount FROM spend_limit WHERE scope = 'instance'") == [
        (5_000_000_000,)
    ]
    assert await rows(stage, "SELECT role FROM account") == [("MANAGER",)]


@pytest.mark.parametrize("name", RELEASED)
async def test_what_an_earlier_version_left_open_is_answered_once(stage: Stage, name: str) -> None:
    path = Path(stage.database_url.removeprefix("sqlite://"))
    write_sqlite(name, path)
    chats = await begin(stage)
    await finished(stage, chats)
    await check(stage, chats)
    if PRIVATE in {chat.bot.id for chat in chats.values()}:
        await check_administration(stage, chats)
    (snapshot,) = stage.folder.glob("kotodom.snapshot-*.db")
    assert f"kept the database as it was: {snapshot}" in stage.daemons[-1].said()
    assert snapshot.stat().st_mode & 0o777 == 0o600


async def test_the_same_on_postgres(postgres_stage: Stage) -> None:
    stage = postgres_stage
    await write_postgres(RELEASED[-1], stage.database_url, stage.folder)
    chats = await begin(stage)
    await finished(stage, chats)
    await check(stage, chats)
    await check_administration(stage, chats)
