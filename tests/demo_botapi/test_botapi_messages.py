"""Sending, editing, deleting: ids, trimming, and every refusal in Telegram's words."""

import json

import pytest

from kotodom.demo.botapi import BotApi
from kotodom.demo.botapi.calls import NOT_MODIFIED

BOLD = json.dumps([{"type": "bold", "offset": 0, "length": 5}])


async def test_private_chats_and_basic_groups_share_one_rising_sequence(api, client, bot):
    ann = api.private(bot, api.user(1))
    bob = api.private(bot, api.user(2))
    group = api.group("Family", [bot], [api.user(1)])
    ids = [await ann.say("hi"), await bob.say("hi"), await group.say("hi")]
    for chat in (bob, ann, group):
        ids.append((await client.ok("sendMessage", chat_id=chat.id, text="hello"))["message_id"])
    assert ids == list(range(ids[0], ids[0] + 6))


async def test_a_supergroup_has_its_own_sequence(api, client, bot, chat):
    group = api.group("Club", [bot], [api.user(1)], supergroup=True)
    for _ in range(3):
        await chat.say("elsewhere")
    first = await group.say("hi")
    sent = await client.ok("sendMessage", chat_id=group.id, text="hello")
    assert sent["message_id"] == first + 1
    assert sent["chat"] == {"id": group.id, "type": "supergroup", "title": "Club"}


async def test_two_bots_of_a_basic_group_know_a_message_by_different_ids(api, client, bot, chat):
    dog = api.add_bot("43:" + "D" * 35, username="dog_bot", can_read_all=True)
    bot.can_read_all = True
    group = api.group("Family", [bot, dog], [api.user(1)])
    bot.inbox.drop_all()
    dog.inbox.drop_all()
    said = await group.say("hi all")
    as_cat = (await client.ok("getUpdates"))[0]["message"]["message_id"]
    as_dog = (await client.ok("getUpdates", token=dog.token))[0]["message"]["message_id"]
    assert as_cat == said
    assert as_dog != said
    sent = await client.ok("sendMessage", token=dog.token, chat_id=group.id, text="Woof")
    await client.ok(
        "editMessageText",
        token=dog.token,
        chat_id=group.id,
        message_id=sent["message_id"],
        text="Wau",
    )
    assert group.answers() == ["Wau"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "message text is empty"),
        (" \n ", "message text is empty"),
        ("x" * 4097, "message is too long"),
        ("😀" * 2049, "message is too long"),
        ("я" * 16_385, "text is too long"),
    ],
)
async def test_texts_telegram_refuses(client, chat, text, words):
    assert await client.refused("sendMessage", chat_id=7, text=text) == f"Bad Request: {words}"


@pytest.mark.parametrize("text", ["x" * 4096, "😀" * 2048, " " + "x" * 4096 + "\n\n"])
async def test_texts_of_exactly_the_limit_pass(client, chat, text):
    assert (await client.ok("sendMessage", chat_id=7, text=text))["text"] == text.strip()


async def test_text_is_trimmed_and_entities_move_along(client, chat):
    entities = [{"type": "bold", "offset": 3, "length": 6}]
    sent = await client.ok(
        "sendMessage", chat_id=7, text=" \n hello \n", entities=json.dumps(entities)
    )
    assert sent["text"] == "hello"
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 5}]


async def test_leading_space_inside_an_entity_stays(client, chat):
    entities = [{"type": "pre", "offset": 1, "length": 9, "language": "python"}]
    sent = await client.ok(
        "sendMessage", chat_id=7, text="\n    pass ", entities=json.dumps(entities)
    )
    assert sent["text"] == "    pass"
    assert sent["entities"] == [{"type": "pre", "offset": 0, "length": 8, "language": "python"}]


async def test_control_characters_become_spaces_and_returns_vanish(client, chat):
    entities = [{"type": "bold", "offset": 4, "length": 1}]
    sent = await client.ok("sendMessage", chat_id=7, text="a\tb\rc", entities=json.dumps(entities))
    assert sent["text"] == "a bc"
    assert sent["entities"] == [{"type": "bold", "offset": 3, "length": 1}]


