"""A whole life of the daemon, and every metric compared with what really happened."""

import asyncio
import json
import sqlite3
from collections import Counter
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from kotodom.demo.botapi.faults import DropAfter, Status
from kotodom.demo.model_faults import Latency
from kotodom.demo.model_faults import Status as ModelStatus
from kotodom.measures import ALL
from kotodom.money import DEFAULT_PRICES
from tests.e2e.test_operation import free_port
from tests.support.daemon import TOKEN, Daemon
from tests.support.stage import BOT, Stage

CAT, DOG, GONE = BOT, BOT + 1, BOT + 2
MODEL = "gpt-6-luna"
TOKEN_HTTP = "let-me-see-0123456789"
NEVER = {
    "kotodom_backup_last_success_timestamp_seconds",  # there is no backup yet
    "kotodom_broadcast_messages_total",  # nobody wrote to everybody
    "kotodom_attempts_failed_total",  # looked at by its own lines below
}


class Scraped:
    """One scrape: values by metric and labels."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.values: dict[str, dict[tuple[str, ...], float]] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                key = tuple(sample.labels[name] for name in sorted(sample.labels))
                self.values.setdefault(sample.name, {})[key] = sample.value

    def __getitem__(self, name: str) -> dict[tuple[str, ...], float]:
        """All series of a metric; of a counter those that have counted anything."""
        found = self.values.get(f"kotodom_{name}", {})
        return {k: v for k, v in found.items() if v} if name.endswith("_total") else found

    def one(self, name: str) -> float:
        """The value of a metric without labels."""
        return self[name][()]

    def names(self) -> set[str]:
        return set(self.values)


async def get(port: int, path: str) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {TOKEN_HTTP}"}
    url = f"http://127.0.0.1:{port}{path}"
    async with aiohttp.ClientSession() as client, client.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def scrape(port: int) -> Scraped:
    status, text = await get(port, "/metrics")
    assert status == 200
    return Scraped(text)


def rows(stage: Stage, sql: str) -> list[tuple[Any, ...]]:
    path = stage.database_url.removeprefix("sqlite://")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        return database.execute(sql).fetchall()


async def at_rest(stage: Stage) -> None:
    """Wait until every message has come to its end."""
    unfinished = "SELECT 1 FROM message_processing WHERE status NOT IN ('COMPLETED', 'TERMINAL')"
    for _ in range(400):
        if not rows(stage, unfinished):
            return
        await asyncio.sleep(0.05)  # nothing tells when another process commits
    raise AssertionError("a message stays open")


async def live(stage: Stage) -> None:
    """Questions, failures, floods, doubts, a retry, a bot without a price, one without a token."""
    cat, dog = stage.chat(501, CAT), stage.chat(502, DOG)
    await cat.say("/start")
    await cat.say("hello")
    await cat.wait(lambda chat: "Answer to: hello" in chat.answers(), timeout=30)
    stage.model.add(ModelStatus(429, {"code": "rate_limit_exceeded", "message": "slow down"}))
    await cat.say("limited")
    await cat.wait(lambda chat: "Answer to: limited" in chat.answers(), timeout=20)
    stage.model.add(ModelStatus(500, {"message": "oops"}), times=3)
    await cat.say("again")
    await cat.wait(lambda chat: "Answer to: again" in chat.answers(), timeout=20)
    stage.model.add(ModelStatus(400, {"code": "invalid_prompt", "message": "no"}))
    await cat.say("refused")
    await cat.wait(lambda chat: len(chat.answers()) == 5, timeout=20)
    flood = Status(429, "Too Many Requests: retry after 1", retry_after=1)
    stage.telegram.faults.add("sendMessage", flood, chat=502)
    await dog.say("flooded")
    await dog.wait(lambda chat: "Answer to: flooded" in chat.answers(), timeout=20)
    stage.telegram.faults.add("sendMessage", DropAfter(), chat=502)
    await dog.say("doubtful")
    await dog.wait(lambda chat: "Answer to: doubtful" in chat.answers(), timeout=20)
    await at_rest(stage)


async def test_every_metric_says_what_really_happened(stage: Stage) -> None:
    port = free_port()
    stage.bot(DOG)
    daemon = stage.daemon(
        CAT,
        extra=(
            f'[http]\nlisten = "127.0.0.1:{port}"\ntoken = "{TOKEN_HTTP}"\n'
            "[processing]\nretry_base = 0.5\n"
            f'[[bots]]\nname = "dog"\ntoken = "{TOKEN.format(DOG)}"\nmodel = "mystery"\n'
            f'[[bots]]\nname = "gone"\ntoken = "{TOKEN.format(GONE)}"\n'
        ),
    )
    await daemon.start()
    await daemon.wait_for("is ready")
    await live(stage)
    seen = await scrape(port)
    compare_messages(stage, seen)
    compare_provider(stage, seen)
    compare_telegram(stage, seen)
    compare_money(stage, seen)
    compare_machine(seen)
    told = {measure.name for measure in ALL} - NEVER
    present = {name for name in told if any(n.startswith(name) for n in seen.names())}
    assert told - present == set()
    everything = {measure.name for measure in ALL}
    for name in seen.names():
        assert (
            name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") in everything
            or name.removesuffix("_created") in everything
        )
    _, health = await get(port, "/health")
    for secret in ("A" * 35, TOKEN_HTTP, "hello", "flooded", "User501"):
        assert secret not in seen.text
        assert secret not in health
    assert json.loads(health)["reasons"] == []
    assert (await get(port, "/health/ready"))[0] == 200
    await stopping(stage, daemon, port)


async def stopping(stage: Stage, daemon: Daemon, port: int) -> None:
    """While it ends what it has begun, it is alive, but not ready for more."""
    asked = len(stage.model.requests)
    stage.model.add(Latency(1.5))
    chat = stage.chat(501, CAT)
    await chat.say("last words")
    await stage.model.wait_for(lambda model: len(model.requests) > asked)
    assert daemon.process is not None
    daemon.process.terminate()
    status = 200
    while status == 200:  # until the signal has arrived; then it has a second
        status, body = await get(port, "/health/ready")
    assert (status, json.loads(body)["reasons"]) == (503, ["stopping"])
    assert (await get(port, "/health/live"))[0] == 200
    assert await daemon.died() == 0
    assert "Answer to: last words" in chat.answers()


def compare_messages(stage: Stage, seen: Scraped) -> None:
    names = dict(rows(stage, "SELECT id, name FROM bot"))
    ended = Counter(
        (names[bot], kind.lower(), status.lower())
        for bot, kind, status in rows(stage, "SELECT bot_id, kind, status FROM message_processing")
    )
    assert seen["messages_total"] == ended
    assert ended[f"bot{CAT}", "question", "terminal"] == 1
    assert seen["updates_received_total"] == {(f"bot{CAT}",): 5, ("dog",): 2}
    assert seen["answers_total"] == {(f"bot{CAT}",): 3, ("dog",): 2}
    assert seen["attempts_failed_total"] == {
        ("flood_wait", "RETRYABLE"): 1,
        ("provider_refused", "TERMINAL"): 1,
        ("provider_unavailable", "RETRYABLE"): 1,
    }
    # 6 questions and a command; twice an attempt was not the last one.
    assert seen["attempts_total"][("question",)] == 6 + 2
    assert seen["attempts_total"][("command",)] == 1
    assert seen.one("time_to_first_token_seconds_count") == 5
    assert seen.one("time_to_answer_seconds_count") == 5
    first, whole = (seen.one(f"time_to_{name}_seconds_sum") for name in ("first_token", "answer"))
    times = rows(
        stage,
        "SELECT response_sent_at - received_at FROM message_processing"
        " WHERE kind = 'QUESTION' AND status = 'COMPLETED'",
    )
    assert abs(whole - sum(time for (time,) in times) / 1000) < 0.5
    assert 0 < first <= whole
    assert set(seen["queue_messages"].values()) == {0}
    assert set(seen["queue_oldest_age_seconds"].values()) == {0}
    assert seen["delivery_in_doubt_total"] == {("arrived",): 1}
    assert seen["delivery_maybe_duplicate_total"] == {}
    assert seen["alerts_total"] == {("unreachable",): 2}  # nobody administers this
    assert (seen["notices_sent_total"], seen.one("broadcasts_running")) == ({}, 0)


def compare_provider(stage: Stage, seen: Scraped) -> None:
    asked = Counter(request.body["model"] for request in stage.model.requests)
    for model in (MODEL, "mystery"):
        counted = {k: v for k, v in seen["provider_requests_total"].items() if k[0] == model}
        assert sum(counted.values()) == asked[model]
    assert seen["provider_requests_total"] == {
        (MODEL, "ok"): 3,
        (MODEL, "provider_rate_limited"): 1,
        (MODEL, "provider_unavailable"): 3,
        (MODEL, "provider_refused"): 1,
        ("mystery", "ok"): 2,
    }
    assert seen["rate_limits_total"] == {("provider",): 1, ("telegram",): 1}
    assert seen["circuits"][("answers", "closed")] == 1
    assert sum(value for key, value in seen["circuits"].items() if key[0] == "answers") == 1
    assert seen.one("provider_stopped") == 0
    assert 0 <= seen.one("provider_last_success_age_seconds") < 60


def compare_telegram(stage: Stage, seen: Scraped) -> None:
    made = Counter(call.method.lower() for call in stage.telegram.calls)
    counted: Counter[str] = Counter()
    for (method, result), number in seen["telegram_requests_total"].items():
        if result != "token_revoked":  # Telegram does not know whose call that was
            counted[method.lower()] += int(number)
    for method in ("sendmessage", "editmessagetext", "deletemessage", "getme", "deletewebhook"):
        assert counted[method] == made[method]
    # A long poll under way is counted at its end.
    assert 0 <= made["getupdates"] - counted["getupdates"] <= 4
    requests = seen["telegram_requests_total"]
    assert requests["sendMessage", "flood_wait"] == 1
    assert requests["sendMessage", "telegram_in_doubt"] == 1
    assert requests["getMe", "token_revoked"] == 1
    assert seen["bots"] == {
        ("polling",): 2,
        ("failed",): 1,
        **{(state,): 0 for state in ("starting", "stalled", "stopped")},
    }
    assert seen["bot_polling"] == {(f"bot{CAT}",): 1, ("dog",): 1, ("gone",): 0}
    assert set(seen["bot_last_poll_age_seconds"]) == {(f"bot{CAT}",), ("dog",)}
    assert all(0 <= age < 30 for age in seen["bot_last_poll_age_seconds"].values())
    assert seen.one("polling_paused") == 0


def compare_money(stage: Stage, seen: Scraped) -> None:
    for model in (MODEL, "mystery"):
        sums = rows(
            stage,
            "SELECT SUM(tokens_input), SUM(tokens_cached), SUM(tokens_output) FROM spend"
            f" WHERE model = '{model}'",
        )
        for kind, tokens in zip(("input", "cached", "output"), sums[0], strict=True):
            assert seen["tokens_total"].get((model, kind), 0) == tokens
    ((spent,),) = rows(stage, f"SELECT SUM(cost) FROM spend WHERE model = '{MODEL}'")
    assert MODEL in DEFAULT_PRICES
    ((cost,),) = [seen["cost_dollars_total"].values()]
    assert abs(cost - spent / 1e9) < 1e-9
    assert list(seen["cost_dollars_total"]) == [(f"bot{CAT}", MODEL)]
    assert seen["unpriced_calls_total"] == {("dog", "mystery"): 2}


def compare_machine(seen: Scraped) -> None:
    (build,) = seen["build_info"]
    assert build[0].startswith("SQLite")
    assert [seen.one(name) for name in ("live", "ready", "database_up")] == [1, 1, 1]
    assert 0 < seen.one("database_ping_seconds") < 5
    assert seen.one("database_commit_seconds_count") > 20
    assert seen.one("database_size_bytes") > 10_000
    assert seen.one("loop_lag_seconds_count") >= 3
    assert seen.one("disk_free_bytes") > 0
    assert seen["job_last_run_success"]["sweep",] == 1
    assert seen["job_last_run_timestamp_seconds"]["sweep",] > 1_700_000_000
    assert 20e6 < seen.values["process_resident_memory_bytes"][()] < 500e6
    assert seen.values["process_start_time_seconds"][()] > 1_700_000_000
    assert seen.values["process_open_fds"][()] > 3
