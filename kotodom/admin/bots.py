"""/admin bots: the list, one bot's card, and starting and stopping it."""

from kotodom.admin.ask import Ask, command
from kotodom.admin.bots_base import BotsNoun, link
from kotodom.admin.bots_pulse import called, figures, one_of, sign, state
from kotodom.admin.screen import PAGE, Screen, columns, go, pages
from kotodom.admin.words.bots import BotsWords
from kotodom.effects import StartPolling, StopPolling
from kotodom.model import Bot, BotSource, Buttons
from kotodom.ports.admin.bots import Figures


class Bots(BotsNoun):
    """The commands about bots as a whole."""

    @command("bots [PAGE]", BotsWords.ABOUT)
    async def list(self, ask: Ask) -> Screen:
        """Every bot that is the giver's, with its state at a glance."""
        tools = self.tools
        bots = [bot for bot in tools.registry.all() if ask.sees(bot)]
        shown, more = one_of(bots, ask.page, PAGE)
        counted = await tools.store.bot_figures([bot.id for bot in shown], tools.clock.now())
        lines = []
        for bot in shown:
            lines.append(f"{sign(tools, bot)} {called(bot)}")
            lines.append(f"   {state(tools, ask, bot)}")
            lines.append(f"   {figures(ask, counted.get(bot.id, Figures()))}")
        buttons = columns([go(f"{sign(tools, bot)} {bot.name}", f"bot {bot.id}") for bot in shown])
        add = (
            go(ask.say(BotsWords.ADD_LABEL), "bots add"),
            go(ask.say(BotsWords.CREATE_LABEL), "bots create"),
        )
        return Screen(
            ask.say(BotsWords.TITLE, count=len(bots)),
            tuple(lines) or (ask.say(BotsWords.NONE_YET),),
            buttons=(*buttons, *pages("bots", ask.page, more), add),
            refresh=f"bots {ask.page}",
        )

    @command("bot BOT", BotsWords.CARD_ABOUT)
    async def card(self, ask: Ask) -> Screen:
        """One bot: how it is doing, and what can be done with it."""
        return await self._card(ask, ask.target)

    @command("bot BOT enable", BotsWords.ENABLE_ABOUT)
    async def enable(self, ask: Ask) -> Screen:
        """Let it work."""
        bot = ask.target
        self.refuse_configured(ask, bot, "enabled")
        if not bot.token:
            raise ask.refuse(BotsWords.NO_TOKEN, name=bot.name)
        bot = await self._switch(ask, bot, True)
        self.tools.submit(StartPolling(bot))
        return await self._card(ask, bot, BotsWords.ENABLED)

    @command("bot BOT disable", BotsWords.DISABLE_ABOUT)
    async def disable(self, ask: Ask) -> Screen:
        """Let it rest; what people write waits."""
        bot = ask.target
        self.refuse_configured(ask, bot, "enabled")
        self.refuse_own_branch(ask, bot)
        bot = await self._switch(ask, bot, False)
        self.tools.hold(bot.id)
        self.tools.submit(StopPolling(bot.id))
        return await self._card(ask, bot, BotsWords.DISABLED)

    @command("bot BOT restart", BotsWords.RESTART_ABOUT)
    async def restart(self, ask: Ask) -> Screen:
        """Begin polling anew: nothing is lost by it."""
        bot = ask.target
        if not bot.enabled:
            raise ask.refuse(BotsWords.NOT_ENABLED, name=bot.name)
        if not bot.token:
            raise ask.refuse(BotsWords.NO_TOKEN, name=bot.name)
        entry = ask.audit(f"bot:{bot.id}")
        await self.tools.store.write_audit(entry, self.tools.clock.now())
        # As it is now: somebody else may have given it another token, stopped or deleted it.
        bot = self.known(ask, bot)
        if bot.enabled:
            self.tools.submit(StartPolling(bot))
        return await self._card(ask, bot, BotsWords.RESTARTED)

    async def _switch(self, ask: Ask, bot: Bot, enabled: bool) -> Bot:
        entry = ask.audit(f"bot:{bot.id}", "enabled", _word(bot.enabled), _word(enabled))
        _, bot = await self.change(ask, bot, "enabled", enabled, entry)
        return bot

    async def _card(self, ask: Ask, bot: Bot, done: BotsWords | None = None) -> Screen:
        tools = self.tools
        counted = await tools.store.bot_figures([bot.id], tools.clock.now())
        lines = [
            state(tools, ask, bot),
            figures(ask, counted.get(bot.id, Figures())),
            "",
            ask.say(
                BotsWords.CARD,
                model=tools.registry.model_of(bot),
                access=bot.access,
                groups=bot.groups,
                number=str(bot.id),
            ),
            *self._whose(ask, bot),
        ]
        if done is not None:
            lines = [ask.say(done, name=bot.name), "", *lines]
        return Screen(
            f"{sign(tools, bot)} {called(bot)}",
            tuple(lines),
            buttons=_doors(ask, bot),
            back="bots",
            refresh=f"bot {bot.id}",
        )

    def _whose(self, ask: Ask, bot: Bot) -> tuple[str, ...]:
        """Where it comes from, and whose it is."""
        if bot.configured:
            fields = ", ".join(sorted(bot.configured))
            return (ask.say(BotsWords.IN_FILE, fields=fields),)
        if bot.source is BotSource.REMOVED:
            return (ask.say(BotsWords.LEFT_FILE),)
        owner = next(
            (one for one in self.tools.accounts.all() if one.id and one.id == bot.owner_id), None
        )
        if owner is None:
            return (ask.say(BotsWords.ADDED),)
        return (ask.say(BotsWords.OWNED, owner=f"{owner.name} {owner.user_id}".strip()),)


def _word(enabled: bool) -> str:
    return "on" if enabled else "off"


def _doors(ask: Ask, bot: Bot) -> Buttons:
    """What can be done with a bot, as buttons."""

    def door(words: BotsWords, what: str) -> tuple[BotsWords, str]:
        return words, f"bot {bot.id} {what}"

    switch = (
        door(BotsWords.DISABLE_LABEL, "disable")
        if bot.enabled
        else door(BotsWords.ENABLE_LABEL, "enable")
    )
    messages = (BotsWords.MESSAGES_LABEL, f"messages list dead {bot.id}")
    rows = [
        [door(BotsWords.SETTINGS_LABEL, "settings"), door(BotsWords.PROMPT_LABEL, "set prompt")],
        [switch, door(BotsWords.RESTART_LABEL, "restart")],
        [door(BotsWords.CHATS_LABEL, "chats"), messages],
        [door(BotsWords.PEOPLE_LABEL, "people"), door(BotsWords.MONEY_LABEL, "limits")],
        [door(BotsWords.BROADCAST_LABEL, "broadcast"), door(BotsWords.EXPORT_LABEL, "export")],
        [door(BotsWords.CLONE_LABEL, "clone")],
    ]
    rows[-1].append(door(BotsWords.KEY_LABEL, "key"))
    if not bot.configured:
        rows.append([door(BotsWords.TOKEN_LABEL, "token"), door(BotsWords.DELETE_LABEL, "delete")])
    return (
        *(tuple(go(ask.say(words), target) for words, target in row) for row in rows),
        *link(ask, bot),
    )
