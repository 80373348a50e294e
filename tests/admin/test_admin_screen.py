"""How a screen is drawn: what it may be at most, and what nobody could press is left out."""

from hypothesis import given
from hypothesis import strategies as st

from kotodom.admin.screen import Screen, columns, draw, go, pages
from kotodom.model import Button
from kotodom.text.units import utf16_len

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5_000)


@given(_TEXT, st.lists(_TEXT, max_size=4), _TEXT)
def test_a_screen_always_fits_into_one_message(title: str, lines: list[str], code: str) -> None:
    (content,) = draw(Screen(title, tuple(lines), code), "en")
    size = utf16_len(content.text)
    assert 0 < size <= 4096
    assert all(entity.offset + entity.length <= size for entity in content.entities)
    assert all(entity.length > 0 for entity in content.entities)


def test_a_button_that_telegram_would_refuse_is_left_out() -> None:
    buttons = (
        (go("fine", "bots"), go("too long", "x" * 60)),
        (go("alone", "я" * 40),),
        (Button("link", url="https://t.me/cat_bot"),),
    )
    (content,) = draw(Screen("Title", buttons=buttons), "en")
    assert [[button.label for button in row] for row in content.buttons] == [["fine"], ["link"]]


def test_back_and_refresh_stand_below_everything_else() -> None:
    (content,) = draw(Screen("T", buttons=((go("a", "b"),),), back="bots", refresh="bot 3"), "ru")
    assert [button.command for button in content.buttons[-1]] == ["/admin bots", "/admin bot 3"]
    assert content.buttons[-1][0].label == "‹ Назад"


def test_pages_turn_both_ways_where_there_are_others() -> None:
    assert pages("bots", 1, more=False) == ()
    ((back, forth),) = pages("chats find x", 2, more=True)
    assert (back.command, forth.command) == ("/admin chats find x 1", "/admin chats find x 3")


def test_columns_keep_the_order() -> None:
    buttons = [go(str(number), str(number)) for number in range(5)]
    assert [len(row) for row in columns(buttons, 2)] == [2, 2, 1]
