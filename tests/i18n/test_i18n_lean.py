"""What Babel loads and Fluent never asks for is let go, and nothing is said differently."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys, tracemalloc
tracemalloc.start()
import fluent.runtime, babel.dates, babel.numbers
from kotodom.i18n import lean
if sys.argv[1] == "whole":
    lean.KNOWN = "none"
from kotodom.i18n.catalogs import say_own
before = tracemalloc.get_traced_memory()[0]
for language in ("en", "ru"):
    for own in (
        "{ $n ->\\n [one] one\\n [few] few\\n *[other] many\\n }",
        "{ NUMBER($n, minimumFractionDigits: 2) }",
        '{ NUMBER($n, style: "percent") }',
        '{ NUMBER($n, style: "currency", currency: "USD") }',
        "{ DATETIME($n) }",
        '{ DATETIME($word, dateStyle: "full") }',
    ):
        for n in (0, 1, 2, 5, 21, 1234567):
            print(say_own(own, language, {"n": n, "word": "Ann"}))
print(tracemalloc.get_traced_memory()[0] - before, file=sys.stderr)
"""


@pytest.fixture(scope="module")
def said() -> dict[str, subprocess.CompletedProcess[str]]:
    return {
        how: subprocess.run(
            [sys.executable, "-W", "error", "-c", PROGRAM, how],
            capture_output=True,
            text=True,
            check=True,
        )
        for how in ("whole", "lean")
    }


def test_plurals_and_numbers_are_said_as_with_all_of_it(
    said: dict[str, subprocess.CompletedProcess[str]],
) -> None:
    assert said["lean"].stdout == said["whole"].stdout
    assert "1,234,567.00" in said["lean"].stdout


def test_it_holds_less_memory(said: dict[str, subprocess.CompletedProcess[str]]) -> None:
    saved = int(said["whole"].stderr) - int(said["lean"].stderr)
    assert saved > 1_000_000
