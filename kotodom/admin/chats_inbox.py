"""/admin bot … inbox: in which group a bot's conversations are shown."""

from kotodom.admin.ask import Ask, command
from kotodom.admin.bots_base import BotsNoun
from kotodom.admin.screen import Screen, go
from kotodom.admin.words.chats import ChatsWords
from kotodom.model import Bot, Content
from kotodom.ports.admin.chats_inbox import Group
from kotodom.reading.words import name_of

OFF = "none"


class ChatInbox(BotsNoun):
    """The command that chooses a bot's inbox."""

    @command("bot BOT inbox [GROUP]", ChatsWords.INBOX_ABOUT)
    async def inbox(self, ask: Ask) -> Screen:
        """Show which it is, or choose a group in which the bot is an administrator."""
        bot, wanted = ask.target, ask.word("GROUP").lower()
        groups = await self.tools.store.inbox_groups(bot.id)
        if not wanted:
            return self._choices(ask, bot, groups)
        if "inbox_id" in bot.configured:
            raise ask.refuse(ChatsWords.INBOX_CONFIGURED, bot=bot.name)
        chosen = 0
        if wanted != OFF:
            found = next((group for group in groups if str(group.telegram_chat_id) == wanted), None)
            if found is None:
                raise ask.refuse(ChatsWords.INBOX_UNKNOWN, bot=bot.name)
            chosen = found.telegram_chat_id
        if chosen != bot.inbox_id:
            entry = ask.audit(f"bot:{bot.id}", "inbox_id", str(bot.inbox_id), str(chosen))
            _, bot = await self.change(ask, bot, "inbox_id", chosen, entry)
        self.tools.inbox.retry(bot.id)
        if chosen:
            await self._greet(ask, bot)
        return self._choices(ask, bot, groups)

    async def _greet(self, ask: Ask, bot: Bot) -> None:
        """Say in the group what it is now: so it shows at once whether the bot may write there."""
        group = await self.tools.store.group_chat(bot.id, bot.inbox_id)
        if group is None:
            return
        words = Content(ask.say(ChatsWords.INBOX_BEGINS, bot=bot.name))
        lane = await self.tools.store.write_notice(
            group, [words], key=f"inbox:{ask.origin}", now=self.tools.clock.now()
        )
        if lane is not None:
            self.tools.offer(lane)

    def _choices(self, ask: Ask, bot: Bot, groups: list[Group]) -> Screen:
        now = ask.say(ChatsWords.INBOX_NONE)
        if bot.inbox_id:
            name = next(
                (group.name for group in groups if group.telegram_chat_id == bot.inbox_id),
                str(bot.inbox_id),
            )
            now = ask.say(ChatsWords.INBOX_IS, group=name)
        mine = "inbox_id" not in bot.configured
        rows = [
            (go(f"{_mark(group, bot)}{name_of(group.name)}", f"bot {bot.id} inbox {group[0]}"),)
            for group in groups
        ]
        if bot.inbox_id:
            rows.append((go(ask.say(ChatsWords.INBOX_OFF_LABEL), f"bot {bot.id} inbox {OFF}"),))
        how = ask.say(ChatsWords.INBOX_HOW, username=bot.username or "…")
        if not mine:
            how = ask.say(ChatsWords.INBOX_CONFIGURED, bot=bot.name)
        return Screen(
            ask.say(ChatsWords.INBOX_TITLE, bot=bot.name),
            (now, "", how),
            buttons=tuple(rows) if mine else (),
            back=f"bot {bot.id}",
            refresh=f"bot {bot.id} inbox",
        )


def _mark(group: Group, bot: Bot) -> str:
    return "✓ " if group.telegram_chat_id == bot.inbox_id else ""
