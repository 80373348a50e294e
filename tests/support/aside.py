"""The half of a simulated Telegram that shows no messages: queries, buttons, menus, leaving."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kotodom.errors import TelegramError
from kotodom.model import Chat, Content


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
    left: list[int] = field(default_factory=list, kw_only=True)
    """The groups that were left."""
    menus: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict, kw_only=True)
    """(scope, language) → the menu of commands."""
    menus_set: int = field(default=0, kw_only=True)

    async def answer_inline(
        self, bot_id: int, query_id: str, answer: Content | None, *, title: str, seconds: int
    ) -> None:
        self._trouble()
        self.offers.append(Offered(query_id, answer, title, seconds))

    async def answer_callback(self, bot_id: int, query_id: str, words: str = "") -> None:
        self.rested.append(query_id)

    async def leave(self, chat: Chat) -> None:
        self._trouble()
        self.left.append(chat.telegram_chat_id)

    async def set_menu(
        self, bot_id: int, scope: str, language: str, commands: Sequence[tuple[str, str]]
    ) -> None:
        self._trouble()
        self.menus_set += 1
        self.menus[scope, language] = list(commands)

    def _trouble(self) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
