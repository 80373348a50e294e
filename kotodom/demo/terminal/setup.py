"""What the demo's daemon is told: the bots, and the configuration written for it.

Without --config two bots of our own and the offline model. With --config the person's bots and
provider; their tokens are replaced before anything else is done with them, their provider's key
travels in the child's environment, and neither is written anywhere.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kotodom.errors import ConfigError

# Only --config needs pydantic, and it costs a third of a second.
if TYPE_CHECKING:
    from kotodom.config import Config

YOU = 1000
"""The Telegram id of the person at the terminal."""

_WHISKERS: dict[str, Any] = {
    "name": "Whiskers",
    "prompt": "You are Whiskers, an old ship's cat who has seen every harbour. You are proud, "
    "sleepy and fond of fish. Answer briefly and to the point, but never forget that you are "
    "a cat.",
    "start_message": "Prrr. I am Whiskers, ship's cat, retired. Sit down, but not on my cushion. "
    "What do you want to know?",
    "models": ["gpt-6-luna", "gpt-6-sol"],
    "error_message": "Hiss. Something went wrong. Try again later, and bring fish.",
}
_ADA: dict[str, Any] = {
    "name": "Ada",
    "prompt": "You are Ada, a patient tutor. Explain one step at a time, with a small example, and "
    "end with a short question that lets the student check that they understood.",
    "start_message": "Hello, I am Ada. We have all the time in the world: what would you like to "
    "understand today?",
    "rich": "auto",
    "error_message": "I lost the thread, I am sorry. Please ask me again in a moment.",
}


@dataclass(frozen=True, slots=True)
class Persona:
    """One bot of the demo."""

    name: str
    token: str = field(repr=False)
    """Made up by us."""
    username: str


@dataclass(frozen=True, slots=True)
class Setup:
    """Who is there, and everything the daemon's configuration says of it."""

    personas: tuple[Persona, ...]
    bots: tuple[Mapping[str, Any], ...]
    """The ``[[bots]]`` entries, in the same order; without tokens."""
    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The other sections taken over from the person's file."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Environment variables for the daemon; they appear in no file."""
    offline: bool = True
    as_admin: bool = False
    """The person at the terminal administers."""

    def config(self, *, folder: Path, telegram: str, model: str, health: str) -> str:
        """The daemon's config.toml: *telegram* and *model* are base URLs, *health* HOST:PORT."""
        own: dict[str, Mapping[str, Any]] = {
            "database": {"url": f"sqlite://{folder / 'demo.db'}"},
            "telegram": {"api_base": telegram},
            # Who leaves the demo does not want to wait for an answer that nobody will see.
            "processing": {**self.sections.get("processing", {}), "drain_timeout": 0},
            "admin": {"ids": [YOU] if self.as_admin else []},
            "http": {"listen": health},
        }
        if self.offline:
            own["openai"] = {"base_url": model, "api_key": "offline"}
        lines: list[str] = []
        for name, values in {**self.sections, **own}.items():
            lines += [f"[{name}]", *_entries(values)]
        for persona, bot in zip(self.personas, self.bots, strict=True):
            lines += ["[[bots]]", *_entries({**bot, "token": persona.token, "enabled": True})]
        return "\n".join(lines) + "\n"

    def environ(self) -> dict[str, str]:
        """The daemon's environment: ours without Kotodom's own variables, and the secrets."""
        kept = {name: value for name, value in os.environ.items() if not _is_ours(name)}
        return {**kept, **self.secrets}


def offline_setup() -> Setup:
    """Two bots of different character and no provider."""
    bots = (_WHISKERS, _ADA)
    return Setup(_personas([bot["name"] for bot in bots]), bots)


def setup_from(path: Path) -> Setup:
    """The bots and the provider of the person's own file; raises ConfigError.

    Every bot is there, disabled ones too: Telegram is emulated, so nothing is published.
    """
    from kotodom.config import Config, sources
    from kotodom.config.environment import Environment

    file = sources.find(path, os.environ) or path
    read = sources.read(file)
    written = sources.merge(read, Environment(Config, os.environ).values())
    bots = written.get("bots")
    entries = bots if isinstance(bots, list) else []
    personas = _personas([_text(entry, "name") for entry in entries])
    # What the demo replaces must not keep it from starting: credentials that only systemd has,
    # placeholders of a bot that has no token yet.
    replaced = {"KOTODOM_DATABASE__URL": "sqlite://demo.db", "KOTODOM_TELEGRAM__PROXY": ""}
    if entries:
        replaced["KOTODOM_BOTS"] = json.dumps(_with_tokens(entries, personas), default=str)
    kept = {name: value for name, value in os.environ.items() if name.upper() not in replaced}
    config = _load(file, {**kept, **replaced}, read)
    values = config.model_dump(
        mode="json",
        exclude_none=True,
        exclude={
            "database": True,
            "telegram": True,
            "admin": True,
            "http": True,
            "openai": {"api_key", "proxy"},
            "bots": {"__all__": {"token"}},
        },
    )
    return Setup(
        personas=personas,
        bots=tuple(values.pop("bots")),
        sections=values,
        secrets={
            "KOTODOM_OPENAI__API_KEY": config.openai.api_key.get_secret_value(),
            "KOTODOM_OPENAI__PROXY": config.openai.proxy.get_secret_value(),
        },
        offline=False,
    )


def _load(file: Path, environ: Mapping[str, str], written: dict[str, Any]) -> "Config":
    from kotodom.config import load

    try:
        return load(file, environ, require_bots=True, written=written)
    except ConfigError as error:
        # The person wrote the bots in the file, not in the variable we carry them in.
        said = [re.sub(r"^KOTODOM_BOTS:", f"{file}:", line) for line in error.mistakes]
        raise ConfigError(said) from None


def _with_tokens(entries: list[Any], personas: tuple[Persona, ...]) -> list[Any]:
    return [
        {**entry, "token": persona.token} if isinstance(entry, dict) else entry
        for entry, persona in zip(entries, personas, strict=True)
    ]


def _text(entry: object, key: str) -> str:
    return str(entry.get(key, "")) if isinstance(entry, dict) else ""


def _personas(names: list[str]) -> tuple[Persona, ...]:
    """Accounts for the bots: a token Telegram never gave out, and a username."""
    return tuple(persona(name, number) for number, name in enumerate(names, start=1))


def persona(name: str, number: int) -> Persona:
    """The account of the *number*-th bot."""
    slug = re.sub(r"[^a-z0-9]", "", name.lower())[:20] or "demo"
    token = f"{7_000_000_000 + number}:{'demo' * 9}"[:46]
    return Persona(name, token, f"{slug}{number}_bot")


def _is_ours(name: str) -> bool:
    return name.upper().startswith("KOTODOM_")


def _entries(values: Mapping[str, Any]) -> list[str]:
    return [f"{_toml(key)} = {_toml(value)}" for key, value in values.items()]


def _toml(value: Any) -> str:
    """A value as TOML: JSON's strings and lists are TOML's, its objects are not."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(_entries(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
