"""Albums and texts that a client split: their messages become one question."""

from dataclasses import replace

from kotodom.db import SqlStore
from kotodom.model import (
    Answer,
    Attachment,
    AttachmentKind,
    Content,
    Incoming,
    Person,
    Status,
    Usage,
)
from tests.support.rows import BOTS, NOW, SUPERGROUP, add_bot, claimed, incoming, put

LONG = "x" * 4096


def picture(number: int, text: str = "", album: str = "a1", **fields: object) -> Incoming:
    item = Attachment(AttachmentKind.PHOTO, f"file{number}")
    return replace(
        incoming(number),
        text=text,
        attachments=(item,),
        media_group=album,
        **fields,  # type: ignore[arg-type]
    )


async def test_an_album_in_one_batch_is_one_question_that_waits_a_moment(store: SqlStore) -> None:
    bot = await add_bot(store)
    album = [picture(1, "what is this?"), picture(2), picture(3)]
    recorded = await store.record_batch(bot, album, [], NOW, join_window=700)
    assert recorded.lanes == ()
    ((chat, lane, until),) = recorded.held
    assert (chat.telegram_chat_id, until) == (501, NOW + 700)
    assert await store.claim(lane, NOW + 699) is None
    job = await claimed(store, lane, NOW + 700)
    assert job.text == "what is this?"
    files = [item.file_id for piece in job.pieces for item in piece.attachments]
    assert files == ["file1", "file2", "file3"]
    assert (await store.backlog(NOW, BOTS)).ready == 0


async def test_an_album_over_several_batches_waits_for_each_next_picture(store: SqlStore) -> None:
    bot = await add_bot(store)
    await store.record_batch(bot, [picture(1)], [], NOW, join_window=700)
    recorded = await store.record_batch(bot, [picture(2, "look")], [], NOW + 500, join_window=700)
    ((_, lane, until),) = recorded.held
    assert until == NOW + 1200
    assert await store.claim(lane, NOW + 1199) is None
    job = await claimed(store, lane, NOW + 1200)
    assert (job.text, len(job.pieces)) == ("look", 2)


async def test_a_question_that_keeps_growing_is_answered_all_the_same(store: SqlStore) -> None:
    bot = await add_bot(store)
    for number in range(1, 12):
        now = NOW + number * 900
        recorded = await store.record_batch(bot, [picture(number)], [], now, join_window=1000)
    assert recorded.held[0][2] == NOW + 900 + 5000


async def test_a_late_picture_has_the_question_in_work_asked_anew(store: SqlStore) -> None:
    bot = await add_bot(store)
    recorded = await store.record_batch(bot, [picture(1)], [], NOW, join_window=0)
    job = await claimed(store, recorded.held[0][1])
    recorded = await store.record_batch(bot, [picture(2)], [], NOW + 1000)
    assert (recorded.changed, recorded.lanes, recorded.held) == ((job.id,), (), ())
    fresh = await store.reload(job)
    assert (len(fresh.pieces), fresh.revision) == (2, job.revision + 1)


async def test_a_picture_after_the_answer_is_a_question_of_its_own(store: SqlStore) -> None:
    bot = await add_bot(store)
    recorded = await store.record_batch(bot, [picture(1)], [], NOW, join_window=0)
    job = await claimed(store, recorded.held[0][1])
    answer = Answer("a", "m", Usage(), None)
    await store.save_answer(job, answer, [Content("a")], outcome=Status.COMPLETED, now=NOW)
    recorded = await store.record_batch(bot, [picture(2)], [], NOW + 1000)
    assert len(recorded.held) == 1


async def test_two_albums_stay_two_questions(store: SqlStore) -> None:
    bot = await add_bot(store)
    albums = [picture(1, album="a"), picture(2, album="b"), picture(3, album="a")]
    recorded = await store.record_batch(bot, albums, [], NOW, join_window=0)
    lane = recorded.held[0][1]
    first = await claimed(store, lane)
    await store.finish(first, Status.COMPLETED, now=NOW)
    second = await claimed(store, lane)
    assert [len(job.pieces) for job in (first, second)] == [2, 1]


async def test_a_text_that_the_client_split_is_put_together_again(store: SqlStore) -> None:
    bot = await add_bot(store)
    pieces = [
        replace(incoming(1, LONG), long=True),
        replace(incoming(2, "y" * 4000), long=True),
        incoming(3, "the end"),
        incoming(4, "something else"),
    ]
    recorded = await store.record_batch(bot, pieces, [], NOW, join_window=500)
    lane = recorded.lanes[0]
    job = await claimed(store, lane, NOW + 500)
    assert job.text == LONG + "y" * 4000 + "\nthe end"
    await store.finish(job, Status.COMPLETED, now=NOW)
    assert (await claimed(store, lane, NOW + 500)).text == "something else"


async def test_what_comes_long_after_a_long_text_is_a_question_of_its_own(store: SqlStore) -> None:
    bot = await add_bot(store)
    await store.record_batch(bot, [replace(incoming(1, LONG), long=True)], [], NOW)
    recorded = await store.record_batch(bot, [incoming(2, "next")], [], NOW + 60_000)
    assert len(recorded.lanes) == 1


