"""/admin chat …: write as the bot, answer instead of the model."""

from dataclasses import dataclass

from kotodom import mirroring
from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.chats import card_of, card_screen
from kotodom.admin.chats_show import title
from kotodom.admin.screen import Screen, go
from kotodom.admin.tools import Tools
from kotodom.admin.words.chats import ChatsWords
from kotodom.model import ChatType, Content
from kotodom.ports.admin.chats import ChatCard
from kotodom.reading.sent import Sent, sent
from kotodom.takeover import MINUTES, MINUTES_MAX

LONGEST = 100_000
"""Characters of what an admin may say at once: some thirty messages."""
ANSWER, QUIETLY = "answer", "quietly"


@dataclass(frozen=True)
class ChatWriting(Noun):
    """The commands by which an admin talks to people."""

    tools: Tools

    @command("chat CHAT say [TEXT…]", ChatsWords.SAY_ABOUT, reads=False)
    async def say(self, ask: Ask) -> Screen:
        """Say something as the bot: a text, or what came with the message."""
        card = await card_of(self.tools, ask)
        self._check(ask, card)
        message = sent(ask.job.raw)
        words = _words(ask.word("TEXT"), message)
        if not words.strip() and not message.file:
            return self._ask(ask, card)
        if len(words) > LONGEST:
            raise ask.refuse(ChatsWords.SAY_TOO_LONG, limit=LONGEST)
        contents = self._contents(ask, card, words, message)
        chat_id = card.chat.id
        audit = ask.audit(f"chat:{chat_id}", "say", None, f"{len(words)} characters")
        lane = await self.tools.store.say_as_admin(
            card.chat,
            contents,
            said="\n".join(filter(None, (words, message.note))),
            key=f"say:{ask.origin}",
            mirror=True,
            audit=audit,
            now=self.tools.clock.now(),
        )
        if lane is not None:
            self.tools.offer(lane)
        return await self._said(ask, card)

    @command("chat CHAT take [MINUTES]", ChatsWords.TAKE_ABOUT)
    async def take(self, ask: Ask) -> Screen:
        """Pause the model here; what is said is shown to the admin where they asked for it."""
        said = ask.word("MINUTES", str(MINUTES))
        if not said.isascii() or not said.isdigit() or not 0 < int(said) <= MINUTES_MAX:
            raise ask.refuse(ChatsWords.TAKE_MINUTES, limit=MINUTES_MAX)
        card = await card_of(self.tools, ask)
        if card.chat.id == ask.job.chat.id:
            raise ask.refuse(ChatsWords.TAKE_YOURSELF)
        self._check(ask, card)
        audit = ask.audit(f"chat:{card.chat.id}", "take", None, f"{int(said)} min")
        await self.tools.takeovers.take(
            card.chat,
            by=ask.actor.user_id,
            shown_in=ask.job.chat.id,
            minutes=int(said),
            audit=audit,
        )
        return card_screen(self.tools, ask, await card_of(self.tools, ask), ChatsWords.TAKEN)

    @command("chat CHAT give [HOW]", ChatsWords.GIVE_ABOUT)
    async def give(self, ask: Ask) -> Screen:
        """Let the model answer again, and the newest message first unless somebody has.

        ``quietly``: only what is said from now on.
        """
        how = ask.word("HOW").lower()
        if how not in ("", ANSWER, QUIETLY):
            raise ask.refuse(ChatsWords.GIVE_HOW)
        chat_id = ask.number("CHAT")
        audit = ask.audit(f"chat:{chat_id}", "give", None, how or ANSWER)
        given = await self.tools.takeovers.give(chat_id, answer=how != QUIETLY, audit=audit)
        words = ChatsWords.NOT_TAKEN
        if given is not None:
            words = ChatsWords.GIVEN if given.lane is None else ChatsWords.GIVEN_ANSWERED
        # Under what somebody wrote the button says no more: their words are to stay.
        card = await card_of(self.tools, ask)
        return card_screen(self.tools, ask, card, words, fresh=not how)

    def _check(self, ask: Ask, card: ChatCard) -> None:
        """Refuse where nobody can be written to."""
        if card.chat.type is ChatType.GUEST:
            raise ask.refuse(ChatsWords.SAY_GUEST)
        if card.chat.blocked:
            raise ask.refuse(ChatsWords.SAY_BLOCKED, who=title(ask, card.chat.id, card.chat.name))

    def _contents(self, ask: Ask, card: ChatCard, words: str, message: Sent) -> list[Content]:
        if message.file:
            if ask.job.chat.bot_id != card.chat.bot_id:
                raise ask.refuse(ChatsWords.SAY_OTHER_BOT, bot=f"@{ask.target.username}")
            typed = message.words.startswith("/")
            return [
                mirroring.copy(
                    ask.job.chat.telegram_chat_id,
                    ask.job.telegram_message_id,
                    words,
                    caption=words if typed else None,
                )
            ]
        language = card.person.language_code if card.person else ""
        contents = self.tools.composer.words(ask.target, words, language)
        if not contents:
            raise ask.refuse(ChatsWords.SAY_NOTHING)
        return list(contents)

    def _ask(self, ask: Ask, card: ChatCard) -> Screen:
        chat_id = card.chat.id
        return Screen(
            ask.say(ChatsWords.SAY_TITLE, who=title(ask, chat_id, card.chat.name)),
            (ask.say(ChatsWords.SAY_ASK, bot=ask.target.name),),
            back=f"chat {chat_id}",
            awaits=f"chat {chat_id} say",
            fresh=True,
        )

    async def _said(self, ask: Ask, card: ChatCard) -> Screen:
        chat_id = card.chat.id
        taken = await self.tools.store.taken_chat(chat_id)
        left = 0 if taken is None else taken.until - self.tools.clock.now()
        line = ask.say(ChatsWords.SAID_LIVE)
        deed = go(ask.say(ChatsWords.TAKE_LABEL), f"chat {chat_id} take")
        if left > 0:
            line = ask.say(ChatsWords.SAID_TAKEN, left=mirroring.left(ask.say, left))
            deed = go(ask.say(ChatsWords.GIVE_LABEL), f"chat {chat_id} give")
        more = go(ask.say(ChatsWords.SAY_MORE_LABEL), f"chat {chat_id} say")
        return Screen(
            ask.say(ChatsWords.SAID, who=title(ask, chat_id, card.chat.name)),
            (line,),
            buttons=((more, deed), (go(ask.say(ChatsWords.SHOW_LABEL), f"chat {chat_id}"),)),
        )


def _words(text: str, message: Sent) -> str:
    """What is to be said; the rest of a text that the client split comes with a plus before it."""
    continued = text.startswith("+ ") and not message.words.startswith(("+", "/"))
    return text[2:] if continued else text
