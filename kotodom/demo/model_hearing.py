"""Recordings as the offline model gets them: it has no ears, but reads what is written in them.

A recording may carry its own transcript: ``KOTODOM:`` and the words, up to the next control
character, anywhere in the file, for example as a comment of an Ogg or MP3 file.
"""

import re
import struct
from dataclasses import dataclass, field

from aiohttp import web

from kotodom.demo.model_refusals import Refused, invalid, missing, unknown

_FORMATS = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
_LARGEST = 25 * 1024 * 1024
"""Bytes (OpenAI, speech to text guide)."""
_PARAMETERS = frozenset({"file", "model", "language", "prompt", "response_format", "temperature"})

_WRITTEN = re.compile(rb"KOTODOM:([^\x00-\x1f\x7f]+)")
_OPUS_RATE = 48_000
"""Ogg Opus counts its time in samples of this rate, whatever was recorded (RFC 7845)."""
_BYTES_PER_SECOND = 4_000
"""For formats whose length is not read: voice at 32 kbit/s."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One request for a transcript."""

    at: float
    """Monotonic."""
    model: str
    name: str
    mime: str
    data: bytes = field(repr=False)
    seconds: float
    fields: dict[str, str]
    """The form without its file."""
    headers: dict[str, str]
    """Names in lower case."""
    peer: tuple[str, int]
    """The client's end of the connection."""


async def heard_of(
    request: web.Request, *, at: float, headers: dict[str, str], peer: tuple[str, int]
) -> Heard:
    """Read a request for a transcript; raises Refused."""
    fields, file = await _form_of(request)
    with file.file:
        data = _read(file)
    return Heard(
        at=at,
        model=fields["model"],
        name=file.filename,
        mime=file.content_type,
        data=data,
        seconds=seconds_of(data),
        fields=fields,
        headers=headers,
        peer=peer,
    )


async def _form_of(request: web.Request) -> tuple[dict[str, str], web.FileField]:
    """Check a form and return its fields and its file; raises Refused."""
    if request.content_type != "multipart/form-data":
        raise Refused(400, f"Expected multipart/form-data, not {request.content_type}.")
    try:
        form = await request.post()
    except ValueError:
        raise Refused(400, "We could not parse the form of your request.") from None
    except web.HTTPRequestEntityTooLarge:
        raise _too_large() from None
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    file = form.get("file")
    for name in form:
        if name not in _PARAMETERS:
            raise unknown(name)
    if not isinstance(file, web.FileField):
        raise missing("file")
    if not fields.get("model"):
        raise missing("model")
    if fields.get("response_format", "json") not in ("json", "text"):
        raise invalid("response_format", "Only 'json' and 'text' are supported by this model.")
    return fields, file


def _read(file: web.FileField) -> bytes:
    """The recording itself; raises Refused."""
    ending = file.filename.rpartition(".")[2].lower()
    if "." not in file.filename or ending not in _FORMATS:
        raise Refused(400, f"Unrecognized file format. Supported formats: {list(_FORMATS)}")
    data = file.file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise _too_large()
    if not data:
        message = "Audio file is too short. Minimum audio length is 0.1 seconds."
        raise invalid("file", message, "audio_too_short")
    return data


def _too_large() -> Refused:
    return Refused(413, f"Maximum content size limit ({_LARGEST}) exceeded")


def hear(heard: Heard) -> str:
    """The transcript that the recording carries, else an honest sentence about it."""
    if written := _WRITTEN.search(heard.data):
        return written[1].decode("utf-8", "ignore").strip()
    kind = heard.name.rpartition(".")[2].upper()
    size = max(round(len(heard.data) / 1000), 1)
    return f"This is a voice message: {kind}, {size} kB."


def seconds_of(data: bytes) -> float:
    """How long a recording is: exactly for Ogg and WAV, roughly for the rest."""
    try:
        if data[:4] == b"OggS":
            last = data.rfind(b"OggS")
            (samples,) = struct.unpack_from("<q", data, last + 6)
            return round(float(max(samples, 0) / _ogg_rate(data)), 2)
        if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
            (rate,) = struct.unpack_from("<I", data, 28)
            return round(float(max(len(data) - 44, 0) / rate), 2)
    except (struct.error, ZeroDivisionError):
        return 0.0
    return round(len(data) / _BYTES_PER_SECOND, 2)


def _ogg_rate(data: bytes) -> int:
    vorbis = data.find(b"\x01vorbis", 0, 200)
    return int(struct.unpack_from("<I", data, vorbis + 12)[0]) if vorbis >= 0 else _OPUS_RATE
