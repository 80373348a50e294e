"""What /admin asks of the database about settings."""

from collections.abc import Mapping
from typing import Protocol

from kotodom.ports.admin.desk import AuditEntry


class SettingsStore(Protocol):
    """The part of the store for settings."""

    async def stored_settings(self) -> Mapping[str, str]:
        """Everything that was set while Kotodom ran, by its key."""
        ...

    async def store_setting(self, key: str, value: str | None, entry: AuditEntry, now: int) -> None:
        """Keep a value, or with None forget it; *entry* is written in the same transaction."""
        ...
