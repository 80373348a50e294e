"""What stands behind the demo's commands, and the samples it makes."""

import io
from pathlib import Path

import pytest
from PIL import Image

from kotodom.demo.model_hearing import seconds_of
from kotodom.demo.terminal import samples
from kotodom.demo.terminal.arguments import Mistake, first_word, number_and_rest, read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ("", "")),
        ("a.jpg", ("a.jpg", "")),
        ("a.jpg what's this?", ("a.jpg", "what's this?")),
        ('"my cat.jpg" "quoted" words', ("my cat.jpg", '"quoted" words')),
        ("'my cat.jpg'", ("my cat.jpg", "")),
        (r"my\ cat.jpg  who", ("my cat.jpg", "who")),
        ("'open", ("'open", "")),
    ],
)
def test_a_path_is_read_as_in_a_shell_and_a_caption_as_it_stands(
    text: str, found: tuple[str, str]
) -> None:
    assert first_word(text) == found


def test_a_number_comes_first_or_not_at_all() -> None:
    assert number_and_rest("2 more text") == (2, "more text")
    assert number_and_rest("two") == (0, "two")
    assert number_and_rest("9" * 5000)[0] == 999_999_999


@pytest.mark.parametrize(
    ("name", "why"),
    [("none", "There is no file"), ("empty", "is empty"), ("pipe", "no ordinary file")],
)
def test_a_file_that_cannot_be_sent_is_one_clear_line(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "pipe").symlink_to("/dev/zero")
    with pytest.raises(Mistake, match=why) as mistake:
        read(str(tmp_path / name))
    assert "\n" not in str(mistake.value)
    with pytest.raises(Mistake, match=r"cannot be read|no file"):
        read("\0")


def test_the_samples_are_real_files_and_always_the_same() -> None:
    pictures = [samples.picture(number) for number in range(3)]
    assert pictures == [samples.picture(number) for number in range(3)]
    assert len(set(pictures)) == 3
    with Image.open(io.BytesIO(pictures[0])) as picture:
        assert (picture.format, picture.size) == ("JPEG", (640, 480))
    spoken = samples.recording("a b c")
    assert spoken.startswith(b"OggS")
    assert seconds_of(spoken) == pytest.approx(2, abs=0.05)
    assert [len(samples.pasted(length)) for length in (1, 82, 9_000)] == [1, 82, 9_000]


@pytest.mark.parametrize("words", ["", "один два", "many words " * 2000])
def test_every_page_of_a_recording_has_the_checksum_that_ogg_wants(words: str) -> None:
    data = samples.recording(words)
    pages = [b"OggS" + page for page in data.split(b"OggS")[1:]]
    assert len(pages) == 3
    for page in pages:
        assert _divided(page[:22] + b"\0\0\0\0" + page[26:]) == int.from_bytes(
            page[22:26], "little"
        )


def _divided(data: bytes) -> int:
    """The remainder of the polynomial division that RFC 3533 describes, done literally."""
    number = int.from_bytes(data, "big") << 32
    for bit in range(number.bit_length() - 1, 31, -1):
        if number >> bit & 1:
            number ^= 0x104C11DB7 << bit - 32
    return number
