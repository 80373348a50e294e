"""What the first run need not ask: options and the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kotodom.config import Config, from_environment
from kotodom.config import addresses as config_addresses
from kotodom.config.sources import SEARCHED
from kotodom.setup import pasted
from kotodom.setup.draft import Draft
from kotodom.setup.outcome import Code, NotDone
from kotodom.setup.proxies import address_mistake, proxy_mistake

TOKEN_VARIABLE = "KOTODOM_BOT_TOKEN"  # noqa: S105 - its name is no secret
_SYSTEM_DATA = Path("/var/lib/kotodom")
"""Where the system's service has its files (systemd/kotodom.service)."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of ``kotodom init``; empty: not given."""

    config: Path | None = None
    token: str = ""
    """As it was read from a file or a pipe, like the next one."""
    key: str = ""
    base_url: str = ""
    model: str = ""
    api_base: str = ""
    telegram_proxy: str = ""
    provider_proxy: str = ""
    yes: bool = False
    replace: bool = False
    test: bool = True


@dataclass(frozen=True, slots=True)
class Given:
    """What is known before anything is asked."""

    path: Path
    database_url: str
    draft: Draft
    said: dict[str, Any]
    """The environment's settings as they stand there: a reference is written as a reference."""


def gather(options: Options, environ: Mapping[str, str]) -> Given:
    """Put options and environment together; the environment wins, as it does for the daemon.

    Raises NotDone, and ConfigError when the environment has mistakes.
    """
    named = options.config or (Path(p) if (p := environ.get("KOTODOM_CONFIG")) else None)
    try:
        path = (named or default_path(is_root=os.geteuid() == 0)).absolute()
    except FileNotFoundError:
        raise NotDone(
            Code.CANNOT_WRITE, "the folder you are in does not exist any more; cd to another one"
        ) from None
    said, config = from_environment(path.parent, environ)
    if "bots" in said:
        raise NotDone(
            Code.USE,
            "KOTODOM_BOTS is set: it would replace the bots of the file that init writes; unset it "
            "first, or go without init",
        )
    _check(options)
    url = said.get("database", {}).get("url")
    return Given(
        path,
        config.database.url.get_secret_value() if url else _beside(path),
        _draft(options, said, config, environ),
        said,
    )


def default_path(*, is_root: bool) -> Path:
    """Where a file goes that nobody named: for root to where a service of the system looks."""
    here, system = SEARCHED
    return system if is_root and not os.path.lexists(here) else here


def _draft(
    options: Options, said: dict[str, Any], config: Config, environ: Mapping[str, str]
) -> Draft:
    telegram, openai = said.get("telegram", {}), said.get("openai", {})
    plain = Draft()
    draft = replace(
        plain,
        base_url=options.base_url.rstrip("/") or plain.base_url,
        model=options.model,
        api_base=options.api_base.rstrip("/") or plain.api_base,
        telegram_proxy=options.telegram_proxy,
        provider_proxy=options.provider_proxy,
    )
    if text := options.token or environ.get(TOKEN_VARIABLE, ""):
        draft = replace(draft, token=_found(pasted.token(text), "bot token", options.token))
    if options.key:
        draft = replace(draft, key=_found(pasted.key(options.key), "provider key", options.key))
    values = {
        "key": config.openai.api_key.get_secret_value() if "api_key" in openai else "",
        "base_url": config.openai.base_url if "base_url" in openai else "",
        "model": config.openai.model if "model" in openai else "",
        "api_base": config.telegram.api_base if "api_base" in telegram else "",
        "telegram_proxy": config.telegram.proxy.get_secret_value() if "proxy" in telegram else "",
        "provider_proxy": config.openai.proxy.get_secret_value() if "proxy" in openai else "",
    }
    return replace(draft, **{name: value for name, value in values.items() if value})


def _found(secret: str | None, what: str, option: str) -> str:
    if secret is None:
        where = "the file or pipe that was named" if option else TOKEN_VARIABLE
        raise NotDone(Code.USE, f"there is no {what} in {where}; copy it again")
    return secret


def _check(options: Options) -> None:
    """Raise NotDone about an option that cannot be meant."""
    for name, address in (("--base-url", options.base_url), ("--api-base", options.api_base)):
        if address and (wrong := address_mistake(address)):
            raise NotDone(Code.USE, f"{name}: {wrong}")
    for name, proxy, package, variable in (
        ("--telegram-proxy", options.telegram_proxy, "aiohttp_socks", "KOTODOM_TELEGRAM__PROXY"),
        ("--openai-proxy", options.provider_proxy, "socksio", "KOTODOM_OPENAI__PROXY"),
    ):
        if config_addresses.secrets(proxy):
            raise NotDone(
                Code.USE,
                f"{name}: everybody on this machine can read a password in a command; set "
                f"{variable} instead",
            )
        if wrong := proxy_mistake(proxy, package):
            raise NotDone(Code.USE, f"{name}: {wrong}")


def _beside(path: Path) -> str:
    """The database of a configuration: by its whole name, wherever `kotodom run` is started."""
    folder = _SYSTEM_DATA if path.parent == SEARCHED[1].parent else path.parent / "data"
    name = str(folder / "kotodom.db")
    if "?" in name:
        raise NotDone(
            Code.USE, f"{path}: a folder with ? in its name can hold no database; use another one"
        )
    return f"sqlite://{name}"
