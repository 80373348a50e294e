"""Adding bots: a pasted token, a bot that Telegram creates for us, another token, a clone."""

from dataclasses import dataclass

from kotodom.accounts import manages
from kotodom.admin.ask import Ask, command
from kotodom.admin.bots_base import BotsNoun, link
from kotodom.admin.bots_pulse import called
from kotodom.admin.screen import Screen, go
from kotodom.admin.words.bots import BotsWords
from kotodom.effects import StartPolling
from kotodom.errors import SealBroken, TelegramError, TokenRevoked
from kotodom.model import AccountRole, Bot, BotSource, Button
from kotodom.ports import BotIdentity
from kotodom.ports.admin.bots import Came, NewBot
from kotodom.reading import managed_bot
from kotodom.sealing import HIDDEN, SEALED

MASKED = "***"
"""What the audit log has of a token."""
NAME = 64
"""Characters of a bot's name."""
_CAME = {
    Came.NEW: BotsWords.CAME_NEW,
    Came.RENEWED: BotsWords.CAME_TOKEN,
    Came.BACK: BotsWords.CAME_BACK,
    Came.SAME: BotsWords.CAME_TOKEN,
}


@dataclass(frozen=True)
class _Given:
    """A token, and what Telegram says of it."""

    identity: BotIdentity
    sealed: str
    note: str = ""
    """What its giver is to be told besides."""


