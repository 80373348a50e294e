"""Server-sent events, decoded incrementally: bytes in whatever pieces, whole payloads out.

Follows the WHATWG specification as far as a provider's stream needs it: ``data`` fields are
collected, every other field and all comments are dropped.
"""

MAX_EVENT = 8_000_000
"""Bytes one event may have. The largest real one repeats the instructions and the whole answer,
which at the most has 400,000 characters of 12 bytes each (emoji, escaped as JSON may)."""

_BOM = b"\xef\xbb\xbf"


class EventTooLarge(ValueError):
    """A server sends without ever ending an event."""


class SSEParser:
    """Turns chunks of an event stream into the payloads of its events.

    Where the chunks were cut makes no difference. Payloads stay bytes, so that a character split
    between two chunks is whole again before anybody decodes it.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._skip_newline = False
        self._at_start = True

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take in *chunk* and return the payloads that are complete now, in order.

        Raises EventTooLarge.
        """
        buffer = self._buffer
        buffer += self._normalised(chunk)
        payloads: list[bytes] = []
        start = 0
        while (end := buffer.find(b"\n\n", max(start, self._searched))) >= 0:
            self._collect(bytes(buffer[start:end]), payloads)
            start = end + 2
            self._searched = start
        if start:
            del buffer[:start]
        # The next search begins at the last byte: it may be the first half of a blank line.
        self._searched = max(len(buffer) - 1, 0)
        if len(buffer) > MAX_EVENT:
            raise EventTooLarge(f"more than {MAX_EVENT} bytes without the end of an event")
        return payloads

    def finish(self) -> list[bytes]:
        """The stream has ended: return the last event, if its blank line is all that is missing."""
        payloads: list[bytes] = []
        self._collect(bytes(self._buffer), payloads)
        self._buffer.clear()
        self._searched = 0
        return payloads

    def _normalised(self, chunk: bytes) -> bytes:
        """*chunk* with every kind of line end as a newline, also one cut in two."""
        if not chunk:
            return chunk
        if self._skip_newline and chunk.startswith(b"\n"):
            chunk = chunk[1:]
            self._skip_newline = False
            if not chunk:
                return chunk
        self._skip_newline = chunk.endswith(b"\r")
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return chunk

    def _collect(self, block: bytes, payloads: list[bytes]) -> None:
        """Add the payload of the event in *block*, if it has one."""
        if self._at_start:
            self._at_start = False
            block = block.removeprefix(_BOM)
        data: list[bytes] = []
        for line in block.split(b"\n"):
            if line.startswith(b"data:"):
                data.append(line[6:] if line.startswith(b"data: ") else line[5:])
            elif line == b"data":
                data.append(b"")
        if data:
            payloads.append(b"\n".join(data))
