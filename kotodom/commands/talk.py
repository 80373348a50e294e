"""Commands about the conversation itself."""

from collections.abc import Awaitable, Callable, Sequence

from kotodom.commands.call import Call, Command, Said, menu, visible
from kotodom.commands.names import MENU, PRIVATE
from kotodom.i18n import Text
from kotodom.model import Button, ChatType, Groups, Job, Lane
from kotodom.ports import Store
from kotodom.registry import Registry

PAYLOAD = 64
"""Characters of a deep link's payload (Bot API)."""
Arrival = Callable[[Call], Awaitable[Said]]
"""Answers /start with the code of a link that it knows; None: it does not."""


class TalkCommands:
    """/start /help /refresh /stop /retry /model."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        offer: Callable[[Lane], None],
        stop: Callable[[Job], Awaitable[bool]],
        hears: bool,
        arrivals: Sequence[Arrival] = (),
    ) -> None:
        """*stop* ends what is generated in a job's conversation; *hears*: recordings, too.

        *arrivals* know what else a link may bring somebody for: the first that has something to
        say answers their /start.
        """
        self._store = store
        self._registry = registry
        self._offer = offer
        self._stop_generation = stop
        self._hears = hears
        self._arrivals = tuple(arrivals)

    def all(self) -> dict[str, Command]:
        """The commands by name."""
        return {
            "start": self._start,
            "help": self._help,
            "refresh": self._refresh,
            "stop": self._stop,
            "retry": self._retry,
            "model": self._model,
        }

    async def _start(self, call: Call) -> Said:
        if call.args:
            for arrive in self._arrivals:
                if (words := await arrive(call)) is not None:
                    return words
            await self._store.set_start_payload(call.job.chat.id, call.args[:PAYLOAD])
        return greeting(call)

    async def _help(self, call: Call) -> Said:
        if words := visible(call.bot.help_message):
            return words
        private = call.job.chat.type is ChatType.PRIVATE
        lines = [call.say(Text.HELP_INTRO), call.say(Text.HELP_CAN_IMAGES)]
        lines.append(call.say(Text.HELP_CAN_DOCUMENTS))
        if self._hears:
            lines.append(call.say(Text.HELP_CAN_VOICE))
        lines.append(call.say(Text.HELP_CAN_EDIT))
        if call.bot.groups is not Groups.OFF:
            lines.append(call.say(Text.HELP_GROUPS))
        lines += ["", call.say(Text.HELP_COMMANDS)]
        lines += [
            f"/{name} – {call.say(words)}"
            for name, words in MENU.items()
            if (private or name not in PRIVATE) and (name != "model" or call.bot.models)
        ]
        return "\n".join(lines)

    async def _refresh(self, call: Call) -> Said:
        await self._store.forget(call.job)
        return call.say(Text.REFRESHED)

    async def _stop(self, call: Call) -> Said:
        if await self._stop_generation(call.job):
            return None
        found = await self._store.request_stop(call.job.chat.id)
        if found is None:
            return call.say(Text.NOTHING_TO_STOP)
        # One that waits for its retry ends now instead.
        self._offer(found[1])
        return None

    async def _retry(self, call: Call) -> Said:
        lane = await self._store.ask_again(call.job)
        if lane is None:
            return call.say(Text.RETRY_NOTHING)
        if lane == "busy":
            return call.say(Text.RETRY_BUSY)
        self._offer(lane)
        return None

    async def _model(self, call: Call) -> Said:
        chat, bot = call.job.chat, call.bot
        current = self._registry.model_of(bot, chat.model)
        if not bot.models:
            return call.say(Text.MODEL_FIXED, model=current)
        if not call.args:
            buttons = [Button(model, f"/model {model}") for model in bot.models]
            buttons.append(Button(call.say(Text.MODEL_DEFAULT_LABEL), "/model default"))
            return menu(call.say(Text.MODEL_CHOOSE, model=current), buttons)
        chosen = "" if call.args == "default" else call.args
        if chosen and chosen not in bot.models:
            return call.say(Text.MODEL_UNKNOWN, model=call.args)
        await self._store.set_model(chat.id, chosen)
        return call.say(Text.MODEL_SET, model=self._registry.model_of(bot, chosen))


def greeting(call: Call) -> str:
    """What the bot says first."""
    return visible(call.bot.start_message) or call.say(Text.DEFAULT_START, name=call.bot.name)
