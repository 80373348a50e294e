"""Which messages of a batch begin a question that may grow, and which are its next pieces."""

from collections import deque
from collections.abc import Sequence

from kotodom.db.batch import Batch
from kotodom.db.connection import Connection
from kotodom.db.store_growth import GAP, Head, begins, grow, in_order, known_heads
from kotodom.model import Incoming, Kind

STRAYS_MAX = 200
"""Pictures of groups' albums kept in memory, for all bots together."""


class Strays:
    """Pictures of albums in groups that came before the one with the caption that is for the bot.

    Only in memory, and only for a moment: without that caption they are nobody's business.
    """

    def __init__(self) -> None:
        self._kept: deque[tuple[int, int, Incoming]] = deque(maxlen=STRAYS_MAX)

    def before(self, bot_id: int, incoming: Sequence[Incoming], now: int) -> Sequence[Incoming]:
        """The batch, with what came earlier of the albums that begin in it."""
        while self._kept and self._kept[0][1] <= now - GAP:
            self._kept.popleft()
        albums = {item.media_group for item in incoming if not item.follows_only} - {""}
        if not albums:
            return incoming
        early = [
            item for bot, _, item in self._kept if bot == bot_id and item.media_group in albums
        ]
        return [*early, *incoming]

    def remember(
        self, bot_id: int, incoming: Sequence[Incoming], kept: Sequence[Incoming], now: int
    ) -> None:
        """Keep the pictures that joined nothing yet."""
        stored = {item.update_id for item in kept}
        for item in incoming:
            if item.follows_only and item.media_group and item.update_id not in stored:
                self._kept.append((bot_id, now, item))


async def find_heads(connection: Connection, batch: Batch) -> None:
    """Say which messages begin a question that may grow, and which are its next pieces."""
    heads: list[Head] = []
    if batch.may_grow and any(item.kind is Kind.QUESTION for item in batch.incoming):
        heads = await known_heads(connection, batch.bot_id, batch.now)
    kept: dict[int, Incoming] = {}
    for item in in_order(batch.incoming):
        if item.chat is None:
            kept[item.update_id] = item
            continue
        key = batch.key(item.chat)
        head = next((head for head in reversed(heads) if head.takes(item, key)), None)
        if head is not None and await _join(connection, batch, head, item):
            kept[item.update_id] = item
        elif not item.follows_only:
            kept[item.update_id] = item
            if begins(item):
                sender = item.sender.id if item.sender else None
                head = Head(key, sender, item.media_group, item.long, update_id=item.update_id)
                head.until = batch.now + batch.join_window
                heads.append(head)
                batch.heads[item.update_id] = head
            else:
                # A text of somebody else ends nothing; another one of the same person does.
                heads = [
                    head
                    for head in heads
                    if head.media_group or head.key != key or head.sender != _sender(item)
                ]
    batch.incoming = [item for item in batch.incoming if kept.get(item.update_id) is item]


def _sender(item: Incoming) -> int | None:
    return item.sender.id if item.sender else None


async def _join(connection: Connection, batch: Batch, head: Head, item: Incoming) -> bool:
    """Add *item* to a question; False when that is answered meanwhile."""
    head.long = item.long
    if head.row_id:
        if not await grow(connection, head, batch.now, batch.join_window):
            return False
        if head.in_work:
            batch.changed.append(head.row_id)
    head.joined += 1
    batch.heads[item.update_id] = head
    return True
