"""The commands people type: one function each, arguments in, messages out.

A pressed button stands for a command, so whatever has buttons works by typing, too.
"""

from collections.abc import Mapping, Sequence

from kotodom import text
from kotodom.commands.call import Call, Command
from kotodom.commands.names import NAMES, PERSONAL
from kotodom.i18n import Text
from kotodom.model import Bot, ChatType, Content, Job

__all__ = ["NAMES", "Commands"]


class Commands:
    """Finds the function for a command's name."""

    def __init__(self, commands: Mapping[str, Command]) -> None:
        self._commands = dict(commands)

    async def answer(self, job: Job, bot: Bot, name: str, args: str) -> Sequence[Content]:
        """Carry out ``/name args`` and return what to answer with: maybe nothing."""
        call = Call(job, bot, args)
        command = self._commands.get(name)
        if command is None:
            return text.plain(call.say(Text.UNKNOWN_COMMAND))
        if name in PERSONAL and job.chat.type is not ChatType.PRIVATE:
            return text.plain(call.say(Text.ONLY_IN_PRIVATE))
        said = await command(call)
        if said is None:
            return ()
        return text.plain(said) if isinstance(said, str) else said
