"""What stands around a question in the tests: a model, Telegram's files and whoever reads them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

from kotodom.errors import FileProblem, FileUnusable
from kotodom.model import Attachment, Delta, Done, Event, Image, Question, Transcript, Usage
from kotodom.ports import Extract

BROKEN = b"broken"
"""A file that nobody can make sense of."""


class Pause:
    """A point at which something waits until the test lets it go on."""

    def __init__(self) -> None:
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def wait(self) -> None:
        self.reached.set()
        await self.go_on.wait()


Play = Sequence[str | Event | Exception | Pause]
"""What a model does with one question: words, other events, trouble, silence."""


class ScriptedProvider:
    """Answers with the next play, or else as *respond* says; hears the next transcript."""

    def __init__(self) -> None:
        self.plays: deque[Play] = deque()
        self.respond: Callable[[Question], Play] = lambda asked: [f"answer to {asked.text}"]
        self.questions: list[Question] = []
        self.broken_off = 0
        """Answers that were not listened to till their end."""
        self.listening = 0
        """Streams that are open."""
        self.transcripts: deque[str | Exception | Pause] = deque()
        self.heard: list[tuple[bytes, str]] = []
        """(data, name) of every recording that was listened to."""
        self.heard_with: list[str] = []
        """The key that each was listened to with."""

    async def stream(self, question: Question) -> AsyncIterator[Event]:
        self.questions.append(question)
        play = self.plays.popleft() if self.plays else self.respond(question)
        written: list[str] = []
        ended = False
        self.listening += 1
        try:
            for act in play:
                match act:
                    case Pause():
                        await act.wait()
                    case Exception():
                        raise act
                    case str():
                        written.append(act)
                        yield Delta(act)
                    case Done():
                        ended = True
                        yield act
                        return
                    case _:
                        yield act
            ended = True
            yield Done("".join(written), Usage(input=10, output=5), question.model)
        finally:
            self.listening -= 1
            self.broken_off += not ended

    async def transcribe(
        self,
        data: bytes,
        *,
        name: str,
        mime: str,
        seconds: int,
        user_key: str,
        api_key: str = "",
    ) -> Transcript:
        self.heard.append((data, name))
        self.heard_with.append(api_key)
        said = self.transcripts.popleft() if self.transcripts else data.decode()
        if isinstance(said, Pause):
            await said.wait()
            said = data.decode()
        if isinstance(said, Exception):
            raise said
        return Transcript(said, "ear", seconds, Usage(input=3, output=2))

    def open_for(self, api_key: str = "") -> float:
        return 0.0


class Shelf:
    """The files that Telegram keeps, by file id."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.fetched: list[str] = []
        """Every download, in order."""
        self.troubles: deque[Exception | Pause] = deque()
        """What the next downloads meet, one each."""

    async def fetch(self, bot_id: int, attachment: Attachment, *, limit: int) -> bytes:
        self.fetched.append(attachment.file_id)
        if self.troubles:
            trouble = self.troubles.popleft()
            if isinstance(trouble, Exception):
                raise trouble
            await trouble.wait()
        if attachment.file_id not in self.files:
            raise FileUnusable(FileProblem.GONE)
        data = self.files[attachment.file_id]
        if len(data) > limit:
            raise FileUnusable(FileProblem.TOO_BIG)
        return data


class PlainReader:
    """Reads everything as what it is, but for programs and what is broken."""

    def reads(self, mime: str, name: str) -> bool:
        return not name.endswith(".exe")

    async def image(self, data: bytes) -> Image:
        if data == BROKEN:
            raise FileUnusable(FileProblem.UNREADABLE)
        return Image("image/jpeg", data)

    async def document(self, data: bytes, *, mime: str, name: str, limit: int) -> Extract:
        if data == BROKEN:
            raise FileUnusable(FileProblem.UNREADABLE)
        text = data.decode()
        return Extract(text[:limit], len(text) > limit)
