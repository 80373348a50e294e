"""What people chose and used, and where a bot is a member."""

from kotodom.db import SqlStore
from kotodom.model import (
    ChatRef,
    ChatType,
    Membership,
    Usage,
)
from kotodom.ports import Purpose, Spent
from tests.support.lives import ANN, BOB, GROUP, Lives, dump, private, spend
from tests.support.rows import NOW, add_bot, claimed

DAY = 24 * 3600 * 1000


async def test_a_chosen_language_wins_over_telegrams_until_it_is_taken_back(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    lane = await Lives(store).say(bot, ANN, private(ANN))
    job = await claimed(store, lane)
    assert job.language == "ru"
    await store.set_language(ANN.id, "en")
    assert (await store.reload(job)).language == "en"
    await store.set_language(ANN.id, "")
    assert (await store.reload(job)).language == "ru"


async def test_a_chosen_model_is_the_conversations_own(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    here = await lives.say(bot, ANN, private(ANN))
    there = await lives.say(bot, ANN, private(ANN, 9))
    await store.set_model(here.chat_id, "big")
    assert (await claimed(store, here)).chat.model == "big"
    assert (await claimed(store, there)).chat.model == ""


# -- membership -------------------------------------------------------------------------------


def membership(chat: ChatRef, status: str, present: bool) -> Membership:
    return Membership(chat, status, present, BOB)


async def test_a_group_that_nobody_wrote_in_yet_is_recorded(store: SqlStore) -> None:
    bot = await add_bot(store)
    await store.set_membership(bot, membership(GROUP, "member", True), NOW)
    rows = await dump(store)
    (chat,) = rows["chat"].values()
    assert (chat["telegram_chat_id"], chat["type"], chat["name"]) == (-4, "group", "Friends")
    assert (chat["member_status"], chat["blocked_at"]) == ("member", None)
    assert rows["tg_user"] == {}


async def test_every_topic_of_a_group_that_is_left_is_gone_and_comes_back(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    lanes = [await lives.say(bot, ANN, ChatRef(-1007, n, ChatType.SUPERGROUP)) for n in (0, 3)]
    forum = ChatRef(-1007, 0, ChatType.SUPERGROUP, "Forum")
    await store.set_membership(bot, membership(forum, "kicked", False), NOW)
    await store.set_membership(bot, membership(forum, "kicked", False), NOW + 5)
    chats = (await dump(store))["chat"]
    assert [chats[lane.chat_id]["blocked_at"] for lane in lanes] == [NOW, NOW]
    assert [chats[lane.chat_id]["member_status"] for lane in lanes] == ["kicked", "kicked"]
    await store.set_membership(bot, membership(forum, "administrator", True), NOW)
    chats = (await dump(store))["chat"]
    assert [chats[lane.chat_id]["blocked_at"] for lane in lanes] == [None, None]
    # The name it has now is not overwritten by what was remembered of it.
    await lives.say(bot, ANN, ChatRef(-1007, 0, ChatType.SUPERGROUP, "Other"))
    assert (await dump(store))["chat"][lanes[0].chat_id]["name"] == "Other"


async def test_a_person_the_bot_does_not_know_stays_unknown_when_they_block_it(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    await store.set_membership(bot, membership(private(ANN), "kicked", False), NOW)
    assert (await dump(store))["chat"] == {}
    lane = await Lives(store).say(bot, ANN, private(ANN))
    await store.set_membership(bot, membership(private(ANN), "kicked", False), NOW)
    assert (await dump(store))["chat"][lane.chat_id]["blocked_at"] == NOW


# -- spending ---------------------------------------------------------------------------------


async def test_what_a_person_used_is_counted_since_a_time_and_at_one_bot(store: SqlStore) -> None:
    bot, other = await add_bot(store, 11), await add_bot(store, 12)
    lives = Lives(store)
    assert await store.spent(bot, ANN.id, 0) == Spent(0, 0, 0, 0)
    await lives.answer(await lives.say(bot, ANN, private(ANN)))
    await lives.answer(await lives.say(bot, BOB, GROUP))
    await spend(store, bot, ANN.id, cost=None)
    await spend(store, bot, ANN.id, purpose=Purpose.TRANSCRIPT, usage=Usage())
    await spend(store, other, ANN.id)
    await spend(store, bot, ANN.id, now=NOW - 1)
    assert await store.spent(bot, ANN.id, NOW) == Spent(2, 30, 14, 1)
    assert await store.spent(bot, ANN.id, NOW - 1) == Spent(3, 45, 21, 1)
    assert await store.spent(other, ANN.id, NOW) == Spent(1, 15, 7, 0)


async def test_what_a_stranger_used_is_counted_without_a_name(store: SqlStore) -> None:
    bot = await add_bot(store)
    await spend(store, bot, 999)
    (row,) = (await dump(store))["spend"].values()
    assert (row["tg_user_id"], row["chat_id"], row["cost"]) == (None, None, 7)
