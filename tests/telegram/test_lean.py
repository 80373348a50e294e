"""aiogram imported leanly does exactly what aiogram imported plainly does, only cheaper."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).with_name("lean_probe.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


async def probe(way: str) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROBE),
        way,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=ENVIRONMENT,
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    result: dict[str, Any] = json.loads(output)
    return result


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def both() -> tuple[dict[str, Any], dict[str, Any]]:
    async def run_both() -> tuple[dict[str, Any], dict[str, Any]]:
        return await asyncio.gather(probe("lean"), probe("plain"))

    return asyncio.run(run_both())


@pytest.mark.parametrize("what", ["updates", "calls", "responses", "shapes", "schemas"])
def test_both_imports_give_the_same(both: tuple[dict[str, Any], dict[str, Any]], what: str) -> None:
    """Parsing every kind of update, dumping methods, reading responses, refusing bad input with
    the same errors, and, once completed, every class's fields and signature."""
    lean, plain = both
    assert lean["results"][what] == plain["results"][what]


def test_the_probe_covers_success_and_refusal_and_every_model(
    both: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    lean, _ = both
    refused = [r for r in lean["results"]["updates"] if r[0] in ("refused", "failed")]
    assert len(refused) == 7
    assert len(lean["results"]["updates"]) > 60
    assert len(lean["results"]["shapes"]) > 550


def test_the_lean_import_is_lazy_and_far_cheaper(
    both: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    lean, plain = both
    print(lean["figures"], plain["figures"])
    assert lean["lazy"]
    assert not plain["lazy"]
    assert lean["figures"]["cpu"] < 0.6 * plain["figures"]["cpu"]
    assert lean["figures"]["rss_used"] < 0.6 * plain["figures"]["rss_used"]


def test_pydantic_is_left_as_it_was() -> None:
    code = (
        "from pydantic import BaseModel\n"
        "before = BaseModel.__dict__['model_rebuild'], BaseModel.model_config\n"
        "import kotodom.telegram\n"
        "assert BaseModel.__dict__['model_rebuild'] is before[0]\n"
        "assert BaseModel.model_config is before[1]\n"
        "class Mine(BaseModel):\n"
        "    x: int\n"
        "assert Mine.__pydantic_complete__\n"
    )
    assert run(code).stderr == ""


def test_an_unknown_version_is_imported_plainly() -> None:
    code = (
        "from kotodom.telegram.lean import KNOWN\n"  # the package itself imports aiogram ...
        "import sys\n"
        "for name in [n for n in sys.modules if n.partition('.')[0] == 'aiogram']:\n"
        "    del sys.modules[name]\n"  # ... so start afresh
        "KNOWN['aiogram'] = '99.'\n"
        "from kotodom.telegram.lean import import_aiogram\n"
        "assert import_aiogram() is False\n"
        "from aiogram.types import Message\n"
        "assert Message.__pydantic_complete__\n"
    )
    result = run(code)
    assert result.returncode == 0, result.stderr
    assert "aiogram is imported plainly: aiogram 3." in result.stderr


def test_a_failing_lean_import_falls_back_to_the_plain_one() -> None:
    code = (
        "import sys\n"
        "from pydantic._internal import _model_construction as inner\n"
        "build = inner.build_lenient_weakvaluedict\n"
        "from pydantic import BaseModel\n"
        "before = BaseModel.__dict__['model_rebuild']\n"
        "def broken(namespace):\n"
        "    if namespace and 'Message' in namespace:\n"
        "        raise RuntimeError('not as it was')\n"
        "    return build(namespace)\n"
        "inner.build_lenient_weakvaluedict = broken\n"
        "import kotodom.telegram\n"
        "from aiogram.types import Message\n"
        "assert Message.__pydantic_complete__\n"
        "assert BaseModel.__dict__['model_rebuild'] is before\n"
    )
    result = run(code)
    assert result.returncode == 0, result.stderr
    assert "not as it was" in result.stderr


WARMED_UP = """
from kotodom.telegram import methods
from kotodom.telegram.fleet import warm_up
from aiogram.methods import Response
from aiogram.methods.base import TelegramMethod
from aiogram.types import BufferedInputFile, Update
from pydantic import BaseModel

def models(root):
    for model in root.__subclasses__():
        yield model
        yield from models(model)

def complete():
    return {model.__name__ for model in models(BaseModel) if model.__pydantic_complete__}

warm_up()
before = complete()

chat = {"id": 1, "type": "private", "first_name": "x"}
user = {"id": 1, "is_bot": False, "first_name": "x"}
text = {"message_id": 1, "date": 0, "chat": chat, "from": user, "text": "x",
        "entities": [{"type": "bold", "offset": 0, "length": 1}]}
member = {"status": "member", "user": user}
for update in (
    {"message": {**text, "reply_to_message": text}},
    {"guest_message": {**text, "guest_query_id": "1"}},
    {"inline_query": {"id": "1", "from": user, "query": "x", "offset": ""}},
    {"callback_query": {"id": "1", "from": user, "chat_instance": "1", "data": "x"}},
    {"stopped_message_generation": {"chat": chat, "draft_id": 1}},
    {"my_chat_member": {"chat": chat, "from": user, "date": 0,
                        "old_chat_member": member, "new_chat_member": member}},
):
    Update.model_validate({"update_id": 1, **update})

ours = [call for call in models(TelegramMethod) if call.__module__ == methods.__name__]
assert set(ours) == set(methods.METHODS)
given = dict(chat_id=1, message_id=1, draft_id=1, text="x", action="typing", timeout=1,
             allowed_updates=[], rich_message={}, document=BufferedInputFile(b"x", "x"),
             inline_message_id="1", guest_query_id="1", result={}, inline_query_id="1", results=[],
             cache_time=1, is_personal=True, callback_query_id="1", commands=[], scope={},
             file_id="1", user_id=1, photo=BufferedInputFile(b"x", "x"), from_chat_id=1, name="x")
refusal = {"ok": False, "description": "x", "parameters": {"retry_after": 1}}
for call in ours:
    call(**{name: given[name] for name in given if name in call.model_fields})
    Response[call.__returning__].model_validate(refusal)
assert complete() == before, complete() - before
"""


def test_after_the_warm_up_nothing_is_left_to_complete_on_first_use() -> None:
    """Whatever the daemon receives and calls, no person waits for a model to be built."""
    assert run(WARMED_UP).stderr == ""


@pytest.mark.parametrize(
    "ours",
    [
        "class Ours(Message):\n    more: int = 0\nfound = {**message}",
        "class Ours(BaseModel):\n    inner: Message\nfound = {'inner': message}",
    ],
)
def test_models_built_on_aiograms_types_work_once_rebuilt_with_its_names(ours: str) -> None:
    code = (
        "import kotodom.telegram\n"
        "import aiogram.types\n"
        "from aiogram.types import Message\n"
        "from pydantic import BaseModel\n"
        "from pydantic.errors import PydanticUserError\n"
        "message = {'message_id': 1, 'date': 0, 'chat': {'id': 1, 'type': 'private'}}\n"
        f"{ours}\n"
        "try:\n"
        "    Ours.model_validate(found)\n"
        "except PydanticUserError:\n"
        "    Ours.model_rebuild(_types_namespace=vars(aiogram.types))\n"
        "else:\n"
        "    raise SystemExit('the difference that the docstring tells of is gone')\n"
        "Ours.model_validate(found)\n"
    )
    result = run(code)
    assert (result.returncode, result.stderr) == (0, "")
