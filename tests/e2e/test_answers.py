"""Answers as people get them: formatted, split, streamed, stopped, rich, quoted, quiet."""

import pytest

from kotodom.demo.botapi import Event, Status
from kotodom.demo.model_answers import Reply
from tests.e2e.talk_kit import (
    Fuse,
    happened,
    killed,
    questions,
    ready,
    request,
    rows,
    said,
    script,
    settled,
    spans,
)
from tests.support.stage import ANN, BOT, Stage

REPORT = """\
# The harvest

It was **good**, see [the list](https://example.com/list).

| Fruit  |  Tons |
|:-------|------:|
| Apples |   1.5 |
| Груши  | 120.0 |

- first
  - nested ||hidden||

```python
print("so much")
```
"""
STOPPED = "(Stopped.)"
ENDLESS = Reply("going on and on ", endless=True, interval=0.01)


async def test_a_formatted_answer_arrives_with_its_formatting(stage: Stage) -> None:
    script(stage, {"report": REPORT})
    chat = stage.chat()
    await stage.daemon().start()
    await chat.say("report")
    await chat.wait(lambda chat: chat.answers(), timeout=30)
    (shown,) = said(chat)
    assert spans(shown, "bold") == ["The harvest", "good"]
    assert spans(shown, "text_link") == ["the list"]
    assert spans(shown, "spoiler") == ["hidden"]
    table, code = spans(shown, "pre")
    assert table.splitlines() == [
        "Fruit  │  Tons",
        "───────┼──────",
        "Apples │   1.5",
        "Груши  │ 120.0",
    ]
    assert code == 'print("so much")'
    languages = [entity.get("language") for entity in shown.entities if entity["type"] == "pre"]
    assert languages == [None, "python"]


async def test_a_very_long_answer_is_its_opening_and_a_file_with_the_whole(stage: Stage) -> None:
    whole = "\n\n".join(f"## Part {n}\n\n" + f"Sentence {n} goes on. " * 40 for n in range(40))
    whole = whole.strip()
    assert len(whole) > 30_000
    script(stage, {"book": whole})
    chat = stage.chat()
    await stage.daemon().start()
    await chat.say("write a book")
    await chat.wait(lambda chat: len(chat.answers()) == 2, timeout=30)
    opening, document = said(chat)
    assert opening.text.startswith("Part 0\n\nSentence 0 goes on.")
    assert opening.text.endswith("(The whole answer is in the file below.)")
    assert document.media is not None
    assert (document.media.kind, document.media.name) == ("document", "answer.md")
    assert chat.file(document.id) == whole.encode()
    await chat.say("and now?")
    await chat.wait(lambda chat: chat.answers()[-1] == "Answer to: and now?")
    assert len(chat.answers()) == 3
    assert stage.model.requests[-1].body["input"][1]["content"] == whole


async def test_a_long_answer_comes_whole_and_in_order_through_429_and_rings_once(
    stage: Stage,
) -> None:
    lines = [f"call({number})  # {'x' * 60}" for number in range(180)]
    script(stage, {"program": "\n".join(["Here it is:", "", "```python", *lines, "```"])})
    for skip in (1, 3):
        stage.telegram.faults.add(
            "sendMessage", Status(429, "Too Many Requests: retry after 1", retry_after=1), skip=skip
        )
    chat = stage.chat()
    await stage.daemon().start()
    await chat.say("program")
    await chat.wait(lambda chat: lines[-1] in "".join(chat.answers()), timeout=40)
    parts = said(chat)
    assert len(parts) == 4
    assert "\n".join(code for part in parts for code in spans(part, "pre")).splitlines() == lines
    for part in parts:
        (fence,) = (entity for entity in part.entities if entity["type"] == "pre")
        assert fence["language"] == "python"
    assert [part.silent for part in parts] == [False, True, True, True]
    assert stage.telegram.violations == 0


async def test_the_first_sign_of_life_comes_within_a_second_and_drafts_are_formatted(
    stage: Stage,
) -> None:
    answer = "**Bold from the start** " + "and so many more words " * 5
    script(stage, {"think": Reply(answer, thinking=3.0, interval=0.06)})
    chat = stage.chat()
    daemon = stage.daemon()
    group = stage.telegram.group("Friends", [stage.bot()], [stage.telegram.user(502)])
    await ready(stage, daemon, chat)
    await chat.say("think")
    await group.say(f"@bot{BOT}_bot think")
    await chat.wait(lambda chat: chat.draft, timeout=5)
    assert chat.draft is not None
    assert chat.draft.text == "", "while it thinks, the placeholder is shown"
    await chat.wait(lambda chat: len(chat.answers()) == 2, timeout=20)
    await group.wait(lambda group: len(group.answers()) == 1)
    assert _sign_of_life(chat.events, "draft") < 1.0
    assert _sign_of_life(group.events, "typing") < 1.0
    assert chat.answers()[1] == answer.replace("**", "").strip()
    drafts = [call.params for call in stage.telegram.calls if call.method == "sendMessageDraft"]
    unfinished = [draft for draft in drafts if draft.get("text")]
    assert unfinished
    assert all("**" not in draft["text"] for draft in unfinished)
    assert "bold" in str(unfinished[-1]["entities"])


def _sign_of_life(events: list[Event], kind: str) -> float:
    """Seconds from the last question to the first such event after it."""
    asked = max(event.at for event in events if event.kind == "say")
    return min(event.at for event in events if event.kind == kind and event.at > asked) - asked


async def test_stop_ends_the_providers_work_at_once_and_keeps_what_was_written(
    stage: Stage,
) -> None:
    script(stage, {"forever": ENDLESS})
    chat = stage.chat()
    daemon = stage.daemon()
    await daemon.start()
    await chat.say("forever")
    await chat.wait(lambda chat: chat.draft and chat.draft.text, timeout=30)
    await chat.stop_generation()
    await happened((await request(stage)).gone, timeout=1.0)
    await chat.wait(lambda chat: chat.answers())
    (answer,) = chat.answers()
    assert answer.startswith("going on and on going on")
    assert answer.endswith(f"\n\n{STOPPED}")
    await chat.say("why?")
    await chat.wait(lambda chat: len(chat.answers()) == 2)
    history = [item["content"] for item in stage.model.requests[-1].body["input"]]
    assert "going on and on" in str(history[1])
    assert STOPPED not in str(history), "our mark is none of the model's words"
    await settled(stage)
    columns = "usage_estimated, tokens_input > 0, tokens_output > 5, cost > 0"
    sql = f"SELECT {columns} FROM message_processing ORDER BY id LIMIT 1"
    assert await rows(stage, sql) == [(1, 1, 1, 1)]
    spent = "SELECT estimated, tokens_output > 5 FROM spend ORDER BY id"
    assert (await rows(stage, spent))[0] == (1, 1)


async def test_a_typed_stop_ends_an_answer_in_a_group(stage: Stage) -> None:
    script(stage, {"forever": ENDLESS})
    group = stage.telegram.group(
        "Friends", [stage.bot()], [stage.telegram.user(501), stage.telegram.user(502)]
    )
    await stage.daemon().start()
    question = await group.say(f"@bot{BOT}_bot forever")
    running = await request(stage)
    await group.wait(lambda group: group.typing)
    await group.say(f"/stop@bot{BOT}_bot")
    await happened(running.gone, timeout=2.0)
    await group.wait(lambda group: group.answers())
    (shown,) = said(group)
    assert shown.text.endswith(STOPPED)
    assert shown.reply_to == question


STOPS = [
    "request_stop:before:1",  # pressed, not remembered
    "request_stop:after:1",  # remembered, the answer perhaps not saved
    "save_answer:before:1",
    "save_answer:after:1",
    "mark_sending:after:1",
    "mark_sent:before:1",
    "mark_sent:after:1",
]
"""Around the calls to Telegram every answer is alike, see test_crashes."""


