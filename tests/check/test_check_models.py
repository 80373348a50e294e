"""What `kotodom check` finds out about each model at the provider."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web

from kotodom.check import Row, State, models, table
from kotodom.check.models import end_of, judged
from kotodom.check.models_asked import Wanted, look
from kotodom.config import OpenAIConfig
from kotodom.demo.botapi import BotApi
from kotodom.demo.model import ModelServer
from tests.check.check_kit import CAT, DOG, KEY, checked, config, is_ok, rows

OPENAI = "https://api.openai.com/v1"
NOW = date(2026, 11, 22)
REVOKED = "key-that-was-revoked"


def row_of(model: str, key: str = "openai.model", base: str = OPENAI, today: date = NOW) -> Row:
    return judged(Row(f"model {model}", State.OK, "known"), model, base, key, today)


async def test_every_model_in_use_is_asked_for_once(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    bots = [
        {"name": "cat", "token": CAT, "model": "gpt-6-sol"},
        {"name": "dog", "token": DOG, "model": "gpt-0", "models": ["gpt-6-sol"]},
    ]
    found = await checked(config(tmp_path, telegram.url, model, bots=bots))
    assert is_ok(found["model gpt-6-sol"])
    assert found["model gpt-0"].state is State.FAILED
    assert "name another one" in found["model gpt-0"].fix
    assert "model gpt-6-luna" not in found


async def test_a_provider_without_ears_is_only_a_note(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    settings = {"openai": {"api_key": KEY, "base_url": model, "transcribe_model": "none-such"}}
    row = (await checked(config(tmp_path, telegram.url, model, **settings)))[
        "recordings, none-such"
    ]
    assert row.state is State.NOTE
    assert "openai.transcribe_model" in row.fix


async def test_a_bot_with_a_key_of_its_own_is_asked_about_with_that(
    tmp_path: Path, telegram: BotApi, ending: str
) -> None:
    bots = [
        {"name": "cat", "token": CAT, "api_key": REVOKED},
        {"name": "dog", "token": DOG},
    ]
    settings = config(tmp_path, telegram.url, ending, bots=bots)
    found = await checked(settings)
    row = found["model gpt-6-luna, key of cat"]
    assert row.state is State.FAILED
    assert row.fix == "check api_key of bot cat and the account behind it"
    assert found["model gpt-6-luna"].state is not State.FAILED
    assert REVOKED not in table(list(found.values()))


@pytest.mark.parametrize(
    ("model", "said", "step"),
    [
        ("gpt-5", "will be shut down on 2026-12-11, in 19 days", "gpt-6.1-sol"),
        ("gpt-4o-2024-08-06", "will be shut down on 2027-01-14", "gpt-6-luna"),
        ("o4-mini", "was to be shut down on 2026-10-23", "another model in openai.model"),
    ],
)
def test_a_model_that_ends_soon_is_a_note_with_its_replacement(
    model: str, said: str, step: str
) -> None:
    row = row_of(model)
    assert row.state is State.NOTE
    assert said in row.detail
    assert step in row.fix


def test_an_end_that_is_far_off_is_only_mentioned() -> None:
    row = row_of("gpt-5.1")
    assert (row.state, row.detail) == (State.OK, "known, until 2027-04-01")
    assert row_of("gpt-5.5").detail == "known"


def test_pictures_are_told_where_it_is_known_that_they_are_understood() -> None:
    assert row_of("gpt-6.1-sol").detail == "known, understands pictures"
    assert row_of("gpt-6-luna", base="http://localhost/v1").detail == "known"


def test_the_names_of_another_provider_mean_nothing() -> None:
    assert is_ok(row_of("gpt-5", base="http://localhost:11434/v1"))


def test_what_the_server_announces_itself_wins_wherever_it_is() -> None:
    end = end_of("llama", "http://localhost:11434/v1", "2026-12-01")
    assert end is not None
    assert end.day == date(2026, 12, 1)
    assert end_of("gpt-5", OPENAI, "2027-06-01") != end_of("gpt-5", OPENAI)
    assert end_of("gpt-5", OPENAI, "soon") is None


@pytest.mark.parametrize(
    ("model", "key", "step"),
    [
        ("gpt-transcribe", "openai.model", 'set openai.model to "gpt-6-luna"'),
        ("gpt-4o-mini-tts", "model of bot cat", 'set model of bot cat to "gpt-6-luna"'),
        ("gpt-6-luna", "openai.transcribe_model", 'openai.transcribe_model to "gpt-transcribe"'),
    ],
)
def test_a_model_that_cannot_do_its_work_is_a_note(model: str, key: str, step: str) -> None:
    row = row_of(model, key)
    assert row.state is State.NOTE
    assert step in row.fix


def test_models_that_can_do_their_work_are_fine() -> None:
    assert is_ok(row_of("gpt-6-luna"))
    assert is_ok(row_of("gpt-transcribe", "openai.transcribe_model"))


def test_replacements_are_not_about_to_end_themselves() -> None:
    for name in models._BY_NAME:
        end = end_of(name, OPENAI)
        assert end is not None
        assert not end.instead or end_of(end.instead, OPENAI) is None


@pytest.fixture
async def ending() -> AsyncIterator[str]:
    """A provider that announces an end, as OpenAI does, and has revoked one key."""

    async def model(request: web.Request) -> web.Response:
        if request.headers["Authorization"] == f"Bearer {REVOKED}":
            error = {"message": "no", "code": "invalid_api_key", "type": "", "param": None}
            return web.json_response({"error": error}, status=401)
        name = request.match_info["id"]
        return web.json_response(
            {"id": name, "object": "model", "created": 0, "shutdown_date": "2026-12-01"}
        )

    app = web.Application()
    app.router.add_get("/v1/models/{id}", model)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    await runner.cleanup()


async def test_the_date_that_the_server_gives_is_used(ending: str) -> None:
    settings = OpenAIConfig.model_validate({"api_key": KEY, "base_url": ending})
    row = await look(settings, Wanted("llama", "openai.model"), NOW, probe=False)
    assert row.state is State.NOTE
    assert "2026-12-01" in row.detail


async def test_a_probe_asks_for_real_and_says_so(tmp_path: Path, telegram: BotApi) -> None:
    server = ModelServer(models={"gpt-6-luna", "gpt-transcribe"})
    settings = config(tmp_path, telegram.url, await server.start())
    quiet, asked = await checked(settings), len(server.requests)
    probed = await checked(settings, probe=True)
    await server.stop()
    assert "billed" not in quiet["model gpt-6-luna"].detail
    assert asked == 0
    assert len(server.requests) == 1
    assert "it answers (a tiny question, which is billed)" in probed["model gpt-6-luna"].detail


async def test_no_key_is_ever_shown(tmp_path: Path, telegram: BotApi, model: str) -> None:
    assert KEY not in table(await rows(config(tmp_path, telegram.url, model)))
