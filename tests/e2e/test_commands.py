"""The commands as people see them (issue 3, point 12); /forgetme and languages have their own."""

import json
from typing import Any

import pytest

from kotodom.commands.names import MENU
from kotodom.demo.botapi import Call, ChatView, Status
from kotodom.demo.model_answers import Reply
from kotodom.demo.model_events import tokens
from kotodom.demo.model_received import Received, input_tokens
from tests.e2e.looking_kit import answered, buttons, last, press, rows, shown
from tests.e2e.media_kit import Items, repeat, sound
from tests.support.daemon import Daemon
from tests.support.stage import ANN, BOT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

LUNA, SOL, OWN = "gpt-6-luna", "gpt-6-sol", "own-model"
PRICES = (
    f'[prices]\n"{LUNA}" = {{ input = 1000, cached = 100, output = 2000 }}\n'
    f'"{SOL}" = {{ input = 3000, cached = 100, output = 4000 }}'
)


def begin(stage: Stage) -> Daemon:
    stage.model._answer = talkative
    models = f'models = ["{LUNA}", "{SOL}", "{OWN}"]'
    return stage.daemon(extra=f"[conversation]\nkeep_days = 30\n{PRICES}", each=models)


def talkative(items: Items, body: dict[str, Any]) -> str | Reply:
    """Repeats the question, or talks until it is stopped."""
    text = repeat(items, body)
    return Reply("on ", interval=0.05, endless=True) if "and on" in text else text


def asked_by(stage: Stage, chat: ChatView) -> list[Received]:
    """What the model was asked with a person's name in the words."""
    return [request for request in stage.model.requests if str(chat.id) in request.said[-1]]


def reported(request: Received) -> tuple[int, int]:
    """The tokens that the model server says a repeated question cost: input, output."""
    items = request.body["input"]
    return input_tokens(request.body, items), tokens(repeat(items, request.body))


# -- the conversation -----------------------------------------------------------------------


async def test_start_greets_and_keeps_the_payload_of_a_deep_link(
    shared: Stage, chat: ChatView
) -> None:
    await chat.say("/start spring_sale")
    assert await answered(chat) == f"Hello! I am bot{BOT}. Ask me anything."
    payload = "SELECT start_payload FROM chat WHERE telegram_chat_id = ?"
    assert rows(shared, payload, chat.id) == [("spring_sale",)]
    await chat.say("/start")
    await answered(chat, 2)
    assert rows(shared, payload, chat.id) == [("spring_sale",)]


async def test_help_lists_what_the_bot_can_do_and_every_command(
    shared: Stage, chat: ChatView
) -> None:
    await chat.say("/help")
    words = await answered(chat)
    for ability in ("picture", "document", "voice message", "Edit your question", "In a group"):
        assert ability in words
    listed = [line.split()[0] for line in words.splitlines() if line.startswith("/")]
    assert listed == [f"/{name}" for name in MENU]


async def test_an_unknown_command_says_where_to_look(shared: Stage, chat: ChatView) -> None:
    await chat.say("/dance wildly")
    assert await answered(chat) == "I don't know that command. /help shows what I can do."


async def test_refresh_begins_anew(shared: Stage, chat: ChatView) -> None:
    await chat.say("My secret is blue")
    await answered(chat)
    await chat.say("/refresh")
    assert (await answered(chat, 2)).startswith("Done. We start afresh")
    await chat.say("What is my secret?")
    await answered(chat, 3)
    assert last(shared).said == ("What is my secret?",)


async def test_stop_ends_an_answer_in_the_making_and_keeps_what_was_written(
    shared: Stage, chat: ChatView
) -> None:
    gone = shared.model.disconnects
    await chat.say("Talk on and on")
    await chat.wait(lambda chat: chat.draft is not None and "on on" in chat.draft.text, timeout=30)
    await chat.say("/stop")
    words = await answered(chat)
    assert words.startswith("on on")
    assert words.endswith("(Stopped.)")
    await shared.model.wait_for(lambda model: model.disconnects == gone + 1, timeout=10)
    await chat.say("/stop")
    assert (await answered(chat, 2)).startswith("There is nothing to stop")


async def test_retry_answers_the_last_question_again_with_a_new_answer(
    shared: Stage, chat: ChatView
) -> None:
    await chat.say("/retry")
    assert (await answered(chat)).startswith("There is no question of yours yet")
    await chat.say("Toss a coin")
    assert await answered(chat, 2) == "Answer to: Toss a coin"
    shared.model._answer = lambda items, body: "Tails"
    try:
        await chat.say("/retry")
        assert await answered(chat, 3) == "Tails"
    finally:
        shared.model._answer = talkative
    assert last(shared).said == ("Toss a coin",)
    await chat.say("Which was it?")
    await answered(chat, 4)
    said = [str(item["content"]) for item in last(shared).body["input"]]
    assert said == ["Toss a coin", "Tails", "Which was it?"]


# -- /model ---------------------------------------------------------------------------------


