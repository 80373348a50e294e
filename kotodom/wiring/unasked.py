"""What is written to people without their asking: alerts, broadcasts, digests."""

from collections.abc import Callable

from kotodom.alerts import Alerts
from kotodom.backup.nightly import JOB as BACKUP_JOB
from kotodom.broadcast import LOOK, SHOW, Broadcaster
from kotodom.digest import Digest
from kotodom.inbox import LOOK as INBOX_LOOK
from kotodom.redaction import redact
from kotodom.schedule import TimeOfDay
from kotodom.settings import (
    BACKUP_KEEP,
    BACKUP_TIME,
    DIGEST,
    DIGEST_TIME,
    TIMEZONE,
    AnySetting,
)
from kotodom.takeover import DUE
from kotodom.wiring.ground import Ground
from kotodom.wiring.outside import Outside
from kotodom.wiring.talk import Talk


class Unasked:
    """Puts on the schedule what looks for something to say."""

    def __init__(
        self, ground: Ground, outside: Outside, talk: Talk, paused: Callable[[], bool]
    ) -> None:
        """*paused* says whether there is so much to do that a broadcast waits."""
        self.alerts = Alerts(
            store=ground.store,
            accounts=ground.accounts,
            registry=ground.registry,
            settings=ground.settings,
            usable=talk.usable,
            offer=ground.offer,
            redact=redact,
            metrics=ground.metrics,
            clock=ground.clock,
        )
        broadcaster = Broadcaster(
            store=ground.store,
            messenger=outside.messenger,
            registry=ground.registry,
            offer=ground.offer,
            submit=ground.submit,
            paused=paused,
            metrics=ground.metrics,
            clock=ground.clock,
        )
        digest = Digest(
            store=ground.store,
            accounts=ground.accounts,
            registry=ground.registry,
            settings=ground.settings,
            alerts=self.alerts,
            offer=ground.offer,
            clock=ground.clock,
        )
        schedule, settings = ground.schedule, ground.settings
        schedule.every(DUE, talk.takeovers.end_due, name="takeovers")
        schedule.every(INBOX_LOOK, talk.inbox.show, name="inboxes")
        schedule.every(LOOK, broadcaster.look, name="broadcasts")
        schedule.every(SHOW, broadcaster.show, name="bars")
        schedule.daily(digest.when, digest.write, name="digest")
        schedule.daily(
            lambda: TimeOfDay(0, 0, settings.get(TIMEZONE)), talk.budget.roll_over, name="budget"
        )
        schedule.daily(ground.backups.when, ground.backups.run, name=BACKUP_JOB)
        times: list[AnySetting] = [DIGEST, DIGEST_TIME, BACKUP_KEEP, BACKUP_TIME, TIMEZONE]
        settings.watch(times, schedule.replan)
