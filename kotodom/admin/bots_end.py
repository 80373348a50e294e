"""What a bot leaves behind: its history as a file, and its end."""

import json
from typing import Any

from kotodom.admin.ask import Ask, command
from kotodom.admin.bots_base import BotsNoun
from kotodom.admin.bots_fields import FIELDS
from kotodom.admin.bots_pulse import called
from kotodom.admin.screen import Screen, go
from kotodom.admin.words.bots import BotsWords
from kotodom.effects import StopPolling
from kotodom.model import Bot, BotSource, Content, ContentKind
from kotodom.ports.admin.bots import Said
from kotodom.wording import moment

FILE_BYTES = 5_000_000
"""Of one file: it lies in the database until it is sent, and phones open it."""
ROWS = 500
"""Messages read at a time."""


class BotsEnd(BotsNoun):
    """The commands about what stays of a bot."""

    @command("bot BOT export [NUMBER]", BotsWords.EXPORT_ABOUT)
    async def export(self, ask: Ask) -> Screen:
        """What was said to and by a bot as JSON, from behind that message on."""
        bot = ask.target
        said, last, more = await self._history(bot, ask.number("NUMBER"))
        if not said:
            raise ask.refuse(BotsWords.EXPORT_EMPTY, name=bot.name)
        # Without the token, whatever else is in it.
        settings = {name: field.of(bot) for name, field in FIELDS.items()}
        whole = {"bot": {"username": bot.username, **settings}, "messages": said}
        file = Content(
            "",
            kind=ContentKind.DOCUMENT,
            payload=json.dumps(whole, ensure_ascii=False, indent=1),
            name=f"{bot.username or bot.id}-history.json",
        )
        buttons = []
        if more:
            buttons.append((go(ask.say(BotsWords.EXPORT_MORE), f"bot {bot.id} export {last}"),))
        return Screen(
            ask.say(BotsWords.EXPORT_TITLE, name=bot.name),
            (ask.say(BotsWords.EXPORTED, count=len(said)),),
            buttons=tuple(buttons),
            back=f"bot {bot.id}",
            files=(file,),
        )

    @command("bot BOT delete", BotsWords.DELETE_ABOUT)
    async def delete(self, ask: Ask) -> Screen:
        """Ask what is to become of what was said."""
        bot = self._deletable(ask)
        return Screen(
            ask.say(BotsWords.DELETE_TITLE, name=called(bot)),
            (ask.say(BotsWords.DELETE_ASK),),
            buttons=(
                (go(ask.say(BotsWords.EXPORT_LABEL), f"bot {bot.id} export"),),
                (go(ask.say(BotsWords.DELETE_KEEP_LABEL), f"bot {bot.id} delete keep"),),
                (go(ask.say(BotsWords.DELETE_ALL_LABEL), f"bot {bot.id} delete all"),),
            ),
            back=f"bot {bot.id}",
        )

    @command("bot BOT delete keep [NAME…]", BotsWords.DELETE_KEEP_ABOUT)
    async def delete_keep(self, ask: Ask) -> Screen:
        """Delete a bot; what was said stays in the database."""
        return await self._delete(ask, "keep")

    @command("bot BOT delete all [NAME…]", BotsWords.DELETE_ALL_ABOUT)
    async def delete_all(self, ask: Ask) -> Screen:
        """Delete a bot and everything that was said."""
        return await self._delete(ask, "all")

    async def _delete(self, ask: Ask, how: str) -> Screen:
        bot = self._deletable(ask)
        said = ask.word("NAME").removeprefix("@").casefold()
        if said not in (bot.name.casefold(), bot.username.casefold() or bot.name.casefold()):
            return Screen(
                ask.say(BotsWords.DELETE_TITLE, name=called(bot)),
                (
                    ask.say(
                        BotsWords.DELETE_WRONG if said else BotsWords.DELETE_NAME, name=bot.name
                    ),
                ),
                back=f"bot {bot.id}",
                refresh=f"bot {bot.id} delete {how}",
                awaits=f"bot {bot.id} delete {how}",
            )
        tools, erase = self.tools, how == "all"
        entry = ask.audit(f"bot:{bot.id}", "source", bot.source, "erased" if erase else "deleted")
        tools.hold(bot.id)
        await tools.store.delete_bot(bot.id, erase, entry, tools.clock.now())
        source = BotSource.ERASED if erase else BotSource.DELETED
        tools.registry.end(bot.id, source)
        tools.submit(StopPolling(bot.id))
        words = BotsWords.DELETED_ALL if erase else BotsWords.DELETED
        return Screen(ask.say(words, name=called(bot)), back="bots")

    def _deletable(self, ask: Ask) -> Bot:
        bot = ask.target
        if bot.source is BotSource.CONFIG:
            raise ask.refuse(BotsWords.DELETE_CONFIGURED, name=bot.name)
        self.refuse_own_branch(ask, bot)
        return bot

    async def _history(self, bot: Bot, after: int) -> tuple[list[dict[str, Any]], int, bool]:
        """As many messages as a file takes, the last one's number, and whether more follow."""
        found: list[dict[str, Any]] = []
        size = 0
        while True:
            rows = await self.tools.store.said_by_bot(bot.id, after=after, limit=ROWS)
            for said in rows:
                item = _item(said)
                size += len(json.dumps(item, ensure_ascii=False).encode()) + 40
                if size > FILE_BYTES and found:
                    return found, after, True
                found.append(item)
                after = said.id
            if len(rows) < ROWS:
                return found, after, False


def _item(said: Said) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": said.id,
        "at": moment(said.at),
        "chat": said.telegram_chat_id,
        "chat_name": said.chat_name,
        "role": said.role,
    }
    if said.user_id is not None:
        item |= {"user": said.user_id, "user_name": said.user_name}
    return {**item, "text": said.text}
