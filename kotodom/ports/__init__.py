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
    Painter,
    Provider,
    Reader,
)
from kotodom.ports.registrar import BotIdentity, Registrar
from kotodom.ports.store import NewRow, Recorded, Store
from kotodom.ports.store_people import Purpose, Spent

__all__ = [
    "BotIdentity",
    "BotState",
    "EditResult",
    "Extract",
    "Files",
    "Fleet",
    "FleetWatcher",
    "Handlers",
    "Intake",
    "Messenger",
    "NewRow",
    "Painter",
    "Provider",
    "Purpose",
    "Reader",
    "Recorded",
    "Registrar",
    "Spent",
    "Store",
]
