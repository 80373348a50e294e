"""The provider before servers that are not quite OpenAI, and its check."""

import gzip
import json

import pytest
from aiohttp import web
from provider_kit import listen, text_of

from kotodom.errors import (
    AccountError,
    ProviderUnavailable,
    StreamBroken,
)
from kotodom.model import Usage

# -- check ----------------------------------------------------------------------------------


@pytest.fixture
async def small_server(make_server):
    return await make_server(models=("gpt-6-luna", "org/local:7b"))


@pytest.mark.parametrize("model", ["gpt-6-luna", "org/local:7b"])
async def test_check_accepts_a_model_that_exists(small_server, make_provider, model):
    await make_provider(base_url=small_server.url).check(model)


async def test_check_names_a_model_that_does_not_exist(small_server, make_provider):
    with pytest.raises(AccountError, match="gpt-9"):
        await make_provider(base_url=small_server.url).check("gpt-9")


async def serve(routes):
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/v1"


async def test_check_is_content_with_a_list_of_models(make_provider):
    async def models(request):
        return web.json_response({"data": [{"id": "llama3"}]})

    runner, url = await serve([web.get("/v1/models", models)])
    await make_provider(base_url=url).check("llama3")
    with pytest.raises(AccountError, match="mistral"):
        await make_provider(base_url=url).check("mistral")
    await runner.cleanup()


async def test_check_recognises_what_is_no_provider_at_all(make_provider):
    async def page(request):
        return web.Response(text="<html>hello</html>", content_type="text/html")

    runner, url = await serve([web.get("/{path:.*}", page)])
    with pytest.raises(StreamBroken, match="base_url"):
        await make_provider(base_url=url).check("gpt-6-luna")
    await runner.cleanup()


async def test_check_tells_a_wrong_key_and_a_closed_port(server, make_provider):
    async def denied(request):
        return web.json_response(
            {"error": {"code": "invalid_api_key", "message": "no"}}, status=401
        )

    runner, url = await serve([web.get("/{path:.*}", denied)])
    with pytest.raises(AccountError, match="key"):
        await make_provider(base_url=url).check("gpt-6-luna")
    await runner.cleanup()
    with pytest.raises(ProviderUnavailable):
        await make_provider(base_url=url).check("gpt-6-luna")


# -- the ways of compatible servers ---------------------------------------------------------


async def test_a_compressed_stream_without_usage_and_with_a_done_mark(make_provider):
    """A proxy may compress, and some servers count nothing and end like the older interface."""
    events = [
        {"type": "response.output_text.delta", "output_index": 0, "delta": "Hello"},
        {"type": "response.something.new", "whatever": 1},
        ["not an object"],
        {"type": "response.completed", "response": {"status": "completed"}},
    ]
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"

    async def respond(request):
        headers = {"Content-Encoding": "gzip", "Content-Type": "text/event-stream"}
        return web.Response(body=gzip.compress(text.encode()), headers=headers)

    runner, url = await serve([web.post("/v1/responses", respond)])
    events = await listen(make_provider(base_url=url))
    assert text_of(events) == "Hello"
    assert events[-1].usage == Usage(input=5, output=2, estimated=True)
    assert events[-1].model == "gpt-6-luna"
    await runner.cleanup()


async def test_a_forward_proxy_is_used_with_its_password(server, make_provider):
    """For plain HTTP a proxy is asked like a server, so the offline server can play one."""
    proxy = server.url.removesuffix("/v1").replace("http://", "http://me:secret@")
    provider = make_provider(base_url="http://provider.invalid/v1", proxy=proxy)
    text_of(await listen(provider))
    headers = server.requests[-1].headers
    assert headers["host"] == "provider.invalid"
    assert headers["proxy-authorization"].startswith("Basic ")
