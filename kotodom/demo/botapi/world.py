"""Everybody and everything the emulator knows: bots, people, chats, and who hears of what."""

from collections.abc import Sequence
from itertools import count

from kotodom.clock import SECOND, Clock
from kotodom.demo.botapi.bots import EmulatedBot, unauthorized
from kotodom.demo.botapi.chats import Chat
from kotodom.demo.botapi.files import Files
from kotodom.demo.botapi.messages import Message
from kotodom.demo.botapi.queries import Queries
from kotodom.demo.botapi.standing import ADMINISTRATOR, KICKED, LEFT, MEMBER, RESTRICTED
from kotodom.demo.botapi.text import utf16_slice
from kotodom.demo.botapi.values import ApiError, Json, User, bad_request


class World:
    """The state behind the Bot API; nothing in it knows of HTTP."""

    def __init__(
        self,
        clock: Clock,
        *,
        keep_messages: int,
        keep_file_bytes: int,
        open_registration: bool,
        brakes: bool,
    ) -> None:
        self.clock = clock
        self.files = Files(clock, keep_file_bytes)
        self.queries = Queries(clock, self.announce)
        self.bots: dict[int, EmulatedBot] = {}
        self.callbacks: dict[str, tuple[EmulatedBot, Chat]] = {}
        """Callback queries not yet answered."""
        self._keep = keep_messages
        self._open = open_registration
        self._brakes = brakes
        self._users: dict[int, User] = {}
        self._private: dict[tuple[int, int], Chat] = {}
        self._groups: dict[int, Chat] = {}
        self._group_ids = count(1)
        self._callback_ids = count(1)
        self._numbers = count(1)

    def now(self) -> int:
        """Seconds since the epoch, UTC, as dates travel in the Bot API."""
        return self.clock.now() // SECOND

    def next_number(self) -> int:
        """A number nothing else has: for albums and polls."""
        return next(self._numbers)

    # -- accounts ---------------------------------------------------------------------------

    def add_bot(self, token: str, *, username: str, name: str, can_read_all: bool) -> EmulatedBot:
        """Register a bot, or give a known one a new token."""
        bot = EmulatedBot(
            token, username=username, name=name, can_read_all=can_read_all, clock=self.clock
        )
        bot.inbox.brakes = self._brakes
        known = self.bots.get(bot.id)
        if known is None:
            return self.bots.setdefault(bot.id, bot)
        known.token, known.username, known.name = token, username, bot.name
        known.can_read_all, known.revoked = can_read_all, False
        return known

    def bot_by_token(self, token: str) -> EmulatedBot:
        """The bot with exactly this token; 401 for any other."""
        number = int(token.partition(":")[0])
        bot = self.bots.get(number)
        if bot is None and self._open:
            bot = self.add_bot(token, username=f"demo{number}_bot", name="", can_read_all=False)
        if bot is None or bot.token != token:
            raise unauthorized()
        bot.check()
        return bot

    def known_user(self, user_id: int) -> User | None:
        """A person who exists already."""
        return self._users.get(user_id)

    def user(self, user_id: int, first_name: str, username: str, language_code: str) -> User:
        """Get or create a person."""
        known = self._users.get(user_id)
        if known is None:
            known = self._users[user_id] = User(user_id, first_name, username, language_code)
        return known

    # -- chats ------------------------------------------------------------------------------

    def private(self, bot: EmulatedBot, user: User) -> Chat:
        """Get or create the private chat of a bot and a person."""
        chat = self._private.get((bot.id, user.id))
        if chat is None:
            chat = Chat(user.id, "private", clock=self.clock, keep=self._keep)
            chat.bots.append(bot)
            chat.people.append(user)
            self._private[bot.id, user.id] = chat
        return chat

    def group(
        self,
        title: str,
        bots: Sequence[EmulatedBot],
        members: Sequence[User],
        *,
        supergroup: bool,
        forum: bool,
        added_by: User | None = None,
    ) -> Chat:
        """Create a group; each bot hears that it was added."""
        number = next(self._group_ids)
        large = supergroup or forum
        chat_id = -1_000_000_000_000 - number if large else -4_000_000_000 - number
        kind = "supergroup" if large else "group"
        chat = Chat(chat_id, kind, clock=self.clock, keep=self._keep, title=title, forum=forum)
        chat.people.extend(members)
        self._groups[chat_id] = chat
        for bot in bots:
            self.join(chat, bot, by=added_by)
        return chat

    def foreign(self, title: str, members: Sequence[User]) -> Chat:
        """Create a supergroup without bots."""
        return self.group(title, (), members, supergroup=True, forum=False)

    def join(self, chat: Chat, bot: EmulatedBot, *, by: User | None = None) -> None:
        """Add a bot to a group."""
        if bot not in chat.bots:
            chat.bots.append(bot)
        chat.gone.pop(bot.id, None)
        self._stand(chat, bot, MEMBER, by)
        adder = by or self.owner(chat)
        added = chat.post(adder, "", [], extra={"new_chat_members": [bot.to_dict()]})
        self.announce(chat, added)

    def promote(
        self, chat: Chat, bot: EmulatedBot, status: str, rights: Json, *, by: User | None = None
    ) -> None:
        """Change what a bot is in a group; it hears of it."""
        if chat.kind == "private" or bot not in chat.bots or bot.id in chat.gone:
            raise RuntimeError("only a group's own bot has a standing")
        if status == "restricted" and chat.kind != "supergroup":
            raise RuntimeError("only supergroups restrict their members")
        known = {"administrator": ADMINISTRATOR, "restricted": RESTRICTED, "member": MEMBER}
        if status == "administrator" and chat.forum:
            rights = {"can_manage_topics": True} | rights
        self._stand(chat, bot, known[status] | rights, by)

    def _stand(self, chat: Chat, bot: EmulatedBot, new: Json, by: User | None) -> None:
        old = chat.standing.get(bot.id, LEFT)
        chat.standing[bot.id] = new
        self.tell_membership(chat, bot, old, new, by=by)

    def leave(self, chat: Chat, bot: EmulatedBot, *, kicked: bool, by: User | None = None) -> None:
        """Take a bot out of a group; it hears of it and cannot write there any more."""
        if kicked:
            why = f"bot was kicked from the {_noun(chat)} chat"
        else:
            why = f"bot is not a member of the {_noun(chat)} chat"
        chat.gone[bot.id] = ApiError(403, f"Forbidden: {why}")
        self._stand(chat, bot, KICKED if kicked else LEFT, by)

    def upgrade(self, chat: Chat) -> Chat:
        """Turn a basic group into a supergroup; the old id answers with the new one."""
        new = self.group(chat.title, [], chat.people, supergroup=True, forum=False)
        new.bots.extend(chat.bots)
        new.standing.update(chat.standing)
        # Announced first: who is gone from a chat hears nothing of it any more.
        moved = chat.post(self.owner(chat), "", [], extra={"migrate_to_chat_id": new.id})
        self.announce(chat, moved)
        for bot in chat.bots:
            chat.gone[bot.id] = ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to=new.id,
            )
        arrived = new.post(self.owner(new), "", [], extra={"migrate_from_chat_id": chat.id})
        self.announce(new, arrived)
        return new

    def owner(self, chat: Chat) -> User:
        """Who acts in a group when nobody else is named."""
        if not chat.people:
            chat.people.append(self.user(1, "Owner", "", "en"))
        return chat.people[0]

    def chat(self, bot: EmulatedBot, chat_id: int) -> Chat:
        """The chat that *bot* knows by this id, whether or not it may write there."""
        if chat_id > 0:
            known = self._users.get(chat_id)
            chat = self._private.get((bot.id, chat_id)) if known else None
            if known is not None and chat is None:
                chat = self.private(bot, known)
        else:
            chat = self._groups.get(chat_id)
            if chat is not None and bot not in chat.bots:
                chat = None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def writable(self, bot: EmulatedBot, chat_id: int) -> Chat:
        """The same, or Telegram's reason why the bot cannot write there."""
        chat = self.chat(bot, chat_id)
        if bot.id in chat.gone:
            raise chat.gone[bot.id]
        if chat.kind == "private":
            person = chat.people[0]
            if person.deactivated:
                raise ApiError(403, "Forbidden: user is deactivated")
            if person.id not in chat.written:
                raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def chats(self) -> list[Chat]:
        """Every chat there is."""
        return [*self._private.values(), *self._groups.values()]

    # -- updates ----------------------------------------------------------------------------

    def announce(self, chat: Chat, message: Message, kind: str = "message") -> None:
        """Tell every bot of the chat that may know of a person's message."""
        for bot in chat.bots:
            if bot.id not in chat.gone and self._hears(bot, chat, message):
                bot.inbox.put(kind, chat.render(message, bot))

    def tell_membership(
        self, chat: Chat, bot: EmulatedBot, old: Json, new: Json, *, by: User | None = None
    ) -> None:
        """Send the bot a my_chat_member."""
        who = {"user": bot.to_dict()}
        bot.inbox.put(
            "my_chat_member",
            {
                "chat": chat.to_dict(),
                "from": (by or self.owner(chat)).to_dict(),
                "date": self.now(),
                "old_chat_member": who | old,
                "new_chat_member": who | new,
            },
        )

    def new_callback(self, bot: EmulatedBot, chat: Chat) -> str:
        """A fresh id for a pressed button."""
        callback_id = str(next(self._callback_ids))
        self.callbacks[callback_id] = bot, chat
        return callback_id

    def _hears(self, bot: EmulatedBot, chat: Chat, message: Message) -> bool:
        """Privacy mode, from which administrators are free.

        A bare command reaches the bot that posted last, or all while none has posted yet. What
        counts of media is the caption: the other pictures of an album are not heard.
        """
        admin = chat.standing.get(bot.id, MEMBER)["status"] == "administrator"
        if chat.kind == "private" or bot.can_read_all or admin or message.is_service:
            return True
        answered = chat.get(message.reply_to) if message.reply_to else None
        if answered is not None and answered.sender is bot:
            return True
        name = f"@{bot.username}".lower()
        for entity in message.entities:
            piece = utf16_slice(message.text, entity["offset"], entity["length"]).lower()
            if entity["type"] == "mention" and piece == name:
                return True
            if entity["type"] == "text_mention" and entity["user"]["id"] == bot.id:
                return True
            if entity["type"] == "bot_command" and entity["offset"] == 0:
                _, at, addressee = piece.partition("@")
                if at + addressee == name or (not at and chat.last_bot in (0, bot.id)):
                    return True
        return False


def _noun(chat: Chat) -> str:
    return "supergroup" if chat.kind == "supergroup" else "group"
