"""/start /help /refresh: what a person's command does, and what it answers."""

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
            return bot.start_message or say(Text.DEFAULT_START, language)
        case "help":
            return bot.help_message or say(Text.HELP, language)
        case "refresh":
            await store.forget(job)
            return say(Text.REFRESHED, language)
        case _:
            return say(Text.UNKNOWN_COMMAND, language)
