"""Messages that are meant for /admin though they are no commands: recognised as they come in.

What a screen waits for, a reply to a screen, the rest of a text that the client split, a bot's
token: none of these may reach a model, and a token may not reach the database unsealed. Each is
stored as the typed command that it stands for, so that carrying it out needs no memory. Nor does a
model get to see the screen or the command that a question replies to.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kotodom.accounts import Accounts
from kotodom.admin.given import screen_commands
from kotodom.admin.masking import (
    ENDING,
    KEY,
    OFF,
    TAKES_KEY,
    TOKEN,
    changed,
    key_given,
    masked,
    with_end,
    without_keys,
)
from kotodom.admin.screen import PREFIX
from kotodom.admin.tools import Tools
from kotodom.clock import SECOND
from kotodom.model import Bot, ChatType, Edit, Incoming, Kind
from kotodom.reading import LONG, parse_command, string, table
from kotodom.sealing import HIDDEN, SEALED
from kotodom.text.units import utf16_len

ADD = "bots add"
"""The command that a pasted token stands for."""
_TAKES_TOKEN = re.compile(r"bots add|bot \S+ (token|clone)", re.ASCII)
"""The commands that a token completes; of every other it is no value, whatever is waited for."""
FOLLOWS = 5 * SECOND
"""Milliseconds in which the rest of a text that a client split comes."""

REMEMBERED = 256
"""Messages of which it is known what they completed, in case they are told again."""

_Key = tuple[int, int]
"""A bot and a person."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    command: str
    until: int


class Inputs:
    """What is waited for, by bot and person; the database remembers it through a restart."""

    def __init__(
        self,
        tools: Tools,
        accounts: Accounts,
        seal: Callable[[str], str] | None,
        *,
        takes_text: Callable[[str], bool] = lambda command: True,
        opening: Callable[[str], str] = lambda line: "",
    ) -> None:
        """*seal* turns a token into what may be stored; None when there is no key for that.

        *takes_text* says whether a text may complete a command; *opening* gives a command
        without the text that it ends with.
        """
        self._tools = tools
        self._accounts = accounts
        self._seal = seal
        self._takes_text = takes_text
        self._opening = opening
        self._waiting: dict[_Key, _Waiting] = {}
        self._remembered: set[_Key] = set()
        """Of whom the database knows that something is waited for."""
        self._following: dict[_Key, _Waiting] = {}
        """What the last message that was long enough to be split completed."""
        self._completing: dict[tuple[int, int], str] = {}
        """By bot and update, the command that a message completes: when its batch could not be
        written, Telegram tells it again, and by then nothing waits for it any more."""

    async def load(self) -> None:
        """Take up what was waited for before the last end."""
        found = await self._tools.store.awaited(self._tools.clock.now())
        for bot_id, user_id, command, until in found:
            self._waiting[bot_id, user_id] = _Waiting(command, until)
            self._remembered.add((bot_id, user_id))

    def sort(self, bot: Bot, said: Incoming | Edit) -> Incoming | Edit:
        """What was said as it is to be stored: for /admin or not, and without a token in clear."""
        if said.chat is None:
            return said
        private = said.chat.type is ChatType.PRIVATE
        if isinstance(said, Edit):
            # A private chat has the id of whoever it is with.
            mine = private and self._accounts.of(said.chat.telegram_chat_id) is not None
            return self._edited(said, bot) if mine else masked(said, bot)
        mine = private and self._accounts.of(_sender(said)) is not None
        return self._sort(bot, said) if mine else masked(said, bot)

    def _sort(self, bot: Bot, incoming: Incoming) -> Incoming:
        key = (bot.id, _sender(incoming))
        tokens = TOKEN.findall(incoming.text)
        if ENDING.search(incoming.raw):
            # Also one in a message that this one only replies to.
            incoming = changed(incoming, self._without_tokens)
        name, line = parse_command(incoming.text, bot.username) or ("", "")
        if f"/{name}" == PREFIX:
            incoming = self._key_sealed(incoming, key_given(line))
            incoming = without_keys(incoming)
            _, line = parse_command(incoming.text, bot.username) or ("", line)
            self._follow_typed(key, incoming, line)
            # Telegram marks no command in what was pasted as code.
            return _typed(incoming, line) if incoming.kind is Kind.QUESTION else incoming
        if incoming.kind is not Kind.QUESTION:
            return without_keys(incoming)
        command = self._completed(key, incoming)
        if not tokens and TAKES_KEY.fullmatch(command):
            incoming = self._key_sealed(incoming, incoming.text.strip())
        incoming = without_keys(incoming)
        if tokens and not _TAKES_TOKEN.fullmatch(command):
            # Whatever was waited for: nobody is to be sent a token, and no prompt holds one.
            return _typed(incoming, f"{ADD} {self._hidden(tokens[0])}")
        if command:
            return _typed(incoming, f"{command} {incoming.text}")
        return _unscreened(incoming) if _replies_to_admin(incoming.raw, bot) else incoming

    async def await_next(self, bot_id: int, user_id: int, command: str, until: int) -> None:
        """Wait for somebody's next message; an empty command: for nothing any more."""
        key = (bot_id, user_id)
        if command or key in self._remembered:
            await self._tools.store.await_input(bot_id, user_id, command, until)
        if command:
            self._waiting[key] = _Waiting(command, until)
            self._remembered.add(key)
        else:
            self._waiting.pop(key, None)
            self._remembered.discard(key)

    def _completed(self, key: _Key, incoming: Incoming) -> str:
        """The command that a message completes; empty for none."""
        update = (key[0], incoming.update_id)
        if (known := self._completing.get(update)) is not None:
            return known
        command = self._complete(key, incoming)
        if command:
            self._completing[update] = command
            if len(self._completing) > REMEMBERED:
                del self._completing[next(iter(self._completing))]
        return command

    def _complete(self, key: _Key, incoming: Incoming) -> str:
        now = self._tools.clock.now()
        following = _current(self._following, key, now)
        waiting = _current(self._waiting, key, now)
        replied = next(filter(self._takes_text, _replied(incoming.raw)), "")
        if following is not None and replied in ("", following.command):
            command = f"{following.command} +"
        elif replied:
            command = replied
        elif waiting is not None:
            command = waiting.command
            del self._waiting[key]
        else:
            return ""
        if incoming.long:
            self._following[key] = _Waiting(command.removesuffix(" +"), now + FOLLOWS)
        return command

    def _follow_typed(self, key: _Key, incoming: Incoming, line: str) -> None:
        """Expect the rest of a typed command that is so long that its client may have split it."""
        if utf16_len(incoming.text) >= LONG and (command := self._opening(line)):
            self._following[key] = _Waiting(command, self._tools.clock.now() + FOLLOWS)

    def _hidden(self, token: str) -> str:
        return self._seal(token) if self._seal is not None else HIDDEN

    def _edited(self, edit: Edit, bot: Bot) -> Edit:
        """A message into which a secret may have been put later."""
        return without_keys(masked(changed(edit, self._without_tokens), bot))

    def _without_tokens(self, text: str) -> str:
        return TOKEN.sub(lambda match: self._hidden(match[0]), text)

    def _key_sealed(self, incoming: Incoming, said: str) -> Incoming:
        """What *said*, the end of the message, holds is a key, whatever it looks like."""
        if not said or said.casefold() == OFF or SEALED.search(said):
            return incoming
        found = KEY.search(said)
        secret = found[0] if found else said
        return with_end(incoming, said, said.replace(secret, self._hidden(secret)))


