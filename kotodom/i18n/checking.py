"""What is wrong with a bot's own texts, told before anybody meets them."""

from collections.abc import Iterator, Mapping

from kotodom.i18n.texts import EXAMPLES, LANGUAGES, Text, similar

_LIMIT = 4096
_LIMITS: Mapping[Text, int] = {
    **{text: 256 for text in Text if text.startswith("command-")},
    Text.LONG_ANSWER_CAPTION: 1024,
    Text.MYDATA_CAPTION: 1024,
    Text.FORGETME_NOT_YOURS: 200,
    **{text: 64 for text in Text if text.endswith("-label") or text.startswith("language-name-")},
    Text.INLINE_TITLE: 256,
    Text.INLINE_FAILED: 256,
    Text.GUEST_PLACEHOLDER: 1000,
    **dict.fromkeys(
        (
            Text.LONG_ANSWER_NOTE,
            Text.CUT_BY_LENGTH,
            Text.CUT_BY_FILTER,
            Text.STOPPED,
            Text.DOCUMENT_CUT,
        ),
        1000,
    ),
}
"""UTF-16 units that Telegram takes: a command's description, a caption, a notice on a button. What
people can still read on a button, above an inline answer, and behind or in place of an answer.
"""
_COUNTS = (1, 2, 5)
"""Numbers that take different plural forms."""


def mistakes(own: Mapping[str, str]) -> list[str]:
    """What is wrong with *own* (as :func:`kotodom.i18n.say` takes it), each with its key."""
    return [f"{key}: {wrong}" for key, source in own.items() for wrong in _wrong(key, source)]


def _wrong(key: str, source: str) -> Iterator[str]:
    name, _, language = key.partition(".")
    if name not in list(Text):
        yield f"unknown text{similar(name)}"
    elif language not in LANGUAGES and key != name:
        yield f"unknown language {language!r}; known here: {', '.join(LANGUAGES)}"
    else:
        yield from _wrong_words(Text(name), source, (language,) if language else LANGUAGES)


def _wrong_words(text: Text, source: str, languages: tuple[str, ...]) -> Iterator[str]:
    # With Fluent, and so only when a bot has texts of its own.
    from kotodom.i18n import catalogs, references

    try:
        message = catalogs.parse_own(source)
    except catalogs.NotFluent as error:
        yield str(error)
        return
    if unknown := list(references.unknown(message, text)):
        yield from unknown
        return
    known = references.arguments(LANGUAGES[0])[text]
    tries = [
        catalogs.say_own(source, language, {name: _example(name, count) for name in known})
        for language in languages
        for count in (0, *_COUNTS)
    ]
    yield from dict.fromkeys(said.wrong for said in tries if said.wrong)
    yield from _too_long(text, [said.words for said in tries])


def _example(name: str, count: int) -> str | int:
    example = EXAMPLES[name]
    return example if isinstance(example, str) or not count else count


def _too_long(text: Text, said: list[str]) -> Iterator[str]:
    from kotodom.text.units import utf16_len

    limit = _LIMITS.get(text, _LIMIT)
    longest = max(map(utf16_len, said))
    if longest > limit:
        yield f"is too long: {longest} characters as Telegram counts, at most {limit}"
