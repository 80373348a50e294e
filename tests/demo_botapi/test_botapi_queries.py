"""Inline mode and guest mode through aiogram: asked by people, answered once, edited later."""

import asyncio
import json

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputRichMessage,
    InputRichMessageContent,
    InputTextMessageContent,
    MessageEntity,
)

from kotodom.demo.botapi.calls import NOT_MODIFIED

LATE = "query is too old and response timeout expired or query ID is invalid"


def article(text="42", result_id="1", **more):
    content = InputTextMessageContent(message_text=text)
    return InlineQueryResultArticle(
        id=result_id, title="Answer", input_message_content=content, **more
    )


@pytest.fixture(autouse=True)
def modes(bot):
    bot.inline = bot.guest = True


async def test_the_modes_are_told_by_get_me(api, aio, bot):
    me = await aio.get_me()
    assert (me.supports_inline_queries, me.supports_guest_queries) == (True, True)
    api.add_bot(bot.token, username="cat_bot", inline=False, topics=True)
    me = await aio.get_me()
    assert (me.supports_inline_queries, me.supports_guest_queries) == (False, True)
    assert me.has_topics_enabled


async def test_an_inline_query_is_asked_and_answered(api, aio, bot, chat, heard):
    first = await chat.inline("meaning of life")
    second = await api.group("Family", members=[chat.user]).inline("tea?", bot=bot)
    asked, other = await heard()
    assert (asked.id, asked.query, asked.chat_type) == (first.id, "meaning of life", "sender")
    assert (other.from_user.id, other.chat_type) == (7, "group")
    assert int(other.id) > int(asked.id)
    waiting = asyncio.create_task(first.wait())
    assert await asked.answer([article(description="short")], cache_time=9, is_personal=True)
    answer = await waiting
    assert (answer.cache_time, answer.is_personal) == (9, True)
    (result,) = answer.results
    assert (result.title, result.description, result.text) == ("Answer", "short", "42")
    assert second.answer is None


async def test_telegram_keeps_answers_for_whom_they_are_meant(api, aio, bot, clock):
    ann, bob = api.user(1), api.user(2)
    mine = api.inline(bot, ann, "tea?")
    await aio.answer_inline_query(mine.id, [article("yes")], cache_time=60, is_personal=True)
    assert (await api.inline(bot, ann, "tea?").wait()).cached
    assert api.inline(bot, bob, "tea?").answer is None
    ours = api.inline(bot, bob, "milk?")
    await aio.answer_inline_query(ours.id, [article("no")], cache_time=60)
    assert (await api.inline(bot, ann, "milk?").wait()).results[0].text == "no"
    clock.advance(61)
    assert api.inline(bot, ann, "milk?").answer is None


async def test_late_second_and_foreign_answers_are_refused(api, aio, bot, client, clock):
    ann = api.user(1)
    asked = api.inline(bot, ann, "tea?")
    await aio.answer_inline_query(asked.id, [], cache_time=0)
    late = api.inline(bot, ann, "tea?")
    other = api.inline(bot, ann, "milk?")
    api.add_bot("43:" + "D" * 35, username="dog_bot")
    for query_id in (asked.id, "1"):
        with pytest.raises(TelegramBadRequest, match=LATE):
            await aio.answer_inline_query(query_id, [])
    words = await client.refused(
        "answerInlineQuery", token="43:" + "D" * 35, inline_query_id=other.id, results="[]"
    )
    assert words == f"Bad Request: {LATE}"
    clock.advance(30.1)
    with pytest.raises(TelegramBadRequest, match=LATE):
        await aio.answer_inline_query(late.id, [])
    assert bot.updates == 0


async def test_results_telegram_refuses(api, aio, bot):
    asked = api.inline(bot, api.user(1), "tea?")

    async def refused(*results, **more):
        with pytest.raises(TelegramBadRequest) as error:
            await aio.answer_inline_query(asked.id, list(results), **more)
        return error.value.message

    many = [article(result_id=str(number)) for number in range(51)]
    assert "RESULTS_TOO_MUCH" in await refused(*many)
    assert "RESULT_ID_DUPLICATE" in await refused(article(), article())
    assert "RESULT_ID_INVALID" in await refused(article(result_id="x" * 65))
    assert "message is too long" in await refused(article("x" * 4097))
    assert "message text is empty" in await refused(article(" "))
    assert "NEXT_OFFSET_INVALID" in await refused(next_offset="x" * 65)
    content = InputTextMessageContent(
        message_text="a", entities=[MessageEntity(type="bold", offset=0, length=2)]
    )
    wrong = InlineQueryResultArticle(id="1", title="A", input_message_content=content)
    assert "can't parse entities" in await refused(wrong)
    rich = InputRichMessageContent(rich_message=InputRichMessage(markdown="-"))
    empty = InlineQueryResultArticle(id="1", title="A", input_message_content=rich)
    assert "RICH_MESSAGE_CONTENT_REQUIRED" in await refused(empty)
    untitled = article().model_copy(update={"title": ""})
    assert '"title" must be non-empty' in await refused(untitled)
    assert asked.answer is None


