"""An answer as people see it: its marks, rich where that is needed, a file where it is long."""

from dataclasses import replace

import pytest

from kotodom.composing import Composer
from kotodom.media import CUT
from kotodom.model import (
    Attachment,
    AttachmentKind,
    Bot,
    Chat,
    ChatType,
    Content,
    ContentKind,
    Done,
    Job,
    Kind,
    Piece,
    Rich,
    Usage,
)
from kotodom.registry import Registry
from kotodom.text import LIMIT, MAX_PARTS, utf16_len

BOT = Bot(1, 42, "cat", "", "", "", "", "", "", "", True, "")
TABLE = "Here:\n\n| a | b |\n|---|---|\n| 1 | 2 |"
LONG = "\n\n".join(f"Paragraph {number}. " + "word " * 150 for number in range(80))


def job(kind: ChatType = ChatType.PRIVATE, language: str = "en", *files: Attachment) -> Job:
    chat = Chat(3, 1, 5, 0, kind, "", 0, 0)
    piece = Piece(1, "hi", attachments=files)
    return Job(
        *(1, 1, chat, Kind.QUESTION, "{}", "hi", None, 1, 0, 1, 0, 0, None),
        pieces=(piece,),
        language=language,
    )


def answer(
    text: str,
    *,
    bot: Bot = BOT,
    to: Job | None = None,
    incomplete: str = "",
    stopped: bool = False,
) -> list[Content]:
    registry = Registry("m")
    registry.put(bot)
    composer = Composer(registry=registry, document_chars=100)
    done = Done(text, Usage(), "m", incomplete)
    return list(composer.answer(to or job(), bot, done, stopped=stopped))


@pytest.mark.parametrize(
    ("incomplete", "stopped", "language", "mark"),
    [
        ("max_output_tokens", False, "en", "(The answer was cut here: it grew too long.)"),
        ("content_filter", False, "en", "provider's content filter.)"),
        ("something_new", False, "en", "(The answer was cut here: it grew too long.)"),
        ("", True, "en", "(Stopped.)"),
        ("max_output_tokens", True, "ru-RU", "(Остановлено.)"),
    ],
)
def test_an_answer_that_is_not_whole_says_so_in_its_last_lines(
    incomplete: str, stopped: bool, language: str, mark: str
) -> None:
    to = job(language=language)
    (said,) = answer("**Because**", to=to, incomplete=incomplete, stopped=stopped)
    assert said.text.startswith("Because\n\n(")
    assert said.text.endswith(mark)
    assert [entity.type for entity in said.entities] == ["bold"]


def test_a_whole_answer_has_no_mark() -> None:
    assert answer("Because") == [Content("Because")]


@pytest.mark.parametrize(
    ("stopped", "words"),
    [(True, "Stopped."), (False, "The model had nothing to say to that. Please ask")],
)
@pytest.mark.parametrize("text", ["", " \n", "\u200b"])
@pytest.mark.parametrize("kind", [ChatType.PRIVATE, ChatType.GUEST])
def test_an_answer_in_which_there_is_nothing_to_see(
    text: str, stopped: bool, words: str, kind: ChatType
) -> None:
    (said,) = answer(text, to=job(kind), stopped=stopped)
    assert said.text.startswith(words)


def test_every_cut_document_is_named() -> None:
    files = [
        Attachment(AttachmentKind.DOCUMENT, name, name=name, text=f"some{CUT}")
        for name in ("a.txt", "")
    ]
    (said,) = answer("Because", to=job(ChatType.PRIVATE, "en", *files), stopped=True)
    assert said.text.splitlines()[2:] == [
        "(I could read only the first 100 characters of “a.txt”.)",
        "(I could read only the first 100 characters of “…”.)",
        "(Stopped.)",
    ]


def test_rich_messages_are_for_what_needs_them_and_for_bots_that_want_them() -> None:
    auto = replace(BOT, rich=Rich.AUTO)
    assert [said.kind for said in answer(TABLE, bot=auto)] == [ContentKind.RICH]
    assert [said.kind for said in answer("**Because**", bot=auto)] == [ContentKind.TEXT]
    assert [said.kind for said in answer(TABLE)] == [ContentKind.TEXT]


def test_a_rich_answer_has_its_mark_too() -> None:
    (said,) = answer(TABLE, bot=replace(BOT, rich=Rich.AUTO), stopped=True)
    assert (said.kind, said.text) == (ContentKind.RICH, "")
    assert said.payload.rstrip().endswith("(Stopped.)")


def test_a_rich_message_that_is_refused_shows_the_same_plainly() -> None:
    auto = replace(BOT, rich=Rich.AUTO)
    registry = Registry("m")
    registry.put(auto)
    composer = Composer(registry=registry, document_chars=100)
    (rich,) = answer(TABLE, bot=auto, stopped=True)
    contents = composer.plainer(job(), rich)
    assert {said.kind for said in contents} == {ContentKind.TEXT}
    whole = "\n".join(said.text for said in contents)
    assert whole.endswith("(Stopped.)")
    assert "1" in whole and "2" in whole


def test_a_very_long_answer_is_its_opening_and_a_file_with_all_of_it() -> None:
    opening, file = answer(LONG, stopped=True)
    assert opening.text.startswith("Paragraph 0.")
    assert opening.text.endswith("(The whole answer is in the file below.)")
    assert (file.kind, file.text, file.name) == (
        ContentKind.DOCUMENT,
        "The whole answer",
        "answer.md",
    )
    assert all(f"Paragraph {number}." in file.payload for number in range(80))
    assert file.payload.rstrip().endswith("(Stopped.)")


def test_a_long_one_is_several_messages() -> None:
    said = answer(LONG[: LIMIT * 3])
    assert 3 <= len(said) <= MAX_PARTS
    assert all(utf16_len(part.text) <= LIMIT for part in said)


def test_a_guest_hears_it_when_the_answer_is_not_whole() -> None:
    guest = job(ChatType.GUEST)
    (said,) = answer("**Because**", to=guest, incomplete="content_filter")
    assert said.text.startswith("Because\n\n(")
    assert "content filter" in said.text
    (said,) = answer("x" * LIMIT, to=guest, incomplete="content_filter")
    assert utf16_len(said.text) <= LIMIT
    assert "content filter" in said.text or "grew too long" in said.text


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_guest_gets_one_message_whatever_its_length(language: str) -> None:
    guest = job(ChatType.GUEST, language)
    assert answer("**Because**", to=guest)[0].text == "Because"
    (said,) = answer(LONG, to=guest, bot=replace(BOT, rich=Rich.AUTO))
    assert utf16_len(said.text) <= LIMIT
    assert said.text.startswith("Paragraph 0.")
    assert said.text.endswith(("it grew too long.)", "слишком длинным.)"))
