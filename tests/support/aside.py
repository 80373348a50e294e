"""The half of a simulated Telegram that shows no messages: queries, buttons, menus, leaving."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kotodom.errors import MessageRefused, TelegramError, TokenRevoked
from kotodom.model import Chat, Content
from kotodom.ports import BotIdentity


@dataclass(frozen=True)
class Offered:
    """What was offered for an inline query."""

    query_id: str
    answer: Content | None
    title: str
    seconds: int


@dataclass
class Aside:
    """Remembers what it was asked; *troubles* are raised by the next calls, one each."""

    troubles: list[TelegramError] = field(default_factory=list, kw_only=True)
    offers: list[Offered] = field(default_factory=list, kw_only=True)
    rested: list[str] = field(default_factory=list, kw_only=True)
    """The pressed buttons that were let rest."""
    whispers: list[tuple[int, int, str]] = field(default_factory=list, kw_only=True)
    """(chat, person, text) of what one person alone was shown in a group."""
    whispering: bool = field(default=True, kw_only=True)
    """Whether that can be done here."""
    topics_made: list[tuple[int, str]] = field(default_factory=list, kw_only=True)
    """(Telegram chat id, name) of the topics that were made; the first thread's id is 5000."""
    left: list[int] = field(default_factory=list, kw_only=True)
    """The groups that were left."""
    menus: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict, kw_only=True)
    """(scope, language) → the menu of commands."""
    chat_menus: dict[int, list[tuple[str, str]]] = field(default_factory=dict, kw_only=True)
    """Chat → the menu that it alone has."""
    menus_set: int = field(default=0, kw_only=True)
    identities: dict[str, BotIdentity] = field(default_factory=dict, kw_only=True)
    """Token → whose it is; any other is nobody's."""
    managed: dict[int, str] = field(default_factory=dict, kw_only=True)
    """The bots that are managed → their tokens."""

    async def answer_inline(
        self, bot_id: int, query_id: str, answer: Content | None, *, title: str, seconds: int
    ) -> None:
        self._trouble()
        self.offers.append(Offered(query_id, answer, title, seconds))

    async def whisper(self, chat: Chat, user_id: int, content: Content) -> bool:
        self._trouble()
        self.whispers.append((chat.telegram_chat_id, user_id, content.text))
        return self.whispering

    async def answer_callback(self, bot_id: int, query_id: str, words: str = "") -> None:
        self.rested.append(query_id)

    async def create_topic(self, chat: Chat, name: str) -> int:
        self._trouble()
        thread_id = 5_000 + len(self.topics_made)
        self.topics_made.append((chat.telegram_chat_id, name))
        return thread_id

    async def leave(self, chat: Chat) -> None:
        self._trouble()
        self.left.append(chat.telegram_chat_id)

    async def set_menu(
        self,
        bot_id: int,
        scope: str,
        language: str,
        commands: Sequence[tuple[str, str]],
        *,
        chat_id: int = 0,
    ) -> None:
        self._trouble()
        self.menus_set += 1
        if not chat_id:
            self.menus[scope, language] = list(commands)
        elif commands:
            self.chat_menus[chat_id] = list(commands)
        else:
            self.chat_menus.pop(chat_id, None)

    async def identify(self, token: str) -> BotIdentity:
        self._trouble()
        if token not in self.identities:
            raise TokenRevoked
        return self.identities[token]

    async def managed_token(self, manager_id: int, telegram_id: int) -> str:
        self._trouble()
        if telegram_id not in self.managed:
            raise MessageRefused("Bad Request: bot not found")
        return self.managed[telegram_id]

    def _trouble(self) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
