"""What the documentation says exists: pages, commands, keys, alerts, rooms; in both languages."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from typer.main import get_command

import kotodom
from kotodom.admin import words as admin_words
from kotodom.admin.grammar import best
from kotodom.admin.nouns import all_commands
from kotodom.cli import app
from kotodom.config import Config
from tests.docs.pages import (
    DOCS,
    PAGES,
    README,
    ROOT,
    RUSSIAN_README,
    TWINS,
    anchors,
    code,
    headings,
    links,
    named,
    prose,
    read,
    tables,
)
from tests.pictures.house import HIGH, ROOM_HIGH, ROOMS, WIDE, house, lines_of

PACKAGE = Path(kotodom.__file__).parent
OPERATE = (DOCS / "operate.md", DOCS / "ru" / "operate.md")
_COMMAND = re.compile(r"(?:^|[|&$] |sudo |run --rm )(?:\.venv/bin/)?kotodom (?=\S)([^|&`#]*)")
_WORD = re.compile(r"(?<!\S)\[?(--?[a-z][\w-]*|[a-z][a-z-]*)")
_KEY = re.compile(r"(?<![\w./-])(\w+)\.(\w+)(?![\w./(-])")
_ALERTS = re.compile(r"<!-- ([\w -]+) -->")
_SUFFIXES = {"py", "md", "toml", "db", "ftl", "zip", "yaml", "svg"}
_WORKPLACE = re.compile(r"/root/|/opt/(?!kotodom)|/home/(?!ann/)")


# -- links ---------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(read(page)):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(read(file)), target


def test_every_page_is_reached_from_the_readme_of_its_language() -> None:
    for start, wanted in ((README, PAGES), (RUSSIAN_README, TWINS.values())):
        seen, left = set(), [start]
        while left:
            page = left.pop()
            if page in seen or page.suffix != ".md":
                continue
            seen.add(page)
            for target in links(read(page)):
                path = (page.parent / target.partition("#")[0]).resolve()
                left += [path] if path.is_file() else []
        # The list of pages is what a folder shows by itself.
        assert set(wanted) - {DOCS / "README.md"} <= seen


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_nothing_of_the_machine_it_was_written_on_is_in_a_page(page: Path) -> None:
    assert not _WORKPLACE.search(read(page))


# -- what is named exists --------------------------------------------------------------------


def commands_named() -> Iterator[tuple[str, list[str]]]:
    """Where a command of the shell is named, and its words and options."""
    for page in PAGES:
        for piece in code(read(page)):
            for said in _COMMAND.findall(piece):
                if words := _WORD.findall(said):
                    yield f"{named(page)}: {piece}", words


def test_every_command_and_option_named_exists() -> None:
    root: Any = get_command(app)
    seen = set()
    for where, words in commands_named():
        command: Any = root
        options = {"--help", "-h"}
        for word in words:
            if word.startswith("-"):
                assert word in options | _options(command), where
            elif hasattr(command, "commands"):
                assert word in command.commands, where
                command = command.commands[word]
        seen.add(command.name)
    assert set(root.commands) - {"service", "secrets"} <= seen, "not documented"


def _options(command: Any) -> set[str]:
    return {name for one in command.params for name in (*one.opts, *one.secondary_opts)}


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "admin.md"], ids=named)
def test_every_command_of_admin_named_exists(page: Path) -> None:
    patterns = [declared.pattern for declared in all_commands()]
    for piece in code(read(page)):
        if re.match(r"/admin\b", piece):
            # What is to be filled in stands in capitals; anything may be a number.
            words = re.sub(r"\b[A-Z]+\b", "1", piece.removeprefix("/admin").strip())
            assert best(patterns, words) is not None, piece


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_key_of_the_configuration_named_exists(page: Path) -> None:
    sections = Config.model_fields
    for piece in code(read(page)):
        for section, key in _KEY.findall(piece):
            # An example of a mistake is no claim.
            if section in sections and key not in _SUFFIXES and "unknown key" not in piece:
                assert key in _keys(sections[section].annotation), piece


def _keys(section: Any) -> set[str]:
    for model in (section, *getattr(section, "__args__", ())):
        if isinstance(model, type) and issubclass(model, BaseModel):
            return set(model.model_fields)
    return set()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_module_to_be_run_exists(page: Path) -> None:
    for piece in code(read(page)):
        for module in re.findall(r"python -m ((?:kotodom|tests)[\w.]*)", piece):
            path = ROOT / module.replace(".", "/")
            assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


# -- alerts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", OPERATE, ids=named)
def test_each_alert_rule_of_prometheus_has_its_heading(page: Path) -> None:
    rules = re.findall(r"(?m)^\s*- alert: (\w+)$", read(DOCS / "alerts.yaml"))
    said = [text for level, text in headings(read(page)) if level == 3 and "Kotodom" in text]
    ours = [text for text in said if re.fullmatch(r"Kotodom[A-Z]\w+", text)]
    assert ours == rules


@cache
def alerts() -> set[str]:
    """The ids of the texts that Kotodom alerts its admins with, from where it does so."""
    texts = dict(_texts())
    found: set[str] = set()
    for file in PACKAGE.rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        if "AdminAlert(" in source or "set_pressure(" in source:
            tree = ast.parse(source)
            for said in _told(tree):
                names = _words_in(said) or _assigned(tree, said)
                found |= {texts[name] for name in names}
    return found


def _texts() -> Iterator[tuple[str, str]]:
    """Every text of /admin as ``AlertsWords.CONFLICT``, and its id."""
    for file in Path(admin_words.__file__).parent.glob("*.py"):
        for kind in ast.parse(file.read_text(encoding="utf-8")).body:
            for line in kind.body if isinstance(kind, ast.ClassDef) else ():
                if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant):
                    assert isinstance(kind, ast.ClassDef)
                    assert isinstance(line.targets[0], ast.Name)
                    yield f"{kind.name}.{line.targets[0].id}", str(line.value.value)


def _told(tree: ast.AST) -> Iterator[ast.expr]:
    """What is said in each alert: its second argument, and why polling pauses."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            match call.func, call.args:
                case ast.Name("AdminAlert"), [_, said, *_]:
                    yield said
                case ast.Attribute(attr="set_pressure"), [said, *_]:
                    yield said