async def test_others_texts_and_replies_do_not_join(store: SqlStore) -> None:
    bot = await add_bot(store)
    other = Person(502, "bob", "Bob", "en")
    batch = [
        replace(incoming(1, LONG, chat=SUPERGROUP), long=True),
        incoming(2, "hi", chat=SUPERGROUP, sender=other),
        replace(incoming(3, "no", chat=SUPERGROUP), preface='[In reply to Bob: "x"]'),
    ]
    recorded = await store.record_batch(bot, batch, [], NOW, join_window=0)
    lane = recorded.lanes[0]
    texts = []
    for _ in batch:
        job = await claimed(store, lane)
        texts.append(job.text)
        await store.finish(job, Status.COMPLETED, now=NOW)
    assert texts == [LONG, "hi", "no"]


async def test_in_a_group_the_rest_of_a_question_joins_and_nothing_else_is_kept(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    stranger = Person(777, "eve", "Eve", "en")
    batch = [
        replace(incoming(1, "chatter", chat=SUPERGROUP, sender=stranger), follows_only=True),
        replace(picture(2, chat=SUPERGROUP), follows_only=True),
        replace(picture(3, "@bot what?"), chat=SUPERGROUP),
        replace(picture(4), chat=SUPERGROUP, follows_only=True),
    ]
    recorded = await store.record_batch(bot, batch, [], NOW, join_window=0)
    job = await claimed(store, recorded.held[0][1])
    assert (job.text, len(job.pieces)) == ("@bot what?", 3)
    names = await store._database.read(lambda c: c.fetch("SELECT full_name FROM tg_user"))
    assert [row[0] for row in names] == ["Ann Lee"]
    texts = await store._database.read(lambda c: c.fetch("SELECT text FROM message"))
    assert "chatter" not in [row[0] for row in texts]


async def test_a_restart_in_the_middle_of_an_album_loses_nothing(store: SqlStore) -> None:
    bot = await add_bot(store)
    await store.record_batch(bot, [picture(1, "look")], [], NOW)
    restarted = SqlStore(store._database)
    recorded = await restarted.record_batch(bot, [picture(2)], [], NOW + 500)
    job = await claimed(restarted, recorded.held[0][1], NOW + 1500)
    assert len(job.pieces) == 2


async def test_the_history_shows_a_grown_question_whole(store: SqlStore) -> None:
    bot = await add_bot(store)
    album = [picture(1, "what is this?"), picture(2)]
    recorded = await store.record_batch(bot, album, [], NOW, join_window=0)
    job = await claimed(store, recorded.held[0][1])
    answer = Answer("a cat", "m", Usage(), None)
    await store.save_answer(job, answer, [Content("a cat")], outcome=Status.COMPLETED, now=NOW)
    await store.mark_sent(job, 0, 50, now=NOW)
    later = await claimed(store, await put(store, bot, incoming(3)))
    (turn,) = await store.history(later, 10)
    assert (turn.question, turn.answer) == ("what is this?", "a cat")
    assert [item.file_id for item in turn.attachments] == ["file1", "file2"]


async def test_another_question_of_the_same_person_ends_a_long_one_in_any_batch(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    long = replace(incoming(1, LONG), long=True)
    reply = replace(incoming(2, "no"), preface='[In reply to Bob: "x"]')
    for number, item in enumerate((long, reply, incoming(3, "else"))):
        recorded = await store.record_batch(bot, [item], [], NOW + number, join_window=0)
    texts = []
    for _ in range(3):
        job = await claimed(store, recorded.lanes[0], NOW + 10)
        texts.append(job.text)
        await store.finish(job, Status.COMPLETED, now=NOW)
    assert texts == [LONG, "no", "else"]


async def test_pictures_of_a_groups_album_wait_for_the_caption_in_a_later_batch(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    early = replace(picture(1), chat=SUPERGROUP, follows_only=True)
    assert (await store.record_batch(bot, [early], [], NOW)).held == ()
    late = replace(picture(2, "@bot what?"), chat=SUPERGROUP)
    recorded = await store.record_batch(bot, [late], [], NOW + 100, join_window=0)
    job = await claimed(store, recorded.held[0][1], NOW + 100)
    files = [item.file_id for piece in job.pieces for item in piece.attachments]
    assert files == ["file1", "file2"]


async def test_a_groups_album_without_a_caption_for_the_bot_is_forgotten(store: SqlStore) -> None:
    bot = await add_bot(store)
    early = replace(picture(1), chat=SUPERGROUP, follows_only=True)
    await store.record_batch(bot, [early], [], NOW)
    late = replace(picture(2, "@bot what?"), chat=SUPERGROUP)
    recorded = await store.record_batch(bot, [late], [], NOW + 60_000, join_window=0)
    job = await claimed(store, recorded.held[0][1], NOW + 60_000)
    assert len(job.pieces) == 1
