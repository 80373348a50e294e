"""How a conversation and what was said in it look on a screen: pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kotodom import mirroring
from kotodom.admin.ask import Ask
from kotodom.admin.times import moment
from kotodom.admin.words.chats import ChatsWords
from kotodom.admin.words.common import CommonWords
from kotodom.clock import SECOND
from kotodom.model import ChatType, Role, Status
from kotodom.money import dollars
from kotodom.ports.admin.chats import ChatCard, ChatEntry, Said
from kotodom.reading.words import cut, name_of, speaker

MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
PREVIEW = 70
"""Characters of what was said last, in a list."""
TEXT = 300
"""Characters of a message on a page of the history: eight fit on a screen."""
_SIGNS = {
    Status.RECEIVED: "⏳",
    Status.PROCESSING: "⚙️",
    Status.FAILED: "⏳",
    Status.TERMINAL: "❌",
    Status.COMPLETED: "✅",
}
REASON = 80
"""Characters of why a message was not answered."""


def clock(at: int, zone: str) -> str:
    """A time of the day, in that zone."""
    known = UTC if zone == "UTC" else ZoneInfo(zone)
    return datetime.fromtimestamp(at / SECOND, known).strftime("%H:%M %Z")


def ago(ask: Ask, at: int, now: int) -> str:
    """How long ago that was."""
    passed = now - at
    if at <= 0:
        return ask.say(CommonWords.NEVER)
    if passed < MINUTE:
        return ask.say(ChatsWords.JUST_NOW)
    if passed < 2 * HOUR:
        return ask.say(ChatsWords.MINUTES, minutes=passed // MINUTE)
    if passed < 2 * DAY:
        return ask.say(ChatsWords.HOURS, hours=passed // HOUR)
    return ask.say(ChatsWords.DAYS, days=passed // DAY)


def title(ask: Ask, chat_id: int, name: str) -> str:
    """What a conversation is called."""
    return name_of(name) or ask.say(ChatsWords.NAMELESS, id=f"#{chat_id}")


def entry_title(ask: Ask, entry: ChatEntry) -> str:
    """The same for one in a list, with the person's handle."""
    mark = "👥 " if entry.type is not ChatType.PRIVATE else ""
    handle = f" @{entry.username}" if entry.username else ""
    return f"{mark}{title(ask, entry.id, entry.name)}{handle}"


def entry_lines(ask: Ask, entry: ChatEntry, bot: str, now: int) -> str:
    """A conversation in a list: who, with which bot, how long ago, what was said last."""
    taken = " · ✋" if entry.taken_until > now else ""
    head = f"{entry_title(ask, entry)} · {bot} · {ago(ask, entry.last_at, now)}{taken}"
    said = cut(" ".join(entry.said.split()), PREVIEW)
    return f"{head}\n   {said}" if said else head


def card_lines(ask: Ask, card: ChatCard, bot: str, model: str, now: int, zone: str) -> list[str]:
    """All about a conversation, a line each."""
    chat = card.chat
    lines = []
    if card.taken_until > now:
        left = mirroring.left(ask.say, card.taken_until - now)
        until = clock(card.taken_until, zone)
        yours = card.taken_by == ask.actor.user_id
        words = ChatsWords.CARD_TAKEN_BY_YOU if yours else ChatsWords.CARD_TAKEN
        by = {} if yours else {"who": name_of(card.taken_by_name) or f"id {card.taken_by}"}
        lines += [ask.say(words, left=left, until=until, **by), ""]
    kind = {ChatType.PRIVATE: ChatsWords.TYPE_PRIVATE, ChatType.GUEST: ChatsWords.TYPE_GUEST}
    type_ = ask.say(kind.get(chat.type, ChatsWords.TYPE_GROUP))
    lines.append(ask.say(ChatsWords.CARD_BOT, bot=bot, type=type_))
    if card.person is not None:
        person = speaker(card.person)
        lines.append(ask.say(ChatsWords.CARD_PERSON, who=person, id=str(card.person.id)))
    else:
        lines.append(ask.say(ChatsWords.CARD_GROUP, id=str(chat.telegram_chat_id)))
    lines.append(ask.say(ChatsWords.CARD_LAST, when=ago(ask, card.last_at, now)))
    many = card.messages > 1_000
    words = ChatsWords.CARD_MANY if many else ChatsWords.CARD_MESSAGES
    lines.append(ask.say(words, messages=1_000 if many else card.messages))
    lines.append(_cost(ask, card))
    lines.append(ask.say(ChatsWords.CARD_MODEL, model=model))
    if card.blocked_at is not None:
        lines.append(ask.say(ChatsWords.CARD_BLOCKED, when=moment(card.blocked_at, zone)))
    return lines


def _cost(ask: Ask, card: ChatCard) -> str:
    cost = dollars(card.cost)
    if card.unpriced:
        return ask.say(ChatsWords.CARD_UNPRICED, cost=cost, calls=card.unpriced)
    return ask.say(ChatsWords.CARD_COST, cost=cost)


def said_lines(ask: Ask, said: Said, bot: str, zone: str) -> str:
    """One message of the history: when, who, what, with which files; and what came of it."""
    head = heading(ask, said, bot, zone)
    words = cut(said.text.strip(), TEXT)
    files = mirroring.files(ask.say, said.attachments)
    return "\n".join(filter(None, [head, words, *files, state(ask, said)])) + "\n"


def heading(ask: Ask, said: Said, bot: str, zone: str) -> str:
    """When it was said, and by whom."""
    return f"{moment(said.at, zone)} · {_speaker(ask, said, bot)}"


def sign(said: Said) -> str:
    """How a question stands, as everywhere in /admin."""
    return _SIGNS.get(said.status, "") if said.status is not None else ""


def state(ask: Ask, said: Said) -> str:
    """What became of a question, or what an answer cost; empty when there is nothing to say."""
    reason = cut(" ".join(said.reason.split()), REASON)
    if said.role is Role.ASSISTANT:
        cost = ask.say(ChatsWords.UNPRICED) if said.cost is None else dollars(said.cost)
        tokens = ask.say(ChatsWords.TOKENS, tokens=said.tokens)
        return f"   {said.model} · {tokens} · {cost}"
    match said.status:
        case Status.RECEIVED:
            return f"   {ask.say(ChatsWords.WAITS)}"
        case Status.PROCESSING:
            return f"   {ask.say(ChatsWords.IN_WORK)}"
        case Status.FAILED:
            return f"   {ask.say(ChatsWords.TRIES_AGAIN, reason=reason)}"
        case Status.TERMINAL:
            by_admin = said.role is Role.ADMIN
            words = ChatsWords.UNDELIVERED if by_admin else ChatsWords.FAILED
            return f"   {ask.say(words, reason=reason)}"
    return f"   {ask.say(ChatsWords.LEFT)}" if said.left else ""


def _speaker(ask: Ask, said: Said, bot: str) -> str:
    match said.role:
        case Role.ASSISTANT:
            return f"🤖 {bot}"
        case Role.ADMIN:
            return f"✍️ {ask.say(ChatsWords.BY_ADMIN)}"
    return speaker(said.sender) if said.sender else ask.say(ChatsWords.SOMEBODY)
