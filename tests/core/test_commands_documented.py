"""The README's table of commands is the commands that there are."""

import re
from pathlib import Path

from kotodom.commands.names import MENU, NAMES, PERSONAL, PRIVATE

README = Path(__file__).parent.parent.parent / "README.md"


def test_readme_lists_every_command_in_the_order_of_the_menu() -> None:
    listed = re.findall(r"^\| `/(\w+)` \|", README.read_text("utf-8"), re.MULTILINE)
    # The commands of /admin have a table of their own.
    assert [name for name in listed if name != "admin"] == list(MENU)


def test_what_is_personal_is_offered_in_private_only() -> None:
    assert PERSONAL < PRIVATE <= NAMES
    assert list(MENU)[-5:] == [name for name in MENU if name in PERSONAL]
