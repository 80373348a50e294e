"""What was read out of files is kept with its message, unless that is another by now."""

from dataclasses import replace

import pytest

from kotodom.db import SqlStore
from kotodom.errors import QuestionChanged
from kotodom.model import Attachment, AttachmentKind, Job, Transcript, Usage
from tests.support.rows import NOW, add_bot, claimed, edit, incoming, put

HEARD = Transcript("hello", "ear", 3, Usage(3, output=2))


async def taken(store: SqlStore) -> tuple[int, Job]:
    bot = await add_bot(store)
    return bot, await claimed(store, await put(store, bot, incoming(1)))


async def keep(store: SqlStore, job: Job) -> None:
    voice = Attachment(AttachmentKind.VOICE, "f", text="hello")
    piece = replace(job.pieces[0], text="hello", attachments=(voice,))
    await store.keep_reading(job, piece, transcript=HEARD, cost=7, now=NOW)


async def heard_seconds(store: SqlStore) -> int:
    rows = await store._database.read(lambda c: c.fetch("SELECT seconds FROM spend"))
    return sum(int(row[0]) for row in rows)


async def test_what_was_heard_is_kept(store: SqlStore) -> None:
    _, job = await taken(store)
    await keep(store, job)
    fresh = await store.reload(job)
    assert (fresh.text, fresh.pieces[0].attachments[0].text) == ("hello", "hello")
    assert await heard_seconds(store) == 3


async def test_an_edit_meanwhile_is_not_overwritten_and_the_transcript_is_paid(
    store: SqlStore,
) -> None:
    bot, job = await taken(store)
    await store.record_batch(bot, [], [edit(1, "better")], NOW)
    with pytest.raises(QuestionChanged):
        await keep(store, job)
    fresh = await store.reload(job)
    assert (fresh.text, fresh.pieces[0].attachments) == ("better", ())
    assert await heard_seconds(store) == 3