def _words_in(said: ast.AST) -> set[str]:
    return {
        f"{one.value.id}.{one.attr}"
        for one in ast.walk(said)
        if isinstance(one, ast.Attribute)
        and isinstance(one.value, ast.Name)
        and one.value.id.endswith("Words")
    }


def _assigned(tree: ast.AST, said: ast.expr) -> set[str]:
    """The texts that a name was given; what set_pressure is given is looked at where it is."""
    wanted = said.id if isinstance(said, ast.Name) else ""
    found = set()
    for line in ast.walk(tree):
        if isinstance(line, ast.Assign) and wanted in [ast.unparse(one) for one in line.targets]:
            found |= _words_in(line.value)
    assert found or wanted == "reason" or isinstance(said, ast.Constant), ast.unparse(said)
    return found


@pytest.mark.parametrize("page", OPERATE, ids=named)
def test_each_alert_stands_once_in_the_table_with_its_meaning_and_what_to_do(page: Path) -> None:
    rows = [row for table in tables(read(page)) for row in table if _ALERTS.search(row)]
    told = [name for row in rows for name in _ALERTS.findall(row)[0].split()]
    assert sorted(told) == sorted(alerts())
    for row in rows:
        assert all(len(cell.strip()) > 5 for cell in row.strip("|").split("|")), row


# -- the two languages ---------------------------------------------------------------------------


@pytest.mark.parametrize("page", [README, *TWINS], ids=named)
def test_a_page_and_its_twin_link_to_each_other_in_their_first_lines(page: Path) -> None:
    twin = TWINS.get(page, RUSSIAN_README)
    for one, other in ((page, twin), (twin, page)):
        first = links("\n".join(read(one).splitlines()[:4]))
        assert [(one.parent / link).resolve() for link in first] == [other]


@pytest.mark.parametrize("page", TWINS, ids=named)
def test_a_page_and_its_twin_have_the_same_headings_tables_and_commands(page: Path) -> None:
    english, russian = read(page), read(TWINS[page])
    levels = [[level for level, _ in headings(text)] for text in (english, russian)]
    assert levels[0] == levels[1]
    rows = [[len(table) for table in tables(text)] for text in (english, russian)]
    assert rows[0] == rows[1]
    assert _commands(english) == _commands(russian)


def test_the_two_readmes_have_the_same_sections_pictures_and_commands() -> None:
    english, russian = read(README), read(RUSSIAN_README)
    sections = [[level for level, _ in headings(text) if level < 3] for text in (english, russian)]
    assert sections[0] == sections[1]
    pictures = [[Path(link).name for link in links(text) if ".svg" in link]
                for text in (english, russian)]  # fmt: skip
    assert pictures[0] == pictures[1]
    first = [
        re.findall(r"(?m)^\| `((?:kotodom |/)[^`]+)` \|", prose(text))
        for text in (english, russian)
    ]
    assert first[0] == first[1]


def _commands(text: str) -> set[str]:
    """What is to be typed, and the keys of the configuration."""
    found = set()
    for piece in code(text):
        piece = re.split(r"  +#|^#", piece)[0].strip()
        if re.match(r"(sudo |kotodom|/admin|systemctl|journalctl|docker|pipx)", piece):
            found.add(piece)
        found |= {".".join(key) for key in _KEY.findall(piece) if key[0] in Config.model_fields}
    return found


# -- the house -----------------------------------------------------------------------------------


def rooms() -> set[str]:
    """Every module and package of kotodom, as the documentation writes them."""
    modules = {path.name for path in PACKAGE.glob("*.py") if not path.name.startswith("__")}
    return modules | {f"{path.parent.name}/" for path in PACKAGE.glob("*/__init__.py")}


def test_the_readme_names_every_room_and_no_other() -> None:
    text = read(README)
    _, _, rest = text.partition("### How the code is laid out")
    table = tables(rest)[0]
    told = [name for row in table for name in re.findall(r"`([\w/.]+)`", row.split("|")[1])]
    assert sorted(told) == sorted(rooms())


def test_every_room_of_the_picture_exists_and_the_picture_is_up_to_date() -> None:
    """Else run ``python -m tests.pictures``."""
    assert {name for room in ROOMS for name in room.rooms.split()} <= rooms()
    assert read(DOCS / "house.svg") == house()


def test_the_rooms_of_the_picture_overlap_nowhere_and_hold_their_words() -> None:
    for one, other in combinations(ROOMS, 2):
        apart = (
            one.x + one.wide < other.x
            or other.x + other.wide < one.x
            or one.y + ROOM_HIGH < other.y
            or other.y + ROOM_HIGH < one.y
        )
        assert apart, (one.title, other.title)
    for room in ROOMS:
        assert room.x + room.wide <= WIDE and room.y + ROOM_HIGH <= HIGH
        assert len(lines_of(room)) <= 2