class BotsTokens(BotsNoun):
    """The commands that take a token."""

    @command("bots add [TOKEN…]", BotsWords.ADD_ABOUT)
    async def add(self, ask: Ask) -> Screen:
        """Add the bot whose token is given; a token pasted without a command does the same."""
        if not ask.word("TOKEN"):
            return Screen(
                ask.say(BotsWords.ADD_TITLE),
                (ask.say(BotsWords.ADD_HOW),),
                buttons=((go(ask.say(BotsWords.CREATE_LABEL), "bots create"),),),
                back="bots",
                refresh="bots add",
                awaits="bots add",
            )
        given = await self._given(ask)
        await self._refuse_others(ask, given.identity)
        return await self._take(ask, given)

    @command("bots create [NAME…]", BotsWords.CREATE_ABOUT)
    async def create(self, ask: Ask) -> Screen:
        """Offer to create a bot in one tap, where Telegram lets this one manage others."""
        try:
            identity = await self.tools.registrar.identify(ask.through.token)
        except TelegramError as error:
            raise ask.refuse(BotsWords.UNREACHABLE, why=str(error).rstrip(".")) from None
        if not identity.can_manage_bots:
            raise ask.refuse(BotsWords.CANNOT_CREATE, name=ask.through.username)
        name = ask.word("NAME") or ask.say(BotsWords.NEW_NAME)
        return Screen(
            ask.say(BotsWords.CREATE_TITLE),
            (ask.say(BotsWords.CREATE_HOW),),
            buttons=((Button(ask.say(BotsWords.CREATE_LABEL), creates=name[:NAME]),),),
            fresh=True,
        )

    @command("bots created NUMBER", BotsWords.CREATED_ABOUT)
    async def created(self, ask: Ask) -> Screen:
        """Take in the bot that Telegram has just created, or whose token has changed.

        Only Telegram itself says so: whoever could type it could take anybody's bot.
        """
        number = ask.number("NUMBER")
        if managed_bot(ask.job.raw) != number:
            raise ask.refuse(BotsWords.NOT_FROM_TELEGRAM)
        try:
            token = await self.tools.registrar.managed_token(ask.through.id, number)
            identity = await self.tools.registrar.identify(token)
        except TelegramError as error:
            raise ask.refuse(BotsWords.UNREACHABLE, why=str(error).rstrip(".")) from None
        await self._refuse_others(ask, identity)
        known = await self.tools.store.known_bot(number)
        if known is not None and known.deleted:
            # That it has another token now, say, is no wish to have it back.
            raise ask.refuse(BotsWords.CREATED_GONE, username=identity.username)
        return await self._take(ask, _Given(identity, self._sealed(ask, token)))

    @command("bot BOT token [TOKEN…]", BotsWords.TOKEN_ABOUT)
    async def token(self, ask: Ask) -> Screen:
        """Give a bot its new token."""
        bot = ask.target
        self.refuse_configured(ask, bot, "token")
        if not ask.word("TOKEN"):
            named = f"@{bot.username}" if bot.username else bot.name
            return Screen(
                ask.say(BotsWords.TOKEN_TITLE, name=bot.name),
                (ask.say(BotsWords.TOKEN_HOW, bot=named),),
                back=f"bot {bot.id}",
                refresh=f"bot {bot.id} token",
                awaits=f"bot {bot.id} token",
            )
        given = await self._given(ask)
        if given.identity.telegram_id != bot.telegram_id:
            username = given.identity.username
            raise ask.refuse(BotsWords.ANOTHERS_TOKEN, username=username, name=bot.name)
        return await self._take(ask, given)

    @command("bot BOT clone [TOKEN…]", BotsWords.CLONE_ABOUT)
    async def clone(self, ask: Ask) -> Screen:
        """Add a bot that begins with the settings of this one."""
        bot = ask.target
        if not ask.word("TOKEN"):
            return Screen(
                ask.say(BotsWords.CLONE_TITLE, name=bot.name),
                (ask.say(BotsWords.CLONE_HOW, name=bot.name),),
                back=f"bot {bot.id}",
                refresh=f"bot {bot.id} clone",
                awaits=f"bot {bot.id} clone",
            )
        given = await self._given(ask)
        known = await self.tools.store.known_bot(given.identity.telegram_id)
        if known is not None and not await self._made_before(ask, known):
            raise ask.refuse(BotsWords.CLONE_KNOWN, username=given.identity.username)
        return await self._take(ask, given, like=bot.id)

    async def _made_before(self, ask: Ask, known: Bot) -> bool:
        """Whether this very command has added that bot before a crash."""
        found = await self.tools.store.bot_versions(known.id, "token", skip=0, limit=1)
        return bool(found) and found[0].origin == ask.origin

    async def _given(self, ask: Ask) -> "_Given":
        """Whose the token is that came with a command, and that token, sealed."""
        tools, said = self.tools, ask.word("TOKEN")
        note = await self.wipe(ask)
        found = SEALED.search(said)
        if found is None and HIDDEN in said:
            self._sealed(ask, "")
        if found is None:
            raise ask.refuse(BotsWords.NO_TOKEN_THERE)
        try:
            identity = await tools.registrar.identify(tools.sealer.open(found[0]))
        except SealBroken as error:
            raise ask.refuse(BotsWords.NO_KEY, why=str(error)) from None
        except TokenRevoked:
            raise ask.refuse(BotsWords.BAD_TOKEN) from None
        except TelegramError as error:
            raise ask.refuse(BotsWords.UNREACHABLE, why=str(error).rstrip(".")) from None
        return _Given(identity, found[0], note)

    def _sealed(self, ask: Ask, token: str) -> str:
        try:
            return self.tools.sealer.seal(token)
        except SealBroken as error:
            raise ask.refuse(BotsWords.NO_KEY, why=str(error)) from None

    async def _refuse_others(self, ask: Ask, identity: BotIdentity) -> None:
        """Raise Refused about a bot that the file owns, or that somebody else has here."""
        known = await self.tools.store.known_bot(identity.telegram_id)
        if known is None:
            return
        if known.source is BotSource.CONFIG:
            raise ask.refuse(BotsWords.CONFIGURED, name=known.name, field="token")
        if not manages(ask.actor, known):
            raise ask.refuse(BotsWords.OTHERS, username=identity.username)

    async def _take(self, ask: Ask, given: "_Given", *, like: int = 0) -> Screen:
        """Add the bot, or give it its token, and let it work at once."""
        tools, identity = self.tools, given.identity
        mine = ask.actor.id if ask.actor.role is AccountRole.USER else None
        new = NewBot(
            identity.telegram_id,
            self._free_name(identity),
            identity.username,
            given.sealed,
            mine or None,
            like,
        )
        entry = ask.audit("", "token", None, MASKED)
        stored, came = await tools.store.add_bot(new, entry, tools.clock.now())
        bot = tools.sealer.opened(stored)
        known = tools.registry.find(bot.id)
        tools.registry.put(bot)
        if bot.enabled and not _same(known, bot):
            tools.submit(StartPolling(bot))
        return self._taken(ask, bot, came, given.note)

    def _taken(self, ask: Ask, bot: Bot, came: Came, note: str) -> Screen:
        lines = [ask.say(_CAME[came], name=bot.name)]
        if note:
            lines.append(note)
        if not bot.enabled:
            lines.append(ask.say(BotsWords.STILL_DISABLED))
        return Screen(
            called(bot),
            tuple(lines),
            buttons=(
                *link(ask, bot),
                (
                    go(ask.say(BotsWords.PROMPT_LABEL), f"bot {bot.id} set prompt"),
                    go(ask.say(BotsWords.CARD_LABEL), f"bot {bot.id}"),
                ),
            ),
            back="bots",
        )

    def _free_name(self, identity: BotIdentity) -> str:
        """What it is called here: what Telegram calls it, unless another bot has that name."""
        name = "".join(sign for sign in identity.name if sign.isprintable()).strip()
        name = (name or identity.username or str(identity.telegram_id))[:NAME]
        others = [
            bot for bot in self.tools.registry.all() if bot.telegram_id != identity.telegram_id
        ]
        used = {said.casefold() for bot in others for said in (bot.name, bot.username)}
        return name if name.casefold() not in used else (identity.username or name)


def _same(known: Bot | None, bot: Bot) -> bool:
    """Whether a bot already works with that token."""
    return known is not None and known.token == bot.token and not known.error
