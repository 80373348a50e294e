"""What /admin asks of the database about people: who they are, found and listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kotodom.model import Access, Chat, Person
from kotodom.ports.admin.access import Standing


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody at one bot, as a list shows them."""

    bot_id: int
    person: Person
    standing: Standing
    last_at: int
    """When they wrote last; 0 when that is not known."""


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody a search found, with the bots that know them."""

    person: Person
    bot_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """How far a search came."""

    found: tuple[Found, ...]
    further: int
    """Where to search on; 0 when everybody has been looked at."""


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of somebody at one bot."""

    person: Person
    """Nameless when they never wrote to this bot."""
    language: str
    """What they chose, else what their Telegram speaks."""
    standing: Standing
    decider: str
    """The name of whoever decided about them."""
    first_at: int | None
    last_at: int | None
    """Of their private chat."""
    waiting: int
    """Questions that wait for a decision."""
    chats: tuple[Chat, ...]
    """Their conversations with the bot, at most as many as were asked for."""

    @property
    def known(self) -> bool:
        """Whether they ever wrote to the bot."""
        return bool(self.chats)


class PeopleDirectory(Protocol):
    """The part of the store that finds people."""

    async def people_of(self, bot_ids: Sequence[int], *, offset: int, limit: int) -> list[Known]:
        """Who wrote to these bots in private, the latest first; one entry for each bot."""
        ...

    async def people_with(
        self, bot_ids: Sequence[int], access: Access, *, offset: int, limit: int
    ) -> list[Known]:
        """Who has that standing at these bots, the latest decision first."""
        ...

    async def count_people_with(self, bot_ids: Sequence[int], access: Access, limit: int) -> int:
        """How many have that standing at these bots; *limit* at most."""
        ...

    async def find_people(
        self, words: str, bot_ids: Sequence[int], *, before: int, look: int, limit: int
    ) -> Sought:
        """People known to these bots whose name, username or id has *words* in it.

        The newest accounts first, among *look* people with an id below *before* (0: from the
        newest).
        """
        ...

    async def bots_of(self, user_id: int, bot_ids: Sequence[int]) -> list[int]:
        """Which of these bots know somebody: they wrote to it, or were decided about."""
        ...

    async def person_card(self, bot_id: int, user_id: int, *, chats: int) -> Card:
        """What is known of somebody at one bot."""
        ...

    async def languages(self, user_ids: Sequence[int]) -> dict[int, str]:
        """The languages of these people, as far as they are known."""
        ...
