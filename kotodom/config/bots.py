"""The configuration of one bot: what it says, where it talks, and how."""

import re
import warnings
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from kotodom import i18n, patterns
from kotodom.config import mistakes
from kotodom.config.keys import Section, Whole, key
from kotodom.model import AccessMode, BotSpec, Groups, Rich

_TOKEN = re.compile(r"(\d{1,19}):[A-Za-z0-9_-]{35}", re.ASCII)

_Model = Annotated[
    str,
    Field(min_length=1, max_length=200, description="the name of a model", examples=["gpt-6-luna"]),
]
_Words = Annotated[
    str,
    Field(description='text (an id with a language is quoted: "stopped.ru" = "…")'),
]
_GroupId = Annotated[
    Whole,
    Field(
        ge=-(2**63),
        lt=0,
        description="the id of a group (a whole number below 0)",
        examples=[-1001234567890],
    ),
]


class BotConfig(Section):
    """One [[bots]] entry; what is left out stays as the database has it."""

    name: str = key(
        ..., "1 to 64 characters on one line", "cat", pattern=r"^[^\x00-\x1f\x7f]{1,64}$"
    )
    token: SecretStr = key(
        ..., "a token from @BotFather (number:35 characters)", "credential:cat_token"
    )
    model: str | None = key(None, "the name of a model", "gpt-6-luna")
    models: tuple[_Model, ...] | None = key(
        None, "a list of names of models", ["gpt-6-luna", "gpt-6-sol"]
    )
    prompt: str | None = key(None, "text", "You are a cat.")
    start_message: str | None = key(None, "text", "Meow")
    help_message: str | None = key(None, "text", "Ask me anything.")
    error_message: str | None = key(None, "text", "Something went wrong.")
    texts: dict[str, _Words] | None = key(None, "a table of texts by their ids", {"stopped": "…"})
    rich: Rich | None = key(None, "off or auto", "auto")
    link_previews: bool | None = key(None, "true or false", False)
    groups: Groups | None = key(None, "off, allowlist or on", "allowlist")
    group_ids: tuple[_GroupId, ...] | None = key(
        None, "a list of ids of groups (whole numbers below 0)", [-1001234567890]
    )
    name_pattern: str | None = key(
        None,
        "empty, or a regular expression of at most 200 characters",
        r"\bcat\b",
        max_length=200,
    )
    guest: bool | None = key(None, "true or false", False)
    inline: bool | None = key(None, "true or false", False)
    access: AccessMode | None = key(None, "public, approval, allowlist or invite", "approval")
    fallback_model: str | None = key(
        None, "empty, or the name of a model", "gpt-6-luna", max_length=200
    )
    language: str | None = key(None, f"empty, or one of {', '.join(i18n.LANGUAGES)}", "en")
    inbox_id: Whole | None = key(
        None, "0, or the id of a group (a whole number below 0)", -1001234567890, ge=-(2**63), le=0
    )
    keep_days: Whole | None = key(
        None, "0 (for ever), or a whole number of days up to 3650", 30, ge=0, le=3650
    )
    enabled: bool | None = key(None, "true or false", True)
    api_key: SecretStr | None = key(
        None, "empty, or the provider's key for this bot alone", "credential:cat_openai"
    )

    @field_validator("api_key")
    @classmethod
    def _usable_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            mistakes.check_key(value.get_secret_value())
        return value

    @field_validator("token")
    @classmethod
    def _shape(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() == mistakes.EXAMPLE_TOKEN:
            raise mistakes.Said(
                "replace the example's token with your bot's own, which @BotFather gives you"
            )
        match = _TOKEN.fullmatch(value.get_secret_value())
        if match is None or not 0 < int(match[1]) < 2**63:
            raise ValueError
        return value

    @field_validator("models")
    @classmethod
    def _each_once(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for index, name in enumerate(value or ()):
            if value and name in value[:index]:
                raise mistakes.Said(f"names {name} twice")
        return value

    @field_validator("texts")
    @classmethod
    def _sayable(cls, value: dict[str, str] | None) -> dict[str, str] | None:
        if wrong := i18n.mistakes(value or {}):
            raise ValidationError.from_exception_data(
                cls.__name__, [_at_its_key(*mistake.split(": ", 1)) for mistake in wrong]
            )
        return value

    @field_validator("group_ids")
    @classmethod
    def _somewhere(
        cls, value: tuple[int, ...] | None, info: ValidationInfo
    ) -> tuple[int, ...] | None:
        if info.data.get("groups") is Groups.ALLOWLIST and not value:
            raise mistakes.Said(
                'is empty: with groups = "allowlist" it lists the groups the bot stays in, '
                "for example [-1001234567890]"
            )
        return value

    @field_validator("language")
    @classmethod
    def _spoken(cls, value: str | None) -> str | None:
        if value and value not in i18n.LANGUAGES:
            raise ValueError(value)
        return value

    @field_validator("name_pattern")
    @classmethod
    def _findable(cls, value: str | None) -> str | None:
        if value:
            _check_pattern(value)
        return value

    def spec(self) -> BotSpec:
        """The entry as the store takes it."""
        secrets = ("token", "api_key")
        given: dict[str, Any] = {
            name: getattr(self, name) for name in type(self).model_fields if name not in secrets
        }
        token = self.token.get_secret_value()
        return BotSpec(
            telegram_id=int(token.partition(":")[0]),
            token=token,
            api_key=self.api_key.get_secret_value() if self.api_key is not None else None,
            **given,
        )


class WrongField(ValueError):
    """A bot's field cannot have that value; the text says what is wrong."""


def field_value(name: str, value: object, beside: Mapping[str, object]) -> Any:
    """The value of a bot's field as the file would take it; *beside* are those it must fit.

    Raises WrongField.
    """
    entry = {"name": "bot", "token": f"1:{'A' * 35}", **beside, name: value}
    try:
        return getattr(BotConfig.model_validate(entry), name)
    except ValidationError as error:
        wrong = mistakes.translate(error.errors(), BotConfig.model_json_schema(), ())
        lines = [f"{m.location[-1]}: {m.text}" if m.location[1:] else m.text for m in wrong]
        raise WrongField("\n".join(lines[:3])) from None


def _at_its_key(name: str, wrong: str) -> InitErrorDetails:
    said = PydanticCustomError("text", "wrong", {"error": mistakes.Said(wrong)})
    return InitErrorDetails(type=said, loc=(name,), input=None)


def _check_pattern(pattern: str) -> None:
    """Refuse what is no regular expression, finds something in everything, or searches forever."""
    try:
        with warnings.catch_warnings():
            # Python warns of what it will read differently one day.
            warnings.simplefilter("error")
            compiled = re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise mistakes.Said(f"is no regular expression: {error}") from None
    for text in ("", "a", "я", "1", " "):
        found = compiled.search(text)
        if found is not None and not found[0]:
            raise mistakes.Said(
                "is found even where there is nothing: it would take every message for the bot's"
            )
    if not patterns.reach(pattern):
        raise mistakes.Said(
            "could search a message for hours, and nobody would be answered meanwhile: repeat "
            "nothing that repeats or has alternatives, as in (a+)+ and (a|bc)+, and write {0,20} "
            "for a third * or +"
        )
