"""A chat as its people see and use it: what tests and the terminal act through."""

import re
from collections.abc import Mapping
from typing import Any

from kotodom.demo.botapi import managed
from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.queries import InlineQuery
from kotodom.demo.botapi.sending import SendingMedia
from kotodom.demo.botapi.standing import KICKED, MEMBER
from kotodom.demo.botapi.values import ApiError, Json, User

_PAYLOAD = re.compile(r"[\w-]{1,64}", re.ASCII)


class ChatView(SendingMedia):
    """One chat seen by its members.

    Message ids are those the chat's first bot knows. What a person cannot do in a client (press a
    button that is not there, write to a bot they blocked) raises LookupError or RuntimeError.
    """

    async def press(self, message_id: int, callback_data: str, *, user: User | None = None) -> str:
        """Press an inline button and return the callback query's id."""
        message = self._message(message_id)
        rows = (message.reply_markup or {}).get("inline_keyboard", ())
        offered = [button.get("callback_data") for row in rows for button in row]
        if callback_data not in offered:
            raise LookupError(f"message {message_id} has no such button, only {offered}")
        bot = message.sender
        assert isinstance(bot, EmulatedBot)
        callback_id = self._world.new_callback(bot, self.chat)
        bot.inbox.put(
            "callback_query",
            {
                "id": callback_id,
                "from": (user or self.user).to_dict(),
                "message": self.chat.render(message, bot),
                "chat_instance": str(self.id),
                "data": callback_data,
            },
        )
        return callback_id

    async def start(self, payload: str = "", *, user: User | None = None) -> int:
        """Press Start, which a link may have given a payload to."""
        if payload and not _PAYLOAD.fullmatch(payload):
            raise ValueError("a link's payload is 1 to 64 of A-Z a-z 0-9 _ -")
        return await self.say(f"/start {payload}".rstrip(), user=user)

    async def tap(self, label: str, *, user: User | None = None, username: str = "") -> int:
        """Tap a button of the keyboard shown in place of the person's own.

        A plain one says its label; one that offers to create a bot does so, with *username* or
        the one it suggests. Returns the id of the message that comes of it.
        """
        buttons = [button for row in self.chat.keyboard for button in row]
        found = next((button for button in buttons if button["text"] == label), None)
        if found is None:
            raise LookupError(f"no button {label!r}, only {self.keyboard}")
        wanted = found.get("request_managed_bot")
        if wanted is None:
            return await self.say(label, user=user)
        name = str(wanted.get("suggested_name") or "New bot")
        username = username or str(wanted.get("suggested_username") or f"{_username(name)}_bot")
        managed.create(self._world, self.bot, user or self.user, name, username, self.chat)
        return max(message.id for message in self.chat)

    async def close_topic(self, thread_id: int, *, user: User | None = None) -> None:
        """Close a forum's topic as somebody who may; the bots are told."""
        self._topic_told(thread_id, "forum_topic_closed", user)
        self.chat.closed.add(thread_id)

    async def delete_topic(self, thread_id: int) -> None:
        """Delete a forum's topic as somebody who may; bots are not told."""
        self.chat.drop_topic(thread_id, by_bot=False)

    def _topic_told(self, thread_id: int, what: str, user: User | None) -> None:
        if thread_id not in self.chat.topics:
            raise LookupError(f"no topic {thread_id} here")
        message = self.chat.post(
            user or self.user, "", [], thread_id=thread_id, is_topic=True, extra={what: {}}
        )
        self._world.announce(self.chat, message)

    async def stop_generation(self) -> None:
        """Press Stop on the draft."""
        draft = self.chat.draft
        if draft is None or not draft.can_stop:
            raise LookupError("no draft with a Stop button is shown")
        self.chat.stop_draft(draft)
        body: Json = {"chat": self.chat.to_dict(), "draft_id": draft.id}
        if draft.thread_id:
            body["message_thread_id"] = draft.thread_id
        draft.bot.inbox.put("stopped_message_generation", body)

    async def block(self) -> None:
        """Block the bot: it is told, and cannot write any more."""
        if self.chat.kind != "private":
            raise RuntimeError("only a private chat's bot is blocked; use kick in groups")
        self.chat.gone[self.bot.id] = ApiError(403, "Forbidden: bot was blocked by the user")
        self._world.tell_membership(self.chat, self.bot, MEMBER, KICKED)

    async def unblock(self) -> None:
        """Unblock the bot."""
        if self.chat.gone.pop(self.bot.id, None) is not None:
            self._world.tell_membership(self.chat, self.bot, KICKED, MEMBER)

    async def kick(self, bot: EmulatedBot | None = None, *, user: User | None = None) -> None:
        """Remove a bot from a group."""
        self._world.leave(self.chat, bot or self.bot, kicked=True, by=user)

    async def join(self, bot: EmulatedBot, *, user: User | None = None) -> None:
        """Add a bot to a group (again); *user* is who does it."""
        self._world.join(self.chat, bot, by=user)

    async def promote(
        self,
        status: str = "administrator",
        *,
        bot: EmulatedBot | None = None,
        user: User | None = None,
        rights: Mapping[str, Any] | None = None,
    ) -> None:
        """Make a group's bot ``administrator``, ``member`` or ``restricted``; it is told.

        *rights* change single rights, e.g. ``{"can_send_documents": False}``; a restricted bot
        has none by itself.
        """
        self._world.promote(self.chat, bot or self.bot, status, dict(rights or {}), by=user)

    async def upgrade(self) -> "ChatView":
        """Turn a basic group into a supergroup and return the new chat."""
        return ChatView(self._world, self._world.upgrade(self.chat))

    async def inline(
        self,
        query: str,
        *,
        user: User | None = None,
        bot: EmulatedBot | None = None,
        offset: str = "",
    ) -> InlineQuery:
        """Type ``@bot query`` in this chat; see :class:`InlineQuery` for its answer."""
        asked = bot or self.bot
        return self._world.queries.ask_inline(asked, user or self.user, query, self.chat, offset)


def _username(words: str) -> str:
    """A username as a client suggests one for a bot of that name."""
    return re.sub(r"\W+", "_", words, flags=re.ASCII).strip("_").lower() or "new"
