"""A bot's own provider key: over the same connections, in a circuit of its own, never told."""

from dataclasses import replace

import pytest
from provider_kit import KEY, ask, listen, text_of

from kotodom.demo.model_faults import Status
from kotodom.errors import AccountError, CircuitOpen, ProviderUnavailable
from kotodom.llm.breaker import CircuitBreaker
from kotodom.llm.circuits import KEPT, OwnCircuits

OWN = "own-key-of-a-bot-0123456789"
ASKED = replace(ask(), api_key=OWN)


@pytest.fixture
def provider(make_provider, clock):
    """Its circuits open after one failure."""

    def own(word):
        return OwnCircuits(lambda key: CircuitBreaker(word, 1, clock=clock))

    return make_provider(
        breaker=CircuitBreaker("ours", 1, clock=clock),
        own=own("own"),
        own_hearing=own("own, recordings"),
        transcribe_model="ear",
    )


async def hear(provider, key):
    return await provider.transcribe(
        b"sound", name="voice.ogg", mime="audio/ogg", seconds=1, user_key="u", api_key=key
    )


async def test_each_question_is_signed_with_its_own_key_over_one_connection(provider, server):
    for question in (ask(), ASKED, ask()):
        assert text_of(await listen(provider, question))
    await hear(provider, OWN)
    assert [request.headers["authorization"] for request in server.requests] == [
        f"Bearer {KEY}",
        f"Bearer {OWN}",
        f"Bearer {KEY}",
    ]
    assert server.recordings[-1].headers["authorization"] == f"Bearer {OWN}"
    assert len({request.peer for request in server.requests}) == 1
    assert OWN not in repr(ASKED)


async def test_the_trouble_of_one_key_opens_no_other_circuit(provider, server):
    server.add(Status(503), times=3, match=lambda body: True)
    with pytest.raises(ProviderUnavailable):
        await listen(provider, ASKED)
    assert provider.open_for(OWN) > 0
    assert provider.open_for() == provider.open_for("another key") == 0
    with pytest.raises(CircuitOpen):
        await listen(provider, ASKED)
    assert text_of(await listen(provider, ask()))
    assert text_of(await listen(provider, replace(ask(), api_key="another key")))
    await hear(provider, OWN)


async def test_a_refused_key_is_no_outage_and_its_words_have_neither_key(provider, server):
    said = {"message": f"Incorrect API key: {OWN}, not {KEY}", "code": "invalid_api_key"}
    server.add(Status(401, said))
    with pytest.raises(AccountError) as caught:
        await listen(provider, ASKED)
    assert OWN not in str(caught.value) and KEY not in str(caught.value)
    assert provider.open_for(OWN) == 0


async def test_the_shared_circuit_serves_where_there_are_no_others(make_provider, server, clock):
    provider = make_provider(breaker=CircuitBreaker("ours", 1, clock=clock))
    server.add(Status(503), times=3)
    with pytest.raises(ProviderUnavailable):
        await listen(provider, ASKED)
    assert provider.open_for() == provider.open_for(OWN) > 0


def test_keys_that_nobody_uses_any_more_are_forgotten(clock):
    made = []
    circuits = OwnCircuits(lambda key: made.append(key) or CircuitBreaker(key, clock=clock))
    for number in range(KEPT + 1):
        circuits.of(f"key {number}")
    first = circuits.of("key 1")
    assert circuits.of("key 1") is first
    assert len(made) == KEPT + 1
    circuits.of("key 0")
    assert len(made) == KEPT + 2


def test_the_circuit_of_a_key_that_no_bot_has_any_more_is_no_open_one(clock):
    """Nobody asks with it, so nobody would ever close it, and its alert would never end."""
    circuits = OwnCircuits(lambda key: CircuitBreaker(key, 1, clock=clock))
    with pytest.raises(ProviderUnavailable), circuits.of("old").enter():
        raise ProviderUnavailable("down")
    circuits.of("new")
    assert circuits.states({"old", "new"}) == ["open", "closed"]
    assert circuits.states({"new", "newer"}) == ["closed"]
