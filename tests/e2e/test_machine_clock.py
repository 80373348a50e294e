"""The wall clock jumps by an hour, forth and back, under a daemon that is at work."""

import signal
from collections import Counter

from kotodom.demo.botapi import Call
from kotodom.demo.model_faults import Status
from tests.support.stage import Stage

BACK, FORTH = signal.SIGUSR2, signal.SIGUSR1
JUMPS = (BACK, FORTH)


async def test_a_clock_that_jumps_neither_delays_nor_repeats_anything(stage: Stage) -> None:
    """At each jump there is a question that waits for its retry, too."""
    chats = [stage.chat(user) for user in (501, 502, 503)]
    calls: Counter[str] = Counter()

    def count(call: Call, when: str) -> None:
        calls[call.method] += when == "before"

    stage.telegram.on_call(count)
    daemon = stage.daemon(extra="[processing]\nretry_base = 1\n[breaker]\nfail_max = 50\n")
    await daemon.start(twin="tests.support.jumping")
    await daemon.wait_for("is ready")
    assert daemon.process is not None
    for round_, jump in enumerate(JUMPS, start=1):
        stage.model.add(Status(503, {"message": "busy"}), times=4)
        await chats[0].say("fails first")
        await daemon.wait_for(f"message {len(chats) * round_ - 2} waits")
        daemon.process.send_signal(jump)
        for chat in chats[1:]:
            await chat.say("at once")
        for chat in chats:
            await chat.wait(lambda chat, n=round_: len(chat.answers()) == n, timeout=25)
    assert await daemon.stop() == 0
    assert "failed:" not in daemon.said()
    assert chats[0].answers() == ["Answer to: fails first"] * len(JUMPS)
    assert calls["sendMessage"] == len(chats) * len(JUMPS)
    assert calls["getUpdates"] < 40
