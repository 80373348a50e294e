"""Alerts: one per cause and hour, to whom it concerns, each in their language, exactly once."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from kotodom.accounts import Accounts
from kotodom.admin.words.alerts import AlertsWords
from kotodom.alerts import LONGEST, Alerts, short, told
from kotodom.config import Config
from kotodom.effects import AdminAlert
from kotodom.i18n import LANGUAGES
from kotodom.model import (
    Account,
    AccountRole,
    BotSpec,
    ChatRef,
    ChatType,
    Incoming,
    Kind,
    Lane,
    Person,
    Status,
)
from kotodom.ports import Store
from kotodom.ports.admin import AlertRecord
from kotodom.settings import ALERT_BOT, ALERT_CHAT, Settings
from tests.support.answering import Desk, desk, one_bot
from tests.support.simulated import Fault

ADMIN, OTHER, OWNER = 501, 502, 503
HOUR = 3600.0


class Bell:
    """Alerts wired as the app does it, and whoever hears them."""

    def __init__(self, d: Desk, admins: Sequence[int], store: Store) -> None:
        self.desk = d
        self.accounts = Accounts(admins)
        config = Config.model_validate({"openai": {"api_key": "k"}})
        self.settings = Settings(config)
        self.stopped: list[int] = []
        self.lanes: list[Lane] = []
        self.alerts = Alerts(
            store=store,
            accounts=self.accounts,
            registry=d.registry,
            settings=self.settings,
            usable=lambda bot_id: bot_id not in self.stopped,
            offer=self.lanes.append,
            redact=lambda words: words.replace("42:secret", "***"),
            metrics=d.metrics,
            clock=d.clock,
        )

    async def ring(self, key: str = "cause", reason: str = "It broke", **how: Any) -> None:
        """Something is wrong, and whoever is told reads it."""
        args = {"job": "x", "reason": reason}
        await self.alerts.tell(AdminAlert(key, AlertsWords.JOB_FAILED, args, **how))
        await self.read()

    async def read(self) -> None:
        """Deliver what was written."""
        await self.desk.work_off(*self.lanes)
        self.lanes.clear()

    def heard(self, person: int = ADMIN) -> list[str]:
        """What somebody was told, each alert's own words."""
        return [words.partition("\n\n")[2] for words in self.desk.shown(person)]


@asynccontextmanager
async def bell(
    url: str,
    *script: Fault,
    admins: Sequence[int] = (ADMIN,),
    started: Sequence[Person] = (Person(ADMIN),),
) -> AsyncIterator[Bell]:
    """Alerts about a desk whose bot these people have started."""
    async with desk(url, *script) as d:
        rung = Bell(d, admins, d.store)
        for number, person in enumerate(started, 1):
            await start(d, d.bot.id, person, number)
        yield rung


async def start(
    d: Desk, bot_id: int, person: Person, number: int, chat: ChatRef | None = None
) -> None:
    """Somebody presses Start, and has been answered."""
    said = d.telegram.say()
    place = chat or ChatRef(person.id)
    row = Incoming(number, "{}", Kind.COMMAND, place, person, "/start", said)
    (lane,) = (await d.store.record_batch(bot_id, [row], [], d.clock.now())).lanes
    job = await d.store.claim(lane, d.clock.now())
    assert job is not None
    await d.store.finish(job, Status.COMPLETED, now=d.clock.now())


BROKE = "The scheduled job “x” failed: It broke. It will run again at its time."


async def test_a_cause_is_told_once_an_hour_with_the_number_of_those_kept_back(
    sqlite_url: str,
) -> None:
    async with bell(sqlite_url) as b:
        for _ in range(3):
            await b.ring()
        assert b.heard() == [BROKE]
        await b.desk.clock.advance(HOUR)
        await b.ring()
        assert b.heard()[1:] == [f"{BROKE}\n\n2 more like this since the last alert."]


async def test_two_causes_do_not_silence_each_other(sqlite_url: str) -> None:
    async with bell(sqlite_url) as b:
        await b.ring("one")
        await b.ring("two")
        assert len(b.heard()) == 2


