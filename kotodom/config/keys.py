"""What the sections of the configuration are made of: keys, and kinds of values."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

LONGEST = 86_400
"""Seconds that anything may be told to wait: a day. Beyond some size timers overflow."""
SECONDS = f"a number of seconds above 0, at most {LONGEST}"


def key(default: Any, must: str, example: object, **limits: Any) -> Any:
    """A key with its default (``...``: required), what it must be, and an example."""
    return Field(default, description=must, examples=[example], **limits)


def _no_bool(value: object) -> object:
    # Python counts true as 1; a person who writes concurrency = true meant something else.
    if isinstance(value, bool):
        raise ValueError(value)
    return value


Whole = Annotated[int, BeforeValidator(_no_bool)]
Number = Annotated[float, BeforeValidator(_no_bool), Field(allow_inf_nan=False)]
Seconds = Annotated[Number, Field(le=LONGEST)]
Dollars = Annotated[Decimal, BeforeValidator(_no_bool), Field(ge=0, allow_inf_nan=False)]


class Section(BaseModel):
    """A section: its keys, and no other."""

    # Mistakes never quote a secret: pydantic's own texts are not used, and its repr is short.
    # Defaults are validated too, because some keys must fit each other.
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )
