"""Rich messages through aiogram: what becomes of Markdown, HTML and blocks, and every refusal."""

import json

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InputRichBlockParagraph,
    InputRichBlockSectionHeading,
    InputRichBlockThinking,
    InputRichMessage,
    RichTextBold,
)

from kotodom.demo.botapi.calls import NOT_MODIFIED

MARKDOWN = """# Results

Both are *fine*, see [here](https://example.org) and $x^2$ — ==mind== the ||secret||.
A soft break joins.

| Name | Count |
|:-----|------:|
| a    |     1 |

- [x] done
- [ ] open
  1. nested

$$E = mc^2$$

```python
print("hi")
```

> quoted

<details><summary>More</summary>

hidden

</details>

---
"""


def rich(markdown):
    return InputRichMessage(markdown=markdown)


async def test_markdown_becomes_blocks_and_no_text(aio, chat):
    sent = await aio.send_rich_message(7, rich(MARKDOWN), disable_notification=True)
    assert sent.text is None
    kinds = [block.type for block in sent.rich_message.blocks]
    assert kinds == [
        *("heading", "paragraph", "table", "list", "mathematical_expression"),
        *("pre", "blockquote", "details", "divider"),
    ]
    heading, paragraph, table, items, math, code, quote, details, _ = sent.rich_message.blocks
    assert (heading.text, heading.size) == ("Results", 1)
    assert paragraph.text[-1] == ". A soft break joins."
    assert [run.type for run in paragraph.text if not isinstance(run, str)] == [
        *("italic", "url", "mathematical_expression", "marked", "spoiler")
    ]
    assert [cell.align for cell in table.cells[1]] == ["left", "right"]
    assert [(item.has_checkbox, item.is_checked) for item in items.items] == [
        (True, True),
        (True, False),
    ]
    assert items.items[1].blocks[-1].items[0].label == "1."
    assert math.expression == "E = mc^2"
    assert (code.language, code.text) == ("python", 'print("hi")')
    assert quote.blocks[0].text == "quoted"
    assert (details.summary, details.blocks[0].text) == ("More", "hidden")
    shown = chat.messages()[-1]
    assert (shown.rich, shown.markdown, shown.silent) == (True, MARKDOWN, True)
    assert "Name | Count" in shown.text
    assert chat.answers() == [shown.text]


async def test_html_and_blocks_say_the_same(aio, chat):
    html = InputRichMessage(html="<h2>Hi</h2><p>all <b>there</b></p>")
    blocks = InputRichMessage(
        blocks=[
            InputRichBlockSectionHeading(text="Hi", size=2),
            InputRichBlockParagraph(text=["all ", RichTextBold(text="there")]),
        ]
    )
    by_html = await aio.send_rich_message(7, html)
    by_blocks = await aio.send_rich_message(7, blocks)
    assert by_html.rich_message == by_blocks.rich_message
    assert [shown.text for shown in chat.messages()[-2:]] == ["Hi\nall there"] * 2
    assert chat.messages()[-2].html == html.html


async def test_a_reply_to_a_rich_answer_carries_blocks_and_no_text(aio, chat, heard):
    sent = await aio.send_rich_message(7, rich("# Hi"))
    await chat.say("why?", reply_to=sent.message_id)
    (reply,) = await heard()
    assert reply.reply_to_message.rich_message.blocks[0].text == "Hi"
    assert reply.reply_to_message.text is None


async def test_a_text_is_edited_into_a_rich_message_and_back(aio, client, chat):
    sent = await aio.send_message(7, "plain")
    where = {"chat_id": 7, "message_id": sent.message_id}
    edited = await aio.edit_message_text(rich_message=rich("# Hi"), **where)
    assert (edited.text, edited.rich_message.blocks[0].text) == (None, "Hi")
    same = json.dumps({"markdown": "#  Hi  "})
    words = await client.refused("editMessageText", rich_message=same, **where)
    assert words == f"Bad Request: {NOT_MODIFIED}"
    back = await aio.edit_message_text("plain", **where)
    assert (back.text, back.rich_message) == ("plain", None)
    assert chat.history_of(sent.message_id) == ["plain", "Hi", "plain"]
    both = await client.refused("editMessageText", text="x", rich_message=same, **where)
    assert "at the same time" in both
    document = await aio.send_document(7, BufferedInputFile(b"x", filename="a.txt"))
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await aio.edit_message_text(
            rich_message=rich("# Hi"), chat_id=7, message_id=document.message_id
        )


async def test_a_hash_before_a_number_becomes_a_heading_unless_it_is_escaped(aio, chat):
    sent = await aio.send_rich_message(7, rich("#174 is closed"))
    assert (sent.rich_message.blocks[0].type, sent.rich_message.blocks[0].text) == (
        "heading",
        "174 is closed",
    )
    kept = await aio.send_rich_message(7, rich("\\#174 is closed\n\n```\n#1\n```"))
    assert [block.type for block in kept.rich_message.blocks] == ["paragraph", "pre"]
    assert [block.text for block in kept.rich_message.blocks] == ["#174 is closed", "#1"]


async def test_escaped_marks_are_none_and_hard_breaks_stay(aio, chat):
    markdown = "a \\=\\=b\\=\\= \\|\\|c\\|\\|  \nnext `\\|\\|`\n\n||hid|| ==seen=="
    sent = await aio.send_rich_message(7, rich(markdown))
    plain, marked = sent.rich_message.blocks
    assert (plain.text[0], plain.text[1].text) == ("a ==b== ||c||\nnext ", "\\|\\|")
    assert [run.type for run in marked.text if not isinstance(run, str)] == ["spoiler", "marked"]


