"""A text of a bot's own is no longer than the place it is shown in."""

import pytest

from kotodom.i18n import Text, mistakes


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        (Text.LONG_ANSWER_NOTE, 1000),
        (Text.CUT_BY_LENGTH, 1000),
        (Text.CUT_BY_FILTER, 1000),
        (Text.STOPPED, 1000),
        (Text.DOCUMENT_CUT, 1000),
        (Text.GUEST_PLACEHOLDER, 1000),
        (Text.FORGETME_YES_LABEL, 64),
        (Text.FORGETME_NO_LABEL, 64),
        (Text.MODEL_DEFAULT_LABEL, 64),
        (Text.LANGUAGE_AUTOMATIC_LABEL, 64),
        (Text.LANGUAGE_NAME_RU, 64),
        (Text.INLINE_TITLE, 256),
        (Text.INLINE_FAILED, 256),
        (Text.COMMAND_START, 256),
        (Text.STOPPED_EMPTY, 4096),
    ],
)
def test_a_text_may_be_as_long_as_its_place_and_no_longer(text: Text, limit: int) -> None:
    assert mistakes({text: "x" * limit}) == []
    (wrong,) = mistakes({f"{text}.ru": "x" * (limit + 1)})
    assert wrong == (
        f"{text}.ru: is too long: {limit + 1} characters as Telegram counts, at most {limit}"
    )