@pytest.mark.parametrize(
    "fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.NOT_SENT, Fault.FLOOD, Fault.CRASH_AFTER]
)
async def test_an_alert_arrives_once_whatever_happens_to_its_sending(
    sqlite_url: str, fault: Fault
) -> None:
    async with bell(sqlite_url, fault) as b:
        await b.ring()
        assert b.heard() == [BROKE]


async def test_it_is_told_together_with_being_written(sqlite_url: str) -> None:
    """What is told and not written would be silenced, unheard, for an hour."""
    async with bell(sqlite_url) as b:
        await b.alerts.tell(AdminAlert("cause", AlertsWords.CIRCUIT, {"address": "a"}))
        b.lanes.clear()  # the process dies here
        (lane,) = [
            lane
            for _, lane in await b.desk.store.pending(
                b.desk.bot.id, Kind.NOTICE, after=0, limit=9, now=b.desk.clock.now()
            )
        ]
        await b.desk.work_off(lane)
        assert len(b.heard()) == 1


async def test_an_admin_who_starts_a_bot_later_hears_of_it_then_with_the_count(
    sqlite_url: str,
) -> None:
    async with bell(sqlite_url, started=()) as b:
        await b.ring()
        await start(b.desk, b.desk.bot.id, Person(ADMIN), 1)
        await b.ring()
        assert b.heard() == [f"{BROKE}\n\n1 more like this since the last alert."]


async def test_each_reads_it_in_their_language(sqlite_url: str) -> None:
    started = [Person(ADMIN, language_code="en"), Person(OTHER, language_code="ru")]
    async with bell(sqlite_url, admins=(ADMIN, OTHER), started=started) as b:
        await b.ring()
        assert b.heard(ADMIN) == [BROKE]
        assert b.heard(OTHER)[0].startswith("Работа по расписанию")


async def test_managers_hear_of_everything_and_an_owner_of_their_own_bot(
    sqlite_url: str,
) -> None:
    people = [Person(ADMIN), Person(OTHER), Person(OWNER)]
    async with bell(sqlite_url, started=people) as b:
        b.accounts.load(
            [
                Account(OTHER, AccountRole.MANAGER, id=1),
                Account(OWNER, AccountRole.USER, id=2),
            ]
        )
        mine = replace(b.desk.bot, owner_id=2)
        b.desk.registry.put(mine)
        b.desk.registry.put(replace(mine, id=99, owner_id=None))
        await b.ring("instance")
        await b.ring("theirs", bot_id=99)
        await b.ring("mine", bot_id=mine.id)
        assert [len(b.heard(one)) for one in (ADMIN, OTHER, OWNER)] == [3, 3, 1]


async def test_somebody_disabled_hears_nothing(sqlite_url: str) -> None:
    async with bell(sqlite_url, started=[Person(ADMIN), Person(OTHER)]) as b:
        b.accounts.load([Account(OTHER, AccountRole.ADMIN, id=1, active=False)])
        await b.ring()
        assert (len(b.heard(ADMIN)), b.heard(OTHER)) == (1, [])


async def two_bots(b: Bell) -> tuple[int, int]:
    """A second bot, which the admin has started too."""
    other = await one_bot(b.desk.store, 43)
    bots = await b.desk.store.sync_bots([BotSpec(42, "42:x", "cat"), BotSpec(43, "43:x", "dog")])
    for bot in bots:
        b.desk.registry.put(bot)
    await start(b.desk, other.id, Person(ADMIN), 50)
    return b.desk.bot.id, other.id


async def test_an_admin_of_two_bots_is_told_once_by_the_first_one_that_runs(
    sqlite_url: str,
) -> None:
    async with bell(sqlite_url) as b:
        cat, dog = await two_bots(b)
        await b.alerts.tell(AdminAlert("one", AlertsWords.CIRCUIT, {"address": "a"}))
        b.stopped.append(cat)
        await b.alerts.tell(AdminAlert("two", AlertsWords.CIRCUIT, {"address": "a"}))
        assert [lane.bot_id for lane in b.lanes] == [cat, dog]


