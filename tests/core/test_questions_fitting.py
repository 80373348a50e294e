"""Questions with much in them: documents and pictures take no more room than there is."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotodom import asker, asking, context
from kotodom.asker import BLIND
from kotodom.errors import PicturesRefused, RequestRefused
from kotodom.media import CUT
from kotodom.model import Attachment, AttachmentKind, Piece, Question
from kotodom.questions import LEFT_OUT, UNSEEN, _fitting
from tests.support.scripted import Pause
from tests.support.talking import Room, room
from tests.support.updates import document, photo


def total(question: Question) -> int:
    """What a question costs by our own estimate."""
    pictures = len(question.images) + sum(len(turn.images) for turn in question.turns)
    return (
        context.fixed_tokens(question.text, question.instructions)
        + context.history_tokens(question.turns[::-1])
        + pictures * context.IMAGE_TOKENS
    )


async def shots(r: Room, count: int) -> Question:
    """A question with that many pictures, which nobody has sent before."""
    names = [f"shot {len(r.files.files)} {number}" for number in range(count)]
    r.files.files |= {name: name.encode() for name in names}
    for name in names:
        await r.say(media_group_id=names[0], **photo(name))
    await r.settle()
    return r.provider.questions[-1]


def looks(question: Question) -> bool:
    return bool(question.images or any(turn.images for turn in question.turns))


# -- documents ------------------------------------------------------------------------------

documents = st.lists(
    st.builds(
        lambda unit, count, kind, end: Attachment(kind, "f", name="a.txt", text=unit * count + end),
        st.sampled_from(["word ", "Слово. ", "字", "4721,93\n", "x"]),
        st.integers(0, 4_000),
        st.sampled_from([AttachmentKind.DOCUMENT, AttachmentKind.VOICE]),
        st.sampled_from(["", CUT]),
    ),
    max_size=4,
)


@given(documents, st.text(max_size=200), st.integers(0, 4_000), st.sampled_from(["", "Ann"]))
def test_documents_are_cut_until_the_question_fits_and_words_never_are(
    files: list[Attachment], typed: str, budget: int, who: str
) -> None:
    pieces = (Piece(1, typed, "[Forwarded]", tuple(files)),)
    (fitted,) = _fitting(pieces, who, "Be a cat.", budget)
    cost = context.fixed_tokens(asking.words((fitted,), who), "Be a cat.")
    bare = [*files]
    for index, item in enumerate(files):
        if item.document:
            bare[index] = Attachment(
                item.kind, "f", name="a.txt", text=item.text and LEFT_OUT + CUT
            )
    least = asking.words((Piece(1, typed, "[Forwarded]", tuple(bare)),), who)
    if context.fixed_tokens(least, "Be a cat.") + 2 * len(files) <= budget:
        assert cost <= budget
    assert fitted.text == typed
    for before, after in zip(files, fitted.attachments, strict=True):
        if after != before:
            assert before.document
            assert after.text is not None
            assert after.text.endswith((LEFT_OUT, CUT))
            kept = after.text.removesuffix(CUT).removesuffix(LEFT_OUT)
            assert before.text is not None
            assert before.text.startswith(kept)
    if context.fixed_tokens(asking.words(pieces, who), "Be a cat.") <= budget:
        assert fitted == pieces[0]


async def test_a_document_that_is_too_long_is_cut_and_still_known_afterwards(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        r.context_budget = 600
        r._boot()
        r.provider.respond = lambda asked: ["About cats."]
        r.files.files["doc"] = ("字" * 90).encode()
        long = "字" * 700
        await r.say(caption=f"{long} what is it about?", **document())
        await r.settle()
        first = r.provider.questions[-1]
        assert LEFT_OUT in first.text
        assert f"{long} what is it about?" in first.text
        await r.say("and more?")
        await r.settle()
        question = r.provider.questions[-1]
        (turn,) = question.turns
        assert turn.question.endswith("what is it about?")
        assert context.LEFT_OUT in turn.question
        assert total(question) <= 600


# -- pictures -------------------------------------------------------------------------------


@pytest.mark.parametrize(("budget", "again"), [(4_000, 2), (1_400, 0), (20_000, 8)])
async def test_pictures_that_are_sent_again_fit_the_budget(
    sqlite_url: str, budget: int, again: int
) -> None:
    async with room(sqlite_url) as r:
        await shots(r, 4)
        await shots(r, 4)
        r.context_budget = budget
        r._boot()
        fetched = len(r.files.fetched)
        await r.say("and?")
        await r.settle()
        question = r.provider.questions[-1]
        assert sum(len(turn.images) for turn in question.turns) == again
        assert len(r.files.fetched) == fetched + again
        assert total(question) <= budget


async def test_a_long_history_does_not_hide_the_picture_that_was_just_sent(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.provider.respond = lambda asked: ["word " * 500]
        for number in range(8):
            await r.say(f"{number}")
            await r.settle()
        await shots(r, 1)
        r.context_budget = 5_000
        r._boot()
        await r.say("what colour is it?")
        await r.settle()
        question = r.provider.questions[-1]
        assert len(question.turns[-1].images) == 1
        assert len(question.turns) > 1
        assert total(question) <= 5_000


async def test_no_more_pictures_lie_in_memory_than_may_be_asked_about_at_once(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next question's pictures are not even fetched before there is room."""
    monkeypatch.setattr(asker, "PICTURED", 1)
    async with room(sqlite_url) as r:
        pause = Pause()
        r.provider.plays.append([pause, "first"])
        r.files.files |= {"one": b"1", "two": b"2"}
        for user, name in ((900, "one"), (901, "two")):
            who: dict[str, Any] = {"id": user, "is_bot": False, "first_name": name}
            chat = {"id": user, "type": "private", "first_name": name}
            await r.say(caption="look", chat=chat, **photo(name), **{"from": who})
        first, second = await r.lanes()
        running = [r.begin(first)]
        await pause.reached.wait()
        running.append(r.begin(second))
        other = {"id": 902, "is_bot": False, "first_name": "c"}
        await r.say(
            "words", chat={"id": 902, "type": "private", "first_name": "c"}, **{"from": other}
        )
        # A question without pictures passes meanwhile, and shows that the second one has waited.
        (third,) = [lane for lane in await r.lanes() if lane not in (first, second)]
        await r.work(third)
        assert r.files.fetched == ["one"]
        assert [bool(asked.images) for asked in r.provider.questions] == [True, False]
        pause.go_on.set()
        await asyncio.gather(*running)
        assert r.files.fetched == ["one", "two"]


# -- models without eyes --------------------------------------------------------------------


def eyeless(error: RequestRefused) -> Any:
    return lambda asked: [error] if looks(asked) else [f"answer to {asked.text}"]


async def test_a_model_without_eyes_is_not_shown_pictures_again_for_a_while(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        r.provider.respond = eyeless(PicturesRefused())
        await shots(r, 1)
        assert [looks(asked) for asked in r.provider.questions] == [True, False]
        await r.say("and?")
        await r.settle()
        await shots(r, 1)
        later = r.provider.questions[2:]
        assert [looks(asked) for asked in later] == [False, False]
        assert later[-1].text == UNSEEN
        assert len(r.files.fetched) == 1
        await r.clock.advance(BLIND)
        await shots(r, 1)
        assert looks(r.provider.questions[-2])


async def test_one_picture_that_is_refused_says_nothing_about_the_model(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.provider.plays.append([RequestRefused("image_too_small")])
        await shots(r, 1)
        assert looks(await shots(r, 1))