async def test_a_model_is_chosen_by_button(shared: Stage, chat: ChatView) -> None:
    await chat.say("/model")
    assert await answered(chat) == f"{LUNA} answers you now. Which model shall it be?"
    assert buttons(shown(chat)) == {
        LUNA: f"/model {LUNA}",
        SOL: f"/model {SOL}",
        OWN: f"/model {OWN}",
        "default": "/model default",
    }
    menu = await press(chat, SOL)
    done = f"Done. From now on {SOL} answers you."
    await chat.wait(lambda chat: chat.answers() == [done])
    assert shown(chat).id == menu  # the menu itself became the answer
    assert buttons(shown(chat)) == {}
    assert shared.telegram.world.callbacks == {}  # no button is left spinning
    await chat.say("Who are you?")
    await answered(chat, 2)
    assert last(shared).body["model"] == SOL


async def test_a_model_is_chosen_by_typing(shared: Stage, chat: ChatView) -> None:
    await chat.say("/model gpt-9")
    assert await answered(chat) == "I have no model called “gpt-9”. /model shows the choice."
    await chat.say(f"/model {SOL}")
    await answered(chat, 2)
    await chat.say("one")
    await answered(chat, 3)
    assert last(shared).body["model"] == SOL
    await chat.say("/model default")
    assert await answered(chat, 4) == f"Done. From now on {LUNA} answers you."
    await chat.say("two")
    await answered(chat, 5)
    assert last(shared).body["model"] == LUNA


async def test_a_choice_is_for_one_person_only(shared: Stage, chat: ChatView) -> None:
    await chat.say(f"/model {SOL}")
    await answered(chat)
    other = shared.chat(chat.id + 50_000)
    await other.say("Who are you?")
    await answered(other)
    assert last(shared).body["model"] == LUNA


# -- /usage ---------------------------------------------------------------------------------


async def test_usage_is_what_the_model_server_reported(shared: Stage, chat: ChatView) -> None:
    await chat.say("/usage")
    assert await answered(chat) == "You have not asked me anything this month."
    await chat.say(f"first of {chat.id}")
    await answered(chat, 2)
    await chat.say(f"/model {SOL}")
    await answered(chat, 3)
    await chat.say(f"second of {chat.id}")
    await answered(chat, 4)
    await chat.say("/usage")
    words = await answered(chat, 5)
    (in1, out1), (in2, out2) = map(reported, asked_by(shared, chat))
    dollars = (in1 * 1000 + out1 * 2000 + in2 * 3000 + out2 * 4000) / 1_000_000
    spent = f"2 questions, {in1 + out1 + in2 + out2} tokens, ${dollars:.4f}"
    assert words == f"What you have used\nToday: {spent}\nThis month: {spent}"


async def test_usage_without_a_price_is_unknown_never_nothing(
    shared: Stage, chat: ChatView
) -> None:
    await chat.say(f"/model {OWN}")
    await answered(chat)
    await chat.say("What do you cost?")
    await answered(chat, 2)
    await chat.say("/usage")
    assert "$0.0000 plus 1 question whose price is unknown" in await answered(chat, 3)


# -- /mydata, /privacy ----------------------------------------------------------------------


async def test_mydata_is_a_file_with_everything_stored(shared: Stage, chat: ChatView) -> None:
    ben = shared.chat(chat.id + 50_000).user
    await chat.say("/start from_a_friend")
    await answered(chat)
    await chat.say(f"/model {SOL}")
    await answered(chat, 2)
    await chat.say("A private question")
    await answered(chat, 3)
    shared.model.transcripts.append("A spoken question")
    await chat.voice(sound(2), 2)
    await answered(chat, 4)
    await chat.document(b"words of a file", "notes.txt", "text/plain", caption="Read it")
    await answered(chat, 5)
    group = shared.telegram.group("Friends", [shared.bot()], [chat.user, ben], supergroup=True)
    await group.say(f"@bot{BOT}_bot A question in a group", user=chat.user)
    await answered(group)
    await group.say(f"@bot{BOT}_bot A question of Ben", user=ben)
    await answered(group, 2)
    await chat.say("/mydata")
    assert (await answered(chat, 6)).startswith("Everything stored about you, 7 messages included")
    media = shown(chat).media
    assert media is not None
    assert media.name == "mydata.json"
    data = json.loads(chat.file(shown(chat).id))
    kinds = {kind: [item for item in data if item["kind"] == kind] for kind in _KINDS}
    assert sum(map(len, kinds.values())) == len(data)
    (person,) = kinds["person"]
    assert (person["id"], person["full_name"]) == (chat.id, chat.user.first_name)
    assert [(place["type"], place["name"]) for place in kinds["conversation"]] == [
        ("private", chat.user.first_name),
        ("supergroup", "Friends"),
    ]
    assert kinds["conversation"][0]["start_payload"] == "from_a_friend"
    assert kinds["conversation"][0]["chosen_model"] == SOL
    said = {message["text"]: message for message in kinds["message"]}
    assert list(said) == [
        "/start from_a_friend",
        f"/model {SOL}",
        "A private question",
        "A spoken question",
        "Read it",
        f"@bot{BOT}_bot A question in a group",
        "/mydata",
    ]
    assert said["A private question"]["answer"] == "Answer to: A private question"
    request = next(r for r in shared.model.requests if r.said[-1] == "A private question")
    assert (
        said["A private question"]["tokens"]["input"],
        said["A private question"]["tokens"]["output"],
    ) == reported(request)
    (file,) = said["Read it"]["attachments"]
    assert (file["name"], file["text"]) == ("notes.txt", "words of a file")
    (spending,) = kinds["spending"]
    assert (spending["calls"], spending["seconds_of_sound"]) == (5, 2)
    assert "Ben" not in json.dumps([item for item in data if item["kind"] == "message"])


