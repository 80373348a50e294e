"""The control plane: another process acts as the person, over HTTP."""

import asyncio
import json
from base64 import b64encode

import aiohttp
import pytest
from botapi_pictures import picture

from kotodom.demo.botapi import BotApi
from kotodom.demo.botapi.values import Signal

TOKEN = "42:" + "A" * 35


class Announced(Signal):
    """Says when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waited = asyncio.Event()

    async def wait(self, timeout: float | None) -> bool:
        self.waited.set()
        return await super().wait(timeout)


class Person:
    """Someone in another process."""

    def __init__(self, client) -> None:
        self.client = client

    async def post(self, route, **body):
        url = f"{self.client.url}/emulator/{route}"
        async with self.client.session.post(url, json=body) as response:
            return await response.json()

    async def chat(self, **query):
        url = f"{self.client.url}/emulator/chat"
        form = {name: str(value) for name, value in query.items()}
        async with self.client.session.get(url, params=form) as response:
            return await response.json()


@pytest.fixture
def person(client):
    return Person(client)


async def test_saying_editing_and_looking(person, client, bot):
    said = await person.post("say", bot=42, user=5, name="Eve", text="helo")
    await person.post("edit", bot=42, user=5, message_id=said["message_id"], text="hello")
    await client.ok("sendMessageDraft", chat_id=5, draft_id=1, text="Hm")
    await client.ok("sendChatAction", chat_id=5, action="typing")
    seen = await person.chat(bot=42, user=5)
    assert [(m["name"], m["text"], m["edited"]) for m in seen["messages"]] == [
        ("Eve", "hello", True)
    ]
    assert seen["draft"]["text"] == "Hm"
    assert seen["typing"] is True


async def test_following_a_link_and_having_a_bot_created(person, client, bot):
    await person.post("bot", token=TOKEN, bot_username="cat_bot", manages=True)
    assert (await client.ok("getMe"))["can_manage_bots"] is True
    assert "message_id" in await person.post("start", bot=42, user=5, payload="x")
    offer = {"text": "Create", "request_managed_bot": {"request_id": 1}}
    await client.ok(
        "sendMessage", chat_id=5, text="?", reply_markup=json.dumps({"keyboard": [[offer]]})
    )
    commands = json.dumps([{"command": "help", "description": "What I can do"}])
    await client.ok("setMyCommands", commands=commands)
    seen = await person.chat(bot=42, user=5)
    assert (seen["keyboard"], seen["menu"]) == ([["Create"]], {"help": "What I can do"})
    tapped = await person.post("tap", bot=42, user=5, label="Create", bot_username="dog_bot")
    assert "message_id" in tapped
    heard = [update for update in await client.ok("getUpdates") if "managed_bot" in update]
    assert [update["managed_bot"]["bot"]["username"] for update in heard] == ["dog_bot"]
    assert "error" in await person.post("tap", bot=42, user=5, label="Nothing")


async def test_a_long_poll_returns_with_the_next_change(person, client, bot):
    await person.post("say", token=TOKEN, text="hi")
    before = await person.chat(bot=42)
    poll = asyncio.create_task(person.chat(bot=42, since=before["revision"]))
    await client.ok("sendMessage", chat_id=1, text="hello")
    after = await poll
    assert after["revision"] > before["revision"]
    assert after["messages"][-1]["text"] == "hello"


async def test_a_stop_of_the_emulator_releases_long_polls(api, person, bot):
    await person.post("say", bot=42, text="hi")
    before = await person.chat(bot=42)
    signal = api.private(bot, api.user(1)).chat.changed = Announced()
    poll = asyncio.create_task(person.chat(bot=42, since=before["revision"]))
    await asyncio.wait_for(signal.waited.wait(), 5)
    await api.stop()
    assert (await poll)["messages"]


async def test_pressing_stopping_and_blocking(person, client, bot):
    await person.post("say", bot=42, text="hi")
    markup = '{"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}'
    sent = await client.ok("sendMessage", chat_id=1, text="Sure?", reply_markup=markup)
    pressed = await person.post("press", bot=42, message_id=sent["message_id"], data="go")
    await client.ok("answerCallbackQuery", callback_query_id=pressed["callback_query_id"])
    await client.ok("sendMessageDraft", chat_id=1, draft_id=1, text="x", can_stop="true")
    assert await person.post("stop", bot=42) == {}
    assert await person.post("block", bot=42) == {}
    words = await client.refused("sendMessage", chat_id=1, text="x")
    assert words == "Forbidden: bot was blocked by the user"
    assert await person.post("unblock", bot=42) == {}
    await client.ok("sendMessage", chat_id=1, text="x")


async def test_faults_are_added_and_cleared(person, client, bot):
    await person.post("say", bot=42, text="hi")
    await person.post(
        "faults",
        method="sendMessage",
        effect="Status",
        code=500,
        description="broken",
        times=5,
    )
    assert await client.refused("sendMessage", chat_id=1, text="x") == "broken"
    await person.post("faults", clear=True)
    await client.ok("sendMessage", chat_id=1, text="x")


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("say", {"bot": 999, "text": "hi"}),
        ("say", {"bot": 42, "text": ""}),
        ("stop", {"bot": 42}),
        ("press", {"bot": 42, "message_id": 1, "data": "x"}),
        ("faults", {"effect": "Status"}),
        ("faults", {"effect": "Nonsense"}),
        ("edit", {"bot": 42}),
        ("photo", {"bot": 42}),
        ("photo", {"bot": 42, "data": "not base64!"}),
        ("document", {"bot": 42, "data": ""}),
        ("forward", {"bot": 42, "text": "x", "origin": {"type": "dream"}}),
        ("forward", {"bot": 42, "text": "x"}),
        ("album", {"bot": 42, "items": [{"data": ""}]}),
    ],
)
async def test_mistakes_are_explained(person, bot, route, body):
    assert (await person.post(route, **body))["error"]


async def test_unknown_routes_are_not_found(person):
    assert await person.post("nonsense") == {"error": "no such route"}


async def test_bots_are_registered_by_route_or_with_open_registration_by_their_token(person, clock):
    await person.post("bot", token="43:" + "D" * 35, bot_username="dog_bot")
    assert (await person.client.ok("getMe", token="43:" + "D" * 35))["username"] == "dog_bot"
    api = BotApi(clock=clock, open_registration=True)
    person.client.url = await api.start()
    try:
        assert (await person.client.ok("getMe", token=TOKEN))["username"] == "demo42_bot"
        assert await person.client.refused("getMe", token="42:" + "Z" * 35) == "Unauthorized"
    finally:
        await api.stop()


def coded(data: bytes) -> str:
    return b64encode(data).decode()


async def test_everything_people_send_has_a_route(person, bot, heard):
    async def send(route, **body):
        answer = await person.post(route, bot=42, user=5, **body)
        assert answer["message_id"] == answer["message_ids"][-1], answer
        return answer["message_ids"]

    hidden = {"type": "hidden_user", "sender_user_name": "Someone"}
    (first,) = await send("photo", data=coded(picture()), caption="look", spoiler=True)
    await send("document", data=coded(b"text"), name="a.txt", claimed_size=25_000_000)
    await send("voice", data=coded(b"Ogg"), duration=3, reply_to=first, quote="look")
    await send("audio", data=coded(b"ID3"), duration=3, title="Song")
    await send("video", data=coded(b"mp4"), duration=3)
    await send("video_note", data=coded(b"mp4"))
    await send("animation", data=coded(b"gif"))
    items = [{"data": coded(b"a"), "name": "a.txt", "caption": "A"}, {"data": "", "name": "b.txt"}]
    assert len(await send("album", items=items)) == 2
    assert len(await send("paste", text="x" * 9000)) == 3
    await send("forward", text="heard", origin=hidden)
    await send("sticker", emoji="😺", is_animated=True)
    await send("location", latitude=1, longitude=2)
    await send("venue", latitude=1, longitude=2, title="Gate", address="Street")
    await send("contact", phone="+1", first_name="Bob")
    await send("poll", question="Tea?", options=["yes", "no"])
    await send("dice")
    messages = await heard()
    assert [message.content_type for message in messages] == [
        *("photo", "document", "voice", "audio", "video", "video_note", "animation"),
        *("document", "document", "text", "text", "text", "text"),
        *("sticker", "location", "venue", "contact", "poll", "dice"),
    ]
    assert messages[1].document.file_size == 25_000_000
    assert (messages[2].reply_to_message.caption, messages[2].quote.text) == ("look", "look")
    assert messages[12].forward_origin.sender_user_name == "Someone"
    await person.post("edit", bot=42, user=5, message_id=first, text="look!")
    await person.post("delete", bot=42, user=5, message_id=messages[-1].message_id)
    seen = (await person.chat(bot=42, user=5))["messages"]
    assert (seen[0]["text"], seen[0]["media"]["kind"]) == ("look!", "photo")
    assert seen[-1]["media"] == {
        "kind": "poll",
        "name": "Tea?",
        "mime_type": "",
        "size": 0,
        "group": "",
    }


async def test_documents_rich_messages_and_keyboards_are_shown_and_fetched(person, client, bot):
    await person.post("say", bot=42, text="hi")
    form = aiohttp.FormData({"chat_id": "1", "caption": "All"})
    form.add_field("document", b"# Hi", filename="answer.md")
    async with client.session.post(f"{client.url}/bot{TOKEN}/sendDocument", data=form) as response:
        sent = (await response.json())["result"]["message_id"]
    markup = '{"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}'
    await client.ok(
        "sendRichMessage", chat_id=1, rich_message='{"markdown": "# Hi"}', reply_markup=markup
    )
    _, document, rich = (await person.chat(bot=42))["messages"]
    assert document["media"] == {
        "kind": "document",
        "name": "answer.md",
        "mime_type": "text/markdown",
        "size": 4,
        "group": "",
    }
    assert (rich["rich"], rich["markdown"], rich["text"]) == (True, "# Hi", "Hi")
    assert rich["reply_markup"]["inline_keyboard"][0][0]["text"] == "Go"
    url = f"{client.url}/emulator/file?bot=42&message_id="
    async with client.session.get(f"{url}{sent}") as response:
        assert await response.read() == b"# Hi"
    async with client.session.get(f"{url}999") as response:
        assert response.status == 400
