"""/admin settings: typed values that count at once or from the next start."""

from collections.abc import AsyncIterator
from typing import Any, get_args

import pytest
from loguru import logger

from kotodom import settings as known
from kotodom.config import Config
from kotodom.following import follow_answers
from kotodom.i18n import LANGUAGES, say
from kotodom.settings import SETTINGS, AnySetting, DoesNotFit, Settings, Source, setting_called
from tests.support.office import Seat
from tests.support.talking import BOSS, Room, room
from tests.support.updates import update


@pytest.fixture
async def talk(sqlite_url: str) -> AsyncIterator[Room]:
    async with room(sqlite_url) as talk:
        yield talk


@pytest.fixture
async def boss(talk: Room) -> Seat:
    return Seat(talk)


def config(**sections: Any) -> Config:
    return Config.model_validate({"openai": {"api_key": "k"}, **sections})


# -- the values -----------------------------------------------------------------------------------


def _limits(section: str, name: str) -> dict[str, float]:
    """What the configuration says a key must be."""
    fields = type(getattr(config(), section)).model_fields
    metadata = list(fields[name].metadata)
    for part in get_args(fields[name].annotation) or ():
        metadata += getattr(part, "metadata", [])
    limits = {}
    for piece in metadata:
        for bound in ("ge", "gt", "le", "lt"):
            if getattr(piece, bound, None) is not None:
                limits[bound] = getattr(piece, bound)
    return limits


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_limits_are_those_of_the_configuration(setting: AnySetting) -> None:
    """Whatever fits here can be written into config.toml."""
    section, _, name = setting.key.partition(".")
    if name not in getattr(type(getattr(config(), section, None)), "model_fields", {}):
        return
    limits = _limits(section, name)
    assert setting.least >= limits.get("ge", setting.least)
    assert setting.least > limits.get("gt", setting.least - 1)
    assert setting.most <= limits.get("le", setting.most)
    for value in (setting.least, setting.most) if setting.most else ():
        assert setting.read(setting.write(type(setting.default)(value))) == value


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_defaults_and_offers_fit(setting: AnySetting) -> None:
    plain = Settings(config())
    assert setting.read(setting.write(plain.get(setting))) == plain.get(setting)
    for value in setting.steps:
        assert setting.read(setting.write(value)) == value


@pytest.mark.parametrize(
    ("key", "said", "value"),
    [
        ("processing.concurrency", " 12 ", 12),
        ("processing.retry_base", "0,5", 0.5),
        ("digest.on", "Да", True),
        ("digest.on", "off", False),
        ("log.level", "debug", "DEBUG"),
        ("digest.time", "9:05", "09:05"),
        ("admin.timezone", "Europe/Berlin", "Europe/Berlin"),
        ("alerts.chat", "-1001234", "-1001234"),
        ("alerts.chat", "", ""),
    ],
)
def test_values_are_read_as_people_write_them(key: str, said: str, value: object) -> None:
    setting = setting_called(key)
    assert setting is not None
    assert setting.read(said) == value


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("processing.concurrency", "0"),
        ("processing.concurrency", "1.5"),
        ("processing.concurrency", "many"),
        ("processing.retry_base", "nan"),
        ("processing.retry_base", "inf"),
        ("digest.on", "maybe"),
        ("log.level", "LOUD"),
        ("digest.time", "24:00"),
        ("admin.timezone", "Mars/Olympus"),
        ("admin.timezone", "../../etc/passwd"),
        ("alerts.chat", "@ann"),
        ("openai.model", ""),
        ("openai.model", "two\nlines"),
    ],
)
def test_what_does_not_fit_is_refused(key: str, said: str) -> None:
    setting = setting_called(key)
    assert setting is not None
    with pytest.raises(DoesNotFit):
        setting.read(said)


def test_what_was_stored_and_fits_no_more_is_passed_over() -> None:
    settings = Settings(config())
    settings.load({"processing.concurrency": "-3", "no.such": "1", "log.level": "DEBUG"})
    assert settings.get(known.CONCURRENCY) == 256
    assert settings.get(known.LOG_LEVEL) == "DEBUG"


