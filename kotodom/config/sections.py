"""The sections of the configuration: each key with its default and what it must be.

What a value must be is said once, beside the key; the messages are made from it.
"""

import re
from decimal import Decimal
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfoNotFoundError

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from kotodom.config import addresses, keys, mistakes
from kotodom.config.keys import SECONDS, Dollars, Number, Seconds, Section, Whole, key
from kotodom.days import Days
from kotodom.sealing import is_key


class DatabaseConfig(Section):
    """[database]"""

    url: SecretStr = key(
        SecretStr("sqlite://data/kotodom.db"),
        "sqlite://PATH or postgres://HOST:PORT/NAME (user and password before the host)",
        "sqlite://data/kotodom.db",
    )

    @field_validator("url")
    @classmethod
    def _usable(cls, value: SecretStr) -> SecretStr:
        addresses.database(value.get_secret_value())
        return value


class TelegramConfig(Section):
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
    max_download_mb: Whole = key(
        20, "a whole number of megabytes from 1 to 2000", 20, ge=1, le=2000
    )

    _check_base = field_validator("api_base")(addresses.web)

    @field_validator("proxy")
    @classmethod
    def _usable_proxy(cls, value: SecretStr) -> SecretStr:
        addresses.proxy(value.get_secret_value(), socks_package="aiohttp_socks")
        return value


class OpenAIConfig(Section):
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
    transcribe_model: str = key(
        "gpt-transcribe", "empty, or the name of a model that listens", "gpt-transcribe"
    )
    timeout: Seconds = key(60.0, SECONDS, 60, gt=0)
    total_timeout: Seconds = key(300.0, SECONDS, 300, gt=0)
    context_budget: Whole = key(32_000, "a whole number of tokens, at least 256", 32000, ge=256)

    @field_validator("base_url")
    @classmethod
    def _usable_base(cls, value: str) -> str:
        if "@" in addresses.web(value).partition("://")[2].partition("/")[0]:
            raise mistakes.Said("holds a user and password: the key alone says who we are")
        return value

    @field_validator("proxy")
    @classmethod
    def _usable_proxy(cls, value: SecretStr) -> SecretStr:
        addresses.proxy(value.get_secret_value(), socks_package="socksio")
        return value

    @field_validator("api_key")
    @classmethod
    def _usable_key(cls, value: SecretStr) -> SecretStr:
        said = value.get_secret_value()
        if not said.strip():
            raise ValueError
        if said == mistakes.EXAMPLE_KEY:
            raise mistakes.Said("is still the example's: replace it with your own key")
        mistakes.check_key(said)
        return value

    @field_validator("total_timeout")
    @classmethod
    def _outlasts_silence(cls, value: float, info: ValidationInfo) -> float:
        if value < info.data.get("timeout", 0.0):
            raise mistakes.Said("must not be below openai.timeout")
        return value


class ConversationConfig(Section):
    """[conversation]"""

    join_window: Seconds = key(1.0, "a number of seconds from 0 to 10", 1.0, ge=0, le=10)
    edit_window: Number = key(
        900.0, "0 (never), or a number of seconds up to 172800", 900, ge=0, le=172_800
    )
    image_turns: Whole = key(3, "a whole number from 0 to 20", 3, ge=0, le=20)
    max_document_chars: Whole = key(
        60_000, "a whole number from 1000 to 1000000", 60000, ge=1000, le=1_000_000
    )
    max_sound_minutes: Whole = key(15, "a whole number of minutes from 1 to 120", 15, ge=1, le=120)
    keep_days: Whole = key(
        0, "0 (for ever), or a whole number of days up to 3650", 30, ge=0, le=3650
    )


class ProcessingConfig(Section):
    """[processing]"""

    concurrency: Whole = key(256, "a whole number from 1 to 10000", 256, ge=1, le=10_000)
    max_attempts: Whole = key(5, "a whole number from 1 to 100", 5, ge=1, le=100)
    retry_base: Seconds = key(1.0, SECONDS, 1.0, gt=0)
    retry_max: Seconds = key(300.0, SECONDS, 300, gt=0)
    drain_timeout: Seconds = key(20.0, "a number of seconds from 0 to 86400", 20, ge=0)
    backlog_limit: Whole = key(100_000, "a whole number above 0", 100000, ge=1)
    min_free_disk_mb: Whole = key(100, "a whole number, 0 or more", 100, ge=0)

    @field_validator("retry_max")
    @classmethod
    def _above_base(cls, value: float, info: ValidationInfo) -> float:
        if value < info.data.get("retry_base", 0.0):
            raise mistakes.Said("must not be below processing.retry_base")
        return value


