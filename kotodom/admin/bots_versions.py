"""Every version a field ever had: who changed it and when, and back again."""

from kotodom.admin.ask import Ask, command
from kotodom.admin.bots_edit import BotsEdit, difference, field_of
from kotodom.admin.screen import PAGE, Screen, columns, go, pages
from kotodom.admin.times import moment
from kotodom.admin.words.bots import BotsWords
from kotodom.ports.admin.bots import Version
from kotodom.settings import TIMEZONE

BEFORE = "before"
"""What a field was before a change."""


class BotsVersions(BotsEdit):
    """The commands about earlier values."""

    @command("bot BOT history FIELD [PAGE]", BotsWords.HISTORY_ABOUT)
    async def history(self, ask: Ask) -> Screen:
        """The changes of a field, newest first."""
        bot, field = ask.target, field_of(ask)
        found = await self.tools.store.bot_versions(
            bot.id, field.name, skip=(ask.page - 1) * PAGE, limit=PAGE + 1
        )
        shown, home = found[:PAGE], f"bot {bot.id} history {field.name}"
        lines = [self._line(ask, version) for version in shown]
        buttons = [
            go(f"#{version.id}", f"bot {bot.id} version {field.name} {version.id}")
            for version in shown
        ]
        return Screen(
            ask.say(BotsWords.HISTORY_TITLE, name=bot.name, field=ask.say(field.label)),
            tuple(lines) or (ask.say(BotsWords.NO_HISTORY),),
            buttons=(*columns(buttons, 4), *pages(home, ask.page, len(found) > PAGE)),
            back=f"bot {bot.id} set {field.name}",
            refresh=f"{home} {ask.page}",
        )

    @command("bot BOT version FIELD ENTRY", BotsWords.VERSION_ABOUT)
    async def version(self, ask: Ask) -> Screen:
        """One change, and the way back to what was there after or before it."""
        bot, field = ask.target, field_of(ask)
        version = await self._found(ask)
        target = f"bot {bot.id} restore {field.name} {version.id}"
        buttons = []
        if field.name not in bot.configured:
            buttons = [
                (go(ask.say(BotsWords.RESTORE_LABEL), target),),
                (go(ask.say(BotsWords.RESTORE_BEFORE_LABEL), f"{target} {BEFORE}"),),
            ]
        return Screen(
            ask.say(BotsWords.VERSION_TITLE, number=str(version.id), field=ask.say(field.label)),
            (self._line(ask, version),),
            code=await difference(version.before, version.after),
            buttons=tuple(buttons),
            back=f"bot {bot.id} history {field.name}",
        )

    @command("bot BOT restore FIELD ENTRY [WHICH]", BotsWords.RESTORE_ABOUT)
    async def restore(self, ask: Ask) -> Screen:
        """Make a field what it was after that change, or ``before`` it."""
        bot, field = ask.target, field_of(ask)
        self.refuse_configured(ask, bot, field.name)
        version = await self._found(ask)
        text = version.before if ask.word("WHICH") == BEFORE else version.after
        return await self.save_value(ask, bot, field, text)

    async def _found(self, ask: Ask) -> Version:
        number = ask.number("ENTRY")
        version = await self.tools.store.bot_version(ask.target.id, field_of(ask).name, number)
        if version is None:
            raise ask.refuse(BotsWords.NO_VERSION, number=str(number))
        return version

    def _line(self, ask: Ask, version: Version) -> str:
        return ask.say(
            BotsWords.VERSION_LINE,
            number=str(version.id),
            at=moment(version.at, self.tools.settings.get(TIMEZONE)),
            who=version.user_name or str(version.user_id),
            before=len(version.before),
            after=len(version.after),
        )
