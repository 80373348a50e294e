"""Who takes part: bots, people, and the chats they meet in."""

import re
from collections.abc import Sequence

from kotodom.demo.botapi import guests, managed
from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.chats import Chat
from kotodom.demo.botapi.queries import InlineQuery
from kotodom.demo.botapi.values import User
from kotodom.demo.botapi.view import ChatView
from kotodom.demo.botapi.world import World

_LINK = re.compile(r"https://t\.me/(\w+)(?:\?start=([\w-]{1,64}))?", re.ASCII)


class Cast:
    """The half of :class:`BotApi` that knows nothing of HTTP."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._friends: dict[int, Chat] = {}
        """Where people type inline queries, by the person's id."""

    def add_bot(
        self,
        token: str,
        *,
        username: str,
        name: str = "",
        can_read_all: bool = False,
        topics: bool | None = None,
        inline: bool | None = None,
        guest: bool | None = None,
        manages: bool | None = None,
    ) -> EmulatedBot:
        """Register a bot; for a known id the token changes, as after BotFather's /revoke.

        *can_read_all* switches privacy mode off, *topics* threaded mode on, *inline* and *guest*
        the modes of these names, *manages* lets it create bots; left out they stay as they are, at
        first off.
        """
        if not re.fullmatch(r"\d{1,16}:[\w-]{35}", token):
            raise ValueError("a token is digits, a colon and 35 of A-Z a-z 0-9 _ -")
        bot = self.world.add_bot(token, username=username, name=name, can_read_all=can_read_all)
        bot.topics_enabled = bot.topics_enabled if topics is None else topics
        bot.inline = bot.inline if inline is None else inline
        bot.guest = bot.guest if guest is None else guest
        bot.can_manage = bot.can_manage if manages is None else manages
        return bot

    def user(
        self,
        user_id: int,
        first_name: str = "User",
        username: str = "",
        language_code: str = "en",
    ) -> User:
        """Get or create a person."""
        return self.world.user(user_id, first_name, username, language_code)

    def private(self, bot: EmulatedBot, user: User) -> ChatView:
        """The private chat of a bot and a person."""
        return ChatView(self.world, self.world.private(bot, user))

    async def open(self, url: str, user: User) -> ChatView:
        """Follow ``https://t.me/USERNAME?start=PAYLOAD`` and press Start there."""
        found = _LINK.fullmatch(url)
        bots = self.world.bots.values()
        name = found[1].lower() if found else ""
        bot = next((bot for bot in bots if bot.username.lower() == name), None)
        if found is None or bot is None:
            raise LookupError(f"{url} leads to no bot")
        view = self.private(bot, user)
        await view.start(found[2] or "")
        return view

    def create_bot(self, manager: EmulatedBot, user: User, name: str, username: str) -> EmulatedBot:
        """Confirm ``https://t.me/newbot/MANAGER/USERNAME?name=NAME``: a bot managed by another."""
        return managed.create(self.world, manager, user, name, username, None)

    def group(
        self,
        title: str,
        bots: Sequence[EmulatedBot] = (),
        members: Sequence[User] = (),
        *,
        supergroup: bool = False,
        forum: bool = False,
        added_by: User | None = None,
    ) -> ChatView:
        """Create a group; each bot gets my_chat_member and the service message of its arrival.

        *added_by* is who adds the bots, the first member when left out.
        """
        chat = self.world.group(
            title, bots, members, supergroup=supergroup, forum=forum, added_by=added_by
        )
        return ChatView(self.world, chat)

    def guest(
        self,
        bot: EmulatedBot,
        user: User,
        chat: str | ChatView,
        text: str,
        *,
        reply_to: str | int = "",
    ) -> guests.Guest:
        """Call a guest bot in a chat it is not in: mention it, or reply to its message.

        *chat* is the title of a new group or the ``view`` of an earlier call; *reply_to* what
        somebody else said there, or the id of a message in it.
        """
        return guests.call(self.world, bot, user, chat, text, reply_to)

    def inline(self, bot: EmulatedBot, user: User, query: str, *, offset: str = "") -> InlineQuery:
        """Type ``@bot query`` in a chat the bot is not in."""
        chat = self._friends.get(user.id)
        if chat is None:
            chat = self._friends[user.id] = self.world.foreign("Friends", [user])
        return self.world.queries.ask_inline(bot, user, query, chat, offset)
