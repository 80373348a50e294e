"""/admin message: one message with all there is of it, and what can be done about it."""

from kotodom import text
from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.messages_view import View, cut
from kotodom.admin.screen import Screen, columns, go
from kotodom.admin.words.common import CommonWords
from kotodom.admin.words.messages import MessagesWords
from kotodom.i18n import Wording
from kotodom.model import Button, ChatType, Content, Kind, Status
from kotodom.money import has_price
from kotodom.ports.admin.messages import Change, MessageCard
from kotodom.settings import TIMEZONE
from kotodom.text.units import visible
from kotodom.wording import apology

MODEL = 100
"""Characters of a model's name."""
ASKED = 500
"""Characters of the question over the answer to it."""
OFFERED = 20
"""Models to choose from."""
_WAITS = (Status.RECEIVED, Status.FAILED)


class MessageCommands(Noun):
    """The commands about one message."""

    @command("message MESSAGE", MessagesWords.CARD_ABOUT)
    async def card(self, ask: Ask) -> Screen:
        """All there is of it."""
        return await self._show(ask)

    @command("message MESSAGE retry [MODEL]", MessagesWords.RETRY_ABOUT)
    async def retry(self, ask: Ask) -> Screen:
        """Try it again at once."""
        card = await self._card(ask)
        model = ask.word("MODEL")[:MODEL]
        entry = ask.audit(f"message:{card.id}", "retry", card.status, model or None)
        change, lane = await self.tools.store.retry_message(
            card.id, model=model, entry=entry, now=self.tools.clock.now()
        )
        if lane is not None:
            self.tools.offer(lane)
        done = change is Change.DONE
        return await self._show(ask, MessagesWords.RETRIED if done else MessagesWords.NOT_SO)

    @command("message MESSAGE models", MessagesWords.MODELS_ABOUT)
    async def models(self, ask: Ask) -> Screen:
        """The models to choose from; any other may be written."""
        card = await self._card(ask)
        bot, prices = ask.target, self.tools.prices
        own = (*bot.models, self.tools.registry.model_of(bot), bot.fallback_model)
        # Those that only listen cannot answer.
        names = dict.fromkeys((*own, *(name for name in prices if has_price(name, prices))))
        names.pop("", None)
        buttons = [go(name, f"message {card.id} retry {name}") for name in list(names)[:OFFERED]]
        return Screen(
            ask.say(MessagesWords.MODELS_TITLE, id=str(card.id)),
            (ask.say(MessagesWords.MODELS_HINT),),
            buttons=columns(buttons, 2),
            back=f"message {card.id}",
            awaits=f"message {card.id} retry",
        )

    @command("message MESSAGE answer [TEXT…]", MessagesWords.ANSWER_ABOUT)
    async def answer(self, ask: Ask) -> Screen:
        """Say what the bot should have said."""
        card = await self._card(ask)
        words = ask.word("TEXT")
        if not words:
            if not _answerable(card):
                return await self._show(ask, MessagesWords.NOT_SO)
            return Screen(
                ask.say(MessagesWords.ANSWER_TITLE, id=str(card.id)),
                (
                    f"❝ {cut(self._view(ask).text(card.kind, card.text), ASKED)} ❞",
                    "",
                    ask.say(MessagesWords.ANSWER_HINT),
                ),
                back=f"message {card.id}",
                refresh=f"message {card.id} answer",
                awaits=f"message {card.id} answer",
            )
        contents = _contents(card, words)
        if not contents:
            raise ask.refuse(MessagesWords.ANSWER_EMPTY)
        # Not the words: the audit log outlives what people want forgotten.
        entry = ask.audit(f"message:{card.id}", "answer", card.status, f"{len(words)} characters")
        change, lane = await self.tools.store.answer_message(
            card.id, words, contents, entry=entry, now=self.tools.clock.now()
        )
        if lane is not None:
            self.tools.offer(lane)
        done = change is Change.DONE
        return await self._show(ask, MessagesWords.ANSWERED if done else MessagesWords.NOT_SO)

    @command("message MESSAGE drop", MessagesWords.DROP_ABOUT)
    async def drop(self, ask: Ask) -> Screen:
        """Give it up."""
        card = await self._card(ask)
        entry = ask.audit(f"message:{card.id}", "drop", card.status, "dropped")
        change, lane = await self.tools.store.drop_message(
            card.id,
            text.plain(apology(ask.target, card.language)),
            entry=entry,
            now=self.tools.clock.now(),
        )
        if lane is not None:
            self.tools.offer(lane)
        if change is Change.STALE:
            return await self._show(ask, MessagesWords.NOT_SO)
        after = await self._card(ask)
        told = after.apologised or after.status is not Status.TERMINAL
        silent = card.apologised or not told
        return await self._show(
            ask, MessagesWords.DROPPED_SILENTLY if silent else MessagesWords.DROPPED
        )

    async def _card(self, ask: Ask) -> MessageCard:
        card: MessageCard | None = await self.tools.store.message_card(ask.number("MESSAGE"))
        if card is None:
            raise ask.refuse(CommonWords.NOT_FOUND, what=ask.word("MESSAGE"))
        return card

    def _view(self, ask: Ask) -> View:
        return View(ask.language, self.tools.settings.get(TIMEZONE), self.tools.clock.now())

    async def _show(self, ask: Ask, note: Wording | None = None) -> Screen:
        card = await self._card(ask)
        view = self._view(ask)
        said = ask.say(note) if note is not None else ""
        return Screen(
            ask.say(MessagesWords.CARD_TITLE, id=str(card.id)),
            tuple(view.card(card, ask.target.name, said)),
            buttons=columns(_buttons(ask, card), 2),
            back="messages",
            refresh=f"message {card.id}",
        )


