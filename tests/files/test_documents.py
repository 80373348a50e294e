"""PDF and Word files are read by a process that can harm nobody but itself."""

import asyncio
import os
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader, PdfWriter

from kotodom.errors import FileProblem, FileUnusable
from kotodom.files.process import Extractor
from kotodom.files.reader import DOCX, FileReader
from kotodom.ports import Extract

MARK = "kotodom.files.extract"


def a_pdf(*pages: str) -> bytes:
    """A PDF as small as can be."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 10 10 Td ({text}) Tj ET"
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents {5 + 2 * number} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
    output = "%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(output))
        output += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    return (
        f"{output}xref\n0 {count}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{len(output)}\n%%EOF"
    ).encode()


def locked(data: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(password, "owner", algorithm="AES-256")
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def a_docx() -> bytes:
    document = Document()
    document.add_heading("Отчёт", 1)
    document.add_paragraph("Before the table.")
    table = document.add_table(2, 2)
    for place, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"cell\n{place}"
    document.add_paragraph("After it.")
    output = BytesIO()
    document.save(output)
    return output.getvalue()


def swollen(data: bytes, megabytes: int) -> bytes:
    """The same Word file, its text replaced by so many megabytes that hardly take any room."""
    output = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as old,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if name != "word/document.xml":
                new.writestr(name, old.read(name))
                continue
            with new.open(name, "w", force_zip64=True) as part:
                for _ in range(megabytes):
                    part.write(b" " * 1_048_576)
    return output.getvalue()


def environments() -> list[bytes]:
    """What those processes find in their environments."""
    found = []
    for number in children():
        try:
            found.append(Path(f"/proc/{number}/environ").read_bytes())
        except OSError:
            continue
    return found


@pytest.fixture
def reader() -> FileReader:
    return FileReader()


async def read(reader: FileReader, data: bytes, name: str, limit: int = 1_000) -> Extract:
    return await reader.document(data, mime="", name=name, limit=limit)


async def refused(reader: FileReader, data: bytes, name: str) -> FileUnusable:
    with pytest.raises(FileUnusable) as caught:
        await read(reader, data, name)
    assert caught.value.problem is FileProblem.UNREADABLE
    return caught.value


def children() -> set[str]:
    """The processes that read files for us right now."""
    found = set()
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_text() if folder.name.isdigit() else ""
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1] if command else ""
        except OSError:
            continue
        if MARK in command and parent == str(os.getpid()):
            found.add(folder.name)
    return found


async def test_the_pages_of_a_pdf_follow_one_another(reader: FileReader) -> None:
    found = await read(reader, a_pdf("First page", "Second page"), "a.pdf")
    assert found == Extract("First page\n\nSecond page", False)
    assert children() == set()


async def test_a_pdf_is_known_by_its_bytes_whatever_it_is_called(reader: FileReader) -> None:
    assert (await read(reader, b"\n\n" + a_pdf("Hello"), "notes.txt")).text == "Hello"


async def test_a_word_file_gives_paragraphs_and_tables_in_order(reader: FileReader) -> None:
    found = await reader.document(a_docx(), mime=DOCX, name="", limit=1_000)
    assert found == Extract(
        "Отчёт\nBefore the table.\ncell 0 | cell 1\ncell 2 | cell 3\n\nAfter it.", False
    )


async def test_a_long_document_is_cut_and_says_so(reader: FileReader) -> None:
    pages = a_pdf(*("x" * 50 for _ in range(10)))
    assert await read(reader, pages, "a.pdf", limit=60) == Extract(
        "x" * 50 + "\n\n" + "x" * 8, True
    )
    assert await read(reader, a_docx(), "a.docx", limit=5) == Extract("Отчёт", True)


async def test_a_password_closes_a_pdf_and_a_ban_on_changes_does_not(reader: FileReader) -> None:
    await refused(reader, locked(a_pdf("secret"), "password"), "a.pdf")
    assert (await read(reader, locked(a_pdf("open"), ""), "a.pdf")).text == "open"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7 and nothing more", "a.pdf"),
        (a_pdf("x")[:200], "a.pdf"),
        (b"hello", "a.pdf"),
        (a_docx()[:3_000], "a.docx"),
        (b"PK\x03\x04 and nothing more", "a.docx"),
        (b"hello", "a.docx"),
    ],
)
async def test_a_damaged_document_is_unreadable(reader: FileReader, data: bytes, name: str) -> None:
    error = await refused(reader, data, name)
    assert "Traceback" not in str(error)
    assert error.__context__ is None


async def test_a_zip_bomb_hurts_only_the_process_that_reads_it(reader: FileReader) -> None:
    bomb = swollen(a_docx(), 1_000)
    assert len(bomb) < 6_000_000
    began = time.monotonic()
    await refused(reader, bomb, "a.docx")
    assert time.monotonic() - began < 25
    assert children() == set()


def test_the_process_limits_its_memory_its_time_and_its_writing(tmp_path: Path) -> None:
    code = (
        "import resource, sys\n"
        "from kotodom.files.extract import CPU, MEMORY, limit_ourselves\n"
        "limit_ourselves()\n"
        "assert resource.getrlimit(resource.RLIMIT_AS) == (MEMORY, MEMORY)\n"
        "assert resource.getrlimit(resource.RLIMIT_CPU) == (CPU, CPU)\n"
        "try:\n"
        "    bytearray(MEMORY)\n"
        "except MemoryError:\n"
        "    print('bounded')\n"
        "try:\n"
        "    with open(sys.argv[1], 'wb', 0) as file:\n"
        "        file.write(b'x')\n"
        "except OSError:\n"
        "    print('mute')\n"
    )
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "file")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.stdout, ended.stderr) == ("bounded\nmute\n", "")


async def test_a_document_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(FileUnusable):
        await Extractor(wall=0.02).read("pdf", a_pdf("x"), 10)
    assert children() == set()


async def test_a_cancelled_reading_leaves_no_process_and_frees_its_place() -> None:
    extractor = Extractor()
    for _ in range(4):
        reading = asyncio.create_task(extractor.read("pdf", a_pdf("x"), 10))
        async with asyncio.timeout(10):
            while not await asyncio.to_thread(children):
                pass
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert children() == set()
    assert (await extractor.read("pdf", a_pdf("still works"), 100)).text == "still works"


async def test_at_most_two_processes_run_at_once() -> None:
    extractor = Extractor()
    most = 0

    async def watch(reading: "asyncio.Future[list[Extract]]") -> None:
        nonlocal most
        while not reading.done():
            most = max(most, len(await asyncio.to_thread(children)))

    reading = asyncio.gather(*(extractor.read("pdf", a_pdf(str(n)), 10) for n in range(5)))
    await watch(reading)
    assert [found.text for found in await reading] == ["0", "1", "2", "3", "4"]
    assert 1 <= most <= 2


async def test_our_secrets_are_not_in_its_environment(
    monkeypatch: pytest.MonkeyPatch, reader: FileReader
) -> None:
    """What a hostile file could make a parser do must find nothing worth taking."""
    monkeypatch.setenv("KOTODOM_OPENAI__API_KEY", "sk-secret")
    seen: list[bytes] = []
    reading = asyncio.create_task(read(reader, a_pdf("x"), "a.pdf"))
    async with asyncio.timeout(10):
        while not reading.done():
            seen += await asyncio.to_thread(environments)
    await reading
    assert any(b"PYTHONPATH" in environment for environment in seen)
    assert not any(b"sk-secret" in environment for environment in seen)


def test_what_reads_files_is_imported_only_when_there_is_one() -> None:
    code = (
        "import sys\n"
        "import kotodom.files.reader\n"
        "found = {'pypdf', 'docx', 'lxml', 'PIL'} & set(sys.modules)\n"
        "assert not found, found\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
