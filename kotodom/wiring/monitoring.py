"""What monitors ask over HTTP; imported only when [http] listen is set."""

from collections.abc import Callable

from kotodom.http import HealthServer
from kotodom.ports import Fleet
from kotodom.snapshot import Snapshot
from kotodom.vitals import Vitals
from kotodom.watchdog import Verdict
from kotodom.wiring.ground import Ground
from kotodom.wiring.outside import Outside
from kotodom.wiring.readings import Readings


def health_server(
    listen: str,
    ground: Ground,
    outside: Outside,
    *,
    fleet: Fleet,
    vitals: Vitals,
    alive: Callable[[], Verdict],
    phase: Callable[[], str],
) -> HealthServer:
    """The server behind *listen*; *alive* is the watchdog's, for *phase* see Snapshot."""
    snapshot = Snapshot(
        store=ground.store,
        registry=ground.registry,
        fleet=fleet,
        breaker=outside.breaker,
        switch=outside.switch,
        vitals=vitals,
        alive=alive,
        phase=phase,
        folder=ground.folder,
        backups=ground.backups.all,
        tasks=ground.side,
        clock=ground.clock,
    )
    readings = Readings(
        metrics=ground.metrics,
        snapshot=snapshot,
        registry=ground.registry,
        outside=outside,
        schedule=ground.schedule,
    )
    return HealthServer(
        listen,
        token=ground.config.http.token.get_secret_value(),
        health=snapshot.take,
        alive=lambda: alive().ok,
        families=readings.take,
    )
