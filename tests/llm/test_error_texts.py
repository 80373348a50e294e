"""What people write never gets into an error's text; what an operator must know does."""

import io
from dataclasses import replace

import pytest
from loguru import logger
from PIL import Image as pillow
from provider_kit import ask, listen

from kotodom.demo import model_faults as faults
from kotodom.errors import AccountError, PicturesRefused, ProviderError, RequestRefused
from kotodom.llm.errors import from_payload, translate
from kotodom.llm.saying import takes_no_pictures, told
from kotodom.model import Image

SECRET = "my secret diary: I love Bob"
QUOTING = [
    f"1 validation error: input.0.content Input should be a string [input_value='{SECRET}']",
    f"Invalid prompt {SECRET}",
    SECRET,
    f"Unsupported value: '{SECRET}'",
    f'Unknown parameter: "{SECRET}"',
    f"The model `{SECRET}` does not exist",
    f"{{'input': [{{'content': '{SECRET}. The model diary is not found'}}]}}",
    f"maximum context length is exceeded by\n{SECRET} maximum context length is 7",
]
STATUSES = [400, 401, 403, 404, 422, 429, 500, 501, 503]


@pytest.fixture
def lines():
    """What is logged at INFO and above."""
    found = []
    sink = logger.add(found.append, level="INFO", format="{message}")
    yield found
    logger.remove(sink)


@pytest.mark.parametrize("said", QUOTING)
def test_no_error_inside_a_stream_quotes_anybody(said):
    for labels in ({}, {"code": "invalid_prompt"}, {"code": said}, {"type": said, "param": said}):
        error = from_payload({"message": said, **labels})
        for word in ("secret", "diary", "Bob"):
            assert word not in str(error) + error.vendor_code


@pytest.mark.parametrize("status", STATUSES)
async def test_no_refusal_quotes_anybody_in_error_or_log(server, make_provider, lines, status):
    for said in QUOTING:
        provider = make_provider(timeout=5.0)
        server.add(faults.Status(status, {"message": said, "code": said, "param": said}), 3)
        with pytest.raises(ProviderError) as caught:
            await listen(provider)
        server.clear()
        shown = str(caught.value) + caught.value.vendor_code + "".join(lines)
        for word in ("secret", "diary", "Bob"):
            assert word not in shown


def test_the_providers_own_words_are_in_the_log_at_debug():
    found = []
    sink = logger.add(found.append, level="DEBUG", format="{message}")
    from_payload({"message": QUOTING[0]})
    logger.remove(sink)
    assert SECRET in "".join(found)


@pytest.mark.parametrize(
    ("said", "helps"),
    [
        ("The model `gpt-9` does not exist or you do not have access to it.", "gpt-9"),
        ('model "llama3:8b" not found, try pulling it first', "llama3:8b"),
        ("Project `p` does not have access to model `gpt-6`", "gpt-6"),
        ("Unsupported parameter: 'temperature' is not supported with this model.", "temperature"),
        ("Unsupported value: 'effort' does not support 'max' with this model.", "effort"),
        ("Unknown parameter: 'stream_options.include_obfuscation'.", "stream_options.include"),
        ("Unrecognized request argument supplied: safety_identifier", "safety_identifier"),
        ("This model's maximum context length is 8192 tokens. However, your", "8192"),
        ("the request exceeds the available context size (4096 tokens)", "4096"),
        ("Your organization must be verified to stream this model.", "verified"),
        ("image input is not supported - hint: you may need the mmproj", "no pictures"),
    ],
)
def test_what_an_operator_must_know_is_told(said, helps):
    assert helps in told(said)
    assert helps in str(from_payload({"message": said, "code": "invalid_request_error"}))


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("insufficient_quota", "no money or quota"),
        ("model_not_found", "does not know this model"),
        ("context_length_exceeded", "too long for the model"),
    ],
)
def test_a_known_code_is_told_in_our_words(code, says):
    assert says in str(from_payload({"message": SECRET, "code": code}))


def test_the_parameter_is_named():
    error = from_payload({"message": "no", "code": "unsupported_parameter", "param": "input[0].id"})
    assert "(unsupported_parameter input[0].id)" in str(error)


def test_where_nothing_of_anybody_was_sent_the_provider_speaks_for_itself():
    from test_llm_errors import NOW, status_error

    error = translate(status_error(403, message="Ask Eve for access"), now=NOW, quoting=False)
    assert type(error) is AccountError
    assert "Ask Eve for access" in str(error)


# -- models without eyes --------------------------------------------------------------------


def png():
    whole = io.BytesIO()
    pillow.new("RGB", (8, 8)).save(whole, "PNG")
    return whole.getvalue()


LOOK = replace(ask(), images=(Image("image/png", png()),))
EYELESS = "image input is not supported - hint: if this is unexpected, you may need the mmproj"


@pytest.mark.parametrize("status", [400, 404, 500, 501])
async def test_a_model_without_eyes_is_not_ill(server, provider, status):
    """llama.cpp answers 500."""
    server.add(faults.Status(status, {"message": EYELESS, "type": "server_error"}), 6)
    for _ in range(6):
        with pytest.raises(PicturesRefused):
            await listen(provider, LOOK)
    assert provider.breaker.state == "closed"
    assert len(server.requests) == 6
    await listen(provider)


@pytest.mark.parametrize("said", ["failed to process image input", "vision encoder failed"])
async def test_trouble_with_pictures_is_a_refusal_of_the_question(server, provider, said):
    server.add(faults.Status(500, {"message": said}))
    with pytest.raises(RequestRefused) as caught:
        await listen(provider, LOOK)
    assert not isinstance(caught.value, PicturesRefused)


async def test_without_pictures_it_is_the_servers_trouble(server, provider, clock):
    server.add(faults.Status(500, {"message": EYELESS}))
    await listen(provider)
    assert len(clock.slept) == 1


@pytest.mark.parametrize(
    ("said", "eyeless"),
    [
        ("Invalid content type. image_url is only supported by certain models.", True),
        ("No endpoints found that support image input", True),
        ("At most 0 image(s) may be provided in one prompt.", True),
        ("llama-3 is not a multimodal model", True),
        ("this model does not support images", True),
        ("We do not support image formats other than PNG", False),
        ("You uploaded an unsupported image.", False),
        ("The image input is too large", False),
    ],
)
def test_a_model_without_eyes_is_told_from_a_bad_picture(said, eyeless):
    assert takes_no_pictures(said) is eyeless
