"""Run as a process of its own: import aiogram one way, and print what its models do as JSON."""

import json
import re
import sys
import time
import warnings
from typing import Any

if sys.argv[1] == "lean":
    import kotodom.telegram  # noqa: F401

from aiogram import Bot, methods, types
from aiogram.methods import Response
from aiogram.methods.base import TelegramMethod
from aiogram.types.base import TelegramObject
from pydantic import BaseModel, ValidationError
from pydantic.errors import PydanticUserError


def memory() -> float:
    """Resident memory in MB."""
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


FIGURES = {"cpu": time.process_time(), "rss": memory()}
LAZY = not types.Message.__pydantic_complete__
# Defaults that no JSON schema can show.
warnings.simplefilter("ignore")

USER = {"id": 5, "is_bot": False, "first_name": "Ann", "username": "ann", "language_code": "en"}
PRIVATE = {"id": 5, "type": "private", "first_name": "Ann"}
GROUP = {"id": -100, "type": "supergroup", "title": "Cats", "is_forum": True}
FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 10}
PHOTO = {**FILE, "width": 10, "height": 20}
PLACE = {"latitude": 1.5, "longitude": 2.5}
POLL = {
    "id": "1",
    "question": "?",
    "options": [{"text": "a", "voter_count": 1, "persistent_id": "1"}],
    "total_voter_count": 1,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
ENTITIES = [
    {"type": "bold", "offset": 0, "length": 1},
    {"type": "pre", "offset": 1, "length": 1, "language": "python"},
    {"type": "text_link", "offset": 2, "length": 1, "url": "https://example.com"},
    {"type": "text_mention", "offset": 3, "length": 1, "user": USER},
    {"type": "something_new", "offset": 4, "length": 1},
]
RICH = {
    "blocks": [
        {"type": "paragraph", "text": "plain"},
        {"type": "paragraph", "text": ["a", {"type": "bold", "text": ["b"]}]},
        {"type": "heading", "text": "title", "size": 1},
        {"type": "pre", "text": "code", "language": "python"},
        {"type": "divider"},
    ]
}
BODIES: list[dict[str, Any]] = [
    {"text": "hi", "entities": ENTITIES},
    {"text": "link", "link_preview_options": {"is_disabled": True}},
    {"caption": "look", "photo": [PHOTO, PHOTO], "media_group_id": "1", "has_media_spoiler": True},
    {"voice": {**FILE, "duration": 3, "mime_type": "audio/ogg"}},
    {"audio": {**FILE, "duration": 3, "title": "t", "thumbnail": PHOTO}},
    {"video": {**FILE, "width": 1, "height": 1, "duration": 3, "cover": [PHOTO]}},
    {"video_note": {**FILE, "length": 1, "duration": 3}},
    {"animation": {**FILE, "width": 1, "height": 1, "duration": 3}, "document": FILE},
    {"document": {**FILE, "file_name": "a.pdf"}},
    {
        "sticker": {
            **FILE,
            "type": "regular",
            "width": 1,
            "height": 1,
            "is_animated": False,
            "is_video": False,
        }
    },
    {"location": {**PLACE, "live_period": 60}},
    {"venue": {"location": PLACE, "title": "t", "address": "a"}},
    {"contact": {"phone_number": "1", "first_name": "Bob"}},
    {"dice": {"emoji": "x", "value": 3}},
    {"poll": POLL},
    {"rich_message": RICH},
    {"new_chat_members": [USER]},
    {"left_chat_member": USER},
    {"new_chat_title": "t"},
    {"group_chat_created": True},
    {"migrate_to_chat_id": -100123},
    {"forum_topic_created": {"name": "n", "icon_color": 1}},
    {"pinned_message": {"message_id": 3, "date": 1, "chat": PRIVATE, "text": "p"}},
    {"pinned_message": {"message_id": 3, "date": 0, "chat": PRIVATE}},
    {"reply_to_message": {"message_id": 2, "date": 1, "chat": PRIVATE, "text": "q"}, "text": "a"},
    {"quote": {"text": "q", "position": 0}, "text": "a"},
    {"forward_origin": {"type": "user", "date": 1, "sender_user": USER}, "text": "f"},
    {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "x"}, "text": "f"},
    {"forward_origin": {"type": "channel", "date": 1, "chat": GROUP, "message_id": 1}, "text": "f"},
    {"external_reply": {"origin": {"type": "user", "date": 1, "sender_user": USER}}, "text": "a"},
    {"via_bot": {**USER, "is_bot": True}, "text": "inline"},
    {"business_connection_id": "b", "text": "x"},
    {"story": {"chat": PRIVATE, "id": 1}},
    {"web_app_data": {"data": "d", "button_text": "b"}},
    {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "b", "callback_data": "c"}]]}},
    {"text": "tomorrow's field", "brand_new_field": {"a": [1]}},
]


