"""The transcription interface: a recording becomes a form, an answer or a refusal becomes ours.

A provider need not listen at all, and may be unable to make sense of one file. Neither says that
it is ill, so neither counts for the circuit breaker.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kotodom.errors import FileProblem, RequestRefused, StreamBroken
from kotodom.llm.errors import from_payload, translate
from kotodom.model import Transcript, Usage

if TYPE_CHECKING:
    import httpx2

PATH = "/audio/transcriptions"

_MAX_BODY = 4_000_000
"""Bytes an answer may have: ten hours of speech are a tenth of it."""

SLACK = 60
"""Seconds that a provider may count beyond twice the length a recording says it has."""

_NO_INTERFACE = frozenset({404, 405, 501})
_FILE_REFUSED = frozenset({400, 415, 422})
_TOO_LARGE = 413

_FORMATS = {
    "audio/flac": "flac",
    "audio/m4a": "m4a",
    "audio/mp3": "mp3",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/webm": "webm",
    "audio/x-m4a": "m4a",
    "audio/x-wav": "wav",
    "video/mp4": "mp4",
    "video/webm": "webm",
}
_SAME_FORMAT = {"oga": "ogg", "opus": "ogg"}
"""Ogg goes by three names; the interface has a list that it compares the ending with."""
_MIME = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_ENDING = re.compile(r"\.([a-z0-9]{2,5})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recording:
    """What is to be listened to."""

    data: bytes = field(repr=False)
    name: str
    mime: str
    seconds: int

    def form(self) -> tuple[str, bytes, str]:
        """Name, bytes and MIME type to send.

        Of what the sender called it only the ending is told: the rest is nobody's business, and
        may have characters that no form can carry.
        """
        mime = self.mime if _MIME.fullmatch(self.mime) else "application/octet-stream"
        found = _ENDING.search(self.name)
        ending = found[1].lower() if found else _FORMATS.get(mime, "")
        ending = _SAME_FORMAT.get(ending, ending)
        return f"recording.{ending}" if ending else "recording", self.data, mime


class NotHeard(RequestRefused):
    """The provider does not listen to this recording."""

    def __init__(self, message: str, problem: FileProblem) -> None:
        super().__init__(message)
        self.problem = problem


@contextmanager
def refusals(now: int, secrets: Iterable[str]) -> Iterator[None]:
    """Tell refusals of the file or of the whole interface apart from other errors of the SDK."""
    import openai

    try:
        yield
    except openai.APIStatusError as error:
        ours = translate(error, now=now, secrets=secrets)
        problem = _problem(error.status_code, error.param or "file")
        # Money, keys and unknown models are told by codes, whatever the status.
        judged_by_status = isinstance(ours, RequestRefused) or error.status_code == 501
        if ours is None or problem is None or not judged_by_status:
            raise
        raise NotHeard(str(ours), problem) from None


def _problem(status: int, about: str) -> FileProblem | None:
    if status in _NO_INTERFACE or (status in _FILE_REFUSED and about != "file"):
        return FileProblem.UNHEARD
    if status == _TOO_LARGE:
        return FileProblem.TOO_LONG
    return FileProblem.UNREADABLE if status in _FILE_REFUSED else None


async def read_answer(response: "httpx2.Response", now: int) -> Any:
    """The whole body as JSON, and the connection free again; raises ProviderError."""
    body = bytearray()
    try:
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > _MAX_BODY:
                raise StreamBroken("The provider sent an answer without end")
    except Exception as error:  # noqa: BLE001 - whatever the HTTP client raises
        # Without its traceback, which may hold the key.
        raise translate(error, now=now) or StreamBroken(
            f"The provider's answer broke off ({type(error).__name__})"
        ) from None
    finally:
        # A connection that is given up may be broken already, which is nobody's concern.
        with suppress(Exception):
            await response.aclose()
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise StreamBroken("The provider sent an answer that is not JSON") from None


def transcript_of(
    answer: Any, recording: Recording, model: str, secrets: tuple[str, ...] = ()
) -> Transcript:
    """What the provider heard; raises ProviderError when *answer* holds no transcript."""
    if not isinstance(answer, Mapping):
        raise StreamBroken("The provider sent no transcript")
    text = answer.get("text")
    if not isinstance(text, str):
        error = answer.get("error")
        if isinstance(error, str):
            # Some servers answer 200 for paths they do not know.
            raise NotHeard("The provider has no such interface", FileProblem.UNHEARD)
        if isinstance(error, Mapping):
            raise from_payload(error, secrets=secrets)
        raise StreamBroken("The provider sent no transcript")
    usage = answer.get("usage")
    usage = usage if isinstance(usage, Mapping) else {}
    return Transcript(
        text=text.encode("utf-8", "replace").decode("utf-8").strip(),
        model=model,
        seconds=_seconds(math.ceil(_number(usage, "seconds")), recording.seconds),
        usage=Usage(
            input=math.ceil(_number(usage, "input_tokens")),
            output=math.ceil(_number(usage, "output_tokens")),
        ),
    )


def _seconds(counted: int, announced: int) -> int:
    """What the provider counted, unless no recording of that length can have lasted so long."""
    return counted if 0 < counted <= 2 * announced + SLACK else announced


def _number(usage: Mapping[str, Any], key: str) -> float:
    value = usage.get(key)
    usable = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 2**53
    return float(value) if usable and value is not None else 0.0
