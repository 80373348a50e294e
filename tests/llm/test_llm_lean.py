"""The SDK imported without its types is the same SDK."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from kotodom.llm import lean

PROBE = Path(__file__).with_name("openai_probe.py")


async def probe(how):
    process = await asyncio.create_subprocess_exec(
        sys.executable, PROBE, how, stdout=asyncio.subprocess.PIPE, env={"PYTHONPATH": sys.path[0]}
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(out)


async def test_both_imports_give_the_same_names():
    slim, plain = await asyncio.gather(probe("lean"), probe("plain"))
    assert slim["lean"]
    assert slim["shape"] == plain["shape"]
    assert slim["loaded"] < plain["loaded"] / 3


@pytest.fixture
def no_openai(monkeypatch):
    """As if the SDK had not been imported yet."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "openai"]:
        monkeypatch.delitem(sys.modules, name)
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "openai"]:
        del sys.modules[name]


def test_an_unknown_version_is_imported_plainly(no_openai, monkeypatch):
    monkeypatch.setattr(lean, "KNOWN", "2.")
    assert not lean.import_openai()
    assert "openai.types.responses.response" in sys.modules


def test_a_failure_falls_back_to_the_plain_import(no_openai, monkeypatch):
    def broken(*_):
        raise RuntimeError("another import system")

    monkeypatch.setattr(lean._Finder, "find_spec", broken)
    assert not lean.import_openai()
    assert "openai.types.responses.response" in sys.modules
    assert not any(isinstance(finder, lean._Finder) for finder in sys.meta_path)