async def test_where_a_bot_cannot_write(api: BotApi, client, bot, chat):
    async def words(chat_id: object) -> str:
        return await client.refused("sendMessage", chat_id=chat_id, text="hi")

    assert await words(None) == "Bad Request: chat_id is empty"
    assert await words(999) == "Bad Request: chat not found"
    assert await words(-999) == "Bad Request: chat not found"
    assert await words("@nobody") == "Bad Request: chat not found"
    api.user(8)
    assert await words(8) == "Forbidden: bot can't initiate conversation with a user"
    await chat.block()
    assert await words(7) == "Forbidden: bot was blocked by the user"
    await chat.unblock()
    await client.ok("sendMessage", chat_id=7, text="hi again")
    chat.user.deactivated = True
    assert await words(7) == "Forbidden: user is deactivated"


async def test_where_a_bot_cannot_write_in_groups(api, client, bot):
    small = api.group("Family", [bot])
    large = api.group("Club", [bot], supergroup=True)
    foreign = api.group("Strangers")
    await small.kick()
    await client.ok("leaveChat", chat_id=large.id)
    kicked = await client.refused("sendMessage", chat_id=small.id, text="hi")
    assert kicked == "Forbidden: bot was kicked from the group chat"
    left = await client.refused("sendMessage", chat_id=large.id, text="hi")
    assert left == "Forbidden: bot is not a member of the supergroup chat"
    unknown = await client.refused("sendMessage", chat_id=foreign.id, text="hi")
    assert unknown == "Bad Request: chat not found"
    await small.join(bot)
    await client.ok("sendMessage", chat_id=small.id, text="back")


async def test_an_upgraded_group_answers_with_its_new_id(api, client, bot):
    old = api.group("Family", [bot])
    new = await old.upgrade()
    body = await client.raw("sendMessage", chat_id=old.id, text="hi")
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert body["parameters"] == {"migrate_to_chat_id": new.id}
    await client.ok("sendMessage", chat_id=new.id, text="hi")
    assert new.answers() == ["hi"]


async def test_a_bot_hears_of_an_upgrade_on_both_sides(api, client, bot):
    old = api.group("Family", [bot])
    new = await old.upgrade()
    heard = [update.get("message", {}) for update in await client.ok("getUpdates")]
    moves = [(m["chat"]["id"], m["migrate_to_chat_id"]) for m in heard if "migrate_to_chat_id" in m]
    assert moves == [(old.id, new.id)]
    assert [m["chat"]["id"] for m in heard if "migrate_from_chat_id" in m] == [new.id]


async def test_replies(client, chat):
    said = await chat.say("question")
    reply = json.dumps({"message_id": said})
    sent = await client.ok("sendMessage", chat_id=7, text="answer", reply_parameters=reply)
    assert sent["reply_to_message"]["text"] == "question"
    assert chat.messages()[-1].reply_to == said
    missing = json.dumps({"message_id": 999})
    assert (
        await client.refused("sendMessage", chat_id=7, text="x", reply_parameters=missing)
        == "Bad Request: message to be replied not found"
    )
    lenient = json.dumps({"message_id": 999, "allow_sending_without_reply": True})
    await client.ok("sendMessage", chat_id=7, text="x", reply_parameters=lenient)


async def test_an_edit_replaces_text_and_entities(client, chat):
    sent = await client.ok("sendMessage", chat_id=7, text="hello")
    edited = await client.ok(
        "editMessageText",
        chat_id=7,
        message_id=sent["message_id"],
        text="Hello!",
        entities=BOLD,
    )
    assert edited["entities"] == json.loads(BOLD)
    assert edited["edit_date"]
    shown = chat.messages()[-1]
    assert (shown.text, shown.edited, shown.from_bot) == ("Hello!", True, True)
    assert chat.history_of(shown.id) == ["hello", "Hello!"]


