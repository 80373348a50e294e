"""A raw batch → rows: one transaction for each batch, then the workers are woken."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from loguru import logger

from kotodom.clock import Clock
from kotodom.effects import AdminAlert, Submit
from kotodom.metrics import Metrics
from kotodom.model import Bot, Edit, Incoming, Lane
from kotodom.ports import Store
from kotodom.reading import Interactive, read_update, storable_id


class RowIntake:
    """Persists what pollers receive, and makes them wait when there is no room for more."""

    def __init__(
        self,
        *,
        store: Store,
        offer: Callable[[Lane], None],
        submit: Submit,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._store = store
        self._offer = offer
        self._submit = submit
        self._clock = clock
        self._open = asyncio.Event()
        self._open.set()
        self._received = metrics.counter("updates_received_total", "Updates taken in")

    @property
    def paused(self) -> bool:
        """Whether pollers are being held back."""
        return not self._open.is_set()

    def set_pressure(self, reason: str) -> None:
        """Hold pollers back because of *reason*; an empty one lets them go on."""
        if reason and not self.paused:
            self._open.clear()
            logger.error("polling pauses: {}; Telegram keeps new messages meanwhile", reason)
            self._submit(AdminAlert("pressure", f"Polling pauses: {reason}."))
        elif not reason and self.paused:
            self._open.set()
            logger.info("polling goes on")

    async def ready(self) -> None:
        await self._open.wait()

    async def accept(self, bot: Bot, updates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        incoming: list[Incoming] = []
        edits: list[Edit] = []
        interactive: list[dict[str, Any]] = []
        for raw in updates:
            if not storable_id(raw.get("update_id")):
                logger.error("bot {}: an update without a usable id is passed over", bot.name)
                continue
            match read_update(raw, bot):
                case Incoming() as row:
                    incoming.append(row)
                case Edit() as edit:
                    edits.append(edit)
                case Interactive(update):
                    interactive.append(update)
        if incoming or edits:
            lanes = await self._store.record_batch(bot.id, incoming, edits, self._clock.now())
            for lane in lanes:
                self._offer(lane)
        for row in incoming:
            if row.poison:
                logger.error("bot {}: update {}: {}", bot.name, row.update_id, row.poison)
                self._submit(
                    AdminAlert(
                        f"poison:{bot.id}",
                        f"{bot.name} got an update ({row.update_id}) that cannot be read. It is "
                        "kept, but nobody was answered. A newer Kotodom may understand it.",
                    )
                )
        self._received.inc(len(updates), bot=bot.name)
        return interactive
