"""What was decided about people, in memory, and what follows of it for what they say.

One process answers, so whoever changes a standing says so here, and nothing is ever out of date.
"""

from collections import OrderedDict
from enum import Enum, auto

from kotodom.model import Access, AccessMode
from kotodom.ports import Store
from kotodom.ports.admin.access import Standing

REMEMBERED = 20_000
"""People whose standing is known without asking the database; about 4 MB."""


class Verdict(Enum):
    """What becomes of what somebody says to a bot."""

    ENTER = auto()
    IGNORE = auto()
    """Kept, but neither answered nor shown to a model."""
    WAIT = auto()
    """Kept for when they are let in; admins are asked, unless they have been."""
    TELL = auto()
    """They hear that they may not talk, from time to time."""


def judge(mode: AccessMode, standing: Standing, now: int) -> Verdict:
    """What becomes of what somebody of that standing says."""
    access = standing.now(now)
    if access is Access.BLOCKED:
        return Verdict.IGNORE
    if mode is AccessMode.PUBLIC or access is Access.ALLOWED:
        return Verdict.ENTER
    if access is Access.DENIED:
        return Verdict.IGNORE
    return Verdict.WAIT if mode is AccessMode.APPROVAL else Verdict.TELL


class Standings:
    """What was decided about people, as this process knows it: bounded, and never out of date."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[tuple[int, int], Standing] = OrderedDict()
        self._blocking: set[int] = set()
        self._changes = 0

    async def load(self) -> None:
        """Know which bots block anybody at all: at the others a public bot asks nobody."""
        self._blocking = await self._store.bots_with(Access.BLOCKED)

    def blocks(self, bot_id: int) -> bool:
        """Whether anybody is blocked there, or was since the start."""
        return bot_id in self._blocking

    async def of(self, bot_id: int, user_id: int) -> Standing:
        """What was decided about somebody."""
        key = (bot_id, user_id)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        changes = self._changes
        standing = await self._store.standing(bot_id, user_id) or Standing()
        if changes == self._changes:  # else it may be what was there before
            self._kept[key] = standing
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return standing

    def clear(self) -> None:
        """Much has changed at once."""
        self._changes += 1
        self._kept.clear()

    def changed(self, bot_id: int, user_id: int, *, blocked: bool = False) -> None:
        """What is known of somebody holds no longer."""
        self._changes += 1
        self._kept.pop((bot_id, user_id), None)
        if blocked:
            self._blocking.add(bot_id)
