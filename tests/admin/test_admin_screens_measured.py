"""The benchmark of /admin's screens knows every command there is."""

from kotodom.admin.nouns import all_commands
from tests.bench.screens import CHANGES, unmeasured


def test_every_command_is_measured_or_known_to_change_something() -> None:
    assert unmeasured() == set()
    assert {declared.pattern.text for declared in all_commands()} >= CHANGES
