"""The documentation's table of /admin's commands."""

from pathlib import Path

from kotodom.admin.nouns import all_commands
from kotodom.admin.table import main, renewed, table

PAGE = Path(__file__).parents[2] / "docs" / "admin.md"


def test_the_page_lists_every_command_as_it_is_now() -> None:
    """Else run ``python -m kotodom.admin.table docs/admin.md``."""
    text = PAGE.read_text(encoding="utf-8")
    assert renewed(text) == text


def test_each_command_stands_in_the_table_once() -> None:
    lines = table().splitlines()
    for declared in all_commands():
        usage = f"`/admin {declared.pattern.text}`".replace(" `", "`")
        assert sum(usage in line for line in lines) == 1, usage


def test_only_what_is_between_the_marks_is_written(tmp_path: Path) -> None:
    file = tmp_path / "admin.md"
    text = PAGE.read_text(encoding="utf-8")
    file.write_text(text.replace("| `/admin health` |", "| `/admin old` |"), encoding="utf-8")
    main(file)
    assert file.read_text(encoding="utf-8") == renewed(text)
