"""The sections of the configuration: each key with its default and what it must be.

What a value must be is said once, beside the key; the messages are made from it.
"""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from kotodom import config_addresses, config_mistakes
from kotodom.model import BotSpec

_TOKEN = re.compile(r"(\d{1,19}):[A-Za-z0-9_-]{35}", re.ASCII)
_KEY = re.compile(r"[!-~]([ -~]*[!-~])?")
_LONGEST = 86_400
"""Seconds that anything may be told to wait: a day. Beyond some size timers overflow."""
_SECONDS = "a number of seconds above 0, at most 86400"


def key(default: Any, must: str, example: object, **limits: Any) -> Any:
    """A key with its default (``...``: required), what it must be, and an example."""
    return Field(default, description=must, examples=[example], **limits)


def _no_bool(value: object) -> object:
    # Python counts true as 1; a person who writes concurrency = true meant something else.
    if isinstance(value, bool):
        raise ValueError(value)
    return value


Whole = Annotated[int, BeforeValidator(_no_bool)]
Seconds = Annotated[float, BeforeValidator(_no_bool), Field(le=_LONGEST, allow_inf_nan=False)]
Dollars = Annotated[Decimal, BeforeValidator(_no_bool), Field(ge=0, allow_inf_nan=False)]


class _Section(BaseModel):
    # Mistakes never quote a secret: pydantic's own texts are not used, and its repr is short.
    # Defaults are validated too, because some keys must fit each other.
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )


class DatabaseConfig(_Section):
    """[database]"""

    url: SecretStr = key(
        SecretStr("sqlite://data/kotodom.db"),
        "sqlite://PATH or postgres://HOST:PORT/NAME (user and password before the host)",
        "sqlite://data/kotodom.db",
    )

    @field_validator("url")
    @classmethod
    def _usable(cls, value: SecretStr) -> SecretStr:
        config_addresses.database(value.get_secret_value())
        return value


class TelegramConfig(_Section):
    """[telegram]"""

    api_base: str = key(
        "https://api.telegram.org",
        "an http:// or https:// address",
        "https://api.telegram.org",
    )
    proxy: SecretStr = key(
        SecretStr(""),
        "empty, or an http://, socks5:// or socks5h:// address",
        "socks5h://127.0.0.1:1080",
    )
    poll_timeout: Whole = key(30, "a whole number of seconds from 1 to 50", 30, ge=1, le=50)

    _check_base = field_validator("api_base")(config_addresses.web)

    @field_validator("proxy")
    @classmethod
    def _usable_proxy(cls, value: SecretStr) -> SecretStr:
        config_addresses.proxy(value.get_secret_value(), socks_package="aiohttp_socks")
        return value


class OpenAIConfig(_Section):
    """[openai]"""

    api_key: SecretStr = key(
        ..., "the provider's key (a server of your own takes any text)", "credential:openai_api_key"
    )
    base_url: str = key(
        "https://api.openai.com/v1",
        "an http:// or https:// address",
        "https://api.openai.com/v1",
    )
    proxy: SecretStr = key(
        SecretStr(""),
        "empty, or an http://, socks5:// or socks5h:// address",
        "http://127.0.0.1:3128",
    )
    model: str = key("gpt-6-luna", "the name of a model", "gpt-6-luna", min_length=1)
    timeout: Seconds = key(60.0, _SECONDS, 60, gt=0)
    total_timeout: Seconds = key(300.0, _SECONDS, 300, gt=0)
    context_budget: Whole = key(32_000, "a whole number of tokens, at least 256", 32000, ge=256)

    @field_validator("base_url")
    @classmethod
    def _usable_base(cls, value: str) -> str:
        if "@" in config_addresses.web(value).partition("://")[2].partition("/")[0]:
            raise config_mistakes.Said("holds a user and password: the key alone says who we are")
        return value

    @field_validator("proxy")
    @classmethod
    def _usable_proxy(cls, value: SecretStr) -> SecretStr:
        config_addresses.proxy(value.get_secret_value(), socks_package="socksio")
        return value

    @field_validator("api_key")
    @classmethod
    def _usable_key(cls, value: SecretStr) -> SecretStr:
        said = value.get_secret_value()
        if not said.strip():
            raise ValueError
        if said == config_mistakes.EXAMPLE_KEY:
            raise config_mistakes.Said("is still the example's: replace it with your own key")
        if not _KEY.fullmatch(said):
            raise config_mistakes.Said(
                "must be one line of plain ASCII without spaces around it: copy the key again"
            )
        return value

    @field_validator("total_timeout")
    @classmethod
    def _outlasts_silence(cls, value: float, info: ValidationInfo) -> float:
        if value < info.data.get("timeout", 0.0):
            raise config_mistakes.Said("must not be below openai.timeout")
        return value