def test_the_configuration_wins_over_what_an_admin_set_before() -> None:
    settings = Settings(config(processing={"concurrency": 7}))
    settings.load({"processing.concurrency": "99"})
    assert settings.get(known.CONCURRENCY) == 7
    assert settings.source(known.CONCURRENCY) is Source.CONFIG


# -- the screens ----------------------------------------------------------------------------------


async def test_settings_are_listed_and_changed_with_a_button(talk: Room, boss: Seat) -> None:
    await boss.admin("settings")
    assert any(label.startswith("Concurrency: 256") for label in boss.labels())
    said = await boss.press("Concurrency")
    assert "Now: 256" in said
    assert "from 1 to 10000" in said
    said = await boss.press("64")
    assert "Changed." in said
    assert "Now: 64" in said
    assert "Default: 256" in said
    assert talk.settings.get(known.CONCURRENCY) == 64
    assert dict(await talk.store.stored_settings()) == {"processing.concurrency": "64"}
    await boss.press("Back")
    assert any(label.startswith("✏️ Concurrency: 64") for label in boss.labels())


async def test_a_value_is_typed_after_the_button_and_a_wrong_one_may_be_typed_again(
    talk: Room, boss: Seat
) -> None:
    await boss.admin("setting openai.context_budget")
    assert "Send the new value" in await boss.press("Type a value")
    assert "“12” does not fit" in await boss.give("12")
    assert "Now: 50000 tokens" in await boss.give("50000")
    assert talk.settings.get(known.CONTEXT_BUDGET) == 50_000


async def test_a_change_is_taken_back_and_both_are_in_the_log(talk: Room, boss: Seat) -> None:
    await boss.admin("setting processing.max_attempts set 8")
    await boss.press("Default")
    assert talk.settings.get(known.MAX_ATTEMPTS) == 5
    assert await talk.store.stored_settings() == {}
    lines = await talk.store.audit_lines(
        object="setting:processing.max_attempts", offset=0, limit=9
    )
    assert [(line.entry.before, line.entry.after) for line in lines] == [("8", "5"), ("5", "8")]
    assert {line.entry.user_id for line in lines} == {BOSS}


async def test_what_changes_nothing_is_not_logged(talk: Room, boss: Seat) -> None:
    assert "It is that already" in await boss.admin("setting processing.max_attempts reset")
    await boss.admin("setting processing.max_attempts set 8")
    assert "It is that already" in await boss.admin("setting processing.max_attempts set 8")
    assert len(await talk.store.audit_lines(offset=0, limit=9)) == 1


async def test_what_the_configuration_names_refuses_with_the_reason(talk: Room, boss: Seat) -> None:
    said = await boss.admin("setting openai.model")
    assert "🔒 Set in config.toml" in said
    assert boss.labels()[0].endswith("Changes")
    for command in ("set gpt-6-sol", "reset", "confirm x"):
        assert "Set in config.toml" in await boss.admin(f"setting openai.model {command}")
    assert talk.settings.get(known.MODEL) == "m"


async def test_values_may_not_contradict_each_other(talk: Room, boss: Seat) -> None:
    said = await boss.admin("setting processing.retry_base set 301")
    assert "contradict “Longest wait”, which is 300 s" in said
    said = await boss.admin("setting processing.retry_max set 0.5")
    assert "contradict “First wait”" in said


async def test_shorter_retention_deletes_only_after_a_question(talk: Room, boss: Seat) -> None:
    said = await boss.admin("setting conversation.keep_days set 30")
    assert "older than 30 days" in said
    assert "Nobody can bring them back" in said
    assert talk.settings.get(known.KEEP_DAYS) == 0
    await boss.press("Yes")
    assert talk.settings.get(known.KEEP_DAYS) == 30
    await boss.admin("setting conversation.keep_days set 90")
    assert talk.settings.get(known.KEEP_DAYS) == 90
    await boss.admin("setting conversation.keep_days set 7")
    assert talk.settings.get(known.KEEP_DAYS) == 90


