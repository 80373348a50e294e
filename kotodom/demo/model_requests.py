"""What the offline model server refuses, in the words and with the codes of the real one."""

from typing import Any

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


class Refused(Exception):
    """The request gets an HTTP error instead of an answer."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"message": message, "type": kind, "param": param, "code": code}


def no_key() -> Refused:
    """Nobody said who is asking."""
    return Refused(401, "You didn't provide an API key.", code="invalid_api_key")


def no_model(model: str) -> Refused:
    """A model that is not served."""
    message = f"The model '{model}' does not exist or you do not have access to it."
    return Refused(404, message, code="model_not_found", param="model")


def items_of(body: Any) -> list[dict[str, Any]]:
    """Check a Responses request and return its input as a list of items; raises Refused."""
    if not isinstance(body, dict):
        raise Refused(400, "We could not parse the JSON body of your request.")
    for name in body:
        if name not in _PARAMETERS:
            raise Refused(
                400, f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name
            )
    for name in ("model", "input"):
        if not body.get(name):
            raise Refused(
                400,
                f"Missing required parameter: '{name}'.",
                code="missing_required_parameter",
                param=name,
            )
    if body.get("stream_options") is not None and not body.get("stream"):
        raise Refused(
            400, "'stream_options' needs 'stream'.", code="invalid_value", param="stream_options"
        )
    if (previous := body.get("previous_response_id")) is not None:
        message = f"Previous response with id '{previous}' not found."
        raise Refused(
            400, message, code="previous_response_not_found", param="previous_response_id"
        )
    if len(str(body.get("safety_identifier") or "")) > _LONGEST_IDENTIFIER:
        message = f"'safety_identifier' is longer than {_LONGEST_IDENTIFIER} characters."
        raise Refused(400, message, code="string_above_max_length", param="safety_identifier")
    return _items(body["input"])


def _items(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, str):
        return [{"role": "user", "content": value}]
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        for number, item in enumerate(value):
            if item.get("role") not in ("user", "assistant", "system", "developer"):
                raise Refused(
                    400,
                    f"Invalid value for 'input[{number}].role'.",
                    code="invalid_value",
                    param=f"input[{number}].role",
                )
        return value
    raise Refused(400, "Invalid type for 'input'.", code="invalid_type", param="input")