async def test_a_chosen_result_is_posted_and_edited_by_its_inline_id(aio, bot, chat, heard):
    bot.inline_feedback = True
    asked = await chat.inline("tea?")
    go = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Go", url="https://example.org")]]
    )
    await aio.answer_inline_query(asked.id, [article("yes", reply_markup=go)])
    sent = asked.choose("1")
    query, message, chosen = await heard()
    assert (message.text, message.via_bot.id, message.message_id) == ("yes", 42, sent)
    assert (chosen.result_id, chosen.query) == ("1", query.query)
    where = {"inline_message_id": chosen.inline_message_id}
    assert await aio.edit_message_text("no", **where) is True
    assert chat.messages()[-1].text == "no"
    with pytest.raises(LookupError, match="no result"):
        asked.choose("2")


async def test_a_guest_message_is_answered_once_and_edited_later(api, aio, bot, heard, client):
    guest = api.guest(
        bot, api.user(5, "Eve"), "Strangers", "@cat_bot is it true?", reply_to="Cats rule"
    )
    (message,) = await heard()
    assert message.guest_query_id == guest.id
    assert (message.from_user.id, message.chat.title) == (5, "Strangers")
    assert message.reply_to_message.text == "Cats rule"
    waiting = asyncio.create_task(guest.wait())
    sent = await aio.answer_guest_query(guest.id, article("…"))
    assert sent.inline_message_id == guest.inline_message_id
    assert (await waiting).text == "…"
    with pytest.raises(TelegramBadRequest, match=LATE):
        await aio.answer_guest_query(guest.id, article("again"))
    where = {"inline_message_id": sent.inline_message_id}
    assert await aio.edit_message_text("Yes.", **where) is True
    assert (await guest.wait("Yes.")).edited
    words = await client.refused("editMessageText", text="Yes.", **where)
    assert words == f"Bad Request: {NOT_MODIFIED}"
    assert await aio.edit_message_text(rich_message=InputRichMessage(markdown="# Yes"), **where)
    assert guest.history == ["…", "Yes.", "Yes"]
    unknown = await client.refused("editMessageText", text="x", inline_message_id="nonsense")
    assert unknown == "Bad Request: MESSAGE_ID_INVALID"
    assert "chat not found" in await client.refused("sendMessage", chat_id=guest.view.id, text="x")


async def test_a_reply_to_the_guests_answer_calls_it_again(api, aio, bot, heard):
    eve = api.user(5, "Eve")
    first = api.guest(bot, eve, "Strangers", "@cat_bot hi")
    await aio.answer_guest_query(first.id, article("Meow"))
    answer = first.view.messages()[-1]
    api.guest(bot, eve, first.view, "and now?", reply_to=answer.id)
    again = (await heard())[-1]
    assert again.reply_to_message.text == "Meow"
    assert again.reply_to_message.from_user.id == 42
    assert again.reply_to_message.guest_bot_caller_user.id == 5
    assert again.chat.id == first.view.id


async def test_what_people_cannot_do(api, bot, chat):
    with pytest.raises(ValueError, match="mentioned"):
        api.guest(bot, chat.user, "Strangers", "hello")
    with pytest.raises(RuntimeError, match="no guest"):
        api.guest(bot, chat.user, api.group("Family", [bot]), "@cat_bot hello")
    bot.inline = bot.guest = False
    with pytest.raises(RuntimeError, match="no inline mode"):
        await chat.inline("tea?")
    with pytest.raises(RuntimeError, match="no guest mode"):
        api.guest(bot, chat.user, "Strangers", "@cat_bot hello")


async def test_other_results_and_unknown_guest_queries_are_refused(client, bot):
    photo = json.dumps({"type": "photo", "id": "1"})
    words = await client.refused("answerGuestQuery", guest_query_id="1", result=photo)
    assert "articles only" in words
    content = {"message_text": "42"}
    good = json.dumps(
        {"type": "article", "id": "1", "title": "A", "input_message_content": content}
    )
    assert LATE in await client.refused("answerGuestQuery", guest_query_id="1", result=good)