async def test_what_counts_from_the_next_start_says_so(talk: Room, boss: Seat) -> None:
    said = await boss.admin("setting breaker.fail_max set 3")
    assert "Now: 5" in said
    assert "⏳ 3 from the next start on" in said
    assert talk.settings.get(known.FAIL_MAX) == 5
    later = Settings(talk.config)
    later.load(await talk.store.stored_settings())
    assert later.get(known.FAIL_MAX) == 3


async def test_a_mistyped_key_is_told_the_nearest(boss: Seat) -> None:
    assert "Did you mean processing.concurrency?" in await boss.admin(
        "setting processing.concurency"
    )


async def test_alerts_go_to_a_bot_that_there_is(talk: Room, boss: Seat) -> None:
    assert "There is no bot “dog”" in await boss.admin("setting alerts.bot set dog")
    await boss.admin("setting alerts.bot set @cat_bot")
    assert talk.settings.get(known.ALERT_BOT) == "cat"
    await boss.press("None")
    assert talk.settings.get(known.ALERT_BOT) == ""


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_setting_shows_and_its_buttons_fit(talk: Room, language: str) -> None:
    boss = Seat(talk, language=language)
    for setting in SETTINGS:
        said = await boss.admin(f"setting {setting.key}")
        assert setting.key in said
        assert all(len(button.command.encode()) <= 64 for button in boss.buttons())
        offered = {button.command for button in boss.buttons() if " set " in button.command}
        if talk.settings.source(setting) is Source.CONFIG:
            continue
        assert len(offered) >= len(setting.steps)


# -- what a change does ---------------------------------------------------------------------------


async def test_model_and_context_change_for_the_next_question(talk: Room, boss: Seat) -> None:
    talk.settings = Settings(config())
    talk._boot()
    follow_answers(
        talk.settings,
        registry=talk.registry,
        questions=talk.questions,
        media=talk.media,
        composer=talk.composer,
    )
    await boss.admin("setting openai.model set gpt-6-sol")
    await boss.admin("setting openai.context_budget set 300")
    await boss.admin("setting conversation.max_sound_minutes set 2")
    assert talk.media.limits.sound_seconds == 120
    for words in ("one " * 150, "two " * 150, "three"):
        await talk.say(words)
        await talk.settle()
    question = talk.provider.questions[-1]
    assert question.model == "gpt-6-sol"
    assert len(question.turns) < 2


async def test_the_log_begins_at_the_level_that_is_set(capsys: pytest.CaptureFixture[str]) -> None:
    import io

    from kotodom import logs

    stream = io.StringIO()
    logs.configure("INFO", "text", stream=stream)
    logger.debug("before")
    logs.set_level("DEBUG")
    logger.debug("after")
    logs.set_level("ERROR")
    logger.info("quiet")
    await logger.complete()
    logger.remove()
    lines = stream.getvalue()
    assert "after" in lines
    assert "before" not in lines
    assert "quiet" not in lines


def test_names_and_help_exist_for_every_setting() -> None:
    from kotodom.admin.words.settings import about_words, name_words

    for setting in SETTINGS:
        for language in LANGUAGES:
            assert say(name_words(setting), language)
            assert say(about_words(setting), language)


async def test_alerts_follow_a_group_that_becomes_a_supergroup(talk: Room, boss: Seat) -> None:
    """Else they would silently go to every admin instead."""
    await boss.admin("setting alerts.chat set -55")
    group = {"id": -55, "type": "group", "title": "Ops"}
    await talk.hear(update(None, 7, chat=group, migrate_to_chat_id=-1000055))
    assert "Now: -1000055" in await boss.admin("setting alerts.chat")
    assert (await talk.store.stored_settings())["alerts.chat"] == "-1000055"
    (line,) = await talk.store.audit_lines(object="setting:alerts.chat", offset=0, limit=1)
    assert (line.entry.before, line.entry.after) == ("-55", "-1000055")
    await talk.hear(update(None, 8, chat={**group, "id": -56}, migrate_to_chat_id=-1000056))
    assert talk.settings.get(known.ALERT_CHAT) == "-1000055"