@pytest.mark.parametrize("text", ["hello", "hello\n", "  hello "])
async def test_an_edit_that_changes_nothing_is_refused(client, chat, text):
    sent = await client.ok("sendMessage", chat_id=7, text=" hello \n")
    words = await client.refused(
        "editMessageText", chat_id=7, message_id=sent["message_id"], text=text
    )
    assert words == f"Bad Request: {NOT_MODIFIED}"


async def test_only_existing_messages_of_its_own_can_be_edited(api, client, bot, chat):
    async def words(message_id: object) -> str:
        return await client.refused("editMessageText", chat_id=7, message_id=message_id, text="new")

    elsewhere = api.private(bot, api.user(9))
    await elsewhere.say("hi")
    other = await client.ok("sendMessage", chat_id=9, text="other chat")
    assert await words(None) == "Bad Request: message identifier is not specified"
    assert await words(999) == "Bad Request: message to edit not found"
    assert await words(other["message_id"]) == "Bad Request: message to edit not found"
    assert await words(await chat.say("mine")) == "Bad Request: message can't be edited"
    sent = await client.ok("sendMessage", chat_id=7, text="gone soon")
    await chat.delete(sent["message_id"])
    assert await words(sent["message_id"]) == "Bad Request: message to edit not found"


async def test_deleting(client, chat, clock):
    said = await chat.say("secret")
    sent = await client.ok("sendMessage", chat_id=7, text="answer")
    assert await client.ok("deleteMessage", chat_id=7, message_id=said)
    assert await client.ok("deleteMessage", chat_id=7, message_id=sent["message_id"])
    assert [shown.text for shown in chat.messages()] == ["/start"]
    assert (
        await client.refused("deleteMessage", chat_id=7, message_id=said)
        == "Bad Request: message to delete not found"
    )
    assert chat.history_of(said) == ["secret"]
    old = await chat.say("old")
    clock.advance(48 * 3600 + 1)
    assert (
        await client.refused("deleteMessage", chat_id=7, message_id=old)
        == "Bad Request: message can't be deleted"
    )


async def test_deleting_many_skips_what_is_not_there(client, chat):
    said = [await chat.say(text) for text in ("one", "two")]
    ids = json.dumps([*said, 999])
    assert await client.ok("deleteMessages", chat_id=7, message_ids=ids)
    assert [shown.text for shown in chat.messages()] == ["/start"]
    too_many = json.dumps(list(range(1, 102)))
    assert "too many" in await client.refused("deleteMessages", chat_id=7, message_ids=too_many)


async def test_parse_mode_and_unknown_topics_are_refused(client, chat):
    words = await client.refused("sendMessage", chat_id=7, text="<b>x</b>", parse_mode="HTML")
    assert words.startswith("Bad Request: can't parse entities:")
    words = await client.refused("sendMessage", chat_id=7, text="x", message_thread_id=5)
    assert words == "Bad Request: message thread not found"


async def test_buttons_are_pressed_and_answered(client, chat, bot):
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
    sent = await client.ok("sendMessage", chat_id=7, text="Sure?", reply_markup=json.dumps(markup))
    assert sent["reply_markup"] == markup
    pressed = await chat.press(sent["message_id"], "yes")
    query = (await client.ok("getUpdates"))[0]["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (pressed, "yes", 7)
    await client.ok("answerCallbackQuery", callback_query_id=pressed, text="Done")
    assert chat.toasts == [("Done", False)]
    words = await client.refused("answerCallbackQuery", callback_query_id=pressed)
    assert words.startswith("Bad Request: query is too old")
    with pytest.raises(LookupError, match="no such button"):
        await chat.press(sent["message_id"], "no")


async def test_button_data_has_64_bytes(client, chat):
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "я" * 33}]]}
    words = await client.refused(
        "sendMessage", chat_id=7, text="Sure?", reply_markup=json.dumps(markup)
    )
    assert words == "Bad Request: BUTTON_DATA_INVALID"


