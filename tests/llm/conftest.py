import pytest
from provider_kit import KEY, ManualClock

from kotodom.demo.model import ModelServer
from kotodom.llm.breaker import CircuitBreaker
from kotodom.llm.openai import OpenAIProvider


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
async def make_server():
    """Starts offline model servers and stops them; ``url`` is where they listen."""
    started = []

    async def make(**options):
        server = ModelServer(**options)
        started.append(server)
        server.url = await server.start()
        return server

    yield make
    for server in started:
        await server.stop()


@pytest.fixture
async def server(make_server):
    return await make_server()


@pytest.fixture
async def make_provider(server, clock):
    """Builds providers against the offline server and closes them."""
    built = []

    def make(**options):
        breaker = options.pop("breaker", None) or CircuitBreaker("test", clock=clock)
        hearing = CircuitBreaker("test, recordings", clock=clock)
        settings = {"api_key": KEY, "base_url": server.url, "timeout": 5.0, **options}
        provider = OpenAIProvider(breaker=breaker, hearing=hearing, clock=clock, **settings)
        provider.breaker, provider.hearing = breaker, hearing
        built.append(provider)
        return provider

    yield make
    for provider in built:
        await provider.close()


@pytest.fixture
def provider(make_provider):
    return make_provider()
