"""The protocols the core talks through; the edges implement them, tests have in-memory twins."""

from kotodom.ports.outside import (
    BotState,
    EditResult,
    Fleet,
    FleetWatcher,
    Handlers,
    Intake,
    Messenger,
    Provider,
)
from kotodom.ports.store import Store

__all__ = [
    "BotState",
    "EditResult",
    "Fleet",
    "FleetWatcher",
    "Handlers",
    "Intake",
    "Messenger",
    "Provider",
    "Store",
]
