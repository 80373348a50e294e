"""The offline model's eyes: strict about what it is shown, honest about what it sees."""

import base64
import io

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import AsyncOpenAI
from PIL import Image

from kotodom.demo.model import ModelServer
from kotodom.demo.model_answers import answer
from kotodom.demo.model_pictures import Picture, measure


@pytest.fixture
async def server():
    server = ModelServer()
    server.url = await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def client(server):
    client = AsyncOpenAI(api_key="sk-test", base_url=server.url, max_retries=0)
    yield client
    await client.close()


def drawn(format="PNG", size=(64, 48), **options):
    buffer = io.BytesIO()
    Image.new("RGB", size, "blue").save(buffer, format, **options)
    return buffer.getvalue()


def shown(data, mime="image/png", **extra):
    url = f"data:{mime};base64,{base64.b64encode(data).decode()}"
    return {"type": "input_image", "image_url": url, **extra}


def words(text):
    return {"type": "input_text", "text": text}


def user(*parts):
    return {"role": "user", "content": list(parts)}


def say(*items):
    return answer(list(items), {})


# -- measuring ------------------------------------------------------------------------------

KINDS = [
    ("PNG", {}),
    ("JPEG", {}),
    ("JPEG", {"progressive": True, "exif": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00"}),
    ("GIF", {}),
    ("WEBP", {}),
    ("WEBP", {"lossless": True}),
    ("WEBP", {"exif": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00"}),
]


@pytest.mark.parametrize("size", [(1, 1), (640, 480), (37, 1001)])
@pytest.mark.parametrize(("format", "options"), KINDS, ids=repr)
def test_the_size_is_read_from_the_header_of_each_format(format, options, size):
    data = drawn(format, size, **options)
    name = "WebP" if format == "WEBP" else format
    assert measure(data) == Picture(name, *size, len(data))


@given(st.sampled_from([format for format, _ in KINDS]), st.integers(0, 200), st.binary(max_size=9))
def test_broken_headers_are_survived(format, length, rest):
    measure(drawn(format, (5, 5))[:length] + rest)


def test_larger_pictures_cost_more():
    assert Picture("PNG", 1024, 1024, 9).tokens == 1229
    assert Picture("PNG", 1, 1, 9).tokens == 2


# -- what is said about them ----------------------------------------------------------------


def test_format_and_size_of_every_picture_are_told():
    said = say(user(shown(drawn()), shown(drawn("JPEG", (300, 200)), "image/jpeg")))
    assert "**2**" in said
    assert "1. PNG, 64×48, 1 kB" in said
    assert "2. JPEG, 300×200" in said
    assert "cannot look" in said


def test_a_caption_is_quoted_and_decides_the_language():
    said = say(user(words("Что это?"), shown(drawn())))
    assert "Картинок в сообщении: **1**" in said
    assert "«Что это?»" in said
    assert "“What is it?”" in say(user(words("What is it?"), shown(drawn())))


def test_without_a_caption_the_language_is_that_of_the_conversation():
    before = {"role": "user", "content": "привет"}
    assert "Картинок" in say(before, user(shown(drawn())))


def test_earlier_pictures_are_seen_as_long_as_they_are_sent():
    look, ok = user(words("look"), shown(drawn())), {"role": "assistant", "content": "ok"}
    asked = {"role": "user", "content": "what was in that photo?"}
    assert "PNG, 64×48" in say(look, ok, asked)
    assert "still see: 1" in say(look, ok, user(shown(drawn("GIF"), "image/gif")))
    assert say(asked) == "I see no picture here."
    assert "не вижу" in say({"role": "user", "content": "что на фото?"})
    assert "PNG, 64×48" in say(look, ok, {"role": "user", "content": "что на той картинке?"})


# -- what is refused ------------------------------------------------------------------------

REFUSED = [
    (shown(b"no picture"), "invalid_image_format"),
    (shown(drawn("JPEG")), "invalid_image_format"),
    (shown(drawn(), "image/bmp"), "invalid_value"),
    (shown(drawn(), "text/plain"), "invalid_value"),
    (shown(drawn(), detail="huge"), "invalid_value"),
    ({"type": "input_image", "image_url": "data:image/png;base64,%%%"}, "invalid_base64_image"),
    ({"type": "input_image", "image_url": "data:image/png;base64,abc"}, "invalid_base64_image"),
    ({"type": "input_image", "image_url": "data:image/png;base64,аб"}, "invalid_base64_image"),
    ({"type": "input_image", "image_url": "data:image/png,abc"}, "invalid_value"),
    ({"type": "input_image", "image_url": "https://example.org/a.png"}, "invalid_image_url"),
    ({"type": "input_image", "file_id": "file-1"}, "invalid_image_url"),
    ({"type": "input_text"}, "missing_required_parameter"),
    ({"type": "input_audio", "data": "x"}, "invalid_value"),
    ({"type": "output_text", "text": "x"}, "invalid_value"),
    ("just a string", "invalid_type"),
]


@pytest.mark.parametrize(("part", "code"), REFUSED, ids=lambda value: repr(value)[:60])
async def test_a_wrong_part_is_refused_with_its_place(client, part, code):
    with pytest.raises(openai.BadRequestError) as caught:
        await client.responses.create(model="m", input=[user(words("look"), part)])
    assert caught.value.code == code
    assert caught.value.param.startswith("input[0].content[1]")


@pytest.mark.parametrize("content", [[], None, 7])
async def test_wrong_contents_are_refused(client, content):
    with pytest.raises(openai.BadRequestError):
        await client.responses.create(model="m", input=[{"role": "user", "content": content}])


async def test_only_people_show_pictures(client):
    item = {"role": "assistant", "content": [shown(drawn())]}
    with pytest.raises(openai.BadRequestError):
        await client.responses.create(model="m", input=[item])


# -- what is remembered ---------------------------------------------------------------------


async def test_pictures_are_noted_by_their_measures_and_not_kept(server, client):
    big = drawn("JPEG", (900, 700))
    items = [
        user(words("Ada: look"), shown(drawn())),
        {"role": "assistant", "content": [{"type": "output_text", "text": "ok"}]},
        user(
            words(
                "[Forwarded from Eve: x]\n[File a.txt]\nx: y\n[End of the file]\nБоб (@bob): and?"
            ),
            shown(big, "image/jpeg"),
            shown(drawn()),
        ),
    ]
    response = await client.responses.create(model="m", input=items)
    received = server.requests[-1]
    assert [image.format for image in received.images] == ["PNG", "JPEG", "PNG"]
    assert received.question_images[0] == Picture("JPEG", 900, 700, len(big))
    assert received.said[0] == "Ada: look"
    assert received.speakers == ("Ada", "Боб (@bob)")
    kept = received.body["input"][2]["content"]
    assert kept[0] == words(received.said[1])
    assert kept[1]["image_url"] == "data:image/jpeg;base64,…"
    assert response.usage.input_tokens > sum(image.tokens for image in received.images)


async def test_what_is_refused_is_noted_all_the_same(server, client):
    with pytest.raises(openai.BadRequestError):
        await client.responses.create(model="m", input=[user(words("look"), shown(b"x"))])
    assert server.requests[-1].images == ()
    assert server.requests[-1].said == ("look",)
    assert server.requests[-1].speakers == ("",)
