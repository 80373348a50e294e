"""One of the two emulators alone, for tests and for other programs."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from kotodom.demo.botapi import BotApi
from kotodom.demo.model import ModelServer
from kotodom.demo.terminal.stage import DemoError


async def serve_telegram(port: int) -> None:
    """Serve the emulated Bot API until cancelled."""
    api = BotApi(open_registration=True)
    url = await _listen(api.start, port)
    _say(
        f"The emulated Telegram Bot API serves {url}",
        f'Use it as the Bot API server of any bot (Kotodom: [telegram] api_base = "{url}").',
        "Any well-formed token is a bot of its own; people act through POST "
        f"{url}/emulator/say and the like. Ctrl-C ends it.",
    )
    try:
        await asyncio.Event().wait()
    finally:
        await api.stop()


async def serve_model(port: int) -> None:
    """Serve the offline model until cancelled."""
    server = ModelServer()
    url = await _listen(server.start, port)
    _say(
        f"The offline model serves {url}",
        f'Use it as an OpenAI base URL (Kotodom: [openai] base_url = "{url}").',
        "It speaks the Responses API (POST /responses), takes any key and any model. "
        "Ctrl-C ends it.",
    )
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()


async def _listen(start: Callable[[str, int], Awaitable[str]], port: int) -> str:
    try:
        return await start("127.0.0.1", port)
    except OSError as error:
        why = error.strerror or error
        raise DemoError(f"Port {port} cannot be served: {why}. Choose another one.") from None


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
