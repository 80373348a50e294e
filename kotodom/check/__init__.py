"""``kotodom check``: is everything there that `kotodom run` will need, and if not, what next?"""

import asyncio
from collections.abc import Awaitable, Callable

from kotodom.check.provider import ProviderRefused, ask_provider
from kotodom.check.report import CheckFailed, Row, State, table
from kotodom.check.telegram import ask_telegram
from kotodom.config import BotConfig, Config, OpenAIConfig
from kotodom.db.inspection import Inspection, inspect
from kotodom.errors import DatabaseUnusable

__all__ = ["Row", "State", "run_checks", "table"]

TIMEOUT = 10.0
"""Seconds one check may take."""


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
    telegram = config.telegram
    found = await ask_telegram(
        telegram.api_base, bot.token.get_secret_value(), telegram.proxy.get_secret_value()
    )
    name = f"@{found.username}"
    if found.webhook:
        text = f"{name}; a webhook is set: `kotodom run` removes it, so stop whoever set it"
        return State.NOTE, text
    missing = [step for wanted, key, step in _SWITCHES if wanted(bot) and not found.me.get(key)]
    if missing:
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


async def _hearing(settings: OpenAIConfig, model: str) -> tuple[State, str]:
    """Only a note: a provider without it answers text all the same."""
    try:
        return await _model(settings, model)
    except ProviderRefused as error:
        return State.NOTE, (
            f"voice messages cannot be understood: {str(error).partition(';')[0]}; name a model "
            'that transcribes in openai.transcribe_model, or set it to ""'
        )


async def _model(settings: OpenAIConfig, model: str) -> tuple[State, str]:
    await ask_provider(settings, model)
    return State.OK, f"known at {settings.base_url}"
