"""What is in the files that come with a question: heard, read and looked at, each only once.

Files stay with Telegram and are fetched when they are needed. What was read out of one is kept
with its message, so that a second attempt pays for nothing twice; pictures that were prepared
stay in a bounded memory for the next few questions.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from loguru import logger

from kotodom.budget import NOTHING, Held
from kotodom.clock import Clock
from kotodom.errors import FileProblem, FileUnusable, TelegramError
from kotodom.model import Attachment, AttachmentKind, Image, Job, Piece, Transcript, Usage
from kotodom.paying import Payments, was_called
from kotodom.ports import Files, Provider, Reader, Store

AT_ONCE = 4
"""Files fetched and read at a time: each may be as large as Telegram allows."""
HEARD_AT_ONCE = 16
"""Recordings held while the provider listens to them."""
LARGE_AT_ONCE = 4
"""Of these, such as may have more than ``LARGE`` bytes: all together hold some 130 MB at most."""
LARGE = 4 * 2**20
"""Bytes; some twenty minutes of a voice message."""
PATIENCE = 20.0
"""Seconds that a question waits for the pictures of an earlier one."""
GIVEN_UP_FOR = 300.0
"""Seconds in which an earlier picture that did not come is not asked for again."""
GIVEN_UP_MOST = 1_000
"""Pictures of which that is remembered."""
REMEMBERED = 24 * 2**20
"""Bytes of prepared pictures kept for the next questions; in memory alone, by the ids of files, so
that they name nobody."""
CUT = "\n[The rest of this file was too long and is left out.]"
"""Ends the text of a document that was longer than may be read."""

_NAMES = {
    AttachmentKind.VOICE: "voice.ogg",
    AttachmentKind.VIDEO_NOTE: "note.mp4",
}
_SOUNDS = {"audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/ogg": "ogg"}
_SOUNDS |= {"audio/flac": "flac", "audio/x-wav": "wav", "audio/wav": "wav", "audio/webm": "webm"}


_Key = tuple[int, str]
"""A bot and a file's id that stays the same."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is looked at."""

    file_bytes: int
    document_chars: int
    sound_seconds: int


@dataclass(frozen=True, slots=True)
class Who:
    """Who speaks, and who pays for its being heard."""

    user_key: str
    api_key: str = field(repr=False)