def message(body: dict[str, Any], chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    return {"message_id": 9, "date": 1_790_000_000, "chat": chat, "from": USER, **body}


def member(status: str, **more: Any) -> dict[str, Any]:
    old = {"status": "left", "user": USER}
    new = {"status": status, "user": USER, **more}
    return {"chat": GROUP, "from": USER, "date": 1, "old_chat_member": old, "new_chat_member": new}


EVENTS: list[dict[str, Any]] = [
    *({"message": message(body)} for body in BODIES),
    {"message": message({"text": "t", "message_thread_id": 4, "is_topic_message": True}, GROUP)},
    *({kind: message(BODIES[0])} for kind in ("edited_message", "channel_post", "guest_message")),
    *({kind: message(BODIES[0])} for kind in ("business_message", "edited_business_message")),
    {
        "callback_query": {
            "id": "1",
            "from": USER,
            "chat_instance": "1",
            "data": "d",
            "message": message(BODIES[0]),
        }
    },
    {"callback_query": {"id": "1", "from": USER, "chat_instance": "1", "game_short_name": "g"}},
    {"inline_query": {"id": "1", "from": USER, "query": "q", "offset": ""}},
    {"chosen_inline_result": {"result_id": "1", "from": USER, "query": "q"}},
    {"my_chat_member": member("member")},
    {"my_chat_member": member("kicked", until_date=0)},
    {"my_chat_member": member("left")},
    {"stopped_message_generation": {"chat": PRIVATE, "draft_id": 7, "message_thread_id": 3}},
    {"managed_bot": {"user": USER, "bot": {**USER, "is_bot": True}, "x": 1}},
    {
        "business_connection": {
            "id": "b",
            "user": USER,
            "user_chat_id": 5,
            "date": 1,
            "is_enabled": True,
        }
    },
    {
        "deleted_business_messages": {
            "business_connection_id": "b",
            "chat": PRIVATE,
            "message_ids": [1],
        }
    },
    {"poll": POLL},
    {"tomorrows_update": {"x": 1}},
    # What must be refused, with the same words.
    {"message": {"message_id": 1}},
    {"message": message({"text": 5})},
    {"message": message({"text": "x", "entities": "none"})},
    {"message": message({"forward_origin": {"type": "new_kind"}})},
    {"message": message({"rich_message": {"blocks": [{"type": "new_block"}]}})},
    {"my_chat_member": member("brand_new_status")},
    {"message": []},
]

METHODS: list[tuple[str, dict[str, Any]]] = [
    ("SendMessage", {"chat_id": 1, "text": "x", "entities": ENTITIES[:2]}),
    ("SendMessage", {"chat_id": "@x", "text": "x", "reply_parameters": {"message_id": 3}}),
    ("SendMessage", {"chat_id": 1}),
    ("SendMessage", {"chat_id": 1, "text": "x", "entities": [{"type": "bold"}]}),
    ("SendMessageDraft", {"chat_id": 1, "draft_id": 2, "text": "x", "can_stop": True}),
    ("SendRichMessage", {"chat_id": 1, "rich_message": {"markdown": "# x"}}),
    ("EditMessageText", {"chat_id": 1, "message_id": 2, "text": "x"}),
    ("SendChatAction", {"chat_id": 1, "action": "typing"}),
    ("SetMyCommands", {"commands": [{"command": "a", "description": "b"}]}),
    ("AnswerCallbackQuery", {"callback_query_id": "1"}),
    ("SendPhoto", {"chat_id": 1, "photo": "file_id"}),
    ("SendMediaGroup", {"chat_id": 1, "media": [{"type": "photo", "media": "x"}]}),
    ("GetUpdates", {"offset": "one"}),
]


def attempt(make: Any) -> Any:
    """The result as JSON values, or what it was refused with."""
    try:
        return make()
    except ValidationError as error:
        return ["refused", json.loads(error.json(include_url=False))]
    except (PydanticUserError, TypeError, ValueError) as error:
        return ["failed", type(error).__name__, str(error)]


def updates() -> list[Any]:
    bot = Bot("42:" + "x" * 35)

    def parse(event: dict[str, Any]) -> Any:
        update = types.Update.model_validate({"update_id": 1, **event}, context={"bot": bot})
        found = update.message
        mounted = found is None or (found.bot is bot and found.chat.bot is bot)
        kinds = [type(value).__name__ for _, value in update if value is not None]
        again = types.Update.model_validate(update.model_dump())
        return [repr(update.model_dump()), repr(update), kinds, mounted, again == update]

    return [attempt(lambda event=event: parse(event)) for event in EVENTS]


def calls() -> list[Any]:
    def make(name: str, arguments: dict[str, Any]) -> Any:
        return repr(getattr(methods, name)(**arguments).model_dump(warnings=False))

    return [attempt(lambda n=name, a=arguments: make(n, a)) for name, arguments in METHODS]


def responses() -> list[Any]:
    bodies = [
        (types.Message, {"ok": True, "result": message(BODIES[0])}),
        (list[types.Update], {"ok": True, "result": [{"update_id": 1}]}),
        (bool, {"ok": False, "description": "no", "parameters": {"retry_after": 3}}),
        (types.ChatMemberOwner, {"ok": True, "result": {"status": "left"}}),
        (dict[str, Any], {"ok": True, "result": {"x": 1}}),
    ]
    return [
        attempt(lambda k=kind, b=body: repr(Response[k].model_validate(b)))  # type: ignore[valid-type]
        for kind, body in bodies
    ]


def families() -> list[type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    waiting: list[type[BaseModel]] = [TelegramObject, TelegramMethod, Response, methods.Request]
    while waiting:
        model = waiting.pop()
        # Parametrised responses come and go with whoever holds them.
        if model.__module__.startswith("aiogram.") and "[" not in model.__name__:
            found[f"{model.__module__}.{model.__qualname__}"] = model
        waiting += model.__subclasses__()
    return [found[name] for name in sorted(found)]


def shape(model: type[BaseModel]) -> str:
    """Everything a class declares, completed."""
    attempt(lambda: model.model_rebuild())
    fields = {
        name: [repr(field.annotation), field.is_required(), repr(field.default), field.alias]
        for name, field in model.model_fields.items()
    }
    text = json.dumps([model.__pydantic_complete__, fields, str(model.__signature__)])
    return re.sub(r" at 0x[0-9a-f]+", "", text)


def schema(model: type[BaseModel]) -> Any:
    """The JSON schema, with those of all the models it refers to."""
    return attempt(lambda: model.model_json_schema())


results: dict[str, Any] = {"updates": updates(), "calls": calls(), "responses": responses()}
FIGURES["cpu_used"], FIGURES["rss_used"] = time.process_time(), memory()
results["shapes"] = {f"{m.__module__}.{m.__qualname__}": shape(m) for m in families()}
results["schemas"] = [schema(model) for model in (types.Update, methods.SendMessage)]
print(json.dumps({"figures": FIGURES, "results": results, "lazy": LAZY}))