def nested(depth):
    return "\n".join("  " * level + "- x" for level in range(depth))


def wide(columns):
    return "\n".join("|" + cell * columns for cell in ("a|", "-|", "1|"))


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("x" * 32_769, "RICH_MESSAGE_TEXT_TOO_LONG"),
        ("x\n\n" * 501, "RICH_MESSAGE_BLOCKS_TOO_MANY"),
        (nested(9), "RICH_MESSAGE_DEPTH_INVALID"),
        (wide(21), "RICH_MESSAGE_TABLE_COLS_TOO_MANY"),
        ("![](https://example.org/a.png)\n\n" * 51, "RICH_MESSAGE_MEDIA_TOO_MANY"),
        ("- a\n-\n- c", "RICH_MESSAGE_CONTENT_REQUIRED"),
        ("fine\n\n##\n\nfine", "RICH_MESSAGE_CONTENT_REQUIRED"),
        ("fine\n\n```\n```", "RICH_MESSAGE_CONTENT_REQUIRED"),
        ("fine\n\n>", "RICH_MESSAGE_CONTENT_REQUIRED"),
        ("", "rich message must be non-empty"),
        (" \n ", "RICH_MESSAGE_EMPTY"),
        ("write to a..b@example.org", "RICH_MESSAGE_EMAIL_INVALID"),
        ("![](nowhere)", "wrong file identifier/HTTP URL specified"),
        ("<tg-thinking>Hm</tg-thinking>", "RICH_VALIDATE_CTOR_NOT_ALLOWED"),
    ],
    ids=str,
)
async def test_markdown_telegram_refuses(client, chat, markdown, words):
    given = json.dumps({"markdown": markdown})
    refused = await client.refused("sendRichMessage", chat_id=7, rich_message=given)
    assert refused == f"Bad Request: {words}"
    assert chat.answers() == []


@pytest.mark.parametrize(
    "markdown",
    ["x" * 32_768, "x\n\n" * 500, nested(7), wide(20), "write to a.b@example.org", "`a..b@c.de`"],
    ids=lambda text: text[:12],
)
async def test_markdown_within_the_limits_passes(client, chat, markdown):
    await client.ok("sendRichMessage", chat_id=7, rich_message=json.dumps({"markdown": markdown}))


async def test_detection_of_entities_can_be_skipped(client, chat):
    given = {"markdown": "write to a..b@example.org", "skip_entity_detection": True}
    await client.ok("sendRichMessage", chat_id=7, rich_message=json.dumps(given))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"html": "<p>a</p>", "markdown": "a"}, "exactly one of"),
        ({"blocks": []}, "rich message must be non-empty"),
        ({"html": "<blink>a</blink>"}, "Unsupported start tag"),
        ({"html": "<p>a</b></p>"}, "Unmatched end tag"),
        ({"html": "<p>a"}, "Can't find end tag"),
        ({"html": "<p></p>"}, "RICH_MESSAGE_CONTENT_REQUIRED"),
        ({"blocks": [{"type": "poem", "text": "a"}]}, "unsupported type 'poem'"),
        ({"blocks": [{"type": "paragraph", "text": {"type": "wavy", "text": "a"}}]}, "wavy"),
        ({"blocks": [{"type": "heading", "text": "a", "size": 7}]}, "1 to 6"),
        ({"blocks": [{"type": "list", "items": []}]}, "RICH_MESSAGE_CONTENT_REQUIRED"),
        ({"blocks": [{"type": "buttons", "buttons": [{}] * 9}]}, "1 to 8 buttons"),
        ({"blocks": "x"}, "expected an Array of Objects"),
        ({"blocks": [{"type": "table", "cells": [[{"text": "a"}]]}]}, "aligned"),
    ],
    ids=str,
)
async def test_html_and_blocks_telegram_refuses(client, chat, given, words):
    refused = await client.refused("sendRichMessage", chat_id=7, rich_message=json.dumps(given))
    assert words in refused


async def test_media_come_from_known_files_or_addresses_but_not_into_drafts(client, aio, chat):
    document = await aio.send_document(7, BufferedInputFile(b"x", filename="a.txt"))
    block = {"type": "document", "document": {"media": document.document.file_id}}
    sent = await client.ok(
        "sendRichMessage", chat_id=7, rich_message=json.dumps({"blocks": [block]})
    )
    shown = sent["rich_message"]["blocks"][0]["document"]
    assert shown["file_unique_id"] == document.document.file_unique_id
    named = {
        "markdown": "![](tg://document?id=a)",
        "media": [{"id": "a", "media": {"type": "document", "media": "nonsense"}}],
    }
    assert "wrong file identifier" in await client.refused(
        "sendRichMessage", chat_id=7, rich_message=json.dumps(named)
    )
    url = json.dumps({"markdown": "![](https://example.org/a.png)"})
    await client.ok("sendRichMessage", chat_id=7, rich_message=url)
    assert "wrong file identifier" in await client.refused(
        "sendRichMessageDraft", chat_id=7, draft_id=1, rich_message=url
    )


async def test_rich_drafts_think_and_are_cleared_by_the_message(aio, chat):
    thinking = InputRichMessage(blocks=[InputRichBlockThinking(text="Thinking…")])
    assert await aio.send_rich_message_draft(7, 5, thinking, can_stop=True)
    assert (chat.draft.text, chat.draft.rich) == ("Thinking…", True)
    assert await aio.send_rich_message_draft(7, 5, rich("# Hi"), can_stop=True)
    assert chat.draft.markdown == "# Hi"
    await chat.stop_generation()
    await aio.send_rich_message(7, rich("# Hi"))
    assert chat.draft is None
