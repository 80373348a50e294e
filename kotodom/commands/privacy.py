"""/privacy: what is stored and for how long, said from the settings as they are."""

from collections.abc import Callable
from dataclasses import dataclass

from kotodom.commands.call import Call, Command, Said
from kotodom.i18n import Text
from kotodom.model import Groups


@dataclass(frozen=True, slots=True)
class Practice:
    """What this Kotodom does with what people write."""

    provider_host: str
    keep_days: int
    """0: for ever; a bot may say otherwise."""
    image_turns: int
    transcribe_model: str
    """Empty: recordings are not listened to."""
    logs_texts: bool
    backups: int = 0
    """How many nightly copies of the database are kept."""


def privacy(current: Callable[[], Practice]) -> Command:
    """The command, for the settings as they are when somebody asks."""

    async def answer(call: Call) -> Said:
        practice = current()
        lines = [call.say(Text.PRIVACY_STORED)]
        own = call.bot.keep_days
        if days := practice.keep_days if own is None else own:
            lines.append(call.say(Text.PRIVACY_KEPT_DAYS, days=days))
        else:
            lines.append(call.say(Text.PRIVACY_KEPT_FOREVER))
        if practice.backups:
            lines.append(call.say(Text.PRIVACY_BACKUPS, backups=practice.backups))
        lines.append(call.say(Text.PRIVACY_PROVIDER, host=practice.provider_host))
        if practice.transcribe_model:
            lines.append(call.say(Text.PRIVACY_VOICE, model=practice.transcribe_model))
        else:
            lines.append(call.say(Text.PRIVACY_NO_VOICE))
        if practice.image_turns:
            lines.append(call.say(Text.PRIVACY_IMAGES, turns=practice.image_turns))
        if call.bot.groups is not Groups.OFF:
            lines.append(call.say(Text.PRIVACY_GROUPS))
        logs = Text.PRIVACY_LOGS_DEBUG if practice.logs_texts else Text.PRIVACY_LOGS
        lines += [call.say(logs), call.say(Text.PRIVACY_ACCESS), call.say(Text.PRIVACY_RIGHTS)]
        return "\n\n".join(lines)

    return answer
