"""The person's line is edited as in any shell."""

import pytest

from kotodom.demo.terminal.editor import Key, LineEditor


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (b"helo\x1b[Dl\r", "hello"),
        (b"abc\x7f\x7fx\r", "ax"),
        (b"bc\x01a\x05d\r", "abcd"),
        (b"one two\x17three\r", "one three"),
        (b"gone\x15stays\r", "stays"),
        (b"stays gone\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x0b\r", "stays"),
        (b"\x1b[Hab\x1b[3~\x1b[D\x1b[3~\r", "a"),
        (b"a\x02\x04b\r", "b"),
        (b"\x1bOA\x1b[15~\x1b[1;5Cok\r", "ok"),
        (b"one\x1b\rtwo\r", "one\ntwo"),
        ("猫\x7fねこ\r".encode(), "ねこ"),
    ],
)
def test_keys_edit_the_line(keys: bytes, line: str) -> None:
    assert LineEditor().feed(keys) == [line]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_bytes_may_arrive_in_any_pieces(size: int) -> None:
    editor = LineEditor()
    keys = "né 猫\x1b[D\x1b[3~😀\x1b[200~a\r\nb\x1b[201~\r".encode()
    found: list[str | Key] = []
    for at in range(0, len(keys), size):
        found += editor.feed(keys[at : at + size])
    assert found == ["né 😀a\nb"]


def test_a_pasted_text_is_not_sent_line_by_line() -> None:
    editor = LineEditor()
    assert editor.feed(b"\x1b[200~one\rtwo\r\x1b[201~") == []
    assert editor.text == "one\ntwo\n"
    assert editor.feed(b"\r") == ["one\ntwo\n"]


def test_a_paste_shows_while_it_is_still_coming() -> None:
    editor = LineEditor()
    editor.feed(b"\x1b[200~begin")
    assert editor.text == "begin"
    editor.feed(b" end\x1b[201~!")
    assert editor.text == "begin end!"


def test_history_is_walked_and_the_line_being_typed_is_kept() -> None:
    editor = LineEditor()
    editor.feed(b"first\rsecond\rdraft")
    seen = []
    for key in (b"\x1b[A", b"\x1b[A", b"\x1b[A", b"\x1b[B", b"\x1b[B", b"\x1b[B"):
        editor.feed(key)
        seen.append(editor.text)
    assert seen == ["second", "first", "first", "second", "draft", "draft"]


def test_the_keys_that_end_the_chat() -> None:
    assert LineEditor().feed(b"x\x03") == [Key.INTERRUPT]
    assert LineEditor().feed(b"\x04") == [Key.END]
    assert LineEditor().feed(b"\x0c") == [Key.WIPE]


def test_end_of_input_on_a_line_with_text_does_not_end_the_chat() -> None:
    assert LineEditor().feed(b"ab\x04\r") == ["ab"]
