"""What the original's rows mean to us; every function is pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kotodom.model import ChatType, Role
from kotodom.original.rows import OldBot, OldChat, OldMessage, OldSetting
from kotodom.settings import CONTEXT_BUDGET, DoesNotFit

_TOKEN = re.compile(r"(\d{1,19}):[A-Za-z0-9_-]{35}", re.ASCII)
_SUPERGROUP = -1_000_000_000_000
"""Ids of supergroups and channels lie below that."""
_BIGGEST = 2**63


class Skip(Exception):
    """A row that cannot come along, and why: the same words for the same reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class NewBot:
    """A bot as we add it."""

    foreign_id: str
    telegram_id: int
    token: str = field(repr=False)
    name: str
    model: str
    prompt: str
    start_message: str
    error_message: str
    enabled: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class NewChat:
    """A conversation as we add it."""

    foreign_id: str
    bot_telegram_id: int
    telegram_chat_id: int
    type: ChatType
    name: str
    user_id: int | None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """Something that was said, as we add it."""

    old: OldMessage
    chat: NewChat
    role: Role


def bot(old: OldBot) -> NewBot:
    """Raises Skip for one without a token, which nobody can be."""
    token = old.token.strip()
    match = _TOKEN.fullmatch(token)
    if not token:
        raise Skip("it has no token")
    if match is None or int(match[1]) >= _BIGGEST:
        raise Skip("its token is none of Telegram's")
    return NewBot(
        str(old.id),
        int(match[1]),
        token,
        old.name,
        old.model,
        old.prompt,
        old.start_message,
        old.error_message,
        old.enabled,
        old.created_at,
    )


def chat(old: OldChat, bots: Mapping[int, int], every_bot: Iterable[int]) -> NewChat:
    """*bots* are the Telegram ids of those that come along, *every_bot* the ids of all there are.

    Raises Skip where it cannot be told whose conversation with whom it is.
    """
    bot_id, telegram_chat_id = old.bot_id, old.telegram_chat_id
    if bot_id is None or telegram_chat_id is None:
        bot_id, telegram_chat_id = _split(old, every_bot)
    if bot_id not in bots:
        raise Skip("its bot does not come along")
    if not 0 < abs(telegram_chat_id) < _BIGGEST:
        raise Skip("its id is no chat's")
    kind = (
        ChatType.PRIVATE
        if telegram_chat_id > 0
        else ChatType.SUPERGROUP
        if telegram_chat_id < _SUPERGROUP
        else ChatType.GROUP
    )
    user_id = old.user_id if kind is ChatType.PRIVATE else None
    return NewChat(old.id, bots[bot_id], telegram_chat_id, kind, old.name, user_id)


def _split(old: OldChat, every_bot: Iterable[int]) -> tuple[int, int]:
    """The bot and the chat that an id such as ``50112`` names: who wrote there tells them apart.

    The bot may have been deleted: a private chat is only its own person's, whoever else its id may
    seem to name.
    """
    named = [old.bot_id] if old.bot_id is not None else every_bot
    found = []
    for bot_id in named:
        match = re.fullmatch(rf"(-?[1-9]\d{{0,18}}){bot_id}", old.id, re.ASCII)
        if match is not None:
            found.append((bot_id, int(match[1])))
    known = old.user_id if old.telegram_chat_id is None else old.telegram_chat_id
    # Versions in between noted the person as the chat of a group as well.
    if known is not None and (known < 0 or not old.id.startswith("-")):
        found = [(bot_id, chat_id) for bot_id, chat_id in found if chat_id == known]
        if not found:
            raise Skip("its bot does not come along")
    if len(found) == 1:
        return found[0]
    raise Skip("its id may name several bots" if found else "its id cannot be understood")


def message(old: OldMessage, chats: Mapping[str, NewChat]) -> NewMessage:
    """*chats* are those that come along; raises Skip for what belongs to no other."""
    if old.chat_id is None or old.chat_id not in chats:
        raise Skip("its conversation does not come along")
    if not old.delivered:
        raise Skip("this answer was never delivered there")
    return NewMessage(old, chats[old.chat_id], role(old))


def role(old: OldMessage) -> Role:
    """Who said it; of somebody who was deleted only what it answers tells."""
    of_bot = old.bot_id is not None and old.user_id is None
    return Role.ASSISTANT if of_bot or old.answers is not None else Role.USER


SETTINGS = {"MAX_CONTEXT_TOKENS": CONTEXT_BUDGET}
"""The original's settings that we have, too."""


def setting(old: OldSetting) -> tuple[str, str]:
    """Our key and value; raises Skip where we have none such."""
    ours = SETTINGS.get(old.id)
    if ours is None:
        raise Skip("there is no such setting here")
    try:
        return ours.key, ours.write(ours.read(old.value))
    except DoesNotFit:
        raise Skip("its value is out of bounds here") from None
