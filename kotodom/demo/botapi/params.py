"""Parameters of a call: strings in a form, native values in JSON, read alike."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from kotodom.demo.botapi.values import ApiError, Json, bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart form."""

    name: str
    data: bytes = field(repr=False)


async def read_params(request: web.BaseRequest) -> "Params":
    """Everything a request passes: query, then body, whatever its encoding."""
    params: Json = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.can_read_body:
        try:
            await _read_body(request, params, uploads)
        except web.HTTPRequestEntityTooLarge:
            raise ApiError(413, "Request Entity Too Large") from None
    return Params(params, uploads)


async def _read_body(request: web.BaseRequest, params: Json, uploads: dict[str, Upload]) -> None:
    kind = request.content_type
    if kind == "application/x-www-form-urlencoded":
        body = (await request.read()).decode(errors="replace")
        params.update(parse_qsl(body, keep_blank_values=True))
    elif kind == "application/json":
        try:
            given = json.loads(await request.read())
        except ValueError:
            raise bad_request("can't parse JSON request body") from None
        if not isinstance(given, dict):
            raise bad_request("JSON request body must be an object")
        params.update(given)
    elif kind == "multipart/form-data":
        try:
            form = await request.post()
        except ValueError:
            raise bad_request("can't parse multipart/form-data") from None
        for name, value in form.items():
            if isinstance(value, str):
                params[name] = value
            elif isinstance(value, web.FileField):
                uploads[name] = Upload(value.filename, value.file.read())


class Params:
    """Typed access to the parameters of one call."""

    def __init__(self, raw: Json, uploads: dict[str, Upload] | None = None) -> None:
        self.raw = raw
        self._uploads = uploads or {}

    def upload(self, name: str) -> Upload | None:
        """The file passed under this name, or the one that ``attach://…`` points to."""
        named = self.text(name)
        if named.startswith("attach://"):
            name = named.removeprefix("attach://")
        return self._uploads.get(name)

    def given(self, name: str) -> bool:
        """Whether the parameter was passed and is not empty."""
        return self.raw.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """A string; empty when absent."""
        value = self.raw.get(name)
        return value if isinstance(value, str) else "" if value is None else json.dumps(value)

    def number(self, name: str, default: int | None = None) -> int | None:
        """An integer; *default* when absent or not a number."""
        value = self.raw.get(name)
        if isinstance(value, bool):
            return default
        try:
            return int(value) if isinstance(value, int | str) else default
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """A boolean; False when absent."""
        return str(self.raw.get(name, "")).lower() in ("true", "yes", "1")

    def value(self, name: str) -> Any:
        """A JSON-serialized object or array; None when absent."""
        value = self.raw.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name}: not valid JSON") from None

    def object(self, name: str) -> Json:
        """A JSON object; empty when absent."""
        value = self.value(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f"can't parse {name}: object expected")
        return value or {}

    def array(self, name: str, of: type) -> list[Any] | None:
        """A JSON array whose items all have that type; None when absent."""
        value = self.value(name)
        if value is None and self.raw.get(name) in (None, ""):
            return None
        items = value or []
        if not isinstance(items, list) or not all(isinstance(item, of) for item in items):
            raise bad_request(f"can't parse {name}: array of {of.__name__} expected")
        return items

    @property
    def chat_id(self) -> int:
        """The chat a call is about; 0 when it names none that the emulator knows how to read."""
        return self.number("chat_id") or 0
