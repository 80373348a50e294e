"""The Bot API methods that answer what people ask outside a message: buttons, inline, guests."""

from typing import Any

from kotodom.demo.botapi import rich
from kotodom.demo.botapi.calls import Invocation, Method, refuse_parse_mode
from kotodom.demo.botapi.keyboards import check_markup
from kotodom.demo.botapi.params import Params
from kotodom.demo.botapi.queries import InlineAnswer, InlineResult, too_old
from kotodom.demo.botapi.text import accept
from kotodom.demo.botapi.values import Json, bad_request

MAX_RESULTS = 50
DEFAULT_CACHE = 300
"""Seconds."""
MAX_OFFSET = 64
MAX_RESULT_ID = 64
"""Bytes."""


def answer_callback_query(call: Invocation) -> bool:
    """answerCallbackQuery."""
    bot, chat = call.world.callbacks.get(call.params.text("callback_query_id"), (None, None))
    if bot is not call.bot or chat is None:
        raise too_old()
    del call.world.callbacks[call.params.text("callback_query_id")]
    if call.params.given("text"):
        chat.toasts.append((call.params.text("text"), call.params.flag("show_alert")))
    chat.touch()
    return True


def answer_inline_query(call: Invocation) -> bool:
    """answerInlineQuery, with articles."""
    given = call.params.array("results", of=dict)
    if given is None:
        raise bad_request("can't parse inline query results: results are not specified")
    if len(given) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    results = tuple(_result(call, item) for item in given)
    if len({result.id for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    next_offset = call.params.text("next_offset")
    if len(next_offset.encode()) > MAX_OFFSET:
        raise bad_request("NEXT_OFFSET_INVALID")
    cache_time = call.params.number("cache_time")
    answer = InlineAnswer(
        results=results,
        cache_time=DEFAULT_CACHE if cache_time is None else cache_time,
        is_personal=call.params.flag("is_personal"),
        next_offset=next_offset,
        button=call.params.object("button") or None,
    )
    call.world.queries.answer_inline(call.bot, call.params.text("inline_query_id"), answer)
    return True


def answer_guest_query(call: Invocation) -> Json:
    """answerGuestQuery, with an article: exactly one for each query."""
    result = _result(call, call.params.object("result"))
    query_id = call.params.text("guest_query_id")
    return {
        "inline_message_id": call.world.queries.answer_guest(call.bot, query_id, result),
    }


def _result(call: Invocation, item: Json) -> InlineResult:
    """Check one ``InlineQueryResultArticle``."""
    if item.get("type") != "article":
        raise bad_request("can't parse inline query result: the emulator takes articles only")
    result_id = str(item.get("id") or "")
    if not 1 <= len(result_id.encode()) <= MAX_RESULT_ID:
        raise bad_request("RESULT_ID_INVALID")
    if not item.get("title"):
        raise bad_request('can\'t parse inline query result: Field "title" must be non-empty')
    content = item.get("input_message_content")
    if not isinstance(content, dict):
        raise bad_request("can't parse inline query result: input message content is not specified")
    text, entities, shown = _content(call, content)
    return InlineResult(
        id=result_id,
        title=str(item["title"]),
        description=str(item.get("description") or ""),
        text=text,
        entities=entities,
        rich=shown,
        reply_markup=check_markup(Params(item).object("reply_markup"), inline=True),
    )


def _content(call: Invocation, content: Json) -> tuple[str, list[Json], Any]:
    """The text, the entities and the rich message of a result."""
    if content.get("rich_message") is not None:
        return "", [], rich.accept(content["rich_message"], call.resolver(uploads=False))
    refuse_parse_mode(Params(content))
    text, entities = accept(Params(content).text("message_text"), content.get("entities"))
    return text, entities, None


QUERY_METHODS: dict[str, Method] = {
    "answercallbackquery": answer_callback_query,
    "answerinlinequery": answer_inline_query,
    "answerguestquery": answer_guest_query,
}
