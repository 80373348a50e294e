"""The protocols the core talks through; the edges implement them, tests have in-memory twins."""

from kotodom.ports.outside import (
    BotState,
    EditResult,
    Extract,
    Files,
    Fleet,
    FleetWatcher,
    Handlers,
    Intake,
    Messenger,
    Provider,
    Reader,
)
from kotodom.ports.store import Recorded, Store
from kotodom.ports.store_people import Purpose, Spent

__all__ = [
    "BotState",
    "EditResult",
    "Extract",
    "Files",
    "Fleet",
    "FleetWatcher",
    "Handlers",
    "Intake",
    "Messenger",
    "Provider",
    "Purpose",
    "Reader",
    "Recorded",
    "Spent",
    "Store",
]
