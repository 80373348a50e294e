"""A chat as its people see and use it: what tests and the terminal act through."""

from collections.abc import Mapping
from typing import Any

from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.queries import InlineQuery
from kotodom.demo.botapi.sending import SendingMedia
from kotodom.demo.botapi.standing import KICKED, MEMBER
from kotodom.demo.botapi.values import ApiError, Json, User


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
