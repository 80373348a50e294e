"""What the model is asked: who speaks, what came before, and as many pictures as are worth it."""

from typing import Any

import pytest

from kotodom import context
from kotodom.model import Question, Usage
from kotodom.questions import EARLIER_MAX, PICTURE, Questions, opaque
from tests.support.scripted import BROKEN
from tests.support.talking import Room, room
from tests.support.updates import ANN, BOB, GROUP, guest, message, photo

CALL = [{"type": "mention", "offset": 0, "length": 8}]


async def asked(r: Room, text: str | None = None, **fields: Any) -> Question:
    """What the model is asked when that is said."""
    await r.say(text, **fields)
    await r.settle()
    return r.provider.questions[-1]


async def shots(r: Room, count: int, **fields: Any) -> Question:
    """A question with that many pictures, which nobody has sent before."""
    names = [f"shot {len(r.files.files)} {number}" for number in range(count)]
    r.files.files |= {name: name.encode() for name in names}
    for name in names:
        await r.say(media_group_id=names[0], **photo(name), **fields)
    await r.settle()
    return r.provider.questions[-1]


def sent_again(question: Question) -> list[int]:
    """How many pictures each earlier turn has, oldest first."""
    return [len(turn.images) for turn in question.turns]


async def test_in_private_nobody_is_named_and_in_groups_everybody_is(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        assert (await asked(r, "why?")).text == "why?"
        first = await asked(r, "@cat_bot why?", chat=GROUP, entities=CALL)
        assert first.text == "Ann (@ann): @cat_bot why?"
        second = await asked(r, "@cat_bot and?", chat=GROUP, entities=CALL, **{"from": BOB})
        assert second.text == "Bob: @cat_bot and?"
        assert [turn.question for turn in second.turns] == ["Ann (@ann): @cat_bot why?"]


async def test_people_and_conversations_are_opaque_to_the_provider(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        here = await asked(r, "one")
        again = await asked(r, "two")
        group = await asked(r, "@cat_bot three", chat=GROUP, entities=CALL)
        assert (here.user_key, here.cache_key) == (again.user_key, again.cache_key)
        assert group.user_key == here.user_key
        assert group.cache_key != here.cache_key
        for key in (here.user_key, here.cache_key):
            assert str(ANN["id"]) not in key
            assert len(key) <= 64
        assert opaque("user", 1, 2) != opaque("chat", 1, 2)


async def test_the_last_turns_send_their_pictures_again_and_earlier_ones_say_so(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        r.image_turns = 2
        r._boot()
        for count in (1, 2, 1):
            await shots(r, count)
        question = await asked(r, "which was best?")
        assert sent_again(question) == [0, 2, 1]
        assert [turn.question for turn in question.turns] == [
            PICTURE,
            f"{PICTURE}\n{PICTURE}",
            PICTURE,
        ]


async def test_no_pictures_are_sent_again_where_the_owner_wants_none(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.image_turns = 0
        r._boot()
        await shots(r, 2)
        question = await asked(r, "which was best?")
        assert sent_again(question) == [0]
        assert r.provider.questions[0].images != ()


async def test_of_many_pictures_the_newest_are_sent_again(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.image_turns = 9
        r._boot()
        for count in (4, 5, 6):
            await shots(r, count)
        question = await asked(r, "which was best?")
        assert sent_again(question) == [0, EARLIER_MAX - 6, 6]
        assert sum(sent_again(question)) == EARLIER_MAX


async def test_an_earlier_picture_that_is_gone_is_passed_over(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await shots(r, 1)
        r.files.files.clear()
        r._boot()  # which forgets the pictures it had prepared
        question = await asked(r, "what was it?")
        assert sent_again(question) == [0]
        assert r.shown()[-1] == "answer to what was it?"


async def test_a_picture_of_the_message_replied_to_is_looked_at(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.files.files |= {"cat": b"a cat", "bad": BROKEN}
        quoted = message(3, **photo("cat"), **{"from": BOB})
        question = await asked(r, "what is it?", reply_to_message=quoted)
        assert [image.data for image in question.images] == [b"a cat"]


async def test_a_guest_question_is_asked_without_history(sqlite_url: str) -> None:
    async with room(sqlite_url, guest=True) as r:
        await asked(r, "private")
        for _ in range(2):
            await r.hear(guest("why?", f"summons {_}"))
            await r.settle()
        assert [question.turns for question in r.provider.questions] == [(), (), ()]


@pytest.mark.parametrize(("pictures", "turns"), [(0, 1), (1, 0)])
async def test_pictures_take_their_share_of_the_budget(
    sqlite_url: str, pictures: int, turns: int
) -> None:
    """There is room for the history or for a picture, not for both."""
    async with room(sqlite_url) as r:
        await asked(r, "w" * 400)
        r.context_budget = context.IMAGE_TOKENS + 100
        r._boot()
        question = await (shots(r, pictures) if pictures else asked(r, "and?"))
        assert (len(question.images), len(question.turns)) == (pictures, turns)


@pytest.mark.parametrize(
    ("models", "chosen", "used"),
    [(("a", "b"), "b", "b"), (("a", "b"), "", "own"), (("a",), "b", "own"), ((), "b", "own")],
)
async def test_a_chosen_model_answers_while_it_is_offered(
    sqlite_url: str, models: tuple[str, ...], chosen: str, used: str
) -> None:
    async with room(sqlite_url, model="own", models=models) as r:
        await asked(r, "hi")
        await r.store.set_model(1, chosen)
        assert (await asked(r, "why?")).model == used


async def test_a_bot_without_a_model_takes_the_default_one(sqlite_url: str) -> None:
    async with room(sqlite_url, prompt="You are a cat.") as r:
        question = await asked(r, "why?")
        assert (question.model, question.instructions) == ("m", "You are a cat.")


async def test_what_a_broken_off_answer_cost_is_estimated_with_its_pictures(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        await shots(r, 1)
        question = await asked(r, "why?")
        done = Questions.broken_off("Because", question)
        assert done.text == "Because"
        assert done.usage == Usage(done.usage.input, output=2, estimated=True)
        assert done.usage.input > context.IMAGE_TOKENS
