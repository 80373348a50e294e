"""The desk of /admin: who says what, with which rights; then the noun's function, then the drawing.

A press of a button, a typed command, the message that a screen waits for and a reply to a screen
all become one line of words here; everything else is the same for them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from loguru import logger

from kotodom.accounts import manages
from kotodom.admin.ask import AdminCommand, Ask, Noun
from kotodom.admin.given import given_text, was_typed
from kotodom.admin.grammar import Pattern, best, nearest
from kotodom.admin.input import Inputs
from kotodom.admin.screen import HOME, PREFIX, Refused, Screen, draw, go
from kotodom.admin.tools import Tools
from kotodom.admin.words.common import CommonWords
from kotodom.effects import RefreshMenu
from kotodom.errors import KotodomError
from kotodom.i18n import Wording, say
from kotodom.model import Account, Bot, ChatType, Content, Job
from kotodom.reading import pressed, speaks_for_chat
from kotodom.redaction import redact

AWAITED_FOR = 15 * 60_000
"""Milliseconds for which a screen waits for the next message."""
OBJECTS = ("CHAT", "MESSAGE", "BROADCAST", "INVITE")
"""Arguments that name an object of a bot's, by its number."""


class Reply(NamedTuple):
    """What a command is answered with."""

    contents: Sequence[Content]
    replaces: int = 0
    """The message that the first of them takes the place of."""


class Desk:
    """Answers the commands of /admin."""

    def __init__(self, tools: Tools, nouns: Iterable[type[Noun]], inputs: Inputs) -> None:
        self._tools = tools
        self._inputs = inputs
        self._greeted: set[tuple[int, int]] = set()
        """(bot, person): whose menu has the command for it since this process began."""
        self._commands: list[tuple[AdminCommand, Noun]] = []
        for noun in nouns:
            made = noun(tools)
            self._commands += [(declared, made) for declared in noun.commands()]

    def account(self, job: Job) -> Account | None:
        """The account of whoever sent *job*; nobody's who speaks for a chat."""
        if job.sender is None or speaks_for_chat(job.raw):
            return None
        return self._tools.accounts.of(job.sender.id)

    async def answer(self, job: Job, bot: Bot, args: str) -> Reply | None:
        """Carry out one command; None for strangers, who learn nothing of /admin."""
        account = self.account(job)
        if account is None:
            return None
        if job.chat.type is not ChatType.PRIVATE:
            return Reply(await self._hint(job, account))
        if (bot.id, account.user_id) not in self._greeted:
            self._greeted.add((bot.id, account.user_id))
            self._tools.submit(RefreshMenu(bot.id, account.user_id))
        press = pressed(job.raw)
        place = press.message_id if press is not None else 0
        screen = await self._screen(account, job, bot, args, place)
        if not screen.back and args.strip().lower() not in ("", HOME):
            screen = replace(screen, back=HOME)
        await self._inputs.await_next(
            bot.id, account.user_id, screen.awaits, self._tools.clock.now() + AWAITED_FOR
        )
        return Reply(draw(screen, job.language), 0 if screen.fresh else place)

    async def _hint(self, job: Job, account: Account) -> Sequence[Content]:
        """Where to go instead, so that nobody else in the group sees it; nothing is left to say."""
        hint = Content(say(CommonWords.GO_PRIVATE, job.language))
        told = await self._tools.messenger.whisper(job.chat, account.user_id, hint)
        return [] if told else [hint]

    async def _screen(self, account: Account, job: Job, bot: Bot, line: str, place: int) -> Screen:
        mine = [
            (declared, noun)
            for declared, noun in self._commands
            if account.role.includes(declared.role)
        ]
        fit = best((declared.pattern for declared, _ in self._commands), line)
        if fit is None:
            return self._unknown(account, job, line, mine, bool(place))
        pattern, words = fit
        declared, noun = next(pair for pair in self._commands if pair[0].pattern == pattern)
        if not account.role.includes(declared.role):
            # Not the next best of theirs: that is not what was asked for.
            return Screen(say(CommonWords.FORBIDDEN, job.language), buttons=((go(PREFIX, ""),),))
        ask = Ask(account, job, bot, pattern, words, job.language, place)
        try:
            if pattern.rest and declared.reads and not words.get(pattern.rest) and not place:
                words = {**words, pattern.rest: await given_text(self._tools, job)}
            ask = await self._checked(replace(ask, words=words))
            logger.info("admin {}: {}", account.user_id, pattern.text)
            screen = await declared.run(noun, ask)
        except Refused as error:
            # What was sent for a screen and is no good may be sent again.
            again = "" if place or was_typed(job) else _without_rest(pattern, line, words)
            return Screen(str(error), back=_above(ask), awaits=again)
        except KotodomError as error:
            logger.warning("admin command {!r} failed: {}", pattern.text, error)
            return Screen(redact(str(error)), back=_above(ask))
        return screen

    async def _checked(self, ask: Ask) -> Ask:
        """The command with the bot that it is about, when that is the giver's to administer."""
        bot: Bot | None = None
        if "BOT" in ask.words:
            said = ask.word("BOT")
            bot = self._tools.find_bot(said, lambda one: manages(ask.actor, one))
            if bot is None or not manages(ask.actor, bot):
                raise ask.refuse(CommonWords.NOT_FOUND, what=said)
        for kind in OBJECTS:
            if not ask.word(kind):
                continue
            bot_id = await self._tools.store.bot_of(kind, ask.number(kind))
            owner = self._tools.registry.find(bot_id) if bot_id is not None else None
            if owner is None or not manages(ask.actor, owner) or (bot and bot.id != owner.id):
                raise ask.refuse(CommonWords.NOT_FOUND, what=ask.word(kind))
            bot = owner
        return replace(ask, bot=bot)

    def _unknown(
        self,
        account: Account,
        job: Job,
        line: str,
        mine: Sequence[tuple[AdminCommand, Noun]],
        was_pressed: bool,
    ) -> Screen:
        def words(text: Wording, **args: str | int) -> str:
            return say(text, job.language, **args)

        if was_pressed:
            return Screen(words(CommonWords.OUT_OF_DATE), buttons=((go(PREFIX, ""),),))
        said = " ".join(line.split())[:60]
        near = nearest((declared.pattern for declared, _ in mine), line)
        if not near:
            return Screen(words(CommonWords.UNKNOWN, said=said), buttons=((go(PREFIX, ""),),))
        literal = [p for p in near if p.literals and _begins(p, line)]
        title = CommonWords.UNKNOWN_NEAR
        if literal:
            title = CommonWords.INCOMPLETE
            near = literal
        return Screen(
            words(title, said=said, usage=f"{PREFIX} {near[0].text}"),
            lines=tuple(f"{PREFIX} {pattern.text}" for pattern in near),
            buttons=tuple(
                (go(f"{PREFIX} {' '.join(pattern.literals)}", " ".join(pattern.literals)),)
                for pattern in near
                if all(step.islower() or step.startswith("[") for step in pattern.text.split())
            ),
        )


