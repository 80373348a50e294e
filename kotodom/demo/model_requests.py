"""What the offline model server refuses, in the words and with the codes of the real one."""

from typing import Any

from kotodom.demo.model_pictures import picture_of
from kotodom.demo.model_refusals import Refused, invalid, missing, unknown

_PARAMETERS = frozenset(
    {
        "background",
        "context_management",
        "conversation",
        "include",
        "input",
        "instructions",
        "max_output_tokens",
        "max_tool_calls",
        "metadata",
        "model",
        "parallel_tool_calls",
        "previous_response_id",
        "prompt",
        "prompt_cache_key",
        "prompt_cache_options",
        "reasoning",
        "safety_identifier",
        "service_tier",
        "store",
        "stream",
        "stream_options",
        "temperature",
        "text",
        "tool_choice",
        "tools",
        "top_logprobs",
        "top_p",
        "truncation",
        "user",
    }
)
"""What the SDK can send (types/responses/response_create_params.py)."""

_LONGEST_IDENTIFIER = 128

_PARTS = {
    "user": ("input_text", "input_image"),
    "system": ("input_text",),
    "developer": ("input_text",),
    "assistant": ("output_text", "refusal"),
}
"""Of each role the kinds of content it may have (types/responses/response_input_param.py), without
files, which an offline model cannot fetch or read."""


def items_of(body: Any) -> list[dict[str, Any]]:
    """Check a Responses request and return its input as a list of items; raises Refused."""
    if not isinstance(body, dict):
        raise Refused(400, "We could not parse the JSON body of your request.")
    for name in body:
        if name not in _PARAMETERS:
            raise unknown(name)
    for name in ("model", "input"):
        if not body.get(name):
            raise missing(name)
    _check_options(body)
    return _items(body["input"])


def _check_options(body: dict[str, Any]) -> None:
    if body.get("stream_options") is not None and not body.get("stream"):
        raise invalid("stream_options", "'stream_options' needs 'stream'.")
    if (previous := body.get("previous_response_id")) is not None:
        message = f"Previous response with id '{previous}' not found."
        raise invalid("previous_response_id", message, "previous_response_not_found")
    if len(str(body.get("safety_identifier") or "")) > _LONGEST_IDENTIFIER:
        message = f"'safety_identifier' is longer than {_LONGEST_IDENTIFIER} characters."
        raise invalid("safety_identifier", message, "string_above_max_length")
    limit = body.get("max_output_tokens")
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool)):
        raise invalid("max_output_tokens", "Expected an integer.", "invalid_type")
    if limit is not None and limit < 1:
        message = "Expected a value of 1 or more."
        raise invalid("max_output_tokens", message, "integer_below_min_value")


def _items(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, str):
        return [{"role": "user", "content": value}]
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        for number, item in enumerate(value):
            _check_item(item, f"input[{number}]")
        return value
    raise invalid("input", "Invalid type for 'input'.", "invalid_type")


def _check_item(item: dict[str, Any], param: str) -> None:
    role = item.get("role")
    if role not in _PARTS:
        raise invalid(f"{param}.role", f"Invalid value for '{param}.role'.")
    content = item.get("content")
    param = f"{param}.content"
    if content is None:
        raise missing(param)
    if isinstance(content, str):
        return
    if not isinstance(content, list):
        raise invalid(param, f"Invalid type for '{param}'.", "invalid_type")
    if not content:
        raise invalid(param, f"Invalid '{param}': empty array.", "empty_array")
    for number, part in enumerate(content):
        _check_part(part, _PARTS[role], f"{param}[{number}]")


def _check_part(part: Any, kinds: tuple[str, ...], param: str) -> None:
    if not isinstance(part, dict):
        raise invalid(param, f"Invalid type for '{param}'.", "invalid_type")
    kind = part.get("type")
    if kind not in kinds:
        raise invalid(param, f"Invalid value: '{kind}'. Supported values are: {kinds}.")
    if kind == "input_image":
        picture_of(part, param)
    elif not isinstance(part.get("refusal" if kind == "refusal" else "text"), str):
        raise missing(f"{param}.text")
