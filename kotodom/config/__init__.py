"""The whole configuration as frozen, validated values; all mistakes are reported at once.

``config.toml`` and the environment (``KOTODOM_<SECTION>__<KEY>``, which wins) are merged, secrets
are looked up, and everything is validated before anything starts. What a value must be is said
once, beside the key; the messages are made from it.
"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from kotodom.config import addresses as config_addresses
from kotodom.config import mistakes as config_mistakes
from kotodom.config import sources as config_sources
from kotodom.config.bots import BotConfig
from kotodom.config.environment import Environment
from kotodom.config.keys import key
from kotodom.config.sections import (
    AdminConfig,
    BackupConfig,
    BreakerConfig,
    ConversationConfig,
    DatabaseConfig,
    HttpConfig,
    LogConfig,
    OpenAIConfig,
    PriceConfig,
    ProcessingConfig,
    SecretsConfig,
    TelegramConfig,
)
from kotodom.config.sources import Mistake, Origin
from kotodom.errors import ConfigError
from kotodom.model import BotSpec

__all__ = [
    "BotConfig",
    "Config",
    "ConversationConfig",
    "OpenAIConfig",
    "PriceConfig",
    "from_environment",
    "is_absent",
    "load",
    "load_sealing",
    "load_storage",
]

SECRETS = (
    ("database", "url"),
    ("telegram", "proxy"),
    ("openai", "api_key"),
    ("openai", "proxy"),
    ("secrets", "key"),
    ("http", "token"),
    ("bots", "*", "token"),
    ("bots", "*", "api_key"),
)
"""The keys that may be ``env:NAME``, ``file:PATH`` or ``credential:NAME``."""


class Config(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    database: DatabaseConfig = DatabaseConfig()
    telegram: TelegramConfig = TelegramConfig()
    openai: OpenAIConfig = key(..., "a section", "[openai]")
    conversation: ConversationConfig = ConversationConfig()
    processing: ProcessingConfig = ProcessingConfig()
    breaker: BreakerConfig = BreakerConfig()
    admin: AdminConfig = AdminConfig()
    secrets: SecretsConfig = SecretsConfig()
    http: HttpConfig = HttpConfig()
    log: LogConfig = LogConfig()
    backup: BackupConfig = BackupConfig()
    prices: dict[str, PriceConfig] = Field({}, description="a table of models")
    bots: tuple[BotConfig, ...] = Field(
        (), description="a list of sections, each with [[bots]] above it"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what it is given: load() reads file and environment, and they are arguments."""
        return (init_settings,)

    # What load() found out beside the values; not part of the file.
    _path: Path | None = PrivateAttr(None)
    _warnings: tuple[str, ...] = PrivateAttr(())

    @property
    def path(self) -> Path | None:
        """The file it was read from; None when everything came from the environment."""
        return self._path

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is allowed but unwise, a line each."""
        return self._warnings

    def bot_specs(self) -> list[BotSpec]:
        """The file's bots as the store takes them."""
        return [bot.spec() for bot in self.bots]

    def hidden(self) -> list[str]:
        """Every secret value, for the log to hide."""
        keys = self.secrets.key.get_secret_value().split(",")
        found = [
            self.openai.api_key,
            self.http.token,
            *(bot.token for bot in self.bots),
            *(bot.api_key for bot in self.bots),
        ]
        kept = (self.database.url, self.telegram.proxy, self.openai.proxy)
        addresses = [self.telegram.api_base, *(secret.get_secret_value() for secret in kept)]
        passwords = [
            password for address in addresses for password in config_addresses.secrets(address)
        ]
        return [
            *(secret.get_secret_value() for secret in found if secret),
            *(key.strip() for key in keys if key.strip()),
            *passwords,
        ]


@dataclass(frozen=True, slots=True)
class _Found:
    """What file and environment say, not yet validated."""

    file: Path | None
    values: dict[str, Any]
    mistakes: list[Mistake]
    environment: Environment
    warnings: tuple[str, ...]

    def error(self, mistakes: Iterable[Mistake]) -> ConfigError:
        name = str(self.file) if self.file else "environment"
        return ConfigError(config_mistakes.lines(mistakes, self.environment.sources(), name))


def load(
    path: Path | None,
    environ: Mapping[str, str],
    *,
    require_bots: bool = False,
    written: dict[str, Any] | None = None,
) -> Config:
    """Read and validate the whole configuration.

    *path* is what --config said; *environ* is the process's environment. Raises ConfigError with
    every mistake; with *require_bots* a configuration without any [[bots]] is one. *written* are
    the file's values where they have been read already: a pipe can be read only once.
    """
    found = _find(path, environ, written)
    config, mistakes = _validated(found)
    mistakes += config_mistakes.bots(found.values.get("bots"), required=require_bots)
    if config is None or mistakes:
        raise found.error(mistakes)
    config._path = found.file
    config._warnings = found.warnings
    return config


def is_absent(path: Path | None, environ: Mapping[str, str]) -> bool:
    """Whether nobody has configured a bot: there is no file, and none in the environment."""
    used = Environment(Config, environ).used
    return not config_sources.any_there(path, environ) and ("bots",) not in used


def from_environment(folder: Path, environ: Mapping[str, str]) -> tuple[dict[str, Any], Config]:
    """What the environment sets, as it stands there, and the configuration that this would make.

    Secrets that lie elsewhere are looked up, relative files in *folder*; required keys may be
    missing. Raises ConfigError.
    """
    environment = Environment(Config, environ)
    said = environment.values()
    values = copy.deepcopy(said)
    wrong = [
        *environment.mistakes,
        *config_sources.resolve(values, SECRETS, Origin(folder, environ)),
    ]
    values.setdefault("openai", {}).setdefault("api_key", "none")
    found = _Found(None, values, wrong, environment, ())
    config, mistakes = _validated(found)
    if config is None or mistakes:
        raise found.error(mistakes)
    return said, config


def load_storage(
    path: Path | None, environ: Mapping[str, str]
) -> tuple[DatabaseConfig, BackupConfig, tuple[str, ...]]:
    """Where the database and its copies are, and warnings; needs no other secret than its URL."""
    found = _needing(path, environ, "database")
    return (
        DatabaseConfig.model_validate(found.values.get("database", {})),
        BackupConfig.model_validate(found.values.get("backup", {})),
        found.warnings,
    )


def load_sealing(
    path: Path | None, environ: Mapping[str, str]
) -> tuple[DatabaseConfig, SecretsConfig, tuple[str, ...]]:
    """Where the database and the key to its secrets are, and warnings; needs no other secret."""
    found = _needing(path, environ, "database", "secrets")
    return (
        DatabaseConfig.model_validate(found.values.get("database", {})),
        SecretsConfig.model_validate(found.values.get("secrets", {})),
        found.warnings,
    )


def _needing(path: Path | None, environ: Mapping[str, str], *sections: str) -> "_Found":
    """What is said, of whose secrets only those of these sections must be there."""
    found = _find(path, environ, None)
    _, mistakes = _validated(found)
    needless = [secret for secret in SECRETS if secret[0] not in sections]
    mistakes = [m for m in mistakes if not config_mistakes.is_secret(m.location, needless)]
    if mistakes:
        raise found.error(mistakes)
    return found


def _find(path: Path | None, environ: Mapping[str, str], written: dict[str, Any] | None) -> _Found:
    file = config_sources.find(path, environ)
    environment = Environment(Config, environ)
    if file is None and not environment.used:
        raise config_sources.nothing_found()
    if written is None:
        written = config_sources.read(file) if file else {}
    literal = config_sources.literals(written, SECRETS)
    values = config_sources.merge(written, environment.values())
    # What a pipe holds lies nowhere.
    folder = file.parent if file and file.is_file() else Path()
    mistakes = [
        *environment.mistakes,
        *config_mistakes.reserved(values),
        *config_sources.resolve(values, SECRETS, Origin(folder, environ)),
    ]
    warnings = tuple(config_sources.exposed(file, [place for place, _ in literal])) if file else ()
    return _Found(file, values, mistakes, environment, warnings)


def _validated(found: _Found) -> tuple[Config | None, list[Mistake]]:
    try:
        return Config.model_validate(found.values), found.mistakes
    except ValidationError as error:
        schema = Config.model_json_schema()
        return None, [
            *found.mistakes,
            *config_mistakes.translate(error.errors(), schema, SECRETS),
        ]
