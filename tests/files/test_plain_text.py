"""Text files are told by their bytes and read as what people's editors really write."""

import pytest

from kotodom.errors import FileProblem, FileUnusable
from kotodom.files.reader import FileReader
from kotodom.ports import Extract

RUSSIAN = "Съешь ещё этих мягких французских булок, да выпей чаю. ЁЖ ё!"
FRENCH = "Voilà l'été : où est le garçon naïf ? À Nîmes, peut-être — « déjà »."


@pytest.fixture
def reader() -> FileReader:
    return FileReader()


async def read(reader: FileReader, data: bytes, limit: int = 1_000, name: str = "a.txt") -> Extract:
    return await reader.document(data, mime="text/plain", name=name, limit=limit)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "utf-8-sig"),
        (RUSSIAN, "utf-16"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN * 2_000, "cp1251"),
        ("name;город\nАнна;Тверь\n", "cp1251"),
        (FRENCH, "utf-8"),
        (FRENCH, "cp1252"),
        ("Größe: 5 µm, straße", "latin-1"),
        ("日本語のテキスト 😀", "utf-8"),
        ("日本語のテキスト 😀", "utf-16"),
        ("plain", "ascii"),
        ("", "ascii"),
    ],
)
async def test_a_text_is_read_in_the_encoding_it_was_written_in(
    reader: FileReader, text: str, encoding: str
) -> None:
    data = text.encode(encoding)
    assert await read(reader, data, limit=len(text)) == Extract(text, False)


async def test_big_endian_text_with_a_mark_is_read(reader: FileReader) -> None:
    assert await read(reader, b"\xfe\xff" + "да".encode("utf-16-be")) == Extract("да", False)


async def test_line_ends_are_made_one(reader: FileReader) -> None:
    assert (await read(reader, b"a\r\nb\rc\n")).text == "a\nb\nc\n"


@pytest.mark.parametrize("text", ["abcdef", "абвгде", "😀" * 6])
async def test_a_long_text_is_cut_at_a_character_and_says_so(reader: FileReader, text: str) -> None:
    data = text.encode()
    assert await read(reader, data, limit=4) == Extract(text[:4], True)
    assert await read(reader, data, limit=6) == Extract(text, False)
    assert await read(reader, data * 100_000, limit=6) == Extract(text, True)


@pytest.mark.parametrize(
    "data",
    [
        b"a\0b",
        b"text" * 50_000 + b"\0",
        b"\x89PNG\r\n\x1a\n\x01\x02\x03\x04",
        b"\x7fELF\x02\x01\x01",
        b"PK\x03\x04\x14\0",
        bytes(range(1, 256)) * 4,
    ],
)
async def test_what_is_no_text_is_not_read(reader: FileReader, data: bytes) -> None:
    with pytest.raises(FileUnusable) as caught:
        await read(reader, data, name="a.bin")
    assert caught.value.problem is FileProblem.UNSUPPORTED


async def test_a_coloured_log_is_text(reader: FileReader) -> None:
    text = "\x1b[31mERROR\x1b[0m it failed\n"
    assert (await read(reader, text.encode())).text == text


async def test_a_single_broken_byte_does_not_make_a_text_unreadable(reader: FileReader) -> None:
    """One beyond the sample is replaced; what is nearly all UTF-8 stays UTF-8."""
    data = "да ".encode() * 20_000 + b"\xff" + b" end"
    assert (await read(reader, data, limit=100_000)).text.endswith("да � end")


@pytest.mark.parametrize(
    ("mime", "name"),
    [
        ("text/plain", ""),
        ("text/x-whatever; charset=utf-8", "x"),
        ("application/json", "data"),
        ("application/vnd.api+json", ""),
        ("image/svg+xml", "a.svg"),
        ("video/mp2t", "main.ts"),
        ("application/x-msdos-program", "run.BAT"),
        ("application/octet-stream", "Makefile"),
        ("", "notes"),
        ("application/pdf", ""),
        ("application/octet-stream", "Paper.PDF"),
        ("application/zip", "letter.docx"),
    ],
)
def test_files_that_call_themselves_text_or_documents_are_worth_a_look(
    reader: FileReader, mime: str, name: str
) -> None:
    assert reader.reads(mime, name)


@pytest.mark.parametrize(
    ("mime", "name"),
    [
        ("image/png", "a.png"),
        ("video/mp4", "a.mp4"),
        ("audio/mpeg", "a.mp3"),
        ("application/zip", "a.zip"),
        ("application/vnd.ms-excel", "a.xls"),
        ("application/x-tgsticker", "a.tgs"),
    ],
)
def test_other_files_are_not(reader: FileReader, mime: str, name: str) -> None:
    assert not reader.reads(mime, name)
