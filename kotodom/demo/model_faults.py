"""What can go wrong at a model server: faults to order from the offline one.

A fault before the answer (``Status``, ``HtmlBody``, ``Refuse``, ``Hang``) replaces it; a fault in
the stream lets ``after`` pieces of text through first; ``Latency`` only delays.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Status:
    """An HTTP status of 400 or more, with the error object as its body."""

    code: int
    error: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HtmlBody:
    """A captive portal or a proxy answers 200 with a web page."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """The connection is reset before any answer."""


@dataclass(frozen=True, slots=True)
class Hang:
    """The request is taken and never answered."""


@dataclass(frozen=True, slots=True)
class Latency:
    """The answer, a good one, begins later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class CutAfter:
    """The connection dies in the middle of the answer."""

    after: int


@dataclass(frozen=True, slots=True)
class CleanEof:
    """The stream ends properly, but without a terminal event."""

    after: int


@dataclass(frozen=True, slots=True)
class Stall:
    """Nothing more comes, and the connection stays open."""

    after: int


@dataclass(frozen=True, slots=True)
class KeepAliveOnly:
    """Nothing but comments and ``response.in_progress`` comes, every *interval* seconds."""

    after: int = 0
    interval: float = 0.02


@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """An error event: flat as OpenAI sends it, or nested as many compatible servers do."""

    code: str | None
    nested: bool = False
    after: int = 0
    message: str = "The server had an error while processing your request."
    type: str = "server_error"


@dataclass(frozen=True, slots=True)
class FailedEvent:
    """``response.failed`` with that error code."""

    code: str
    after: int = 0
    message: str = "The model failed to generate a response."


@dataclass(frozen=True, slots=True)
class Incomplete:
    """``response.incomplete`` after that many pieces (None: all of them)."""

    reason: str
    after: int | None = None


@dataclass(frozen=True, slots=True)
class BadJson:
    """An event whose data is no JSON."""

    after: int = 0


Early = Status | HtmlBody | Refuse | Hang
InStream = (
    CutAfter | CleanEof | Stall | KeepAliveOnly | ErrorEvent | FailedEvent | Incomplete | BadJson
)
Fault = Early | InStream | Latency
