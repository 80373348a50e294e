"""HTTP proxies, and servers that are not well."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kotodom.tasks import Tasks


class HttpProxy:
    """A proxy for http:// addresses (and CONNECT); *barred* ports get an error of its own."""

    def __init__(self, *, login: str = "", barred: int = 0) -> None:
        self._login = base64.b64encode(login.encode()).decode() if login else ""
        self._barred = barred
        self._tasks = Tasks(lambda name, error: None)
        self._writers: list[asyncio.StreamWriter] = []
        self.asked: list[str] = []
        """Every HOST:PORT that was asked for."""
        self.url = ""

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self._server.close()
        await self._tasks.cancel()
        await _drop(self._writers)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            method, target, version = head.split("\r\n", 1)[0].split(" ")
            parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
            host, port = parts.hostname or "", parts.port or 80
            self.asked.append(f"{host}:{port}")
            if self._login and f"Basic {self._login}" not in head:
                writer.write(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
            elif port == self._barred:
                writer.write(b"HTTP/1.1 502 No way\r\nContent-Length: 0\r\n\r\n")
            else:
                far_reader, far_writer = await asyncio.open_connection(host, port)
                self._writers.append(far_writer)
                if method == "CONNECT":
                    writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
                else:
                    path = parts.path or "/"
                    lines = head.split("\r\n", 1)[1].replace("keep-alive", "close")
                    far_writer.write(f"{method} {path} {version}\r\n{lines}".encode("latin-1"))
                self._tasks.start(self._pass_on(reader, far_writer), name="to server")
                await self._pass_on(far_reader, writer)
            await writer.drain()
        writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def answering(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    ahead: float = 0.0,
    context: ssl.SSLContext | None = None,
    status: int = 200,
) -> AsyncIterator[int]:
    """A web server whose clock is so many seconds *ahead*; gives its port."""

    async def answer(request: web.Request) -> web.Response:
        date = datetime.now(UTC) + timedelta(seconds=ahead)
        return web.Response(status=status, headers={"Date": format_datetime(date, usegmt=True)})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, host, port, ssl_context=context).start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


@asynccontextmanager
async def talking(
    handler: Callable[[asyncio.StreamReader, asyncio.StreamWriter], None],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
) -> AsyncIterator[int]:
    """A server of anything else: *handler* gets each connection."""
    writers: list[asyncio.StreamWriter] = []

    def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        handler(reader, writer)

    server = await asyncio.start_server(serve, host, port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await _drop(writers)


async def _drop(writers: Iterable[asyncio.StreamWriter]) -> None:
    """Close connections and wait until they are."""
    for writer in writers:
        writer.transport.abort()
    for writer in writers:
        with suppress(OSError):
            await writer.wait_closed()


def certificate(
    folder: Path, *, name: str = "localhost", days: int = 30
) -> tuple[Path, ssl.SSLContext]:
    """A certificate that signs itself, and a server's context with it.

    It ends in so many *days*; a negative number: it has ended.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ip_address("127.0.0.1")))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}{days}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return file, context
