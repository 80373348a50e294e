"""/admin messages: what was not answered, and every other message, by state, bot, cause and age."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.messages_view import BOUND, View, cause, page_of
from kotodom.admin.screen import PAGE, Screen, columns, go, pages
from kotodom.admin.words.common import CommonWords
from kotodom.admin.words.messages import MessagesWords
from kotodom.clock import SECOND
from kotodom.model import AccountRole, Bot, Button, Buttons
from kotodom.ports.admin.messages import MessageFilter, MessageLine, Which
from kotodom.settings import TIMEZONE

DAY = 24 * 3600 * SECOND
AGES = ("all", "1h", "1d", "7d", "30d")
"""What the button steps through."""
ALL = "all"
_AGE = re.compile(r"(\d{1,6})([mhd])", re.ASCII)
_UNITS = {"m": 60 * SECOND, "h": 3600 * SECOND, "d": DAY}
CODE = 64
"""Characters of an error's code (``message_processing.last_error_kind``)."""
_TITLES = {
    Which.DEAD: MessagesWords.TITLE_DEAD,
    Which.WAIT: MessagesWords.TITLE_WAIT,
    Which.WORK: MessagesWords.TITLE_WORK,
    Which.DONE: MessagesWords.TITLE_DONE,
    Which.ALL: MessagesWords.TITLE_ALL,
}
_STATES = {
    Which.DEAD: MessagesWords.STATE_DEAD,
    Which.WAIT: MessagesWords.STATE_WAIT,
    Which.WORK: MessagesWords.STATE_WORK,
    Which.DONE: MessagesWords.STATE_DONE,
    Which.ALL: MessagesWords.STATE_ALL,
}


