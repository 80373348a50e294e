"""/admin chats: lists, search, one conversation and what was said in it."""

from dataclasses import dataclass

from kotodom.admin import chats_show as show
from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.screen import PAGE, Screen, columns, go, pages
from kotodom.admin.times import moment
from kotodom.admin.tools import Tools
from kotodom.admin.words.chats import ChatsWords
from kotodom.admin.words.common import CommonWords
from kotodom.model import Button, Buttons, ChatType
from kotodom.ports.admin.chats import ChatCard, ChatEntry, Page
from kotodom.settings import TIMEZONE

FOUND = 6
"""Conversations that one step of a search shows, by names and by texts each."""


@dataclass(frozen=True)
class Chats(Noun):
    """The commands that look at conversations."""

    tools: Tools

    @command("chats [PAGE]", ChatsWords.ABOUT)
    async def recent(self, ask: Ask) -> Screen:
        """Those of the giver's bots, the newest activity first."""
        return await self._recent(ask, self._bots(ask), "chats", "")

    @command("bot BOT chats [PAGE]", ChatsWords.ABOUT)
    async def of_bot(self, ask: Ask) -> Screen:
        """Those of one bot."""
        bot = ask.target.id
        inbox = go(ask.say(ChatsWords.INBOX_LABEL), f"bot {bot} inbox")
        return await self._recent(ask, [bot], f"bot {bot} chats", f"bot {bot}", inbox)

    async def _recent(
        self, ask: Ask, bots: list[int], here: str, back: str, *more: Button
    ) -> Screen:
        found = await self.tools.store.list_chats(
            bots, offset=(ask.page - 1) * PAGE, limit=PAGE + 1
        )
        entries = found[:PAGE]
        lines = [self._lines(ask, entry) for entry in entries]
        return Screen(
            ask.say(ChatsWords.TITLE),
            tuple(lines) or (ask.say(ChatsWords.EMPTY),),
            buttons=(
                *_doors(ask, entries),
                *pages(here, ask.page, len(found) > PAGE),
                (go(ask.say(ChatsWords.FIND_LABEL), "chats find"), *more),
            ),
            back=back,
            refresh=f"{here} {ask.page}",
        )

    @command("chats find [TEXT…]", ChatsWords.FIND_ABOUT)
    async def find(self, ask: Ask) -> Screen:
        """By name, @username, id, or what was said; the newest part of everything first."""
        text = ask.word("TEXT").strip()
        if not text:
            return Screen(
                ask.say(ChatsWords.FIND_ASK),
                (ask.say(ChatsWords.FIND_HINT),),
                back="chats",
                awaits="chats find",
            )
        return await self._search(ask, text, ask.job.id, names=0, texts=0)

    @command("chats further ENTRY NUMBER PAGE", ChatsWords.FURTHER_ABOUT)
    async def further(self, ask: Ask) -> Screen:
        """The next step of the search that the command ENTRY began.

        NUMBER and PAGE are where it goes on among names and among texts; 1 is their end.
        """
        search = ask.number("ENTRY")
        words = await self.tools.store.asked_words(search, ask.actor.user_id)
        text = (words or "").partition("find")[2].strip()
        if not text:
            raise ask.refuse(ChatsWords.SEARCH_GONE)
        return await self._search(
            ask, text, search, names=ask.number("NUMBER"), texts=ask.number("PAGE")
        )

    async def _search(self, ask: Ask, text: str, search: int, *, names: int, texts: int) -> Screen:
        bots, store = self._bots(ask), self.tools.store
        done = Page([], 0)
        named = (
            done if names == 1 else await store.find_chats(bots, text, before=names, limit=FOUND)
        )
        said = done if texts == 1 else await store.find_said(bots, text, before=texts, limit=FOUND)
        known = {entry.id for entry in named.found}
        by_words = [entry for entry in said.found if entry.id not in known]
        lines: list[str] = []
        for heading, entries in (
            (ChatsWords.FOUND_NAMES, named.found),
            (ChatsWords.FOUND_SAID, by_words),
        ):
            if entries:
                lines += [ask.say(heading), *(self._lines(ask, entry) for entry in entries), ""]
        more = bool(named.further or said.further)
        if not lines:
            lines = [ask.say(ChatsWords.FOUND_NONE_YET if more else ChatsWords.FOUND_NONE)]
        buttons = _doors(ask, [*named.found, *by_words])
        if more:
            place = f"{named.further or 1} {said.further or 1}"
            label = ask.say(ChatsWords.FURTHER_LABEL)
            buttons += ((go(label, f"chats further {search} {place}"),),)
        buttons += ((go(ask.say(ChatsWords.FIND_LABEL), "chats find"),),)
        return Screen(
            ask.say(ChatsWords.FOUND_TITLE, text=text[:60]),
            tuple(lines),
            buttons=buttons,
            back="chats",
        )

    @command("chat CHAT", ChatsWords.CHAT_ABOUT)
    async def chat(self, ask: Ask) -> Screen:
        """One conversation, with everything that can be done about it."""
        card = await card_of(self.tools, ask)
        return card_screen(self.tools, ask, card)

    @command("chat CHAT history [PAGE]", ChatsWords.HISTORY_ABOUT)
    async def history(self, ask: Ask) -> Screen:
        """What was said, the newest at the end of the first page."""
        chat_id = ask.number("CHAT")
        card = await card_of(self.tools, ask)
        found = await self.tools.store.chat_said(
            chat_id, offset=(ask.page - 1) * PAGE, limit=PAGE + 1
        )
        here, bot = found[:PAGE][::-1], ask.target.name
        rows = [said for said in here if said.status is not None and show.state(ask, said)]
        looks = [
            go(f"{show.sign(said)} {moment(said.at, self._zone)}", f"message {said.row_id}")
            for said in rows
        ]
        return Screen(
            ask.say(ChatsWords.HISTORY_TITLE, who=show.title(ask, chat_id, card.chat.name)),
            tuple(show.said_lines(ask, said, bot, self._zone) for said in here)
            or (ask.say(ChatsWords.HISTORY_EMPTY),),
            buttons=(
                *columns(looks, 1),
                *pages(f"chat {chat_id} history", ask.page, len(found) > PAGE),
            ),
            back=f"chat {chat_id}",
            refresh=f"chat {chat_id} history {ask.page}",
        )

    @command("chat CHAT forget [CONFIRM]", ChatsWords.FORGET_ABOUT)
    async def forget(self, ask: Ask) -> Screen:
        """The model begins anew, as with /refresh; asks before."""
        chat_id = ask.number("CHAT")
        card = await card_of(self.tools, ask)
        if ask.word("CONFIRM").lower() != "yes":
            question = ask.say(ChatsWords.FORGET_ASK, who=show.title(ask, chat_id, card.chat.name))
            yes = go(ask.say(ChatsWords.FORGET_YES), f"chat {chat_id} forget yes")
            return Screen(
                ask.say(ChatsWords.FORGET_LABEL),
                (question,),
                buttons=((yes,),),
                back=f"chat {chat_id}",
            )
        await self.tools.store.forget_chat(
            chat_id,
            ask.job.id,
            ask.audit(f"chat:{chat_id}", "history_from"),
            self.tools.clock.now(),
        )
        return card_screen(self.tools, ask, card, ChatsWords.FORGOTTEN)

    @command("chat CHAT model [MODEL]", ChatsWords.MODEL_ABOUT)
    async def model(self, ask: Ask) -> Screen:
        """Choose which of the bot's models answers here."""
        chat_id, bot = ask.number("CHAT"), ask.target
        card = await card_of(self.tools, ask)
        now = self.tools.registry.model_of(bot, card.chat.model)
        wanted = ask.word("MODEL")
        if not wanted:
            if not bot.models:
                raise ask.refuse(ChatsWords.MODEL_NONE)
            choices = [go(model, f"chat {chat_id} model {model}") for model in bot.models]
            choices.append(go(ask.say(ChatsWords.DEFAULT_LABEL), f"chat {chat_id} model default"))
            words = ask.say(ChatsWords.MODEL_NOW, model=now)
            return Screen(
                ask.say(ChatsWords.MODEL_LABEL),
                (words,),
                buttons=columns(choices),
                back=f"chat {chat_id}",
            )
        chosen = "" if wanted == "default" else wanted
        if chosen and chosen not in bot.models:
            offered = ", ".join(bot.models) or "–"
            raise ask.refuse(ChatsWords.MODEL_UNKNOWN, model=wanted, models=offered)
        audit = ask.audit(f"chat:{chat_id}", "model", card.chat.model, chosen)
        await self.tools.store.choose_chat_model(chat_id, chosen, audit, self.tools.clock.now())
        return card_screen(self.tools, ask, await card_of(self.tools, ask))

    def _lines(self, ask: Ask, entry: ChatEntry) -> str:
        bot = self.tools.registry.find(entry.bot_id)
        return show.entry_lines(ask, entry, bot.name if bot else "?", self.tools.clock.now())

    def _bots(self, ask: Ask) -> list[int]:
        return [bot.id for bot in self.tools.registry.all() if ask.sees(bot)]

    @property
    def _zone(self) -> str:
        return self.tools.settings.get(TIMEZONE)