def _sender(incoming: Incoming) -> int:
    """Whoever sent it; 0 is nobody."""
    return incoming.sender.id if incoming.sender is not None else 0


def _typed(incoming: Incoming, line: str) -> Incoming:
    """The message as the command that it stands for."""
    return replace(
        incoming,
        kind=Kind.COMMAND,
        text=f"{PREFIX} {line}".rstrip(),
        preface="",
        attachments=(),
        media_group="",
        long=False,
    )


def _unscreened(incoming: Incoming) -> Incoming:
    """A question without what it replies to, which is for whoever administers."""
    mine = tuple(item for item in incoming.attachments if not item.quoted)
    return replace(incoming, preface="", reply_to=0, attachments=mine)


def _current(waiting: dict[_Key, _Waiting], key: _Key, now: int) -> _Waiting | None:
    found = waiting.get(key)
    if found is not None and found.until <= now:
        del waiting[key]
        return None
    return found


def _replied(raw: str) -> list[str]:
    """The commands on the buttons of the screen that a message replies to, if it does."""
    return screen_commands(_replied_to(raw))


def _replies_to_admin(raw: str, bot: Bot) -> bool:
    """Whether a message replies to a screen, or to a command of /admin."""
    replied = _replied_to(raw)
    words = string(replied.get("text")) or string(replied.get("caption"))
    name, _ = parse_command(words, bot.username) or ("", "")
    return f"/{name}" == PREFIX or bool(screen_commands(replied))


def _replied_to(raw: str) -> dict[str, Any]:
    try:
        message = table(table(json.loads(raw)).get("message"))
    except (ValueError, RecursionError):
        return {}
    return table(message.get("reply_to_message"))
