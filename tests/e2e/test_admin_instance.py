"""Accounts, settings and health from end to end: invited by link, set for good, probed for real."""

import re

import pytest

from tests.e2e.admin_kit import Admin, administered
from tests.support.daemon import Daemon
from tests.support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

MASHA = 910


def begin(stage: Stage) -> Daemon:
    return administered(stage)


@pytest.fixture
def admin(shared: Stage) -> Admin:
    return Admin(shared)


async def test_somebody_opens_an_invitation_and_administers(admin: Admin, shared: Stage) -> None:
    await admin.types("accounts")
    await admin.press("Invite by link")
    link = (await admin.press("MANAGER")).text
    found = re.search(r"https://t\.me/bot7001_bot\?start=([\w-]+)", link)
    assert found
    masha = Admin(shared, MASHA, name="Masha")
    assert "You are MANAGER now" in (await masha.says(f"/start {found[1]}")).text
    assert (await masha.press("Administration")).title == "Administration"
    assert "Masha accepted your invitation" in (await admin.sees("accepted your invitation")).text
    assert (await admin.press("Show")).title.startswith("Masha")
    assert "✅ Disabled." in (await admin.press("Disable")).text
    nothing = await masha.says("/nonsense")
    assert (await masha.types("health")).text == nothing.text


async def test_a_setting_counts_at_once_and_after_a_restart(admin: Admin, shared: Stage) -> None:
    daemon = shared.daemons[-1]
    await admin.types("setting log.level")
    await admin.press("DEBUG")
    await admin.types("health")
    assert "DEBUG" in daemon.said()
    await admin.types("setting breaker.fail_max set 3")
    assert "⏳ 3 from the next start on" in admin.now.text
    assert await daemon.stop() == 0
    await begin(shared).start()
    assert "Now: 3" in (await admin.types("setting breaker.fail_max")).text
    assert "Now: DEBUG" in (await admin.types("setting log.level")).text
    audit = await admin.types("audit")
    assert any("setting:log.level" in label for label in audit.labels)


async def test_health_tells_of_everything_and_probes_the_provider(
    admin: Admin, shared: Stage
) -> None:
    health = await admin.types("health")
    for words in ("SQLite", "The model provider", "Bots: 1 running", "Last backup: never"):
        assert words in health.text
    asked = len(shared.model.requests)
    assert "✅ gpt-6-luna answered in" in (await admin.press("Probe")).text
    assert len(shared.model.requests) == asked + 1
