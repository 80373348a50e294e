"""``kotodom demo``: a chat in this terminal with the real daemon behind it.

Telegram is emulated on loopback, so is the model unless the person brings a provider; the daemon
is the real one, a child process that knows nothing of all this.
"""

import asyncio
import io
import os
import shutil
import signal
import sys
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from kotodom.demo.terminal import tty
from kotodom.demo.terminal.live import Live
from kotodom.demo.terminal.plain import Plain
from kotodom.demo.terminal.serve import serve_model, serve_telegram
from kotodom.demo.terminal.setup import Setup, offline_setup, setup_from
from kotodom.demo.terminal.stage import DemoError, Pace, open_stage
from kotodom.demo.terminal.text import Run, plain, wrap

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WATCHABLE = Pace(delay=0.7, interval=0.02)
"""Slow enough to see an answer being written, quick enough not to bore: 200 characters/s."""

_ADMIN = (
    "You are ADMIN:\n"
    "             /admin runs everything; /3 presses the third button\n"
    "             /newbot NAME makes a bot to add, /fault key breaks the model until\n"
    "             /fault off, /as Bob hello lets somebody else speak\n"
)


async def run_demo(
    *, config: Path | None, as_admin: bool, telegram_only: bool, model_only: bool, port: int
) -> int:
    """Run the demo until its end and return the exit code.

    Raises ConfigError for mistakes in *config*.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    if telegram_only:
        return await _until_signal(serve_telegram(port))
    if model_only:
        return await _until_signal(serve_model(port))
    setup = offline_setup() if config is None else setup_from(config)
    return await _until_signal(_chat(replace(setup, as_admin=as_admin)))


async def _chat(setup: Setup) -> None:
    live = tty.capable()
    if live:
        columns = shutil.get_terminal_size().columns
        lines = wrap([Run(_banner(setup))], columns, words=True)
        tty.write("\n".join(map(plain, lines)))
    async with open_stage(setup, _WATCHABLE if live else Pace()) as stage:
        await stage.guard((Live(stage) if live else Plain(stage)).run())


def _banner(setup: Setup) -> str:
    names = [persona.name for persona in setup.personas]
    if setup.offline:
        where = "offline: no account, no key, nothing leaves this machine"
    else:
        where = "your bots and your model provider; Telegram is emulated"
    return (
        f"Kotodom demo – {where}\n"
        f"Bots: {', '.join(names)}. You talk to {names[0]}; /bot NAME talks to another.\n"
        "To the bot:  any text; /help lists what it can do\n"
        "To the demo: /photo, /voice, /doc, /album, /paste: a sample or a file of yours;\n"
        "             /edit, /press, /stop, /kill the daemon mid-answer, /demo (all)\n"
        f"{_ADMIN if setup.as_admin else ''}\n"
    )


async def _until_signal(work: Coroutine[Any, Any, None]) -> int:
    """Do *work* until its end or the first signal; later ones do not disturb the cleaning up."""
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(work, name="demo")
    interrupted = False

    def interrupt() -> None:
        nonlocal interrupted
        if not interrupted:
            interrupted = True
            task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, interrupt)
    try:
        await task
    except asyncio.CancelledError:
        if not interrupted:
            raise
    except DemoError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BrokenPipeError:
        # Whoever read our output has gone (`kotodom demo | head`); the exit must not flush to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
    return 0