async def test_json_and_multipart_bodies_mean_the_same_as_forms(client, chat, bot):
    import aiohttp

    url = f"{client.url}/bot{bot.token}/sendMessage"
    native = {"chat_id": 7, "text": "as JSON", "entities": [json.loads(BOLD)[0] | {"length": 2}]}
    async with client.session.post(url, json=native) as response:
        assert (await response.json())["result"]["entities"][0]["length"] == 2
    with aiohttp.MultipartWriter("form-data") as parts:
        for name, value in (("chat_id", "7"), ("text", "as multipart")):
            parts.append(value).set_content_disposition("form-data", name=name)
        async with client.session.post(url, data=parts) as response:
            assert (await response.json())["ok"]
    assert chat.answers() == ["as JSON", "as multipart"]


@pytest.mark.parametrize(
    ("method", "wrong"),
    [
        ("sendMessage", {"reply_markup": "[]x"}),
        ("sendMessage", {"reply_markup": "[1]"}),
        ("sendMessage", {"reply_markup": '{"inline_keyboard": [1]}'}),
        ("sendMessage", {"reply_markup": '{"inline_keyboard": [[1]]}'}),
        ("sendMessage", {"reply_parameters": "7"}),
        ("sendMessage", {"entities": '{"type": "bold"}'}),
        ("sendMessage", {"entities": "[1]"}),
        ("deleteMessages", {"message_ids": '["x"]'}),
        ("deleteMessages", {"message_ids": "5"}),
        ("setMyCommands", {"commands": "[1]"}),
        ("setMyCommands", {"commands": "[]", "scope": "[1]"}),
        ("getUpdates", {"allowed_updates": "[1]"}),
    ],
)
async def test_parameters_of_the_wrong_shape_are_refused(client, chat, method, wrong):
    words = await client.refused(method, **{"chat_id": 7, "text": "hi", **wrong})
    assert words.startswith("Bad Request: can't parse")


async def test_commands_are_kept_by_scope_and_language(client, bot):
    commands = [{"command": "start", "description": "Begin"}]
    await client.ok("setMyCommands", commands=json.dumps(commands))
    await client.ok("setMyCommands", commands="[]", language_code="ru")
    assert await client.ok("getMyCommands") == commands
    assert await client.ok("getMyCommands", language_code="ru") == []
    await client.ok("deleteMyCommands")
    assert await client.ok("getMyCommands") == []
    bad = json.dumps([{"command": "Not Good", "description": "x"}])
    assert "BOT_COMMAND_INVALID" in await client.refused("setMyCommands", commands=bad)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"scope": '{"type": "planet"}'}, "unsupported type"),
        ({"scope": '{"type": "chat", "chat_id": 999}'}, "chat not found"),
        ({"language_code": "eng"}, "invalid language code specified"),
        ({"commands": None}, "can't parse commands"),
        ({"commands": json.dumps([{"command": "a", "description": "b"}] * 101)}, "TOO_MUCH"),
        ({"commands": json.dumps([{"command": "a" * 33, "description": "b"}])}, "BOT_COMMAND"),
        ({"commands": json.dumps([{"command": "a", "description": "b" * 257}])}, "DESCRIPTION"),
    ],
)
async def test_command_menus_telegram_refuses(client, bot, wrong, words):
    assert words in await client.refused("setMyCommands", **{"commands": "[]", **wrong})


async def test_menus_of_a_chat_are_its_own(client, chat):
    menu = json.dumps([{"command": "/start", "description": "Begin"}])
    scope = '{"type": "chat", "chat_id": 7}'
    await client.ok("setMyCommands", commands=menu, scope=scope, language_code="ru")
    kept = [{"command": "start", "description": "Begin"}]
    same = '{"chat_id": "7", "type": "chat"}'
    assert await client.ok("getMyCommands", scope=same, language_code="ru") == kept
    assert await client.ok("getMyCommands", scope=scope) == []
    assert await client.ok("getMyCommands") == []


async def test_silence_and_link_previews_are_kept(client, chat):
    preview = '{"is_disabled": true}'
    sent = await client.ok(
        "sendMessage",
        chat_id=7,
        text="hi",
        disable_notification="true",
        link_preview_options=preview,
    )
    assert sent["link_preview_options"] == {"is_disabled": True}
    shown = chat.messages()[-1]
    assert (shown.silent, shown.link_preview) == (True, {"is_disabled": True})
