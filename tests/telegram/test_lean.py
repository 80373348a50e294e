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
