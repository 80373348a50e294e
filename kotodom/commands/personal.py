"""Commands about one person: what they used, their language, their data."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

from kotodom.clock import Clock
from kotodom.commands.call import Call, Command, Said, menu
from kotodom.i18n import LANGUAGES, Text, language_of
from kotodom.model import Button, Content, ContentKind, Job
from kotodom.money import dollars
from kotodom.ports import Spent, Store

ERASED_AT_ONCE = 200
"""Messages deleted in one transaction."""
SEARCHED_AT_ONCE = 500
"""Messages of others that are searched at a time for what they repeat of the person."""
FILE_BYTES = 20_000_000
"""Of a file of somebody's data; what does not fit goes into the next one."""

_NAMES = {"en": Text.LANGUAGE_NAME_EN, "ru": Text.LANGUAGE_NAME_RU}


class PersonalCommands:
    """/usage /language /mydata /forgetme."""

    def __init__(
        self,
        *,
        store: Store,
        stop: Callable[[Job], Awaitable[None]],
        forget: Callable[[int, int], None],
        clock: Clock,
    ) -> None:
        """*stop* ends what is generated for a job's sender; *forget* what lies in memory.

        The latter takes the ids of the bot and the person.
        """
        self._store = store
        self._stop = stop
        self._forget = forget
        self._clock = clock

    def all(self) -> dict[str, Command]:
        """The commands by name."""
        return {
            "usage": self._usage,
            "language": self._language,
            "mydata": self._mydata,
            "forgetme": self._forgetme,
        }

    async def _usage(self, call: Call) -> Said:
        days, now = self._store.days, self._clock.now()
        today = await self._spent(call, days.this_day(now))
        month = await self._spent(call, days.this_month(now))
        if not month.questions:
            return call.say(Text.USAGE_NONE)
        return "\n".join(
            [
                call.say(Text.USAGE_TITLE),
                _line(call, Text.USAGE_TODAY, today),
                _line(call, Text.USAGE_MONTH, month),
            ]
        )

    async def _spent(self, call: Call, since: int) -> Spent:
        return await self._store.spent(call.bot.id, _person(call), since)

    async def _language(self, call: Call) -> Said:
        name = call.say(_NAMES[language_of(call.job.language)])
        if not call.args:
            buttons = [Button(call.say(_NAMES[code]), f"/language {code}") for code in LANGUAGES]
            buttons.append(Button(call.say(Text.LANGUAGE_AUTOMATIC_LABEL), "/language auto"))
            return menu(call.say(Text.LANGUAGE_CHOOSE, language=name), buttons)
        code = "" if call.args == "auto" else call.args.lower()
        if code and code not in LANGUAGES:
            return call.say(Text.LANGUAGE_UNKNOWN, name=call.args)
        await self._store.set_language(_person(call), code)
        theirs = call.job.sender.language_code if call.job.sender else ""
        speaks = code or call.bot.language or theirs
        chosen = Call(replace(call.job, language=speaks), call.bot, "")
        if not code:
            return chosen.say(Text.LANGUAGE_AUTOMATIC_SET)
        return chosen.say(Text.LANGUAGE_SET, language=chosen.say(_NAMES[code]))

    async def _mydata(self, call: Call) -> Said:
        files: list[list[str]] = [[]]
        size = messages = 0
        async for item in self._store.stored_about(call.bot.id, _person(call)):
            line = json.dumps(item, ensure_ascii=False, indent=1)
            messages += "text" in item
            size += len(line.encode())
            if size > FILE_BYTES:
                files.append([])
                size = 0
            files[-1].append(line)
        caption = call.say(Text.MYDATA_CAPTION, messages=messages)
        return [
            Content(
                caption,
                kind=ContentKind.DOCUMENT,
                payload="[\n" + ",\n".join(lines) + "\n]\n",
                name="mydata.json" if number == 1 else f"mydata-{number}.json",
            )
            for number, lines in enumerate(files, 1)
        ]

    async def _forgetme(self, call: Call) -> Said:
        if call.args == "no":
            return call.say(Text.FORGETME_KEPT)
        if call.args != "yes":
            buttons = [
                Button(call.say(Text.FORGETME_YES_LABEL), "/forgetme yes"),
                Button(call.say(Text.FORGETME_NO_LABEL), "/forgetme no"),
            ]
            return menu(call.say(Text.FORGETME_ASK), buttons)
        # Marked first: if the process dies half-way, the command is carried out again.
        await self._store.begin_erasure(call.job)
        await self._stop(call.job)
        self._forget(call.bot.id, _person(call))
        while await self._store.erase_some(call.job, ERASED_AT_ONCE):
            pass
        place = await self._store.erase_repeated(call.job, None, SEARCHED_AT_ONCE)
        while place is not None:
            place = await self._store.erase_repeated(call.job, place, SEARCHED_AT_ONCE)
        return call.say(Text.FORGETME_DONE)


def _line(call: Call, words: Text, spent: Spent) -> str:
    cost = dollars(spent.cost)
    if spent.unpriced:
        cost = f"{cost} {call.say(Text.USAGE_UNKNOWN_COST, questions=spent.unpriced)}"
    return call.say(words, questions=spent.questions, tokens=spent.tokens, cost=cost)


def _person(call: Call) -> int:
    return call.job.sender.id if call.job.sender else 0
