"""Pictures reach the model as bytes, and nothing changes where there are none."""

import base64
import io
from dataclasses import replace

import pytest
from PIL import Image as Canvas
from provider_kit import ask, listen, text_of

from kotodom.context import IMAGE_TOKENS
from kotodom.demo import model_faults as faults
from kotodom.errors import RequestRefused
from kotodom.llm.responses import AnswerReader, request_body
from kotodom.model import Image, Turn


def picture(format="PNG", size=(40, 30)):
    buffer = io.BytesIO()
    Canvas.new("RGB", size, "red").save(buffer, format)
    return Image(f"image/{format.lower()}", buffer.getvalue())


def part(image):
    data = base64.b64encode(image.data).decode()
    return {
        "type": "input_image",
        "image_url": f"data:{image.mime};base64,{data}",
        "detail": "auto",
    }


def test_a_question_with_pictures_has_parts_and_all_others_stay_strings():
    first, second, old = picture(), picture("JPEG"), picture("WEBP")
    turns = (Turn("look", "I see", images=(old,)), Turn("hi", "hello"))
    body = request_body(replace(ask("compare", turns), images=(first, second)))
    assert body["input"] == [
        {"role": "user", "content": [{"type": "input_text", "text": "look"}, part(old)]},
        {"role": "assistant", "content": "I see"},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "hello"},
        {
            "role": "user",
            "content": [{"type": "input_text", "text": "compare"}, part(first), part(second)],
        },
    ]


@pytest.mark.parametrize("text", ["", " \n"])
def test_without_a_word_only_the_pictures_are_sent(text):
    image = picture()
    turns = (Turn(text, "I see", images=(image,)),)
    items = request_body(replace(ask(text, turns), images=(image,)))["input"]
    assert items[0]["content"] == items[2]["content"] == [part(image)]


def test_a_longest_answer_is_asked_for_only_when_there_is_one():
    assert "max_output_tokens" not in request_body(ask())
    assert request_body(replace(ask(), max_output_tokens=500))["max_output_tokens"] == 500


async def test_pictures_arrive_whole_and_in_order(server, provider):
    new = (picture("PNG", (640, 480)), picture("GIF", (7, 9)))
    old = picture("JPEG", (300, 200))
    question = replace(ask("", (Turn("look", "ok", images=(old,)),)), images=new)
    said = text_of(await listen(provider, question))
    assert "PNG, 640×480" in said
    assert "GIF, 7×9" in said
    received = server.requests[-1]
    assert [image.size for image in received.images] == [len(i.data) for i in (old, *new)]
    assert len(received.question_images) == 2


async def test_a_picture_that_is_none_is_refused(server, provider):
    with pytest.raises(RequestRefused) as caught:
        await listen(provider, replace(ask(), images=(Image("image/png", b"not a picture"),)))
    assert caught.value.vendor_code == "invalid_image_format"
    assert len(server.requests) == 1


async def test_an_answer_is_cut_where_the_question_says(server, provider):
    events = await listen(provider, replace(ask("count to 100"), max_output_tokens=5))
    assert events[-1].incomplete == "max_output_tokens"
    assert events[-1].usage.output == 5


async def test_pictures_count_where_nobody_else_counts(server, provider):
    image = picture()
    turns = (Turn("look", "ok", images=(image, image)),)
    plain = AnswerReader(ask("what", (Turn("look", "ok"),))).cut_off().usage
    usage = AnswerReader(replace(ask("what", turns), images=(image,))).cut_off().usage
    assert usage.input - plain.input == 3 * IMAGE_TOKENS


async def test_the_bytes_of_a_picture_are_in_no_error(server, provider):
    image = picture()
    server.add(faults.Status(400, {"message": "no", "code": "image_too_large"}))
    with pytest.raises(RequestRefused) as caught:
        await listen(provider, replace(ask(), images=(image,)))
    assert base64.b64encode(image.data).decode()[:20] not in str(caught.value)
    assert "data=" not in repr(image)
