"""Every metric there is: its name, its type, its labels and what it means.

One list, so that what is counted, what is served, what the dashboard and the alerts use and what
the documentation says cannot differ. No label takes a person's or a message's value.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Prometheus' types."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric."""

    name: str
    kind: Kind
    about: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    """A histogram's upper bounds, rising; the last one, infinity, goes without saying."""


_ANSWERING = (0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300, 900, 3600)
"""Seconds: from a quick answer to one that waited for an outage to end."""
_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
"""Seconds of what takes milliseconds when all is well."""


def _counter(name: str, about: str, *labels: str) -> Measure:
    return Measure(f"kotodom_{name}", Kind.COUNTER, about, labels)


def _gauge(name: str, about: str, *labels: str) -> Measure:
    return Measure(f"kotodom_{name}", Kind.GAUGE, about, labels)


def _histogram(name: str, about: str, buckets: tuple[float, ...]) -> Measure:
    return Measure(f"kotodom_{name}", Kind.HISTOGRAM, about, (), buckets)


# -- messages -------------------------------------------------------------------------------

UPDATES = _counter("updates_received_total", "Updates received from Telegram and stored.", "bot")
ATTEMPTS = _counter("attempts_total", "Attempts begun: a message was taken into work.", "kind")
FAILURES = _counter(
    "attempts_failed_total",
    "Attempts that failed, by the error's code and what it means for the message: "
    "RETRYABLE, FATAL or TERMINAL.",
    "code",
    "error_kind",
)
MESSAGES = _counter(
    "messages_total",
    "Messages that came to their end, completed or terminal; one that is asked again counts again.",
    "bot",
    "kind",
    "status",
)
ANSWERS = _counter("answers_total", "Answers of the model that were stored for delivery.", "bot")
FIRST_TOKEN = _histogram(
    "time_to_first_token_seconds",
    "From a question's arrival to the first token of its answer; of those asked once.",
    _ANSWERING,
)
ANSWERED = _histogram(
    "time_to_answer_seconds",
    "From a question's arrival to the last message of its answer; of those asked once.",
    _ANSWERING,
)
QUEUE = _gauge(
    "queue_messages",
    "Messages without an answer: ready, in_work, or waiting for their retry.",
    "kind",
    "state",
)
QUEUE_AGE = _gauge(
    "queue_oldest_age_seconds", "Age of the oldest message without an answer; 0: none.", "kind"
)
IN_DOUBT = _counter(
    "delivery_in_doubt_total",
    "Doubtful sends resolved: they had arrived, were lost (the placeholder became the message), "
    "were sent anew (files), or refused.",
    "result",
)
MAYBE_TWICE = _counter(
    "delivery_maybe_duplicate_total",
    "Doubts too wide to resolve: the message may be in the chat twice.",
)
NOTICES = _counter("notices_sent_total", "Notices delivered: alerts, digests, broadcasts.")
BROADCAST = _counter(
    "broadcast_messages_total",
    "Messages of broadcasts by their fate: delivered, blocked, failed.",
    "bot",
    "result",
)
BROADCASTS = _gauge("broadcasts_running", "Broadcasts that are being sent.")
ALERTS = _counter(
    "alerts_total",
    "Alerts by what became of them: told, kept_back (told within the hour), unreachable "
    "(nobody can be told).",
    "result",
)

# -- the model provider ----------------------------------------------------------------------

PROVIDER_REQUESTS = _counter(
    "provider_requests_total",
    "Requests to the model provider: ok, cancelled, or the error's code.",
    "model",
    "result",
)
RATE_LIMITS = _counter(
    "rate_limits_total", "Requests answered with 429, by provider or telegram.", "service"
)
CIRCUITS = _gauge(
    "circuits",
    "Circuit breakers by their state: of answers, of recordings, and of bots' own keys.",
    "circuit",
    "state",
)
PROVIDER_STOPPED = _gauge(
    "provider_stopped", "1 while an admin has stopped all calls to the provider."
)
PROVIDER_SUCCESS = _gauge(
    "provider_last_success_age_seconds",
    "Seconds since the last complete answer; absent before the first.",
)

# -- Telegram --------------------------------------------------------------------------------