class BreakerConfig(Section):
    """[breaker]"""

    fail_max: Whole = key(5, "a whole number above 0", 5, ge=1)
    reset_timeout: Seconds = key(30.0, SECONDS, 30, gt=0)


_UserId = Annotated[
    Whole,
    Field(gt=0, lt=2**63, description="a Telegram user id (a whole number)", examples=[123456789]),
]


def _ids_from_text(value: object) -> object:
    # KOTODOM_ADMIN__IDS=1,2 and =1 are what people write in an environment file.
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [value] if isinstance(value, int) and not isinstance(value, bool) else value


class AdminConfig(Section):
    """[admin]"""

    ids: Annotated[tuple[_UserId, ...], BeforeValidator(_ids_from_text)] = key(
        (), "a list of Telegram user ids (whole numbers)", [123456789]
    )
    timezone: str = key(
        "UTC", "the name of a time zone, such as Europe/Moscow", "Europe/Moscow", min_length=1
    )

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            Days(value)
        except (ZoneInfoNotFoundError, OSError):
            raise ValueError from None
        return value


class SecretsConfig(Section):
    """[secrets]"""

    key: SecretStr = keys.key(
        SecretStr(""),
        "empty, or keys of 32 bytes in base64, separated by commas",
        "credential:kotodom_key",
    )

    @field_validator("key")
    @classmethod
    def _usable(cls, value: SecretStr) -> SecretStr:
        if not all(is_key(said.strip()) for said in value.get_secret_value().split(",") if said):
            raise mistakes.Said(
                "must be empty, or keys of 32 bytes in base64, separated by commas; make one with: "
                "openssl rand -base64 32"
            )
        return value


class HttpConfig(Section):
    """[http]"""

    listen: str = key("", "empty, or HOST:PORT", "127.0.0.1:8080")

    token: SecretStr = key(
        SecretStr(""),
        "empty, or 16 or more characters of plain ASCII without spaces",
        "credential:kotodom_http",
    )

    _check_listen = field_validator("listen")(addresses.listen)

    @field_validator("token")
    @classmethod
    def _usable_token(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"([!-~]{16,})?", value.get_secret_value()):
            raise ValueError
        return value

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if self.listen and not addresses.is_loopback(self.listen) and not self._has_token():
            raise mistakes.Said(
                "can be reached from outside this machine: set http.token too, or listen on "
                "127.0.0.1"
            )
        return self

    def _has_token(self) -> bool:
        return bool(self.token.get_secret_value())


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class LogConfig(Section):
    """[log]"""

    level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = key(
        "INFO", "one of DEBUG, INFO, WARNING, ERROR", "INFO"
    )
    format: Literal["text", "json"] = key("text", "text or json", "json")
    file: str = key("", "empty, or the name of a file", "data/kotodom.log")
    max_mb: Whole = key(10, "a whole number of megabytes from 1 to 10000", 10, ge=1, le=10_000)
    keep: Whole = key(5, "a whole number from 1 to 100", 5, ge=1, le=100)


class BackupConfig(Section):
    """[backup]"""

    folder: str = key("", "empty, or the name of a folder", "/var/backups/kotodom")
    keep: Whole = key(7, "0 (no backups), or a whole number up to 1000", 7, ge=0, le=1000)
    time: str = key(
        "03:30", "a time of day, such as 03:30", "03:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$"
    )


class PriceConfig(Section):
    """One model's prices in [prices]: of tokens, of sound, or of both."""

    minute: Dollars | None = key(None, "dollars per minute of sound, 0 or more", 0.0045)
    input: Dollars | None = key(None, "dollars per million tokens, 0 or more", 0.10)
    cached: Dollars | None = key(None, "dollars per million tokens, 0 or more", 0.01)
    output: Dollars | None = key(None, "dollars per million tokens, 0 or more", 0.50)

    @field_validator("input", "cached", "output")
    @classmethod
    def _needed(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if value is None and "minute" in info.data and info.data["minute"] is None:
            raise PydanticCustomError("missing", "Field required")
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        if len({price is None for price in (self.input, self.cached, self.output)}) > 1:
            raise mistakes.Said("needs input, cached and output together, or none of them")
        return self
