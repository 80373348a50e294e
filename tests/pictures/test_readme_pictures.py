"""The README's pictures are there, are well-formed, and show what the README says."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kotodom.demo.botapi import Shown, User
from tests.pictures.bubbles import Bubble
from tests.pictures.measure import width
from tests.pictures.panels import Note, Panel, picture
from tests.pictures.scenes import SCENES
from tests.pictures.words import blocks, line_width

FOLDER = Path(__file__).parent
README = (FOLDER.parent.parent / "README.md").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"

SHOWN = {
    "answers": ["python", "doubles", "years │ you have │  gained", "line by line"],
    "questions": ["What time of day is it here?", "it heard: “How long", "harbour-log.txt"],
    "stop-and-edit": ["Stop", "(Stopped.)", "edited 21:31", "before the edit, it answered"],
    "admin": ["Ada: prompt, not saved yet", "-Answer in English.", "What is the tide tonight?"],
    "places": ["topic: Marta’s engine", "@whiskers_bot", "Почему кошки мурлычут?", "gpt-6-sol"],
}


def test_the_readme_shows_every_picture_with_words_for_who_cannot_see_it() -> None:
    linked = re.findall(r"!\[([^\]]{20,})\]\(tests/pictures/([\w-]+)\.svg\)", README)
    assert [name for _, name in linked] == list(SCENES)
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(SCENES)


@pytest.mark.parametrize("name", SCENES)
def test_a_picture_is_well_formed_needs_nothing_from_elsewhere_and_shows_its_chat(
    name: str,
) -> None:
    drawing = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(drawing)
    assert root.findtext(f"{SVG}title") == SCENES[name][0]
    assert "http" not in drawing.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not list(root.iter(f"{SVG}script"))
    words = [element.text or "" for element in root.iter(f"{SVG}text")]
    for wanted in SHOWN[name]:
        assert any(wanted in text for text in words), wanted
    assert bool(list(root.iter(f"{SVG}image"))) == (name == "questions")


def test_whatever_is_said_no_markup_gets_into_a_picture_and_no_line_out_of_its_bubble() -> None:
    said = '<script>alert("&amp;")</script> ' * 5 + "😀 **" + "word " * 30
    shown = Shown(1, User(1, "</text>"), said, ({"type": "bold", "offset": 8, "length": 40},))
    drawing = picture("<&>", [Panel("&", "<b>", '"', (Bubble(shown, "1:00"), Note("<hr>")))])
    root = ElementTree.fromstring(drawing)
    assert not list(root.iter(f"{SVG}script"))
    text = "".join(element.text or "" for element in root.iter(f"{SVG}text"))
    assert '<script>alert("&amp;")</script>' in text
    (block,) = blocks(said, shown.entities, 300)
    assert max(map(line_width, block.lines)) <= 300 + width(" ", 15)