TELEGRAM_REQUESTS = _counter(
    "telegram_requests_total",
    "Calls of the Bot API by method: ok, cancelled, or the error's code.",
    "method",
    "result",
)
BOTS = _gauge(
    "bots", "Bots by what they are doing: starting, polling, stalled, failed, stopped.", "state"
)
BOT_POLLING = _gauge("bot_polling", "1 while an enabled bot polls as it should, else 0.", "bot")
POLL_AGE = _gauge(
    "bot_last_poll_age_seconds",
    "Seconds since a running bot's last completed getUpdates; absent before the first.",
    "bot",
)
PAUSED = _gauge(
    "polling_paused", "1 while polling is held back: too much waits, or the disk is full."
)

# -- money -----------------------------------------------------------------------------------

TOKENS = _counter(
    "tokens_total",
    "Tokens as the provider counted them: input, cached (a part of input) and output.",
    "model",
    "type",
)
COST = _counter(
    "cost_dollars_total", "What calls to the provider cost, where prices are known.", "bot", "model"
)
UNPRICED = _counter(
    "unpriced_calls_total", "Calls to the provider whose price is unknown.", "bot", "model"
)

# -- the machine -----------------------------------------------------------------------------

BUILD = _gauge(
    "build_info",
    "Always 1: what is running, and on which database.",
    "version",
    "python",
    "database",
)
LIVE = _gauge("live", "1 while nothing is wrong that a restart would mend (/health/live).")
READY = _gauge("ready", "1 while messages are received and answered (/health/ready).")
DATABASE_UP = _gauge("database_up", "1 while the database answers in time.")
PING = _gauge("database_ping_seconds", "How long the database took for its last ping.")
COMMIT = _histogram(
    "database_commit_seconds", "How long a transaction took, waiting for its turn included.", _QUICK
)
DATABASE_SIZE = _gauge("database_size_bytes", "How large the database is.")
LAG = _histogram(
    "loop_lag_seconds", "How late the event loop woke, measured once a second.", _QUICK
)
DISK = _gauge(
    "disk_free_bytes", "What is free where the database lies, or else where the process runs."
)
JOB_AT = _gauge("job_last_run_timestamp_seconds", "When a scheduled job ran last.", "job")
JOB_OK = _gauge("job_last_run_success", "1 when a scheduled job's last run succeeded.", "job")
BACKUP = _gauge(
    "backup_last_success_timestamp_seconds",
    "When the newest backup in the folder was made; absent while there is none.",
)
_PROCESS = (
    Measure("process_resident_memory_bytes", Kind.GAUGE, "Memory of the process (RSS)."),
    Measure("process_virtual_memory_bytes", Kind.GAUGE, "Virtual memory of the process."),
    Measure("process_cpu_seconds_total", Kind.COUNTER, "CPU time of the process."),
    Measure("process_start_time_seconds", Kind.GAUGE, "When the process started."),
    Measure("process_open_fds", Kind.GAUGE, "Open file descriptors."),
    Measure("process_max_fds", Kind.GAUGE, "How many there may be."),
)
"""By prometheus-client, under the names that everybody knows; only on Linux."""

GROUPS: dict[str, tuple[Measure, ...]] = {
    "Messages": (
        UPDATES,
        ATTEMPTS,
        FAILURES,
        MESSAGES,
        ANSWERS,
        FIRST_TOKEN,
        ANSWERED,
        QUEUE,
        QUEUE_AGE,
        IN_DOUBT,
        MAYBE_TWICE,
        NOTICES,
        BROADCAST,
        BROADCASTS,
        ALERTS,
    ),
    "Provider": (PROVIDER_REQUESTS, RATE_LIMITS, CIRCUITS, PROVIDER_STOPPED, PROVIDER_SUCCESS),
    "Telegram": (TELEGRAM_REQUESTS, BOTS, BOT_POLLING, POLL_AGE, PAUSED),
    "Money": (TOKENS, COST, UNPRICED),
    "Machine": (
        BUILD,
        LIVE,
        READY,
        DATABASE_UP,
        PING,
        COMMIT,
        DATABASE_SIZE,
        LAG,
        DISK,
        JOB_AT,
        JOB_OK,
        BACKUP,
        *_PROCESS,
    ),
}
"""All of them, as the documentation lists them."""

ALL = tuple(measure for group in GROUPS.values() for measure in group)