def _begins(pattern: Pattern, line: str) -> bool:
    """Whether *line* is the beginning of such a command, or one with an argument that fits not."""
    words = line.lower().split()
    steps = pattern.text.split()
    return bool(words) and all(
        step == word for step, word in zip(steps, words, strict=False) if step.islower()
    )


def _without_rest(pattern: Pattern, line: str, words: Mapping[str, str]) -> str:
    """The command without its last argument; empty when it takes no text."""
    if not pattern.rest:
        return ""
    return line.strip().removesuffix(words.get(pattern.rest, "")).rstrip()


def _above(ask: Ask) -> str:
    """The screen above one that is not shown: the object's card, else the noun's first."""
    steps = ask.pattern.text.split()
    if len(steps) < 2:
        return ""
    noun, named = steps[:2]
    if ask.bot is not None and len(steps) > 2 and named in ("BOT", *OBJECTS):
        return f"{noun} {ask.bot.id if named == 'BOT' else ask.number(named)}"
    return _ABOVE.get(noun, noun if named.islower() else "")


_ABOVE = {
    "bot": "bots",
    "chat": "chats",
    "message": "messages",
    "retry": "messages",
    "retries": "messages",
    "person": "people",
    "invite": "people",
    "broadcast": "broadcasts",
    "account": "accounts",
    "setting": "settings",
    "alert": "alerts",
    "job": "jobs",
}