async def test_the_settings_choose_who_tells(sqlite_url: str) -> None:
    async with bell(sqlite_url) as b:
        _, dog = await two_bots(b)
        b.settings.put(ALERT_BOT, "dog")
        await b.alerts.tell(AdminAlert("one", AlertsWords.CIRCUIT, {"address": "a"}))
        assert [lane.bot_id for lane in b.lanes] == [dog]


async def test_a_target_chat_is_told_instead_of_the_admins_but_not_of_the_owner(
    sqlite_url: str,
) -> None:
    async with bell(sqlite_url, started=[Person(ADMIN), Person(OWNER)]) as b:
        b.accounts.load([Account(OWNER, AccountRole.USER, id=2)])
        b.desk.registry.put(replace(b.desk.bot, owner_id=2))
        group = ChatRef(-100, type=ChatType.SUPERGROUP, name="Ops")
        await start(b.desk, b.desk.bot.id, Person(7), 9, group)
        b.settings.put(ALERT_CHAT, "-100")
        await b.alerts.tell(
            AdminAlert("one", AlertsWords.CIRCUIT, {"address": "a"}, bot_id=b.desk.bot.id)
        )
        chats = [await b.desk.store.chat(lane.chat_id) for lane in b.lanes]
        assert [chat and chat.telegram_chat_id for chat in chats] == [-100, OWNER]


async def test_in_a_group_there_are_commands_to_type_and_no_buttons(sqlite_url: str) -> None:
    async with bell(sqlite_url) as b:
        group = ChatRef(-5, type=ChatType.GROUP, name="Ops")
        await start(b.desk, b.desk.bot.id, Person(7), 9, group)
        b.settings.put(ALERT_CHAT, "-5")
        await b.ring(show="health")
        (message,) = [sent.content for sent in b.desk.telegram.sent]
        assert message.buttons == ()
        assert "/admin health\n/admin alert cause silence" in message.text


async def test_a_target_that_is_not_there_leaves_nobody_uninformed(sqlite_url: str) -> None:
    async with bell(sqlite_url) as b:
        b.settings.put(ALERT_CHAT, "-12345")
        await b.ring()
        assert b.heard() == [BROKE]


async def test_its_buttons_lead_to_what_can_be_done(sqlite_url: str) -> None:
    async with bell(sqlite_url) as b:
        await b.ring(show="message 7", retry="messages of 1 retry provider")
        (message,) = [sent.content for sent in b.desk.telegram.sent]
        commands = [button.command for row in message.buttons for button in row]
        assert commands == [
            "/admin message 7",
            "/admin messages of 1 retry provider",
            "/admin alert cause silence",
        ]


async def test_no_secret_is_sent_or_kept(sqlite_url: str) -> None:
    async with bell(sqlite_url) as b:
        await b.ring(reason="token 42:secret is wrong")
        assert "token *** is wrong" in b.heard()[0]
        record = await b.desk.store.alert_record("cause")
        assert record is not None
        assert record.args["reason"] == "token *** is wrong"


async def test_a_clock_set_back_silences_no_alert_for_longer(sqlite_url: str) -> None:
    async with bell(sqlite_url) as b:
        await b.ring()
        b.desk.clock.set_back(48 * 3_600_000)
        await b.ring()
        assert len(b.heard()) == 2


async def test_nobody_is_told_without_admins(sqlite_url: str) -> None:
    async with bell(sqlite_url, admins=()) as b:
        await b.ring()
        assert b.heard() == []


@pytest.mark.parametrize(
    "key", ["cause", "circuit:https://api.openai.com/v1 (recordings)", "k" * 300, "я:x", ""]
)
def test_every_key_fits_on_a_button(key: str) -> None:
    code = short(key)
    assert code == short(code)
    assert 0 < len(code.encode()) <= LONGEST
    assert " " not in code
    assert short(f"{key}!") != code


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_older_kotodom_told_is_still_shown(language: str) -> None:
    record = AlertRecord("k", None, "no-such-text", {"reason": "why"})
    assert told(record, language) == "no-such-text: why"
