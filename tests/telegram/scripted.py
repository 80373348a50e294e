"""A Bot API server that answers each call as the test says, down to the raw bytes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs

Answer = bytes | None
"""What is written to the connection; None closes it without a word."""


class Last(bytes):
    """An answer after which the connection closes."""


def http(status: int, body: str | bytes, kind: str = "application/json") -> bytes:
    raw = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(raw)}\r\n\r\n"
    return head.encode() + raw


def ok(result: Any) -> bytes:
    return http(200, json.dumps({"ok": True, "result": result}))


def error(status: int, description: str, **parameters: int) -> bytes:
    body = {"ok": False, "error_code": status, "description": description}
    return http(status, json.dumps(body | ({"parameters": parameters} if parameters else {})))


class ScriptedApi:
    """``calls`` are (method, parameters); *answer* decides what each one gets."""

    def __init__(self, answer: Callable[[str, dict[str, str]], Answer]) -> None:
        self.answer = answer
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.connections = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                headers = {
                    name.lower(): value.strip()
                    for name, _, value in (line.partition(":") for line in head.split("\r\n"))
                }
                if headers.get("transfer-encoding") == "chunked":
                    body = await _chunks(reader)
                else:
                    body = await reader.readexactly(int(headers.get("content-length", 0)))
                method = head.split(" ", 2)[1].rsplit("/", 1)[1]
                given = _fields(headers.get("content-type", ""), body)
                self.calls.append((method, given))
                answer = self.answer(method, given)
                if answer is None:
                    return
                writer.write(answer)
                await writer.drain()
                if isinstance(answer, Last):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


def _fields(kind: str, body: bytes) -> dict[str, str]:
    """A form's fields; a file is its name, a line feed and its text."""
    if not kind.startswith("multipart/"):
        return {key: values[0] for key, values in parse_qs(body.decode()).items()}
    form = message_from_bytes(f"Content-Type: {kind}\n\n".encode() + body, policy=HTTP)
    given = {}
    for part in form.iter_parts():
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        name = part.get_filename()
        text = payload.decode()
        field = str(part.get_param("name", header="content-disposition"))
        given[field] = f"{name}\n{text}" if name else text
    return given


@asynccontextmanager
async def scripted(
    answer: Callable[[str, dict[str, str]], Answer],
) -> AsyncIterator[ScriptedApi]:
    api = ScriptedApi(answer)
    server = await asyncio.start_server(api.serve, "127.0.0.1")
    host, port = server.sockets[0].getsockname()
    api.url = f"http://{host}:{port}"
    try:
        yield api
    finally:
        server.close()
