"""How many files may be open at once: each bot, each call and each file takes one."""

import resource

from loguru import logger

WANTED = 65_536
"""More than anybody has use for; some systems say "unlimited", which costs time."""
SPARE = 40
"""Files beyond the connections: the database, the log, what is being read at the moment. An idle
process has 20 of them open."""
EACH = 2
"""Connections that an answer takes: one to the model, one to Telegram."""


def raise_open_files() -> int:
    """Take what the system allows, whatever it gives by default; return how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = WANTED if hard == resource.RLIM_INFINITY else min(hard, WANTED)
    if soft == resource.RLIM_INFINITY or soft >= allowed:
        return allowed
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    except (OSError, ValueError):  # a sandbox forbids it
        return soft
    return allowed


def affordable(allowed: int, bots: int, concurrency: int) -> int:
    """How many of *concurrency* answers can be in work at once with so many open files."""
    fitting = max(1, (allowed - SPARE - bots) // EACH)
    if fitting >= concurrency:
        return concurrency
    logger.warning(
        "only {} files may be open at once, so that only {} answers are worked on at a time, not "
        "{} (processing.concurrency); {} would be enough: raise the limit (LimitNOFILE= in the "
        "unit, ulimit -n in a shell)",
        allowed,
        fitting,
        concurrency,
        bots + EACH * concurrency + SPARE,
    )
    return fitting
