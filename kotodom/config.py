"""The whole configuration as frozen, validated values; all mistakes are reported at once.

``config.toml`` and the environment (``KOTODOM_<SECTION>__<KEY>``, which wins) are merged, secrets
are looked up, and everything is validated before anything starts. What a value must be is said
once, beside the key; the messages are made from it.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from kotodom import config_mistakes, config_sources
from kotodom.config_sources import Environment, Origin
from kotodom.errors import ConfigError
from kotodom.model import BotSpec

SECRETS = (
    ("database", "url"),
    ("telegram", "proxy"),
    ("openai", "api_key"),
    ("openai", "proxy"),
    ("bots", "*", "token"),
)
"""The keys that may be ``env:NAME``, ``file:PATH`` or ``credential:NAME``."""

_SHAPE = r"^\d+:[A-Za-z0-9_-]{35}$"
_HTTP = r"^https?://[^\s/]+"
_DATABASE = r"^(sqlite://.+|postgres(ql)?://\S*/[^\s/?]\S*)$"
_PROXY = re.compile(r"((http|socks5|socks5h)://\S+)?")
_LISTEN = re.compile(r"((\[[0-9a-fA-F:.]+\]|[^\s:\[\]]+):(\d{1,5}))?")


def _key(default: Any, must: str, example: object, **limits: Any) -> Any:
    """A key with its default (``...``: required), what it must be, and an example."""
    return Field(default, description=must, examples=[example], **limits)


def _no_bool(value: object) -> object:
    # Python counts true as 1; a person who writes concurrency = true meant something else.
    if isinstance(value, bool):
        raise ValueError(value)
    return value


Whole = Annotated[int, BeforeValidator(_no_bool)]
Number = Annotated[float, BeforeValidator(_no_bool), Field(allow_inf_nan=False)]
Dollars = Annotated[Decimal, BeforeValidator(_no_bool), Field(ge=0, allow_inf_nan=False)]


class _Section(BaseModel):
    # Mistakes never quote a secret: pydantic's own texts are not used, and its repr is short.
    # Defaults are validated too, because some keys must fit each other.
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )


class DatabaseConfig(_Section):
    """[database]"""

    url: SecretStr = _key(
        SecretStr("sqlite://data/kotodom.db"),
        "sqlite://PATH or postgres://HOST:PORT/NAME (user and password before the host)",
        "sqlite://data/kotodom.db",
    )

    @field_validator("url")
    @classmethod
    def _known_scheme(cls, value: SecretStr) -> SecretStr:
        if not re.match(_DATABASE, value.get_secret_value()):
            raise ValueError
        return value


def _proxy(value: SecretStr) -> SecretStr:
    if not _PROXY.fullmatch(value.get_secret_value()):
        raise ValueError
    return value


class TelegramConfig(_Section):
    """[telegram]"""

    api_base: str = _key(
        "https://api.telegram.org",
        "an http:// or https:// address",
        "https://api.telegram.org",
        pattern=_HTTP,
    )
    proxy: SecretStr = _key(
        SecretStr(""),
        "empty, or an http://, socks5:// or socks5h:// address",
        "socks5://user:password@127.0.0.1:1080",
    )
    poll_timeout: Whole = _key(30, "a whole number of seconds from 1 to 50", 30, ge=1, le=50)

    _check_proxy = field_validator("proxy")(_proxy)


class OpenAIConfig(_Section):
    """[openai]"""

    api_key: SecretStr = _key(
        ..., "the provider's key (a server of your own takes any text)", "credential:openai_api_key"
    )
    base_url: str = _key(
        "https://api.openai.com/v1",
        "an http:// or https:// address",
        "https://api.openai.com/v1",
        pattern=_HTTP,
    )
    proxy: SecretStr = _key(
        SecretStr(""),
        "empty, or an http://, socks5:// or socks5h:// address",
        "http://127.0.0.1:3128",
    )
    model: str = _key("gpt-6-luna", "the name of a model", "gpt-6-luna", min_length=1)
    timeout: Number = _key(60.0, "a number above 0", 60, gt=0)
    total_timeout: Number = _key(300.0, "a number above 0", 300, gt=0)
    context_budget: Whole = _key(32_000, "a whole number of tokens, at least 256", 32000, ge=256)

    _check_proxy = field_validator("proxy")(_proxy)

    @field_validator("api_key")
    @classmethod
    def _not_empty(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().strip():
            raise ValueError
        if value.get_secret_value() == config_mistakes.EXAMPLE_KEY:
            raise config_mistakes.Said("is still the example's: replace it with your own key")
        return value

    @field_validator("total_timeout")
    @classmethod
    def _outlasts_silence(cls, value: float, info: ValidationInfo) -> float:
        if value < info.data.get("timeout", 0.0):
            raise config_mistakes.Said("must not be below openai.timeout")
        return value


class ProcessingConfig(_Section):
    """[processing]"""

    concurrency: Whole = _key(64, "a whole number from 1 to 10000", 64, ge=1, le=10_000)
    max_attempts: Whole = _key(5, "a whole number from 1 to 100", 5, ge=1, le=100)
    retry_base: Number = _key(1.0, "a number above 0", 1.0, gt=0)
    retry_max: Number = _key(300.0, "a number above 0", 300, gt=0)
    drain_timeout: Number = _key(20.0, "a number of seconds, 0 or more", 20, ge=0)
    backlog_limit: Whole = _key(100_000, "a whole number above 0", 100000, ge=1)
    min_free_disk_mb: Whole = _key(100, "a whole number, 0 or more", 100, ge=0)

    @field_validator("retry_max")
    @classmethod
    def _above_base(cls, value: float, info: ValidationInfo) -> float:
        if value < info.data.get("retry_base", 0.0):
            raise config_mistakes.Said("must not be below processing.retry_base")
        return value


class BreakerConfig(_Section):
    """[breaker]"""

    fail_max: Whole = _key(5, "a whole number above 0", 5, ge=1)
    reset_timeout: Number = _key(30.0, "a number above 0", 30, gt=0)


def _ids_from_text(value: object) -> object:
    # KOTODOM_ADMIN__IDS=1,2 and =1 are what people write in an environment file.
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [value] if isinstance(value, int) and not isinstance(value, bool) else value


class AdminConfig(_Section):
    """[admin]"""

    ids: Annotated[
        tuple[Annotated[Whole, Field(gt=0, lt=2**63)], ...], BeforeValidator(_ids_from_text)
    ] = _key((), "a list of Telegram user ids (whole numbers)", [123456789])


class HttpConfig(_Section):
    """[http]"""

    listen: str = _key("", "empty, or HOST:PORT", "127.0.0.1:8080")

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        match = _LISTEN.fullmatch(value)
        if match is None or int(match[3] or 0) > 65_535:
            raise ValueError
        return value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class LogConfig(_Section):
    """[log]"""

    level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = _key(
        "INFO", "one of DEBUG, INFO, WARNING, ERROR", "INFO"
    )
    format: Literal["text", "json"] = _key("text", "text or json", "json")


class PriceConfig(_Section):
    """One model's prices in [prices]: dollars per million tokens."""

    input: Dollars = _key(..., "dollars per million tokens, 0 or more", 0.10)
    cached: Dollars = _key(..., "dollars per million tokens, 0 or more", 0.01)
    output: Dollars = _key(..., "dollars per million tokens, 0 or more", 0.50)


