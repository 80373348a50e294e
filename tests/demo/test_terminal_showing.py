"""A message's file and buttons are shown with what a person can type."""

from typing import Any

from kotodom.demo.botapi import Shown, ShownMedia, User
from kotodom.demo.terminal.showing import Key, excerpt, keys, pieces, size
from kotodom.demo.terminal.text import plain


def _shown(text: str, **more: Any) -> Shown:
    return Shown(1, User(1), text, **more)


def test_buttons_are_numbered_row_by_row() -> None:
    markup = {
        "inline_keyboard": [
            [{"text": "Yes", "callback_data": "/yes"}, {"text": "No", "callback_data": "/no"}],
            [{"text": "Site", "url": "https://a.example"}],
        ]
    }
    assert keys(markup)[2] == Key("Site", "", "https://a.example")
    said = plain(pieces(_shown("Sure?", reply_markup=markup), 0))
    assert said == "Sure?\n[1] Yes  [2] No  [3] Site (https://a.example) – /press N"
    assert keys(None) == []


def test_a_file_is_shown_with_its_size_and_how_to_open_it() -> None:
    media = ShownMedia("document", "a\x1bnswer.md", size=32_100)
    said = plain(pieces(_shown("caption", media=media), 4))
    assert said == "📎 answer.md (32 kB) – /open 4 shows it\ncaption"
    assert [size(number) for number in (5, 1_000, 2_500_000)] == ["5 bytes", "1 kB", "2.5 MB"]


def test_a_rich_message_is_shown_as_it_was_written() -> None:
    rich = _shown("a b", rich=True, markdown="| a |\n|---|\n| b |\x1b[2J")
    assert plain(pieces(rich, 0)) == "| a |\n|---|\n| b |[2J"


def test_an_excerpt_is_one_short_line() -> None:
    assert excerpt(_shown("one\ntwo   three")) == "one two three"
    assert excerpt(_shown("x" * 50), 10) == "x" * 9 + "…"
    assert excerpt(_shown("", media=ShownMedia("voice", size=7))) == "[voice, 7 bytes]"