_KINDS = ("person", "conversation", "message", "spending")


async def test_what_concerns_one_person_is_not_said_in_a_group(
    shared: Stage, chat: ChatView
) -> None:
    group = shared.telegram.group("Friends", [shared.bot()], [chat.user], supergroup=True)
    for number, name in enumerate(("usage", "language", "mydata", "forgetme", "privacy"), 1):
        await group.say(f"/{name}@bot{BOT}_bot")
        assert await answered(group, number) == (
            "Please ask me that in our private chat: the answer is for you alone."
        )


async def test_privacy_says_the_settings_as_they_are(shared: Stage, chat: ChatView) -> None:
    await chat.say("/privacy")
    words = await answered(chat)
    assert "Messages are deleted after 30 days" in words
    assert "to 127.0.0.1" in words
    assert "The pictures of your last 3 questions" in words
    assert "gpt-transcribe turns them into text" in words
    assert "In a group everybody shares one conversation" in words


@pytest.mark.asyncio(loop_scope="function")
async def test_other_settings_give_another_help_and_another_privacy(stage: Stage) -> None:
    chat = stage.chat()
    daemon = stage.daemon(
        extra="[conversation]\nimage_turns = 0\n[log]\nlevel = 'DEBUG'",
        each="groups = 'off'",
    )
    config = daemon._config.read_text()
    daemon._config.write_text(config.replace("[openai]", '[openai]\ntranscribe_model = ""'))
    await daemon.start()
    await chat.say("/privacy")
    words = await answered(chat)
    assert "All of it is kept until you delete it." in words
    assert "I do not listen to recordings." in words
    assert "parts of what we write may get into my logs" in words
    for absent in ("days", "pictures of your last", "In a group"):
        assert absent not in words
    await chat.say("/help")
    words = await answered(chat, 2)
    for absent in ("voice", "/model", "In a group"):
        assert absent not in words
    await chat.say("/model")
    assert await answered(chat, 3) == (
        f"{LUNA} answers you here; there is no other model to choose."
    )
    await chat.voice(sound(1), 1)
    assert (await answered(chat, 4)).startswith("I cannot listen to recordings here.")
    assert stage.model.recordings == type(stage.model.recordings)(maxlen=16)


# -- the menu -------------------------------------------------------------------------------


async def live(stage: Stage, each: str = "") -> list[Call]:
    """One life of the daemon, long enough for an answer; the menus that it set."""
    chat = stage.chat(ANN)
    before, said = len(stage.telegram.calls), len(chat.answers())
    daemon = stage.daemon(each=each)
    await daemon.start()
    await chat.say("hi")
    await answered(chat, said + 1)
    assert await daemon.stop() == 0
    calls = list(stage.telegram.calls)[before:]
    return [call for call in calls if call.method == "setMyCommands"]


@pytest.mark.asyncio(loop_scope="function")
async def test_the_menu_is_set_for_each_language_and_scope_and_again_only_when_changed(
    stage: Stage,
) -> None:
    places = {
        (scope, language)
        for scope in ("all_private_chats", "all_group_chats")
        for language in ("", "ru")
    }
    stage.telegram.faults.add("setMyCommands", Status(500, "Internal Server Error"), skip=2)
    assert len(await live(stage)) == 3  # given up for now, and tried again at the next start
    assert len(await live(stage)) == 4
    menus = stage.bot().commands
    assert set(menus) == places
    private = [command["command"] for command in menus["all_private_chats", ""]]
    assert private == [name for name in MENU if name != "model"]
    in_groups = [command["command"] for command in menus["all_group_chats", "ru"]]
    assert in_groups == ["help", "refresh", "stop", "retry"]
    (help_,) = [c for c in menus["all_private_chats", "ru"] if c["command"] == "help"]
    assert help_["description"] == "Что я умею"
    assert await live(stage) == []
    assert len(await live(stage, f'models = ["{LUNA}"]')) == 4
    assert "model" in [command["command"] for command in menus["all_private_chats", ""]]
    own = f'models = ["{LUNA}"]\ntexts = {{ "command-help" = "Rescue me" }}'
    assert len(await live(stage, own)) == 4
    descriptions = [command["description"] for command in menus["all_group_chats", "ru"]]
    assert "Rescue me" in descriptions
