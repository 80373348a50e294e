"""``kotodom init``: from nothing to a configuration, a database and a link."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from kotodom import redaction
from kotodom.check.provider import ProviderFault
from kotodom.check.telegram import TelegramFault
from kotodom.clock import SystemClock
from kotodom.config import addresses, load, sources
from kotodom.db import sqlite_path
from kotodom.db.inspection import inspect
from kotodom.errors import ConfigError
from kotodom.setup import explain, writing
from kotodom.setup.claim import make_claim
from kotodom.setup.draft import MODEL, both_tested
from kotodom.setup.given import Given, Options, gather
from kotodom.setup.outcome import Code, NotDone, Outcome
from kotodom.setup.talk import Agreed, Run, agree, complete, untested
from kotodom.setup.terminal import Terminal

_WRITTEN = (
    ("database", "url"),
    ("telegram", "api_base"),
    ("telegram", "proxy"),
    ("openai", "api_key"),
    ("openai", "base_url"),
    ("openai", "proxy"),
    ("openai", "model"),
)
"""Settings that are written as the environment has them, when it has them."""


def set_up(
    options: Options, environ: Mapping[str, str], terminal: Terminal | None, run: Run
) -> Outcome:
    """Ask (at the *terminal*, if there is one), test, write.

    Raises NotDone, ConfigError or DatabaseUnusable; then nothing was written.
    """
    given = gather(options, environ)
    _check_place(given, options, terminal)
    run(inspect(given.database_url))  # before anybody has typed anything
    _remember(given)
    if terminal is None:
        agreed = _without_questions(given, options, run)
    else:
        draft = complete(terminal, given.draft)
        agreed = agree(terminal, draft, run) if options.test else untested(draft)
    return _commit(given, agreed, environ, run)


def _check_place(given: Given, options: Options, terminal: Terminal | None) -> None:
    path = given.path
    try:
        writing.check_place(path)
    except writing.CannotWrite as error:
        raise NotDone(Code.CANNOT_WRITE, str(error)) from None
    if not os.path.exists(path) or options.replace:
        return
    if terminal is None:
        raise NotDone(
            Code.CANNOT_WRITE,
            f"{path} exists already: `kotodom check` tests it, `kotodom claim` makes a link; "
            "--replace writes a new one and keeps the old one beside it",
        )
    terminal.say(
        f"{path} exists already: `kotodom check` tests it, and `kotodom claim` makes you ADMIN."
    )
    if not terminal.confirm("Write a new one? The old one is kept beside it", default=False):
        raise NotDone(Code.STOPPED, "Nothing was changed.")


def _without_questions(given: Given, options: Options, run: Run) -> Agreed:
    draft = given.draft
    missing = []
    if not draft.token:
        missing.append("the bot token (--token-file PATH or -, or KOTODOM_BOT_TOKEN)")
    if not draft.key:
        missing.append("the provider key (--key-file PATH or -, or KOTODOM_OPENAI__API_KEY)")
    if missing:
        text = f"nobody can be asked here, without a terminal: give {' and '.join(missing)}"
        raise NotDone(Code.USE, text)
    redaction.remember([draft.token, draft.key])
    if not options.test:
        return untested(draft)
    telegram, provider = run(both_tested(draft))
    if wrong := explain.telegram(draft, telegram):
        fault = telegram.fault or TelegramFault.CONFLICT
        usable = telegram.bot is not None and fault is TelegramFault.CONFLICT
        if not (usable and options.yes):
            advice = " --yes takes the bot over." if usable else ""
            raise NotDone(_TELEGRAM[fault], " ".join(wrong) + advice, f"telegram: {fault}")
    if provider.fault is not None:
        text = " ".join(explain.provider(draft, provider))
        if provider.fault is ProviderFault.MODEL and provider.models:
            text += f" (--model): {', '.join(provider.models[:20])}"
        raise NotDone(_PROVIDER[provider.fault], text, f"provider: {provider.fault}")
    return Agreed(replace(draft, model=provider.model), telegram, provider)


_TELEGRAM = {
    TelegramFault.NO_ROUTE: Code.UNREACHABLE,
    TelegramFault.NO_BOT_API: Code.UNREACHABLE,
    TelegramFault.OTHER: Code.UNREACHABLE,
    TelegramFault.CONFLICT: Code.IN_USE,
    TelegramFault.WRONG: Code.REFUSED,
}
_PROVIDER = {
    ProviderFault.NO_ROUTE: Code.UNREACHABLE,
    ProviderFault.NO_PROVIDER: Code.UNREACHABLE,
    ProviderFault.BUSY: Code.UNREACHABLE,
    ProviderFault.KEY: Code.REFUSED,
    ProviderFault.QUOTA: Code.REFUSED,
    ProviderFault.ACCOUNT: Code.REFUSED,
    ProviderFault.MODEL: Code.REFUSED,
    ProviderFault.OTHER: Code.REFUSED,
}


def _remember(given: Given) -> None:
    """Secrets that were given show nowhere."""
    draft = given.draft
    known = (given.database_url, draft.telegram_proxy, draft.provider_proxy)
    passwords = [secret for address in known for secret in addresses.secrets(address)]
    redaction.remember([draft.token, draft.key, *passwords])


def _commit(given: Given, agreed: Agreed, environ: Mapping[str, str], run: Run) -> Outcome:
    """Write the configuration and the database, both or neither."""
    draft, bot = agreed.draft, agreed.telegram.bot
    username = bot.username if bot is not None else ""
    deaf = bool(agreed.provider.models) and not agreed.provider.hears
    text = _text(given, agreed, name=username or f"bot{draft.token.partition(':')[0]}", deaf=deaf)
    with _undisturbed():
        half = writing.half(given.path)
        try:
            writing.write_half(given.path, text)
            _make_sure(given, half, environ)
            with _taken_back(sqlite_path(given.database_url)):
                claim = run(make_claim(given.database_url, SystemClock(), prepares=True))
                kept = writing.put_in_place(half, given.path)
        except OSError as error:
            text = f"{given.path}: cannot be written: {error.strerror}"
            raise NotDone(Code.CANNOT_WRITE, text) from None
        finally:
            with suppress(OSError):  # its folder may not even be there
                half.unlink(missing_ok=True)
    database = redaction.redact(given.database_url)
    return Outcome(given.path, kept, database, draft, username, not deaf, claim)


def _make_sure(given: Given, half: Path, environ: Mapping[str, str]) -> None:
    """Raise ConfigError if what was written is no configuration, as the environment changes it."""
    try:
        load(half, environ, require_bots=True)
    except ConfigError as error:
        lines = [line.replace(str(half), str(given.path)) for line in error.mistakes]
        raise ConfigError(lines) from None


@contextmanager
def _taken_back(file: Path | None) -> Iterator[None]:
    """Remove the database *file* again when something fails, if it is made only now."""
    if file is None or file.exists():
        yield
        return
    made = [one for one in file.absolute().parents if not one.exists()]
    try:
        yield
    except BaseException:
        for suffix in ("", "-wal", "-shm", ".lock", ".key"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        with suppress(OSError):  # something else lies there by now
            for folder in made:
                folder.rmdir()
        raise


def _text(given: Given, agreed: Agreed, *, name: str, deaf: bool) -> str:
    draft = agreed.draft
    changes = {
        ("database", "url"): given.database_url,
        ("telegram", "api_base"): draft.api_base,
        ("telegram", "proxy"): draft.telegram_proxy,
        ("openai", "api_key"): draft.key,
        ("openai", "base_url"): draft.base_url,
        ("openai", "proxy"): draft.provider_proxy,
        ("bots", "name"): name[:64],
        ("bots", "token"): draft.token,
    }
    if draft.model != MODEL:
        changes["openai", "model"] = draft.model
    if deaf:
        changes["openai", "transcribe_model"] = ""
    for section, key in _WRITTEN:
        raw = given.said.get(section, {}).get(key)
        # A reference stays one, unless something else was chosen in the conversation.
        if isinstance(raw, str) and _is_as_given(given, agreed, section, key):
            changes[section, key] = raw
    example = sources.example()
    if example is None:
        raise NotDone(
            Code.CANNOT_WRITE, "this installation lacks config.example.toml; reinstall it"
        )
    return writing.composed(example.read_text(encoding="utf-8"), changes)


def _is_as_given(given: Given, agreed: Agreed, section: str, key: str) -> bool:
    fields = {
        ("telegram", "api_base"): "api_base",
        ("telegram", "proxy"): "telegram_proxy",
        ("openai", "api_key"): "key",
        ("openai", "base_url"): "base_url",
        ("openai", "proxy"): "provider_proxy",
        ("openai", "model"): "model",
    }
    field = fields.get((section, key))
    return field is None or getattr(given.draft, field) == getattr(agreed.draft, field)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait for the second that writing takes, and nobody else read what is written."""
    umask = os.umask(0o077)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        os.umask(umask)