def _buttons(ask: Ask, card: MessageCard) -> list[Button]:
    """What makes sense for it. A reply to the card is the answer: its button comes first."""
    here, found = f"message {card.id}", []

    def offer(words: Wording, what: str) -> None:
        found.append(go(ask.say(words), f"{here} {what}"))

    if _answerable(card):
        offer(MessagesWords.ANSWER_LABEL, "answer")
    if card.chat is not None:
        if card.status is Status.TERMINAL:
            if card.outcome is Status.COMPLETED:
                offer(MessagesWords.RESEND_LABEL, "retry")
            elif card.kind is Kind.QUESTION:
                offer(MessagesWords.RETRY_LABEL, "retry")
        elif card.status in _WAITS:
            offer(MessagesWords.RETRY_NOW_LABEL, "retry")
        if _answerable(card):
            offer(MessagesWords.MODELS_LABEL, "models")
    if card.status is Status.TERMINAL and card.reason != "dropped":
        silent = card.apologised or card.kind is not Kind.QUESTION
        label = MessagesWords.DROP_SILENTLY_LABEL if silent else MessagesWords.DROP_LABEL
        offer(label, "drop")
    elif _answerable(card) and card.status in _WAITS and not card.apologised:
        offer(MessagesWords.DROP_LABEL, "drop")
    if card.chat is not None:
        found.append(go(ask.say(MessagesWords.CHAT_LABEL), f"chat {card.chat.id}"))
    return found


def _answerable(card: MessageCard) -> bool:
    """Whether it is a question that still has no answer and is not being answered now."""
    if card.kind is not Kind.QUESTION or card.chat is None:
        return False
    waits = card.status in _WAITS and card.outcome is None
    return waits or card.status is Status.TERMINAL


def _contents(card: MessageCard, words: str) -> list[Content]:
    """The messages that an admin's answer becomes: a guest gets one."""
    contents = list(text.plain(words)) if visible(words) else []
    guest = card.chat is not None and card.chat.type is ChatType.GUEST
    return contents[:1] if guest else contents
