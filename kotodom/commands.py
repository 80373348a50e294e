"""/start /help /refresh: what a person's command does, and what it answers."""

from kotodom import text
from kotodom.i18n import Text, say
from kotodom.model import Bot, Job
from kotodom.ports import Store

NAMES = frozenset({"start", "help", "refresh"})
"""Commands that are ours even in a group where nobody is named."""


async def answer(store: Store, bot: Bot, job: Job, name: str) -> str:
    """Carry out ``/name`` and return the words to answer with."""
    language = job.sender.language_code if job.sender else ""
    match name:
        case "start":
            return _visible(bot.start_message) or say(Text.DEFAULT_START, language)
        case "help":
            return _visible(bot.help_message) or say(Text.HELP, language)
        case "refresh":
            await store.forget(job)
            return say(Text.REFRESHED, language)
        case _:
            return say(Text.UNKNOWN_COMMAND, language)


def _visible(words: str) -> str:
    """The words, or nothing when they would show nothing."""
    return words if text.plain(words) else ""
