"""Few open files allowed: said at the start, and survived when they run out."""

from tests.support.stage import Stage


async def test_a_low_limit_of_open_files_is_told_and_survived(stage: Stage) -> None:
    """Forty people at once are more than 48 files allow; each gets the one answer all the same."""
    chats = [stage.chat(user) for user in range(501, 541)]
    daemon = stage.daemon()
    await daemon.start(through=["prlimit", "--nofile=48:48"])
    await daemon.wait_for("only 48 files may be open at once, so that only 3 answers are worked on")
    await daemon.wait_for("is ready")
    for chat in chats:
        await chat.say("hi")
    for chat in chats:
        await chat.wait(lambda chat: chat.answers() == ["Answer to: hi"], timeout=60)
    assert await daemon.stop() == 0
