"""What is served over HTTP: /health and /metrics."""

from kotodom.http.exposition import Family
from kotodom.http.health import (
    BotHealth,
    BotHealthState,
    DatabaseHealth,
    Health,
    ProviderHealth,
    QueueHealth,
)
from kotodom.http.server import HealthServer

__all__ = [
    "BotHealth",
    "BotHealthState",
    "DatabaseHealth",
    "Family",
    "Health",
    "HealthServer",
    "ProviderHealth",
    "QueueHealth",
]
