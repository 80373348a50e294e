"""What others' updates repeat of somebody goes page by page, with what the model was told of it."""

import json
from dataclasses import replace

from kotodom.db import SqlStore
from kotodom.model import Attachment, AttachmentKind, Incoming, Job, Kind
from tests.support.lives import ANN, BOB, GROUP, Lives
from tests.support.rows import NOW, add_bot, put


def repeating(number: int) -> Incoming:
    """Bob's reply to Ann, with a file of his own and one of hers."""
    ann = {"id": ANN.id, "first_name": ANN.full_name}
    said = {"message_id": 1, "from": ann, "text": "hers"}
    message = {
        "message_id": number,
        "from": {"id": BOB.id},
        "text": "his",
        "reply_to_message": said,
    }
    own = Attachment(AttachmentKind.PHOTO, "own")
    hers = Attachment(AttachmentKind.DOCUMENT, "hers", text="hers", quoted=True)
    return replace(
        Incoming(number, "", Kind.QUESTION, GROUP, BOB, "his", number),
        raw=json.dumps({"update_id": number, "message": message}),
        preface='[In reply to Ann: "hers"]',
        attachments=(own, hers),
    )


async def stored(store: SqlStore) -> list[tuple[str, str, str, str]]:
    """(update, text, preface, attachments) of each of Bob's messages."""
    rows = await store._database.read(
        lambda c: c.fetch(
            "SELECT p.raw_update, m.text, m.preface, m.attachments FROM message_processing p"
            " JOIN message m ON m.id = p.message_id WHERE m.tg_user_id = $1 ORDER BY p.id",
            BOB.id,
        )
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def erased(store: SqlStore, job: Job, limit: int) -> int:
    """Search all; returns in how many steps."""
    steps, place = 1, await store.erase_repeated(job, None, limit)
    while place is not None:
        steps, place = steps + 1, await store.erase_repeated(job, place, limit)
    return steps


async def forgotten(store: SqlStore, bot: int) -> Job:
    lives = Lives(store)
    lives._numbers = iter(range(1000, 2000))
    return await lives.forget(bot, ANN, replace(GROUP, telegram_chat_id=-5))


async def test_it_goes_in_pages_and_what_is_the_others_stays(store: SqlStore) -> None:
    bot, other = await add_bot(store, 11), await add_bot(store, 12)
    await put(store, bot, *(repeating(number) for number in range(7)))
    job = await forgotten(store, bot)
    assert await erased(store, job, 3) == 3
    for raw, text, preface, attachments in await stored(store):
        assert str(ANN.id) not in raw and "hers" not in raw and str(BOB.id) in raw
        assert (text, preface) == ("his", "")
        assert [item["file_id"] for item in json.loads(attachments)] == ["own"]
    await put(store, other, repeating(8))
    assert await erased(store, job, 3) == 3
    assert (await stored(store))[-1][2]  # another bot's


async def test_a_purge_finishes_what_a_command_could_not(store: SqlStore) -> None:
    bot = await add_bot(store)
    job = await forgotten(store, bot)
    await put(store, bot, repeating(1))
    await Lives(store).confirm(job, NOW)
    while await store.purge(10):
        pass
    ((raw, _, preface, _),) = await stored(store)
    assert str(ANN.id) not in raw and not preface