class BotConfig(_Section):
    """One [[bots]] entry; what is left out stays as the database has it."""

    name: str = _key(
        ..., "1 to 64 characters on one line", "cat", pattern=r"^[^\x00-\x1f\x7f]{1,64}$"
    )
    token: SecretStr = _key(
        ..., "a token from @BotFather (number:35 characters)", "credential:cat_token"
    )
    model: str | None = _key(None, "the name of a model", "gpt-6-luna")
    prompt: str | None = _key(None, "text", "You are a cat.")
    start_message: str | None = _key(None, "text", "Meow")
    help_message: str | None = _key(None, "text", "Ask me anything.")
    error_message: str | None = _key(None, "text", "Something went wrong.")
    enabled: bool | None = _key(None, "true or false", True)

    @field_validator("token")
    @classmethod
    def _shape(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() == config_mistakes.EXAMPLE_TOKEN:
            raise config_mistakes.Said(
                "replace the example's token with your bot's own, which @BotFather gives you"
            )
        if not re.match(_SHAPE, value.get_secret_value()):
            raise ValueError
        return value

    def spec(self) -> BotSpec:
        """The entry as the store takes it."""
        token = self.token.get_secret_value()
        return BotSpec(
            telegram_id=int(token.partition(":")[0]),
            token=token,
            name=self.name,
            model=self.model,
            prompt=self.prompt,
            start_message=self.start_message,
            help_message=self.help_message,
            error_message=self.error_message,
            enabled=self.enabled,
        )


class Config(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    database: DatabaseConfig = DatabaseConfig()
    telegram: TelegramConfig = TelegramConfig()
    openai: OpenAIConfig = _key(..., "a section", "[openai]")
    processing: ProcessingConfig = ProcessingConfig()
    breaker: BreakerConfig = BreakerConfig()
    admin: AdminConfig = AdminConfig()
    http: HttpConfig = HttpConfig()
    log: LogConfig = LogConfig()
    prices: dict[str, PriceConfig] = Field({}, description="a table of models")
    bots: tuple[BotConfig, ...] = Field((), description="a list of [[bots]] sections")

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

    def secrets(self) -> list[str]:
        """Every secret value, for the log to hide."""
        found = [self.openai.api_key, *(bot.token for bot in self.bots)]
        found += [
            SecretStr(unquote(urlsplit(address.get_secret_value()).password or ""))
            for address in (self.database.url, self.telegram.proxy, self.openai.proxy)
        ]
        return [value for secret in found if (value := secret.get_secret_value())]


def load(path: Path | None, environ: Mapping[str, str], *, require_bots: bool = False) -> Config:
    """Read and validate the whole configuration.

    *path* is what --config said; *environ* is the process's environment. Raises ConfigError with
    every mistake; with *require_bots* a configuration without any [[bots]] is one.
    """
    file = config_sources.find(path, environ)
    environment = Environment(Config, environ)
    if file is None and not environment.used:
        raise config_sources.nothing_found()
    written = config_sources.read(file) if file else {}
    literal = config_sources.literals(written, SECRETS)
    values = config_sources.merge(written, environment())

    origin = Origin(file.parent if file else Path(), environ)
    mistakes = list(config_mistakes.reserved(values))
    mistakes += config_sources.resolve(values, SECRETS, origin)
    try:
        config = Config.model_validate(values)
    except ValidationError as error:
        schema = Config.model_json_schema()
        mistakes += config_mistakes.translate(error.errors(), schema, SECRETS)
    mistakes += config_mistakes.bots(values.get("bots"), required=require_bots)
    mistakes += environment.unknown
    if mistakes:
        name = str(file) if file else "environment"
        raise ConfigError(config_mistakes.lines(mistakes, environment.sources(), name))
    config._path = file
    config._warnings = tuple(config_sources.exposed(file, literal)) if file else ()
    return config
