"""The first screen, and help."""

from collections import Counter
from collections.abc import Iterator, Sequence

from kotodom import __version__
from kotodom.admin.ask import AdminCommand, Ask, Noun, command
from kotodom.admin.screen import HOME, PREFIX, Screen, columns, go, pages
from kotodom.admin.words.common import CommonWords
from kotodom.admin.words.money import MoneyWords
from kotodom.model import AccountRole

SHOWN = 16
"""Commands on a page of help: such a page fits into a message."""

_DOORS = (
    (CommonWords.BOTS, "bots", AccountRole.USER),
    (CommonWords.CHATS, "chats", AccountRole.USER),
    (CommonWords.MESSAGES, "messages", AccountRole.USER),
    (CommonWords.PEOPLE, "people", AccountRole.USER),
    (CommonWords.MONEY, "money", AccountRole.USER),
    (CommonWords.BROADCASTS, "broadcasts", AccountRole.USER),
    (CommonWords.ACCOUNTS, "accounts", AccountRole.ADMIN),
    (CommonWords.SETTINGS, "settings", AccountRole.ADMIN),
    (CommonWords.HEALTH, "health", AccountRole.USER),
    (CommonWords.HELP, "help", AccountRole.USER),
)


class Home(Noun):
    """Where every other screen is reached from."""

    @command("", CommonWords.HOME_ABOUT)
    async def home(self, ask: Ask) -> Screen:
        """Everything there is for this role."""
        bots = [bot for bot in self.tools.registry.all() if ask.sees(bot)]
        backlog = await self.tools.store.backlog(self.tools.clock.now(), [bot.id for bot in bots])
        asking = any(bot.id == ask.through.id for bot in bots)  # this very command is in work
        waiting = max(0, backlog.ready + backlog.in_work + backlog.waiting - asking)
        line = ask.say(CommonWords.HOME_LINE, bots=len(bots), waiting=waiting, version=__version__)
        stopped = [ask.say(MoneyWords.STOPPED)] if self.tools.switch.stopped else []
        doors = [
            go(ask.say(words), target)
            for words, target, role in _DOORS
            if ask.actor.role.includes(role)
        ]
        return Screen(
            ask.say(CommonWords.HOME_TITLE),
            (line, *stopped),
            buttons=columns(doors, 2),
            refresh=HOME,
        )

    @command(HOME, CommonWords.HOME_ABOUT)
    async def again(self, ask: Ask) -> Screen:
        """The same by its name, for buttons."""
        return await self.home(ask)

    @command("help [WORDS…]", CommonWords.HELP_ABOUT)
    async def help(self, ask: Ask) -> Screen:
        """The commands that begin with some words; a number behind them turns the page."""
        words = ask.word("WORDS").lower().split()
        last = words[-1] if words else ""
        page = int(words.pop()) if last.isascii() and last.isdigit() and len(last) < 4 else 1
        wanted = " ".join(words)
        mine = [one for one in _every() if ask.actor.role.includes(one.role)]
        if not wanted:
            return _topics(ask, mine)
        found = [one for one in mine if one.pattern.text.lower().startswith(wanted)]
        shown = found[max(page - 1, 0) * SHOWN : page * SHOWN]
        lines = [f"{PREFIX} {one.pattern.text}\n   {ask.say(one.about)}" for one in shown]
        if not lines:
            lines = [ask.say(CommonWords.UNKNOWN, said=wanted[:60])]
        return Screen(
            ask.say(CommonWords.HELP_TITLE),
            tuple(lines),
            buttons=pages(f"help {wanted}", page, len(found) > page * SHOWN),
            back="help",
        )


def _every() -> Iterator[AdminCommand]:
    # Late, because the list of all nouns names this one.
    from kotodom.admin.nouns import all_commands

    return all_commands()


def _topics(ask: Ask, mine: Sequence[AdminCommand]) -> Screen:
    """The words that commands begin with, each a button."""
    topics = Counter(one.pattern.literals[0] for one in mine if one.pattern.literals)
    buttons = [go(f"{word} · {count}", f"help {word}") for word, count in topics.items()]
    return Screen(
        ask.say(CommonWords.HELP_TITLE),
        (ask.say(CommonWords.HELP_HINT),),
        buttons=columns(buttons, 3),
        back=HOME,
    )
