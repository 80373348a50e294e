"""Money with the real daemon: what is reserved survives kill -9, once, and all calls can stop."""

import asyncio
import json
import socket
from typing import Any
from urllib.request import urlopen

import pytest
from talk_kit import Fuse, killed, request, rows, said, settled

from kotodom.demo.botapi import ChatView
from kotodom.demo.model_faults import Stall
from kotodom.demo.model_received import input_tokens
from tests.support.daemon import Daemon
from tests.support.stage import Stage

BOSS = 900
ADMIN = f"[admin]\nids = [{BOSS}]\n"
LEDGER = "SELECT estimated, tokens_input FROM spend ORDER BY id"


async def orders(stage: Stage, command: str) -> str:
    """The admin types a command; returns what the screen says."""
    office = stage.chat(BOSS)
    seen = len(said(office))
    await office.say(f"/admin {command}")
    await office.wait(lambda chat: len(said(chat)) > seen, timeout=30)
    return said(office)[-1].text


async def limited(stage: Stage, fuse: Fuse) -> Daemon:
    """A daemon that can be killed, with a limit in dollars."""
    daemon = await fuse.life(extra=ADMIN)
    assert "of $5.00" in await orders(stage, "money limit day cost 5")
    return daemon


async def answered(stage: Stage, chat: ChatView) -> None:
    """A healthy daemon finishes what there is, and ends."""
    daemon = stage.daemon(extra=ADMIN)
    await daemon.start()
    await chat.wait(lambda chat: chat.answers() == ["Answer to: one"], timeout=40)
    await settled(stage)
    assert await daemon.stop() == 0, daemon.said()


async def compare(stage: Stage, estimated: int) -> None:
    """Each answer is in the ledger as the model counted it, what was cut off once as estimated."""
    assert await rows(stage, "SELECT id FROM reservation") == []
    ledger = await rows(stage, LEDGER)
    assert sum(bool(guess) for guess, _ in ledger) == estimated
    counted = {_counted(one.body) for one in stage.model.requests}
    real = [tokens for guess, tokens in ledger if not guess]
    assert len(real) == 1
    assert set(real) <= counted
    total = await rows(
        stage,
        "SELECT t.questions, t.tokens, t.cost, s.questions, s.tokens, s.cost FROM spend_total t,"
        # What was cut off is asked anew, and is a question then.
        " (SELECT COUNT(CASE WHEN NOT estimated THEN 1 END) AS questions,"
        "  SUM(tokens_input + tokens_output) AS tokens,"
        "  SUM(cost) AS cost FROM spend) s"
        " WHERE t.scope = 'instance' AND t.day < 1000000",
    )
    ((questions, tokens, cost, *sums),) = total
    assert [questions, tokens, cost] == [int(amount) for amount in sums]


def _counted(body: dict[str, Any]) -> int:
    return input_tokens(body, [item for item in body["input"] if isinstance(item, dict)])


@pytest.mark.parametrize(
    ("point", "estimated"),
    [
        ("reserve:before:1", 0),
        ("reserve:after:1", 1),  # nobody knows that the call was not made
        ("save_answer:before:1", 1),
        ("save_answer:after:1", 0),
    ],
)
async def test_a_kill_at_any_commit_loses_no_charge_and_doubles_none(
    stage: Stage, point: str, estimated: int
) -> None:
    fuse = Fuse(stage)
    daemon = await limited(stage, fuse)
    chat = stage.chat()
    fuse.light(daemon, point)
    await chat.say("one")
    await killed(daemon, point)
    await answered(stage, chat)
    await compare(stage, estimated)


@pytest.mark.parametrize("point", ["book_leftovers:before:1", "book_leftovers:after:1"])
async def test_a_kill_while_leftovers_are_booked_books_them_once(
    both_stages: Stage, point: str
) -> None:
    stage = both_stages
    fuse = Fuse(stage)
    daemon = await limited(stage, fuse)
    chat = stage.chat()
    fuse.light(daemon, "save_answer:before:1")
    await chat.say("one")
    await killed(daemon, "save_answer:before:1")
    second = stage.daemon(extra=ADMIN)
    await second.start(crash_at=point)
    await killed(second, point)
    await answered(stage, chat)
    await compare(stage, 1)


async def test_a_kill_in_the_middle_of_an_answer_is_charged_once_as_estimated(
    stage: Stage,
) -> None:
    daemon = await limited(stage, Fuse(stage))
    chat = stage.chat()
    stage.model.add(Stall(1))
    await chat.say("one")
    await request(stage)
    daemon.kill()
    assert await daemon.died() == -9
    await answered(stage, chat)
    await compare(stage, 1)


async def test_all_calls_stop_at_once_and_stay_stopped_through_a_restart(stage: Stage) -> None:
    port = _free_port()
    extra = f'{ADMIN}[http]\nlisten = "127.0.0.1:{port}"\n'
    first = stage.daemon(extra=extra)
    await first.start()
    chat = stage.chat()
    assert "are stopped" in await orders(stage, "money stop")
    assert (await _health(port))["provider"]["stopped"] is True
    await chat.say("one")
    await first.stop()
    second = stage.daemon(extra=extra)
    await second.start()
    await second.wait_for("is ready")
    assert (await _health(port))["provider"]["stopped"] is True
    assert not stage.model.requests
    assert chat.answers() == []
    assert "are stopped" not in await orders(stage, "money resume")
    await chat.wait(lambda chat: chat.answers() == ["Answer to: one"], timeout=20)
    assert (await _health(port))["provider"]["stopped"] is False


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def _health(port: int) -> dict[str, Any]:
    def read() -> dict[str, Any]:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    return await asyncio.to_thread(read)