async def card_of(tools: Tools, ask: Ask) -> ChatCard:
    """The conversation that a command is about."""
    card = await tools.store.chat_card(ask.number("CHAT"))
    if card is None:
        raise ask.refuse(CommonWords.NOT_FOUND, what=ask.word("CHAT"))
    return card


def card_screen(
    tools: Tools, ask: Ask, card: ChatCard, *first: ChatsWords, fresh: bool = False
) -> Screen:
    """A conversation's screen; *first* are words about what was just done."""
    now, bot, chat = tools.clock.now(), ask.target, card.chat
    name = show.title(ask, chat.id, chat.name)
    model = tools.registry.model_of(bot, chat.model)
    zone = tools.settings.get(TIMEZONE)
    lines = [line for words in first for line in (ask.say(words, who=name), "")]
    lines += show.card_lines(ask, card, bot.name, model, now, zone)
    return Screen(
        name,
        tuple(lines),
        buttons=_deeds(ask, card, now),
        back="chats",
        refresh=f"chat {chat.id}",
        fresh=fresh,
    )


def _deeds(ask: Ask, card: ChatCard, now: int) -> Buttons:
    chat = card.chat

    def deed(label: ChatsWords, words: str, **args: int) -> Button:
        return go(ask.say(label, **args), f"chat {chat.id} {words}")

    first = [deed(ChatsWords.HISTORY_LABEL, "history")]
    second = []
    if chat.type is not ChatType.GUEST:
        first.append(deed(ChatsWords.SAY_LABEL, "say"))
        if card.taken_until > now:
            second = [
                deed(ChatsWords.GIVE_LABEL, "give answer"),
                deed(ChatsWords.GIVE_QUIETLY_LABEL, "give quietly"),
            ]
        else:
            second = [
                deed(ChatsWords.TAKE_LABEL, "take"),
                deed(ChatsWords.TAKE_HOURS_LABEL, "take 240", hours=4),
            ]
    rest = [
        deed(ChatsWords.MODEL_LABEL, "model"),
        deed(ChatsWords.FORGET_LABEL, "forget"),
        deed(ChatsWords.EXPORT_LABEL, "export"),
    ]
    if card.person is not None:
        person = f"bot {chat.bot_id} person {card.person.id}"
        rest.append(go(ask.say(ChatsWords.PERSON_LABEL), person))
    rest.append(deed(ChatsWords.LIMITS_LABEL, "limits"))
    return (tuple(first), *((tuple(second),) if second else ()), *columns(rest))


def _doors(ask: Ask, entries: list[ChatEntry]) -> Buttons:
    return columns(
        [go(show.entry_title(ask, entry), f"chat {entry.id}") for entry in entries[:PAGE]]
    )