async def test_a_kill_around_stop_leaves_one_message_and_no_second_answer(stage: Stage) -> None:
    fuse = Fuse(stage)
    script(stage, {"forever": ENDLESS})
    daemon = await fuse.life()
    chats = []
    for number, point in enumerate(STOPS):
        chat = stage.chat(600 + number)
        chats.append(chat)
        asked = len(stage.model.requests) + 1
        await chat.say("forever")
        await request(stage, asked)
        await chat.wait(lambda chat: chat.draft)
        fuse.light(daemon, point)
        await chat.stop_generation()
        await killed(daemon, point)
        recorded = await rows(
            stage,
            "SELECT 1 FROM message_processing WHERE (stop_requested OR outcome IS NOT NULL)"
            " AND id = (SELECT MAX(id) FROM message_processing WHERE kind = 'QUESTION')",
        )
        assert recorded or point in ("request_stop:before:1", "save_answer:before:1"), point
        if not recorded:
            script(stage, {"forever": "short this time"})
        daemon = await fuse.life()
        await chat.wait(lambda chat: chat.answers(), timeout=30)
        await settled(stage)
        script(stage, {"forever": ENDLESS})
        assert len(stage.model.requests) - asked == (0 if recorded else 1), point
    for chat, point in zip(chats, STOPS, strict=True):
        assert len(chat.answers()) == 1, f"{point}\n{chat.transcript()}"


RICH = 'rich = "auto"'
TABLE = "Look:\n\n| a | b |\n|---|---|\n| 1 | 2 |"


async def test_a_table_goes_rich_and_bold_words_do_not(stage: Stage) -> None:
    script(stage, {"table": TABLE, "bold": "Some **bold** words"})
    chat = stage.chat()
    await stage.daemon(each=RICH).start()
    await chat.say("bold")
    await chat.say("table")
    await chat.wait(lambda chat: len(chat.answers()) == 2, timeout=30)
    bold, table = said(chat)
    assert (bold.rich, spans(bold, "bold")) == (False, ["bold"])
    assert table.rich
    assert "table" in [block["type"] for block in table.blocks]


async def test_a_rich_message_that_telegram_refuses_goes_plain_and_once(stage: Stage) -> None:
    script(stage, {"table": TABLE})
    chat = stage.chat()
    stage.telegram.faults.add("sendRichMessage", Status(400, "Bad Request: RICH_MESSAGE_INVALID"))
    await stage.daemon(each=RICH).start()
    await chat.say("table")
    await chat.say("and last?")
    await chat.wait(lambda chat: "Answer to: and last?" in chat.answers(), timeout=30)
    first, _ = said(chat)
    assert not first.rich
    assert spans(first, "pre") == ["a │ b\n──┼──\n1 │ 2"]
    assert questions(stage) == ["table", "and last?"]


async def test_a_kill_around_a_rich_message_shows_it_once(stage: Stage) -> None:
    fuse = Fuse(stage)
    script(stage, {"table": TABLE})
    daemon = await fuse.life(each=RICH)
    points = ["sendRichMessage:before:1", "sendRichMessage:after:1", "mark_sent:after:1"]
    for number, point in enumerate(points):
        chat = stage.chat(600 + number)
        fuse.light(daemon, point)
        await chat.say("table")
        await killed(daemon, point)
        daemon = await fuse.life(each=RICH)
        await chat.wait(lambda chat: [s.rich for s in said(chat)] == [True], timeout=30)
        await settled(stage)
        assert [shown.rich for shown in said(chat)] == [True], f"{point}\n{chat.transcript()}"
    assert questions(stage) == ["table"] * len(points)


@pytest.mark.parametrize(("each", "disabled"), [("", True), ("link_previews = true", False)])
async def test_answers_quote_in_groups_only_and_previews_are_off_unless_wanted(
    stage: Stage, each: str, disabled: bool
) -> None:
    script(stage, {"link": "See https://example.com/page"})
    chat = stage.chat()
    group = stage.telegram.group("Friends", [stage.bot()], [stage.telegram.user(ANN)])
    await stage.daemon(each=each).start()
    await chat.say("link")
    question = await group.say(f"@bot{BOT}_bot link")
    await chat.wait(lambda chat: chat.answers(), timeout=30)
    await group.wait(lambda group: group.answers())
    (private,), (public,) = said(chat), said(group)
    assert (private.reply_to, public.reply_to) == (0, question)
    for shown in (private, public):
        assert bool((shown.link_preview or {}).get("is_disabled")) is disabled
