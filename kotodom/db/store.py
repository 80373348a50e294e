"""The store: ``kotodom.ports.Store`` over SQL, one class from its rooms."""

from typing import TYPE_CHECKING

from kotodom.clock import Clock, SystemClock
from kotodom.days import Days
from kotodom.db.admin import AdminStore
from kotodom.db.connection import Database
from kotodom.db.store_answers import AnswerStore
from kotodom.db.store_bots import BotStore
from kotodom.db.store_chat import ChatStore
from kotodom.db.store_delivery import DeliveryStore
from kotodom.db.store_moves import MovesStore
from kotodom.db.store_notices import NoticeStore
from kotodom.db.store_people import PeopleStore
from kotodom.db.store_queue import QueueStore
from kotodom.model import Job, Status

if TYPE_CHECKING:
    from kotodom.ports import Store


class SqlStore(
    BotStore,
    MovesStore,
    PeopleStore,
    QueueStore,
    AnswerStore,
    DeliveryStore,
    ChatStore,
    NoticeStore,
    AdminStore,
):
    """Everything the core asks of a database; the port's docstrings say what each method does."""

    def __init__(
        self, database: Database, clock: Clock | None = None, *, zone: str = "UTC"
    ) -> None:
        """*zone* says when a day of spending begins."""
        super().__init__()
        self._database = database
        self._clock = clock or SystemClock()
        self.days = Days(zone)

    def ended(self, job: Job, status: Status, sent: bool) -> None:
        """A row that was in work has ended, and that is committed; for whoever counts them.

        *sent* says that it did so with the last message of what was said to it.
        """


if TYPE_CHECKING:
    _keeps_the_contract: type[Store] = SqlStore
