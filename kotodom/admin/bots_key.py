"""A provider key that one bot has for itself: pasted, tested, sealed, never shown again."""

import re
from dataclasses import replace

from kotodom.admin.ask import Ask, command
from kotodom.admin.bots_base import BotsNoun
from kotodom.admin.bots_tokens import MASKED
from kotodom.admin.masking import OFF
from kotodom.admin.screen import Screen, go
from kotodom.admin.words.bots import BotsWords
from kotodom.errors import ErrorKind, ProviderError, RequestRefused, SealBroken
from kotodom.model import Bot, Button, Done, Question
from kotodom.questions import opaque
from kotodom.redaction import remember
from kotodom.sealing import HIDDEN, SEALED
from kotodom.vitals import PROBE, PROBE_TOKENS

_USABLE = re.compile(r"[!-~]{1,1000}")
"""What a request can carry as a key."""


class BotsKey(BotsNoun):
    """The command that takes a key."""

    @command("bot BOT key [KEY…]", BotsWords.KEY_ABOUT, reads=False)
    async def key(self, ask: Ask) -> Screen:
        """Give a bot a provider key of its own, or take it back."""
        bot, said = ask.target, ask.word("KEY")
        if not said:
            return self._form(ask, bot)
        if said.casefold() == OFF:
            self.refuse_configured(ask, bot, "api_key")
            return await self._keep(ask, bot, "", BotsWords.KEY_TAKEN)
        note = await self.wipe(ask)
        self.refuse_configured(ask, bot, "api_key")
        key = self._given(ask, said)
        remember([key])
        await self._test(ask, bot, key)
        return await self._keep(ask, bot, key, BotsWords.KEY_SAVED, note)

    def _form(self, ask: Ask, bot: Bot) -> Screen:
        """Whose key it uses, and how that is changed."""
        own, mine = bool(bot.api_key), "api_key" not in bot.configured
        lines = [ask.say(BotsWords.KEY_OWN if own else BotsWords.KEY_SHARED)]
        buttons: tuple[tuple[Button, ...], ...] = ()
        if not mine:
            lines += ["", ask.say(BotsWords.CONFIGURED, name=bot.name, field="api_key")]
        else:
            lines += ["", ask.say(BotsWords.KEY_HOW)]
            if own:
                buttons = ((go(ask.say(BotsWords.KEY_OFF_LABEL), f"bot {bot.id} key {OFF}"),),)
        return Screen(
            ask.say(BotsWords.KEY_TITLE, name=bot.name),
            tuple(lines),
            buttons=buttons,
            back=f"bot {bot.id}",
            refresh=f"bot {bot.id} key",
            awaits=f"bot {bot.id} key" if mine else "",
        )

    def _given(self, ask: Ask, said: str) -> str:
        """The key in what was sent, which was sealed as it came in."""
        found = SEALED.search(said)
        try:
            if found is None and HIDDEN in said:
                self.tools.sealer.seal("")  # says why that one could not be
            key = self.tools.sealer.open(found[0]) if found else ""
        except SealBroken as error:
            raise ask.refuse(BotsWords.KEY_UNKEPT, why=str(error)) from None
        if not _USABLE.fullmatch(key):
            raise ask.refuse(BotsWords.KEY_NOT_THERE)
        return key

    async def _test(self, ask: Ask, bot: Bot, key: str) -> None:
        """Ask the bot's model one tiny question with it; raises Refused when that will not do."""
        who = opaque("probe", bot.telegram_id)
        question = Question(
            model=self.tools.registry.model_of(bot),
            instructions="",
            turns=(),
            text=PROBE,
            user_key=who,
            cache_key=who,
            max_output_tokens=PROBE_TOKENS,
            api_key=key,
        )
        try:
            async for event in self.tools.provider.stream(question):
                if isinstance(event, Done):
                    return
        except RequestRefused:
            return  # the question is not to its taste, but the key was taken
        except ProviderError as error:
            passing = error.kind is ErrorKind.RETRYABLE
            words = BotsWords.KEY_UNTESTED if passing else BotsWords.KEY_BAD
            raise ask.refuse(words, why=str(error).rstrip(".")) from None

    async def _keep(self, ask: Ask, bot: Bot, key: str, words: BotsWords, note: str = "") -> Screen:
        """Store it, and use it from now on; an empty one is none."""
        tools = self.tools
        try:
            sealed = tools.sealer.seal(key) if key else ""
        except SealBroken as error:
            raise ask.refuse(BotsWords.KEY_UNKEPT, why=str(error)) from None
        before, after = (MASKED if one else None for one in (bot.api_key, key))
        entry = ask.audit(f"bot:{bot.id}", "api_key", before, after)
        await tools.store.change_bot(bot.id, "api_key", sealed, entry, tools.clock.now())
        now = self.known(ask, bot)
        # What was wrong with the old one is over; a token that cannot be opened is not.
        over = now.token and now.error.startswith((SealBroken.code, "provider"))
        tools.registry.put(replace(now, api_key=key, error="" if over else now.error))
        if over:
            await tools.store.set_bot_error(bot.id, "")
        lines = (ask.say(words, name=bot.name), *([note] if note else []))
        title = ask.say(BotsWords.KEY_TITLE, name=bot.name)
        return Screen(title, lines, back=f"bot {bot.id}")
