"""What is served over HTTP: /health and /metrics."""

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
    "Health",
    "HealthServer",
    "ProviderHealth",
    "QueueHealth",
]
