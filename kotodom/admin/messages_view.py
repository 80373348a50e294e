"""How messages are shown: lines of a list, one card, the progress of a retry."""

from collections.abc import Sequence

from kotodom.admin.screen import PAGE, Screen, go
from kotodom.admin.times import lasting, moment
from kotodom.admin.words.common import CommonWords
from kotodom.admin.words.messages import MessagesWords
from kotodom.clock import SECOND
from kotodom.i18n import Wording, say
from kotodom.model import Attachment, ChatType, Kind, Role, Status
from kotodom.money import dollars
from kotodom.ports.admin.messages import Bulk, BulkState, MessageCard, MessageLine
from kotodom.redaction import redact

ATTEMPTS = 8
"""Failed attempts on a card: the newest."""
ERROR = 160
"""Characters of each one's error."""
QUESTION, ANSWER = 900, 700
"""Characters of what was asked and said on a card."""
BOUND = 10_000
"""More messages than that are not counted."""
JUST_NOW = 10 * SECOND
"""Milliseconds for which something has happened just now."""
BAR = 12
"""Signs of a progress bar."""
_KINDS = {
    Kind.QUESTION: MessagesWords.KIND_QUESTION,
    Kind.COMMAND: MessagesWords.KIND_COMMAND,
    Kind.NOTICE: MessagesWords.KIND_NOTICE,
}
_SIGNS = {
    Status.TERMINAL: "❌",
    Status.FAILED: "⏳",
    Status.RECEIVED: "⏳",
    Status.PROCESSING: "⚙️",
    Status.COMPLETED: "✅",
}