class Media:
    """Turns attachments into what a model understands."""

    def __init__(
        self,
        *,
        store: Store,
        provider: Provider,
        files: Files,
        reader: Reader,
        payments: Payments,
        clock: Clock,
        limits: Limits,
        listener: str,
    ) -> None:
        """*listener*: the model that recordings are sent to."""
        self._store = store
        self._provider = provider
        self._files = files
        self._reader = reader
        self._payments = payments
        self._clock = clock
        self.limits = limits
        self._listener = listener
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._ears = asyncio.Semaphore(HEARD_AT_ONCE)
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self._pictures: OrderedDict[_Key, Image] = OrderedDict()
        self._size = 0
        self._given_up: OrderedDict[_Key, float] = OrderedDict()

    async def read(self, job: Job, user_key: str, api_key: str = "") -> Job:
        """The job with every recording heard (*api_key* pays) and every document read.

        Raises FileUnusable about the first file of the question that nobody can make sense of;
        one that was only replied to is passed over. Raises what Telegram or the provider raise.
        """
        who = Who(user_key, api_key)
        pieces = tuple([await self._read_piece(job, piece, who) for piece in job.pieces])
        return job if pieces == job.pieces else replace(job, pieces=pieces)

    async def pictures(self, bot_id: int, attachments: Iterable[Attachment]) -> tuple[Image, ...]:
        """The pictures as a model gets them; raises like :meth:`read`."""
        images = []
        for attachment in attachments:
            try:
                images.append(await self._picture(bot_id, attachment))
            except FileUnusable as error:
                if not attachment.quoted:
                    raise error.about(attachment.name, attachment.kind) from None
        return tuple(images)

    async def earlier(self, bot_id: int, attachments: Iterable[Attachment]) -> tuple[Image, ...]:
        """Pictures of earlier questions, as far as they can be had now; raises nothing."""
        images = []
        deadline = asyncio.get_running_loop().time() + PATIENCE
        for attachment in attachments:
            key = _key(bot_id, attachment)
            if key not in self._pictures and self._given_up.get(key, 0.0) > self._clock.monotonic():
                continue
            try:
                async with asyncio.timeout_at(deadline):
                    images.append(await self._picture(bot_id, attachment))
            except TimeoutError:
                self._give_up(key)
                break
            except (FileUnusable, TelegramError):
                self._give_up(key)
        return tuple(images)

    async def _read_piece(self, job: Job, piece: Piece, who: Who) -> Piece:
        for index, attachment in enumerate(piece.attachments):
            if attachment.text is not None:
                continue
            try:
                if attachment.sound:
                    piece = await self._hear(job, piece, index, who)
                elif attachment.document:
                    piece = await self._read_document(job, piece, index)
            except FileUnusable as error:
                if not attachment.quoted:
                    raise error.about(attachment.name, attachment.kind) from None
        return piece

    async def _hear(self, job: Job, piece: Piece, index: int, who: Who) -> Piece:
        recording = piece.attachments[index]
        if recording.duration > self.limits.sound_seconds:
            raise FileUnusable(FileProblem.TOO_LONG)
        held = await self._payments.hold_transcript(job, self._listener, recording.duration)
        transcript = await self._transcribe(job, recording, who, held)
        heard = transcript.text.strip()
        said = piece.text
        if heard and not recording.quoted:
            said = f"{said}\n{heard}" if said else heard
        kept = replace(recording, text=heard)
        changed = replace(piece, text=said, attachments=_with(piece, index, kept))
        await self._keep(job, changed, transcript, held)
        return changed

    async def _keep(self, job: Job, changed: Piece, transcript: Transcript, held: Held) -> None:
        try:
            await self._store.keep_reading(
                job,
                changed,
                transcript=transcript,
                cost=self._payments.cost_of_sound(transcript),
                reservation=held.reservation,
                now=self._clock.now(),
            )
        except Exception:
            # Whether it was written or not: with a reservation it counts once.
            if held.reservation:
                await self._payments.account_sound(job, transcript, held)
            raise
        self._payments.budget.settled(held)

    async def _transcribe(
        self, job: Job, recording: Attachment, who: Who, held: Held = NOTHING
    ) -> Transcript:
        asked = False
        # Small ones never wait for large ones; and who waits here holds nothing of the others'.
        large = not 0 < recording.size <= LARGE
        try:
            async with self._large if large else contextlib.nullcontext(), self._ears:
                async with self._slots:
                    data = await self._fetch(job.bot_id, recording)
                asked = True
                return await self._provider.transcribe(
                    data,
                    name=_sound_name(recording),
                    mime=recording.mime,
                    seconds=recording.duration,
                    user_key=who.user_key,
                    api_key=who.api_key,
                )
        except (asyncio.CancelledError, Exception) as error:
            if asked and (isinstance(error, asyncio.CancelledError) or was_called(error)):
                await self._account_unheard(job, recording, held)
            else:
                await self._payments.budget.release(held)
            raise

    async def _account_unheard(self, job: Job, recording: Attachment, held: Held) -> None:
        """Nobody waits for the transcript any more, but it is billed."""
        wasted = Transcript("", self._listener, recording.duration, Usage(estimated=True))
        try:
            await self._payments.account_sound(job, wasted, held)
        except Exception as error:  # noqa: BLE001 - what ended it counts, not a database in trouble
            logger.error("a recording that was not heard out was not accounted for: {}", error)

    async def _read_document(self, job: Job, piece: Piece, index: int) -> Piece:
        document = piece.attachments[index]
        if not self._reader.reads(document.mime, document.name):
            raise FileUnusable(FileProblem.UNSUPPORTED)
        async with self._slots:
            extract = await self._reader.document(
                await self._fetch(job.bot_id, document),
                mime=document.mime,
                name=document.name,
                limit=self.limits.document_chars,
            )
        read = replace(document, text=extract.text + (CUT if extract.cut else ""))
        changed = replace(piece, attachments=_with(piece, index, read))
        await self._store.keep_reading(job, changed, now=self._clock.now())
        return changed

    async def _picture(self, bot_id: int, attachment: Attachment) -> Image:
        key = _key(bot_id, attachment)
        known = self._pictures.get(key)
        if known is not None:
            self._pictures.move_to_end(key)
            return known
        async with self._slots:
            image = await self._reader.image(await self._fetch(bot_id, attachment))
        self._remember(key, image)
        return image

    def _give_up(self, key: _Key) -> None:
        self._given_up[key] = self._clock.monotonic() + GIVEN_UP_FOR
        self._given_up.move_to_end(key)
        if len(self._given_up) > GIVEN_UP_MOST:
            self._given_up.popitem(last=False)

    def _remember(self, key: _Key, image: Image) -> None:
        if key not in self._pictures:
            self._pictures[key] = image
            self._size += len(image.data)
        while self._size > REMEMBERED:
            _, oldest = self._pictures.popitem(last=False)
            self._size -= len(oldest.data)

    async def _fetch(self, bot_id: int, attachment: Attachment) -> bytes:
        if attachment.size > self.limits.file_bytes:
            raise FileUnusable(FileProblem.TOO_BIG)
        return await self._files.fetch(bot_id, attachment, limit=self.limits.file_bytes)


def cut_documents(job: Job) -> list[str]:
    """The names of the documents of which only the beginning was read."""
    return [
        attachment.name
        for piece in job.pieces
        for attachment in piece.attachments
        if attachment.document and (attachment.text or "").endswith(CUT)
    ]


def _key(bot_id: int, attachment: Attachment) -> _Key:
    return bot_id, attachment.unique_id or attachment.file_id


def _with(piece: Piece, index: int, attachment: Attachment) -> tuple[Attachment, ...]:
    return (*piece.attachments[:index], attachment, *piece.attachments[index + 1 :])


def _sound_name(recording: Attachment) -> str:
    """A name whose ending says the format, as transcription goes by that."""
    if recording.kind in _NAMES:
        return _NAMES[recording.kind]
    if "." in recording.name:
        return recording.name
    return f"audio.{_SOUNDS.get(recording.mime, 'mp3')}"