class ProcessingConfig(_Section):
    """[processing]"""

    concurrency: Whole = key(256, "a whole number from 1 to 10000", 256, ge=1, le=10_000)
    max_attempts: Whole = key(5, "a whole number from 1 to 100", 5, ge=1, le=100)
    retry_base: Seconds = key(1.0, _SECONDS, 1.0, gt=0)
    retry_max: Seconds = key(300.0, _SECONDS, 300, gt=0)
    drain_timeout: Seconds = key(20.0, "a number of seconds from 0 to 86400", 20, ge=0)
    backlog_limit: Whole = key(100_000, "a whole number above 0", 100000, ge=1)
    min_free_disk_mb: Whole = key(100, "a whole number, 0 or more", 100, ge=0)

    @field_validator("retry_max")
    @classmethod
    def _above_base(cls, value: float, info: ValidationInfo) -> float:
        if value < info.data.get("retry_base", 0.0):
            raise config_mistakes.Said("must not be below processing.retry_base")
        return value


class BreakerConfig(_Section):
    """[breaker]"""

    fail_max: Whole = key(5, "a whole number above 0", 5, ge=1)
    reset_timeout: Seconds = key(30.0, _SECONDS, 30, gt=0)


_UserId = Annotated[
    Whole,
    Field(gt=0, lt=2**63, description="a Telegram user id (a whole number)", examples=[123456789]),
]


def _ids_from_text(value: object) -> object:
    # KOTODOM_ADMIN__IDS=1,2 and =1 are what people write in an environment file.
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [value] if isinstance(value, int) and not isinstance(value, bool) else value


class AdminConfig(_Section):
    """[admin]"""

    ids: Annotated[tuple[_UserId, ...], BeforeValidator(_ids_from_text)] = key(
        (), "a list of Telegram user ids (whole numbers)", [123456789]
    )


class HttpConfig(_Section):
    """[http]"""

    listen: str = key("", "empty, or HOST:PORT", "127.0.0.1:8080")

    _check_listen = field_validator("listen")(config_addresses.listen)


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class LogConfig(_Section):
    """[log]"""

    level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = key(
        "INFO", "one of DEBUG, INFO, WARNING, ERROR", "INFO"
    )
    format: Literal["text", "json"] = key("text", "text or json", "json")


class PriceConfig(_Section):
    """One model's prices in [prices]: dollars per million tokens."""

    input: Dollars = key(..., "dollars per million tokens, 0 or more", 0.10)
    cached: Dollars = key(..., "dollars per million tokens, 0 or more", 0.01)
    output: Dollars = key(..., "dollars per million tokens, 0 or more", 0.50)


class BotConfig(_Section):
    """One [[bots]] entry; what is left out stays as the database has it."""

    name: str = key(
        ..., "1 to 64 characters on one line", "cat", pattern=r"^[^\x00-\x1f\x7f]{1,64}$"
    )
    token: SecretStr = key(
        ..., "a token from @BotFather (number:35 characters)", "credential:cat_token"
    )
    model: str | None = key(None, "the name of a model", "gpt-6-luna")
    prompt: str | None = key(None, "text", "You are a cat.")
    start_message: str | None = key(None, "text", "Meow")
    help_message: str | None = key(None, "text", "Ask me anything.")
    error_message: str | None = key(None, "text", "Something went wrong.")
    enabled: bool | None = key(None, "true or false", True)

    @field_validator("token")
    @classmethod
    def _shape(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() == config_mistakes.EXAMPLE_TOKEN:
            raise config_mistakes.Said(
                "replace the example's token with your bot's own, which @BotFather gives you"
            )
        match = _TOKEN.fullmatch(value.get_secret_value())
        if match is None or not 0 < int(match[1]) < 2**63:
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
