"""Words that nobody asked for, written ahead like an answer and delivered like one."""

from collections.abc import Sequence
from typing import Protocol

from kotodom.model import Chat, Content, Lane, Role


class NoticeStore(Protocol):
    """The part of the store that writes notices."""

    async def write_notice(
        self,
        chat: Chat,
        contents: Sequence[Content],
        *,
        key: str,
        role: Role = Role.NOTICE,
        said: str = "",
        now: int,
    ) -> Lane | None:
        """Write a row of kind NOTICE whose parts wait to be sent; return its lane.

        *key* says what it is, within the bot: the same one is written once, and None is returned
        when it is there already. With the role ADMIN, *said* becomes part of the history that the
        model sees. Whoever calls this offers the lane to the queue.
        """
        ...
