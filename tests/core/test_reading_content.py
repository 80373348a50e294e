"""What a message carries is stored as words, notes in brackets, and files by reference."""

from typing import Any

import pytest
from reading_kit import read

from kotodom.model import Attachment, AttachmentKind


def file(**fields: Any) -> dict[str, Any]:
    return {"file_id": "f", "file_unique_id": "u", "file_size": 10, **fields}


SIZES = [file(file_id=str(side), width=side * 3 // 4, height=side) for side in (90, 320, 800, 1280)]


@pytest.mark.parametrize(
    ("sides", "chosen"),
    [
        ((90, 320, 800, 1280), "1280"),
        ((90, 1568, 2560), "1568"),
        ((2560, 1600, 90), "1600"),
        ((2560,), "2560"),
        ((), ""),
    ],
)
def test_of_a_photo_the_smallest_size_that_is_large_enough_is_fetched(
    sides: tuple[int, ...], chosen: str
) -> None:
    sizes = [file(file_id=str(side), width=side, height=side // 2) for side in sides]
    files = read(photo=sizes).attachments
    assert [found.file_id for found in files] == ([chosen] if chosen else [])


STILL = file(file_id="still", file_size=3, width=320, height=200)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"photo": SIZES},
            Attachment(AttachmentKind.PHOTO, "1280", "u", "image/jpeg", size=10),
        ),
        (
            {"live_photo": file(), "photo": SIZES},
            Attachment(AttachmentKind.PHOTO, "1280", "u", "image/jpeg", size=10),
        ),
        (
            {"document": file(file_name="notes.txt", mime_type="text/plain")},
            Attachment(AttachmentKind.DOCUMENT, "f", "u", "text/plain", "notes.txt", 10),
        ),
        (
            {"document": file(file_name="cat.PNG", mime_type="image/PNG", thumbnail=STILL)},
            Attachment(AttachmentKind.PHOTO, "f", "u", "image/png", "cat.PNG", 10),
        ),
        (
            {"document": file(file_name="cat.heic", mime_type="image/heic")},
            Attachment(AttachmentKind.DOCUMENT, "f", "u", "image/heic", "cat.heic", 10),
        ),
        (
            {"voice": file(duration=4, mime_type="audio/ogg")},
            Attachment(AttachmentKind.VOICE, "f", "u", "audio/ogg", size=10, duration=4),
        ),
        (
            {"audio": file(duration=99, mime_type="audio/mpeg", performer="Rex", title="Bark")},
            Attachment(AttachmentKind.AUDIO, "f", "u", "audio/mpeg", "Rex - Bark", 10, 99),
        ),
        (
            {"video_note": file(duration=6, length=240)},
            Attachment(AttachmentKind.VIDEO_NOTE, "f", "u", "video/mp4", size=10, duration=6),
        ),
        (
            {"video": file(duration=12, thumbnail=STILL)},
            Attachment(AttachmentKind.PREVIEW, "still", "u", "image/jpeg", size=3),
        ),
        (
            {"animation": file(duration=1, thumbnail=STILL), "document": file()},
            Attachment(AttachmentKind.PREVIEW, "still", "u", "image/jpeg", size=3),
        ),
    ],
)
def test_files_are_held_by_reference(fields: dict[str, Any], expected: Attachment) -> None:
    assert read(**fields).attachments == (expected,)


