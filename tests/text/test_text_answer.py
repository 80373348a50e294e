"""A whole answer: its messages with its mark, or its opening and a file."""

from text_checks import check

from kotodom.model import Content, ContentKind
from kotodom.text import LIMIT, MAX_PARTS, compose, render, utf16_len

NOTE = "The whole answer is in the file below."


def composed(markdown: str, mark: str = "") -> list[Content]:
    return compose(markdown, mark=mark, note=NOTE, caption="The answer", name="a.md")


def paragraphs(count: int) -> str:
    return "\n\n".join(f"Paragraph **{i}**. " + "word " * 190 for i in range(count))


def test_an_answer_is_its_messages() -> None:
    answer = paragraphs(6)
    assert composed(answer) == render(answer)


def test_nothing_written_gives_nothing_unless_it_is_marked() -> None:
    assert composed("") == composed(" \n") == []
    assert composed("", "(Stopped.)") == [Content("(Stopped.)")]


def test_a_mark_is_the_last_paragraph() -> None:
    [content] = composed("Some **bold", "(Stopped.)")
    check(content)
    assert content.text == "Some **bold\n\n(Stopped.)"


def test_a_mark_that_does_not_fit_comes_behind() -> None:
    contents = composed("x" * (LIMIT - 5), "(Stopped.)")
    assert [content.text for content in contents] == ["x" * (LIMIT - 5), "(Stopped.)"]


def test_an_answer_of_the_most_parts_is_sent_whole() -> None:
    answer = paragraphs(4 * MAX_PARTS)
    assert len(render(answer)) == MAX_PARTS
    assert len(composed(answer)) == MAX_PARTS


def test_of_a_longer_answer_people_get_the_opening_and_a_file() -> None:
    answer = paragraphs(4 * MAX_PARTS + 1)
    opening, file = composed(answer, "(Stopped.)")
    check(opening)
    assert opening.text.startswith("Paragraph 0. ")
    assert opening.text.endswith(f"word\n\n{NOTE}")
    assert utf16_len(opening.text) > LIMIT // 2
    assert opening.entities[0].type == "bold"
    assert (file.kind, file.text, file.name) == (ContentKind.DOCUMENT, "The answer", "a.md")
    assert file.payload == f"{answer.rstrip()}\n\n(Stopped.)\n"
    assert composed(answer)[1].payload == answer


def test_a_file_can_be_written_whatever_the_answer_holds() -> None:
    file = composed("\ud800 word\n\n" * 8000)[1]
    assert "\ufffd word" in file.payload.encode().decode()