class View:
    """Draws for one reader: their language, their zone, the time that it is."""

    def __init__(self, language: str, zone: str, now: int) -> None:
        self._language = language
        self._zone = zone
        self._now = now

    def say(self, words: Wording, **args: str | int) -> str:
        """A text in the reader's language."""
        return say(words, self._language, **args)

    def ago(self, at: int) -> str:
        """How long ago that was."""
        passed = self._now - at
        if passed < JUST_NOW:
            return self.say(MessagesWords.JUST_NOW)
        return self.say(MessagesWords.AGO, span=self.lasting(passed))

    def lasting(self, span: int) -> str:
        """So many milliseconds."""
        return lasting(max(0, span) / SECOND, self._language)

    def at(self, moment_: int) -> str:
        """A time, as it is in the reader's zone."""
        return moment(moment_, self._zone)

    def cause(self, code: str) -> str:
        """Why something failed, in a word."""
        return cause(code, self._language)

    # -- a list -----------------------------------------------------------------------------

    def line(self, number: int, line: MessageLine, bot: str) -> str:
        """One entry of a list; *bot* is empty when it goes without saying."""
        when = self.ago(line.at)
        if line.status in (Status.FAILED, Status.RECEIVED):
            wait = line.due - self._now
            when = self.say(MessagesWords.DUE_NOW)
            if wait > 0:
                when = self.say(MessagesWords.DUE, span=self.lasting(wait))
        about = [_SIGNS[line.status], when]
        if line.code or line.status is Status.TERMINAL:
            about.append(self.cause(line.code))
        if bot:
            about.append(bot)
        words = one_line(self.text(line.kind, line.text), 70)
        return f"{number}. {' · '.join(about)}\n{line.sender or '–'}: {words}"

    def text(self, kind: Kind, text: str) -> str:
        """What was said: of a command only its name, for the rest of it is nobody's business."""
        if kind is Kind.QUESTION:
            return redact(text) or self.say(MessagesWords.NO_TEXT)
        if kind is Kind.COMMAND and text.startswith("/"):
            return text.split()[0]
        return self.say(_KINDS[kind])

    # -- a card -----------------------------------------------------------------------------

    def card(self, card: MessageCard, bot: str, note: str = "") -> list[str]:
        """Everything about one message, the most important first."""
        lines = [note, ""] if note else []
        lines += [self._stands(card)]
        if card.blocked:
            lines.append(self.say(MessagesWords.BLOCKED))
        if card.outcome is Status.COMPLETED and card.status is not Status.COMPLETED:
            lines.append(self.say(MessagesWords.PARTS, sent=card.parts_sent, all=card.parts))
        if card.apologised:
            lines.append(self.say(MessagesWords.APOLOGISED))
        lines += ["", f"🤖 {bot} · {self._who(card)} · {self.say(_KINDS[card.kind])}"]
        lines.append(
            self.say(
                MessagesWords.CAME, at=self.at(card.received_at), ago=self.ago(card.received_at)
            )
        )
        lines += ["", f"❝ {cut(self.text(card.kind, card.text), QUESTION)} ❞"]
        lines += [f"📎 {attachment(item, self._language)}" for item in card.attachments[:10]]
        lines += ["", *self._attempts(card), *self._figures(card)]
        if card.answer:
            by_admin = card.answered_by is Role.ADMIN
            title = MessagesWords.ANSWER_BY_ADMIN if by_admin else MessagesWords.ANSWER
            lines += ["", self.say(title), cut(redact(card.answer), ANSWER)]
        return lines

    def _stands(self, card: MessageCard) -> str:
        match card.status:
            case Status.TERMINAL if card.reason == "dropped":
                return self.say(MessagesWords.STANDS_DROPPED)
            case Status.TERMINAL:
                return self.say(MessagesWords.STANDS_DEAD, why=self._why(card))
            case Status.PROCESSING:
                return self.say(MessagesWords.STANDS_WORK)
            case Status.COMPLETED:
                return self.say(MessagesWords.STANDS_DONE)
            case _ if card.outcome is not None:
                return self.say(MessagesWords.DELIVERING)
            case _ if card.not_before > self._now:
                return self.say(
                    MessagesWords.STANDS_FAILED,
                    span=self.lasting(card.not_before - self._now),
                    why=self.cause(card.code) if card.code else "–",
                )
            case _:
                return self.say(MessagesWords.STANDS_READY)

    def _why(self, card: MessageCard) -> str:
        """Why it ended: the cause in the reader's language, then in the error's own words."""
        told = one_line(redact(card.reason).removeprefix(f"{card.code}: "), 200)
        return f"{self.cause(card.code)}: {told}" if told else self.cause(card.code)

    def _who(self, card: MessageCard) -> str:
        if card.sender is None:
            name = self.say(MessagesWords.NOBODY)
        else:
            handle = f"@{card.sender.username}, " if card.sender.username else ""
            name = f"{card.sender.full_name or '–'} ({handle}{card.sender.id})"
        if card.chat is None or card.chat.type is ChatType.PRIVATE:
            return f"👤 {name}"
        return f"👤 {name} · 💬 {card.chat.name or card.chat.telegram_chat_id}"

    def _attempts(self, card: MessageCard) -> list[str]:
        lines = []
        if card.failed:
            lines.append(self.say(MessagesWords.ATTEMPTS, count=len(card.failed)))
        for item in card.failed[-ATTEMPTS:]:
            took = ""
            if item.began_at is not None and item.at >= item.began_at:
                took = f" (+{self.lasting(item.at - item.began_at)})"
            lines.append(f"{item.number}. {self.at(item.at)}{took} {self.cause(item.code)}")
            lines.append(f"   {one_line(redact(item.message), ERROR)}")
        if card.crashes:
            lines.append(self.say(MessagesWords.CRASHES, count=card.crashes))
        return lines

    def _figures(self, card: MessageCard) -> list[str]:
        spans = []
        began, written = card.claimed_at, card.generated_at
        if began is not None:
            spans.append((MessagesWords.TIMES_WAITED, began - card.received_at))
            if card.first_token_at is not None:
                spans.append((MessagesWords.TIMES_FIRST, card.first_token_at - began))
            if written is not None and card.model:
                spans.append((MessagesWords.TIMES_WRITTEN, written - began))
        if written is not None and card.sent_at is not None:
            spans.append((MessagesWords.TIMES_SENT, card.sent_at - written))
        times = [self.say(words, span=self.lasting(span)) for words, span in spans if span >= 0]
        lines = [f"⏱ {', '.join(times)}"] if times else []
        if card.wanted_model and card.status is not Status.COMPLETED:
            lines.append(self.say(MessagesWords.WANTED, model=card.wanted_model))
        if card.model:
            unknown = self.say(MessagesWords.COST_UNKNOWN)
            lines.append(
                self.say(
                    MessagesWords.COST,
                    model=card.model,
                    input=card.tokens_input,
                    output=card.tokens_output,
                    cost=unknown if card.cost is None else dollars(card.cost),
                )
            )
        return lines

    # -- a retry of many ----------------------------------------------------------------------

    def bulk(self, bulk: Bulk, bots: Sequence[str]) -> Screen:
        """A retry as it stands; *bots* are the names of those that it is limited to."""
        why = self.say(MessagesWords.BULK_ANY)
        if bulk.code:
            why = f"{self.cause(bulk.code)} ({bulk.code})"
        lines = [self.say(MessagesWords.BULK_WHY, why=why)]
        if bots:
            lines.append(self.say(MessagesWords.BULK_OF, name=", ".join(bots)))
        span = {"from": self.at(bulk.since), "to": self.at(bulk.upto)}
        lines += [self.say(MessagesWords.BULK_SPAN, **span), ""]
        here = f"retry {bulk.id}"
        cancel = go(self.say(MessagesWords.BULK_STOP), f"{here} cancel")
        title = self.say(MessagesWords.BULK_TITLE)
        if bulk.state is BulkState.DRAFT:
            return self._draft(bulk, title, lines)
        lines += [progress(bulk), self.result(bulk), "", self._state(bulk)]
        if bulk.state is BulkState.RUNNING:
            return Screen(title, tuple(lines), buttons=((cancel,),), back="messages", refresh=here)
        dead = go(self.say(MessagesWords.BULK_FAILED_LABEL), "messages")
        return Screen(title, tuple(lines), buttons=((dead,),), back="retries", refresh=here)

    def result(self, bulk: Bulk) -> str:
        """What has become of them, in a sentence."""
        return self.say(
            MessagesWords.BULK_RESULT,
            reopened=bulk.reopened,
            answered=bulk.answered,
            failed=bulk.failed,
            waiting=bulk.waiting,
        )

    def news(self, bulk: Bulk) -> Screen:
        """The result for somebody who has turned to other things."""
        show = go(self.say(MessagesWords.BULK_SHOW), f"retry {bulk.id}")
        return Screen(self.say(MessagesWords.BULK_TITLE), (self.result(bulk),), buttons=((show,),))

    def _draft(self, bulk: Bulk, title: str, lines: Sequence[str]) -> Screen:
        if not bulk.total:
            nothing = self.say(MessagesWords.BULK_NOTHING)
            return Screen(title, (*lines, nothing), back="messages causes")
        bounded = bulk.total >= BOUND
        count = MessagesWords.BULK_COUNT_BOUND if bounded else MessagesWords.BULK_COUNT
        told = (self.say(count, count=bulk.total), "", self.say(MessagesWords.BULK_HINT))
        yes = go(self.say(MessagesWords.BULK_YES, count=bulk.total), f"retry {bulk.id} start")
        no = go(self.say(CommonWords.CANCEL), f"retry {bulk.id} cancel")
        return Screen(title, (*lines, *told), buttons=((yes, no),), back="messages causes")

    def _state(self, bulk: Bulk) -> str:
        match bulk.state:
            case BulkState.DONE:
                return self.say(MessagesWords.BULK_DONE)
            case BulkState.CANCELLED if bulk.started_at is None:
                return self.say(CommonWords.CANCELLED)
            case BulkState.CANCELLED:
                return self.say(MessagesWords.BULK_CANCELLED)
            case _:
                return self.say(MessagesWords.BULK_RUNNING)


def cause(code: str, language: str) -> str:
    """Why something failed, in a word or two."""
    if not code:
        return say(MessagesWords.UNREADABLE, language)
    return say(MessagesWords.CAUSE, language, code=code)


def progress(bulk: Bulk) -> str:
    """A bar of what has ended."""
    ended = bulk.answered + bulk.failed
    share = min(1.0, ended / max(bulk.total, bulk.reopened, 1))
    if bulk.state is BulkState.DONE and not bulk.waiting:
        share = 1.0
    full = int(share * BAR)
    return f"{'▓' * full}{'░' * (BAR - full)} {int(share * 100)} %"


def attachment(item: Attachment, language: str) -> str:
    """A file in a few words."""
    about = [item.name or item.kind.value]
    if item.duration:
        about.append(lasting(item.duration, language))
    if item.size:
        about.append(f"{max(1, item.size // 1000)} kB")
    return " · ".join(about)


def cut(text: str, length: int) -> str:
    """The beginning of a text, with a sign where something is left out."""
    text = text.strip()
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def one_line(text: str, length: int) -> str:
    """The same in one line."""
    return cut(" ".join(text.split()), length)


def page_of(page: int) -> int:
    """How many entries come before that page."""
    return (page - 1) * PAGE
