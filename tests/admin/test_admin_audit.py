"""/admin audit: who changed what, searched and shown as a difference."""

from collections.abc import AsyncIterator

import pytest

from kotodom.ports.admin import AuditEntry
from tests.support.office import Seat
from tests.support.talking import BOSS, Room, room


@pytest.fixture
async def talk(database_url: str) -> AsyncIterator[Room]:
    async with room(database_url) as talk:
        yield talk


@pytest.fixture
async def boss(talk: Room) -> Seat:
    return Seat(talk)


async def _write(talk: Room, count: int = 1, **fields: str) -> None:
    for number in range(count):
        said = {
            "user_name": "Boss",
            "action": "bot BOT set FIELD",
            "object": "bot:1",
            "field": "prompt",
            "before": "You are a cat.\nPurr.",
            "after": "You are a dog.\nPurr.",
            "origin": f"{fields}:{number}",
            **fields,
        }
        await talk.store.write_audit(AuditEntry(user_id=BOSS, **said), talk.clock.now())


async def test_changes_are_listed_newest_first_a_page_at_a_time(talk: Room, boss: Seat) -> None:
    await _write(talk, 10)
    await _write(talk, object="bot:2", origin="last")
    await boss.admin("accounts")
    await boss.press("Audit log")
    rows = [label for label in boss.labels() if " · " in label]
    assert len(rows) == 8
    assert rows[0].endswith("Boss: bot:2 prompt")
    await boss.press("2 ▶")
    assert len([label for label in boss.labels() if " · " in label]) == 3


async def test_one_change_shows_what_is_different(talk: Room, boss: Seat) -> None:
    await _write(talk)
    await boss.admin("audit")
    said = await boss.press("bot:1 prompt")
    assert "By: Boss (900)" in said
    assert "/admin bot BOT set FIELD" in said
    assert "-You are a cat.\n+You are a dog.\n Purr." in said


async def test_the_changes_of_one_thing_are_shown_alone(talk: Room, boss: Seat) -> None:
    await _write(talk)
    await _write(talk, object="account:7", field="role", before="USER", after="ADMIN")
    said = await boss.admin("audit of account:7")
    assert said.startswith("Changes of account:7")
    assert next(label for label in boss.labels() if " · " in label).endswith("account:7 role")
    assert len([label for label in boss.labels() if " · " in label]) == 1


async def test_secrets_that_came_into_the_log_are_not_shown(talk: Room, boss: Seat) -> None:
    token = "7001:" + "A" * 35
    await _write(talk, before=f"token {token}", after="sk-abcdefgh12345678")
    await boss.admin("audit")
    said = await boss.press("bot:1 prompt")
    assert token not in said
    assert "sk-abcdefgh12345678" not in said


@pytest.mark.parametrize("words", ["boss", "PROMPT", "bot:1", "purr", "900"])
async def test_the_log_is_searched_in_names_ids_fields_and_values(
    talk: Room, boss: Seat, words: str
) -> None:
    await _write(talk)
    await boss.admin("audit")
    assert "What shall I look for?" in await boss.press("Search")
    assert (await boss.give(words)).startswith(f"Changes with “{words}”")
    assert boss.labels()[0].endswith("Boss: bot:1 prompt")


async def test_the_log_is_searched_in_any_case_of_other_letters(talk: Room, boss: Seat) -> None:
    await _write(talk, after="Ты кот")
    for words in ("ты кот", "Ты кот"):
        assert (await boss.admin(f"audit find {words}")).startswith("Changes with")


async def test_signs_that_mean_something_to_like_are_meant_as_they_are(
    talk: Room, boss: Seat
) -> None:
    await _write(talk)
    for words in ("100%", "c_t", "~"):
        assert "No change with" in await boss.admin(f"audit find {words}")


async def test_a_search_goes_on_further_back(talk: Room, boss: Seat) -> None:
    await _write(talk, object="bot:7", field="needle", origin="first")
    await _write(talk, 12, object="bot:8")
    found = await talk.store.search_audit("needle", before=0, rows=5, limit=8)
    assert found.lines == ()
    assert found.further == 9
    found = await talk.store.search_audit("needle", before=9, rows=50, limit=8)
    assert [line.entry.object for line in found.lines] == ["bot:7"]
    assert found.further == 0
    await boss.admin("audit find bot:")
    assert len([label for label in boss.labels() if " · " in label]) == 8
    await boss.press("Search further back")
    assert len([label for label in boss.labels() if " · " in label]) == 5


async def test_a_search_that_no_button_can_hold_says_how_to_go_on(talk: Room, boss: Seat) -> None:
    words = "очень длинные слова для поиска в журнале"
    await _write(talk, 9, after=words)
    said = await boss.admin(f"audit find {words}")
    assert f"find {words}" in said.rpartition("type: ")[2]
