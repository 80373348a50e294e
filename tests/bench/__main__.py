"""``python -m tests.bench [NAME…] [--postgres] [--json FILE]``: measure, and print the figures.

Run by hand on a quiet machine with two cores or more; nothing is asserted.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from uvloop import new_event_loop

from tests.bench import cost, crash, latency, life, load, pictures, screens
from tests.bench.figures import Figure, as_json, machine, table
from tests.bench.stage import Databases

Topic = Callable[[Databases], Awaitable[list[Figure]]]

TOPICS: dict[str, Topic] = {
    "imports": cost.imports,
    "startup": life.startup,
    "idle": life.idle,
    "question": latency.question,
    "answer": latency.answer,
    "burst": load.burst,
    "cpu": cost.answer,
    "parsing": cost.parsing,
    "kill": crash.kill,
    "backlog": load.backlog,
    "pictures": pictures.pictures,
    "screens": screens.screens,
}
ON_POSTGRES: dict[str, Topic] = {
    "question": latency.question,
    "answer": latency.answer,
    "kill": crash.kill,
    "backlog": partial(load.backlog, chats=250),
    "screens": screens.screens,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TOPICS))
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    given = parser.parse_args()
    topics = ON_POSTGRES if given.postgres else TOPICS
    unknown = set(given.names) - set(topics)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    for name, value in machine().items():
        print(f"{name:8}{value}")
    figures: list[Figure] = []
    with ExitStack() as stack:
        databases: Databases = str
        if given.postgres:
            from tests.bench.postgres import postgres

            databases = stack.enter_context(postgres())
        for name in given.names or topics:
            begun = time.monotonic()
            with asyncio.Runner(loop_factory=new_event_loop) as runner:
                figures += runner.run(topics[name](databases))
            print(f"{name} took {time.monotonic() - begun:.0f} s", file=sys.stderr)
    print(f"\n{table(figures)}")
    if given.json:
        given.json.write_text(json.dumps(as_json(figures), indent=2) + "\n")


if __name__ == "__main__":
    main()
