"""What to say: a bot's own words where they work, ours otherwise."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from loguru import logger

from kotodom.i18n.texts import EXAMPLES, Wording, language_of

NOTHING: Mapping[str, str] = MappingProxyType({})
"""No texts of its own."""
_ARGUMENT_MAX = 256
"""Characters of an argument that are shown; Fluent gives up on one of more than 2,500."""


def say(
    text: Wording, language: str, own: Mapping[str, str] = NOTHING, /, **args: str | int
) -> str:
    """The text in the person's language, or in English when we do not speak it.

    *own* are a bot's own texts, as Fluent patterns: ``stopped`` for every language, ``stopped.ru``
    for one, which wins. One that does not work gives way to the next and at last to ours.
    """
    # Fluent costs 60 ms and 8 MiB, which a start need not pay.
    from kotodom.i18n import catalogs

    language = language_of(language)
    shown = {name: _shown(name, value) for name, value in args.items()}
    for key in (f"{text}.{language}", text.value) if own else ():
        if key in own:
            said, wrong = catalogs.say_own(own[key], language, shown)
            if not wrong:
                return said
            _warn(f"a bot's own text {key}", own[key], f"{wrong}; another is shown instead")
    said, wrong = catalogs.say_ours(text, language, shown)
    if wrong:
        _warn(f"the text {text}", language, wrong)
    return said


def _shown(name: str, value: str | int) -> str | int:
    if isinstance(value, int) and not isinstance(EXAMPLES.get(name), str):
        return value
    words = str(value)  # a number that counts nothing is shown as it is: no "1,234" for an id
    return words if len(words) <= _ARGUMENT_MAX else f"{words[: _ARGUMENT_MAX - 1]}…"


@lru_cache(maxsize=256)
def _warn(what: str, of: str, wrong: str) -> None:
    """Warn once: the cache remembers what was said, *of* tells apart what is called the same."""
    logger.warning("{} does not work: {}", what, wrong)
