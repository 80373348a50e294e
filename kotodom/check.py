"""``kotodom check``: is everything there that `kotodom run` will need, and if not, what next?"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any

from aiohttp import BaseConnector, ClientError, ClientSession, ClientTimeout, TCPConnector

from kotodom.clock import SystemClock
from kotodom.config import BotConfig, Config, OpenAIConfig
from kotodom.db.inspection import Inspection, inspect
from kotodom.errors import AccountError, DatabaseUnusable, ErrorKind, ProviderError
from kotodom.llm.breaker import CircuitBreaker
from kotodom.llm.errors import CannotCall
from kotodom.llm.openai import OpenAIProvider
from kotodom.redaction import redact

TIMEOUT = 10.0
"""Seconds one check may take."""


class State(StrEnum):
    """How a check went."""

    OK = "ok"
    NOTE = "note"
    """Nothing fails, but the person should know."""
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; a failure's *detail* ends with the next step."""

    what: str
    state: State
    detail: str


class CheckFailed(Exception):
    """A check failed; the text says why and what to do next."""


async def run_checks(config: Config, *, timeout: float = TIMEOUT) -> list[Row]:
    """Run every check, each within *timeout* seconds; the rows come in a fixed order.

    The database comes first, because it may know models that the file does not name; the others
    run at once.
    """
    database, database_rows = await _database(config.database.url.get_secret_value(), timeout)
    bots = [
        _row(f"bot {bot.name}", _bot(config, bot), timeout, "Telegram or telegram.proxy")
        for bot in config.bots
    ]
    models = [
        _row(f"model {model}", _model(config.openai, model), timeout, "openai.base_url")
        for model in _models(config, database)
    ]
    hearing = []
    if name := config.openai.transcribe_model:
        work = _hearing(config.openai, name)
        hearing.append(_row(f"recordings, {name}", work, timeout, "openai.base_url"))
    rows = [_configuration(config), *database_rows]
    return [*rows, *await asyncio.gather(*bots, *models, *hearing)]


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned plain text, without secrets."""
    cells = [("what", "state", "detail / next step")]
    cells += [(row.what, row.state.value, " ".join(redact(row.detail).split())) for row in rows]
    first, second = (max(len(cell[column]) for cell in cells) for column in (0, 1))
    return "\n".join(f"{a:<{first}} | {b:<{second}} | {c}" for a, b, c in cells)


def _configuration(config: Config) -> Row:
    source = config.path or "the environment"
    if config.warnings:
        return Row("config", State.NOTE, "; ".join(config.warnings))
    return Row("config", State.OK, f"{source}, {len(config.bots)} bot(s)")


async def _database(url: str, timeout: float) -> tuple[Inspection | None, list[Row]]:
    try:
        async with asyncio.timeout(timeout):
            found = await inspect(url)
    except TimeoutError:
        text = f"no answer within {timeout:g} s; check that the server of database.url runs"
        return None, [Row("database", State.FAILED, text)]
    except DatabaseUnusable as error:
        return None, [Row("database", State.FAILED, str(error))]
    except Exception as error:  # noqa: BLE001 - as for every other row
        return None, [Row("database", State.FAILED, _unforeseen(error))]
    if not found.exists:
        row = Row("database", State.NOTE, "does not exist yet; `kotodom run` creates it")
    elif found.pending:
        text = f"{found.engine}, {len(found.pending)} to migrate; `kotodom run` does it"
        row = Row("database", State.NOTE, text)
    else:
        row = Row("database", State.OK, f"{found.engine}, up to date")
    # Only notes: the next success clears them, and the same fault now has a row of its own.
    stored = [
        Row(f"bot {bot.name}, last run", State.NOTE, f"{bot.error}; cleared when it works again")
        for bot in found.bots
        if bot.error
    ]
    return found, [row, *stored]


def _models(config: Config, found: Inspection | None) -> list[str]:
    """The models of the bots that will run, each once."""
    stored = {bot.telegram_id: bot.model for bot in (found.bots if found else ())}
    used: dict[str, None] = {}
    for bot, spec in zip(config.bots, config.bot_specs(), strict=True):
        model = stored.get(spec.telegram_id, "") if bot.model is None else bot.model
        used[model or config.openai.model] = None
        used.update(dict.fromkeys(bot.models or ()))
    return list(used)


async def _row(what: str, work: Awaitable[tuple[State, str]], timeout: float, suspect: str) -> Row:
    try:
        async with asyncio.timeout(timeout):
            return Row(what, *await work)
    except CheckFailed as error:
        return Row(what, State.FAILED, str(error))
    except TimeoutError:
        text = f"no answer within {timeout:g} s; check the network and {suspect}"
        return Row(what, State.FAILED, text)
    except Exception as error:  # noqa: BLE001 - one row must not cost the person the others
        return Row(what, State.FAILED, _unforeseen(error))


def _unforeseen(error: Exception) -> str:
    # Its type only: a library's text may quote what it was given.
    return f"failed unexpectedly ({type(error).__name__}); please report this"


async def _bot(config: Config, bot: BotConfig) -> tuple[State, str]:
    connector, proxy = _way(config.telegram.proxy.get_secret_value())
    async with ClientSession(connector=connector, proxy=proxy) as session:
        base = config.telegram.api_base.rstrip("/")
        me = await _call(session, base, bot.token.get_secret_value(), "getMe")
        hook = await _call(session, base, bot.token.get_secret_value(), "getWebhookInfo")
    name = f"@{me.get('username', '?')}"
    if hook.get("url"):
        text = f"{name}; a webhook is set: `kotodom run` removes it, so stop whoever set it"
        return State.NOTE, text
    if missing := [step for wanted, field, step in _SWITCHES if wanted(bot) and not me.get(field)]:
        return State.NOTE, f"{name}; {'; '.join(missing)}"
    return State.OK, name


_SWITCHES: tuple[tuple[Callable[[BotConfig], object], str, str], ...] = (
    (
        lambda bot: bot.inline,
        "supports_inline_queries",
        "inline = true does nothing until you send /setinline to @BotFather",
    ),
    (
        lambda bot: bot.guest,
        "supports_guest_queries",
        "guest = true does nothing until you switch on guest mode at @BotFather",
    ),
    (
        lambda bot: bot.name_pattern,
        "can_read_all_group_messages",
        "name_pattern does nothing in groups until you switch off privacy mode (/setprivacy at "
        "@BotFather) and add the bot to them again",
    ),
)
"""What the configuration asks for, what getMe says about it, and what is to be done."""


def _way(proxy: str) -> tuple[BaseConnector, str | None]:
    """A connector, and the proxy for the session when it is an HTTP one."""
    if not proxy.startswith("socks"):
        return TCPConnector(), proxy or None
    package = import_module("aiohttp_socks")
    connector: BaseConnector = package.ProxyConnector.from_url(
        proxy.replace("socks5h://", "socks5://", 1), rdns=True
    )
    return connector, None


async def _call(session: ClientSession, base: str, token: str, method: str) -> dict[str, Any]:
    try:
        async with session.post(
            f"{base}/bot{token}/{method}", timeout=ClientTimeout(total=None)
        ) as response:
            status, body = response.status, await response.text(errors="replace")
    except (ClientError, OSError) as error:
        # No URL in the text: it holds the token.
        raise CheckFailed(
            f"{base} cannot be reached ({type(error).__name__}); "
            "check the network, telegram.api_base and telegram.proxy"
        ) from None
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "ok" not in answer:
        raise CheckFailed(f"{base} is no Bot API server (HTTP {status}); check telegram.api_base")
    if answer["ok"] and isinstance(answer.get("result"), dict):
        result: dict[str, Any] = answer["result"]
        return result
    if status in (401, 404):
        raise CheckFailed("Telegram does not know this token; take the current one from @BotFather")
    raise CheckFailed(f"{method}: {answer.get('description', f'HTTP {status}')}; try again later")


async def _hearing(settings: OpenAIConfig, model: str) -> tuple[State, str]:
    """Only a note: a provider without it answers text all the same."""
    try:
        return await _model(settings, model)
    except CheckFailed as error:
        return State.NOTE, (
            f"voice messages cannot be understood: {str(error).partition(';')[0]}; name a model "
            'that transcribes in openai.transcribe_model, or set it to ""'
        )


async def _model(settings: OpenAIConfig, model: str) -> tuple[State, str]:
    clock = SystemClock()
    provider = OpenAIProvider(
        api_key=settings.api_key.get_secret_value(),
        base_url=settings.base_url,
        proxy=settings.proxy.get_secret_value(),
        timeout=settings.timeout,
        total_timeout=settings.total_timeout,
        breaker=CircuitBreaker("check", clock=clock),
        clock=clock,
    )
    try:
        await provider.check(model)
    except CannotCall as error:
        raise CheckFailed(str(error)) from None
    except ProviderError as error:
        raise CheckFailed(f"{error}; {_provider_step(error)}") from None
    finally:
        await provider.close()
    return State.OK, f"known at {settings.base_url}"


def _provider_step(error: ProviderError) -> str:
    if isinstance(error, AccountError):
        if "model" in error.vendor_code:
            return "name another one (openai.model, or model of the bot)"
        return "check openai.api_key and the account behind it"
    if error.kind is ErrorKind.RETRYABLE:
        return "check the network, openai.base_url and openai.proxy, or try again later"
    return "check openai.base_url"