class Messages(Noun):
    """The lists, and the way to what failed together."""

    @command("messages [PAGE]", MessagesWords.ABOUT)
    async def dead(self, ask: Ask) -> Screen:
        """What was not answered, the newest first."""
        return await self._list(ask, _Shown(Which.DEAD))

    @command("messages list STATE [BOTS] [CODE] [AGE] [PAGE]", MessagesWords.LIST_ABOUT)
    async def filtered(self, ask: Ask) -> Screen:
        """What meets the filter."""
        return await self._list(ask, self._wanted(ask))

    @command("messages bots STATE [CODE] [AGE] [PAGE]", MessagesWords.BOTS_ABOUT)
    async def bots(self, ask: Ask) -> Screen:
        """The bots to choose from."""
        shown = self._wanted(ask)
        bots = seen(self.tools.registry.all(), ask)
        page = bots[page_of(ask.page) : page_of(ask.page) + PAGE]
        choices = [go(bot.name, replace(shown, bot=bot).command) for bot in page]
        choices.append(go(ask.say(MessagesWords.ANY_BOT), replace(shown, bot=None).command))
        turn = f"messages bots {shown.which} {shown.code or ALL} {shown.age}"
        return Screen(
            ask.say(MessagesWords.BOTS_TITLE),
            buttons=(
                *columns(choices, 2),
                *pages(turn, ask.page, len(bots) > page_of(ask.page) + PAGE),
            ),
            back=shown.command,
        )

    @command("messages causes", MessagesWords.CAUSES_ABOUT)
    async def causes(self, ask: Ask) -> Screen:
        """What failed in the last day by cause; each of them leads to a retry of all."""
        causes = await self._causes(ask)
        title = ask.say(MessagesWords.CAUSES_TITLE)
        if not causes:
            none = ask.say(MessagesWords.CAUSES_NONE)
            return Screen(title, (none,), back="messages", refresh="messages causes")
        buttons = [
            go(f"{cause(code, ask.language)} · {_many(count)}", f"messages retry {code} 1d")
            for code, count in causes[:PAGE]
            if code
        ]
        total = sum(count for _, count in causes)
        buttons.append(
            go(f"{ask.say(MessagesWords.ANY_CAUSE)} · {_many(total)}", "messages retry all 1d")
        )
        return Screen(
            title,
            (ask.say(MessagesWords.CAUSES_HINT),),
            buttons=(*columns(buttons, 1), (_past(ask),)),
            back="messages",
            refresh="messages causes",
        )

    async def _list(self, ask: Ask, shown: "_Shown") -> Screen:
        now = self.tools.clock.now()
        found = await self.tools.store.messages_page(
            MessageFilter(
                which=shown.which,
                bot_ids=(shown.bot.id,) if shown.bot else mine(self.tools.registry.all(), ask),
                code=shown.code,
                since=0 if shown.age == ALL else now - span(shown.age),
            ),
            now=now,
            offset=page_of(ask.page),
            limit=PAGE + 2,
        )
        found = [line for line in found if line.id != ask.job.id]  # the command that asks
        causes = await self._causes(ask) if shown.which is Which.DEAD else []
        view = View(ask.language, self.tools.settings.get(TIMEZONE), now)
        first = page_of(ask.page) + 1
        entries = [
            go(str(number), f"message {line.id}") for number, line in enumerate(found[:PAGE], first)
        ]
        return Screen(
            ask.say(_TITLES[shown.which]),
            tuple(self._lines(ask, view, found[:PAGE], causes, shown)),
            buttons=(
                *columns(entries, 4),
                *pages(shown.command, ask.page, len(found) > PAGE),
                *_filters(ask, shown, [code for code, _ in causes if code]),
                tuple(_again(ask, shown, bool(found))),
            ),
            refresh=f"{shown.command} {ask.page}",
        )

    def _lines(
        self,
        ask: Ask,
        view: View,
        found: Sequence[MessageLine],
        causes: Sequence[tuple[str, int]],
        shown: "_Shown",
    ) -> list[str]:
        lines = []
        if causes:
            said = ", ".join(f"{view.cause(code)} {_many(count)}" for code, count in causes[:5])
            lines += [ask.say(MessagesWords.CAUSES_LINE, causes=said), ""]
        if not found:
            dead = shown.plain and ask.page == 1
            lines.append(ask.say(MessagesWords.EMPTY_DEAD if dead else MessagesWords.EMPTY))
        alone = shown.bot is not None or len(seen(self.tools.registry.all(), ask)) == 1
        for number, line in enumerate(found, page_of(ask.page) + 1):
            owner = None if alone else self.tools.registry.find(line.bot_id)
            lines += [view.line(number, line, owner.name if owner else ""), ""]
        return lines

    async def _causes(self, ask: Ask) -> list[tuple[str, int]]:
        """(code, count) of the last day, the most first."""
        causes: list[tuple[str, int]] = await self.tools.store.message_causes(
            mine(self.tools.registry.all(), ask),
            since=self.tools.clock.now() - DAY,
            bound=BOUND,
        )
        return causes

    def _wanted(self, ask: Ask) -> "_Shown":
        """The filter as it was given; raises Refused where it means nothing."""
        said = ask.word("STATE").lower()
        if said not in list(Which):
            raise ask.refuse(MessagesWords.BAD_STATE, said=said)
        age = ask.word("AGE", ALL).lower()
        if age != ALL and not _AGE.fullmatch(age):
            raise ask.refuse(MessagesWords.BAD_AGE, said=age)
        code = ask.word("CODE", ALL)
        bot = None
        if (name := ask.word("BOTS", ALL)) != ALL:
            bot = self.tools.find_bot(name)
            if bot is None or not ask.sees(bot):
                raise ask.refuse(CommonWords.NOT_FOUND, what=name)
        return _Shown(Which(said), bot, "" if code == ALL else code[:CODE], age)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a list shows, as it is written."""

    which: Which
    bot: Bot | None = None
    code: str = ""
    age: str = ALL

    @property
    def command(self) -> str:
        """The command that shows it; a page may follow."""
        bot = str(self.bot.id) if self.bot else ALL
        return f"messages list {self.which} {bot} {self.code or ALL} {self.age}"

    @property
    def plain(self) -> bool:
        """Nothing is filtered."""
        return self == _Shown(Which.DEAD)


def mine(bots: Sequence[Bot], ask: Ask) -> tuple[int, ...] | None:
    """The bots whose messages somebody may see; None: all there are."""
    if ask.actor.role.includes(AccountRole.MANAGER):
        return None
    return tuple(bot.id for bot in bots if ask.sees(bot))


def seen(bots: Sequence[Bot], ask: Ask) -> list[Bot]:
    """The same as bots."""
    return [bot for bot in bots if ask.sees(bot)]


def span(age: str) -> int:
    """``30m``, ``12h``, ``7d`` in milliseconds; ValueError for anything else."""
    found = _AGE.fullmatch(age)
    if found is None:
        raise ValueError(age)
    return int(found[1]) * _UNITS[found[2]]


def _filters(ask: Ask, shown: _Shown, causes: Sequence[str]) -> Buttons:
    """Buttons that say what is shown; pressing one shows the next there is."""
    states = list(Which)
    state = states[(states.index(shown.which) + 1) % len(states)]
    codes = ["", *causes]
    code = codes[(codes.index(shown.code) + 1) % len(codes)] if shown.code in codes else ""
    age = AGES[(AGES.index(shown.age) + 1) % len(AGES)] if shown.age in AGES else ALL
    any_age = ask.say(MessagesWords.ANY_AGE)
    why = ask.say(MessagesWords.ANY_CAUSE)
    if shown.code:
        why = cause(shown.code, ask.language)
    named = shown.bot.name if shown.bot else ask.say(MessagesWords.ANY_BOT)
    bot = ask.say(MessagesWords.BOT_LABEL, name=named)
    return (
        (
            go(ask.say(_STATES[shown.which]), replace(shown, which=state).command),
            go(bot, f"messages bots {shown.which} {shown.code or ALL} {shown.age}"),
        ),
        (
            go(
                ask.say(MessagesWords.CAUSE_LABEL, name=why),
                replace(shown, code=code).command,
            ),
            go(
                ask.say(MessagesWords.AGE_LABEL, name=any_age if shown.age == ALL else shown.age),
                replace(shown, age=age).command,
            ),
        ),
    )


def _again(ask: Ask, shown: _Shown, any_: bool) -> list[Button]:
    """The way to ask all of them again."""
    if shown.which is not Which.DEAD or not any_:
        return [_past(ask)]
    whose = f"messages of {shown.bot.id} retry" if shown.bot else "messages retry"
    since = "1d" if shown.age == ALL else shown.age
    line = f"{whose} {shown.code or ALL} {since}" if shown.code or shown.bot else "messages causes"
    return [go(ask.say(MessagesWords.RETRY_ALL_LABEL), line), _past(ask)]


def _past(ask: Ask) -> Button:
    return go(ask.say(MessagesWords.BULKS_LABEL), "retries")


def _many(count: int) -> str:
    """A count that has a bound."""
    return f"{count}+" if count >= BOUND else str(count)