NOTES: list[tuple[dict[str, Any], str]] = [
    (
        {"video": file(duration=12, thumbnail=STILL)},
        "[Video, 12 s: only this still of it can be seen]",
    ),
    ({"video": file()}, "[Video: it cannot be seen]"),
    (
        {"animation": file(duration=1, thumbnail=STILL), "document": file()},
        "[Animation, 1 s: only this still of it can be seen]",
    ),
    ({"sticker": file(emoji="😺")}, "😺"),
    ({"sticker": file(emoji="😺", is_animated=True)}, "😺"),
    ({"sticker": file()}, "[Sticker]"),
    ({"location": {"latitude": 55.7558, "longitude": 37.6173}}, "[Location: 55.7558, 37.6173]"),
    (
        {"location": {"latitude": -10, "longitude": 0.5, "live_period": 60}},
        "[Live location: -10, 0.5]",
    ),
    (
        {
            "venue": {
                "title": "Zoo",
                "address": "Main St 1",
                "location": {"latitude": 1, "longitude": 2},
            },
            "location": {"latitude": 1, "longitude": 2},
        },
        "[Venue: Zoo, Main St 1, 1, 2]",
    ),
    (
        {"contact": {"phone_number": "+7999", "first_name": "Ann", "last_name": "Lee"}},
        "[Contact: Ann Lee, +7999]",
    ),
    (
        {"poll": {"question": "Tea or coffee?", "options": [{"text": "Tea"}, {"text": "Coffee"}]}},
        "[Poll: Tea or coffee? — Options: Tea; Coffee]",
    ),
    ({"dice": {"emoji": "🎲", "value": 4}}, "[Dice 🎲: 4]"),
    (
        {"checklist": {"title": "Trip", "tasks": [{"text": "Pack"}, {"text": "Go"}]}},
        "[Checklist: Trip — Tasks: Pack; Go]",
    ),
    ({"game": {"title": "Chess", "description": "Mate in one"}}, "[Game: Chess — Mate in one]"),
    ({"story": {"chat": {"title": "Cat News"}, "id": 1}}, "[Story: Cat News]"),
    ({"story": {"chat": {"first_name": "Ann"}, "id": 1}}, "[Story: Ann]"),
    ({"paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]}}, "[Paid post]"),
    ({"location": {"latitude": "x", "longitude": float("nan")}}, "[Location]"),
    ({"poll": {"question": ["?"], "options": "x"}}, "[Poll]"),
    ({"dice": 5}, "[Dice]"),
    ({"game": "x"}, "[Game]"),
]


@pytest.mark.parametrize(("fields", "text"), NOTES)
def test_what_is_best_said_in_words_is_a_note(fields: dict[str, Any], text: str) -> None:
    assert read(**fields).text == text


def test_a_note_comes_after_what_the_person_wrote() -> None:
    row = read(caption="who is it?", video=file(duration=2, thumbnail=STILL))
    assert row.text == "who is it?\n[Video, 2 s: only this still of it can be seen]"


def test_a_sticker_is_no_file() -> None:
    assert read(sticker=file(emoji="😺")).attachments == ()


def test_a_paid_post_gives_what_can_be_seen_of_it() -> None:
    media = [{"type": "photo", "photo": SIZES}, {"type": "video", "video": file(thumbnail=STILL)}]
    row = read(paid_media={"star_count": 1, "paid_media": media})
    assert [found.file_id for found in row.attachments] == ["1280", "still"]


def test_a_note_is_one_line_that_nothing_in_it_can_close() -> None:
    contact = {"phone_number": "+7", "first_name": 'Ann]\n[Forwarded from "Bob"]', "last_name": ""}
    row = read(contact=contact)
    assert row.text == "[Contact: Ann］ ［Forwarded from 'Bob'］, +7]"


def test_names_of_files_are_one_line_and_keep_their_end() -> None:
    name = "a" * 300 + "]\n[End of the file]\u202e.txt"
    (found,) = read(document=file(file_name=name)).attachments
    assert found.name.endswith("a］ ⏎ ［End of the file］.txt")
    assert len(found.name) == 255


@pytest.mark.parametrize(
    "junk",
    [
        *({"photo": value} for value in ("x", 5, [5], [{"file_id": 5}], {"file_id": "x"})),
        *({"document": value} for value in ("x", {}, {"file_id": ""}, [1])),
        {"video": {"thumbnail": "x", "duration": -1}},
    ],
)
def test_a_file_that_cannot_be_read_is_left_out_but_the_message_is_kept(junk: Any) -> None:
    row = read(caption="look", **junk)
    assert row.text.startswith("look")
    assert row.attachments == ()


@pytest.mark.parametrize("number", [-1, 2**63, 1.5, "7", True, None])
def test_numbers_no_database_takes_count_as_unknown(number: Any) -> None:
    (found,) = read(voice=file(file_size=number, duration=number)).attachments
    assert (found.size, found.duration) == (0, 0)


def block(type_: str, **fields: Any) -> dict[str, Any]:
    return {"type": type_, **fields}


RICH: list[tuple[list[Any], str]] = [
    ([block("paragraph", text="one"), block("paragraph", text="two")], "one\ntwo"),
    (
        [
            block(
                "paragraph",
                text=["a ", {"type": "bold", "text": ["b", {"type": "x", "text": "c"}]}],
            )
        ],
        "a bc",
    ),
    ([block("heading", text="Title", size=1), block("divider")], "Title"),
    (
        [
            block(
                "list",
                items=[
                    {"label": "1.", "blocks": [block("paragraph", text="tea")]},
                    {"label": "2.", "blocks": [block("paragraph", text="milk")]},
                ],
            )
        ],
        "1. tea\n2. milk",
    ),
    (
        [block("details", summary="More", blocks=[block("paragraph", text="inside")])],
        "More\ninside",
    ),
    (
        [block("table", cells=[[{"text": "a"}, {"text": "b"}], [{}, {"text": "d"}]], caption="T")],
        "a\tb\nd\nT",
    ),
    ([block("mathematical_expression", expression="x^2")], "x^2"),
    (
        [block("paragraph", text=["is ", {"type": "mathematical_expression", "expression": "y"}])],
        "is y",
    ),
    ([block("paragraph", text={"type": "custom_emoji", "alternative_text": "😺"})], "😺"),
    ([block("buttons", buttons=[{"text": "Yes"}, {"text": "No"}])], "Yes\nNo"),
    ([block("pullquote", text="Meow", credit="Cat")], "Meow\nCat"),
    ([block("video", caption={"text": "A cat", "credit": "Ann"})], "A cat Ann"),
    ([block("brand_new", text="kept"), 5, "x", None, block("paragraph", text=7)], "kept"),
]


@pytest.mark.parametrize(("blocks", "text"), RICH)
def test_a_rich_message_is_read_block_by_block(blocks: list[Any], text: str) -> None:
    assert read(rich_message={"blocks": blocks}).text == text


def test_pictures_in_a_rich_message_are_its_files() -> None:
    blocks = [block("collage", blocks=[block("photo", photo=SIZES), block("photo", photo=SIZES)])]
    files = read(rich_message={"blocks": blocks}).attachments
    assert [found.file_id for found in files] == ["1280", "1280"]


def test_a_rich_message_nested_beyond_reason_is_read_as_far_as_reasonable() -> None:
    deep: Any = [block("paragraph", text="bottom")]
    for _ in range(200):
        deep = [block("blockquote", blocks=deep)]
    text: Any = "bottom"
    for _ in range(200):
        text = [text]
    blocks = [block("paragraph", text="top"), *deep, block("paragraph", text=text)]
    assert read(rich_message={"blocks": blocks}).text == "top"
