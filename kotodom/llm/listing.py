"""Which models a provider has: one by its name, or all of them."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kotodom.errors import AccountError, StreamBroken
from kotodom.llm import sdk
from kotodom.llm.errors import NO_PROVIDER, UNKNOWN_MODEL

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI


async def find_model(client: "AsyncOpenAI", model: str) -> Any:
    """What the provider says about *model*; AccountError when its list does not have it."""
    import openai

    try:
        return _json(await sdk.get(client, f"/models/{quote(model, safe='')}"))
    except openai.NotFoundError:
        # Compatible servers may know no single models, or spell their paths otherwise.
        listed = await list_models(client)
    for entry in listed:
        if entry["id"] == model:
            return entry
    raise AccountError(f"The provider does not know the model {model}", vendor_code=UNKNOWN_MODEL)


async def list_models(client: "AsyncOpenAI") -> list[dict[str, Any]]:
    """Every model the key may use; raises what the SDK raises, or StreamBroken."""
    answer = _json(await sdk.get(client, "/models"))
    models = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(models, list):
        raise no_provider()
    return [one for one in models if isinstance(one, dict) and isinstance(one.get("id"), str)]


def no_provider() -> StreamBroken:
    """The error for an address where a web page or some other program answers."""
    return StreamBroken(
        "What answers at base_url is no OpenAI-compatible server", vendor_code=NO_PROVIDER
    )


def _json(response: "httpx2.Response") -> Any:
    try:
        return response.json()
    except ValueError:
        return None
