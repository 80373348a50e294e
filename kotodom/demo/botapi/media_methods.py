"""The Bot API methods that send files: an upload, or what Telegram has already, by its id."""

import io
from pathlib import PurePath

from PIL import Image, UnidentifiedImageError

from kotodom.demo.botapi import media
from kotodom.demo.botapi.calls import Invocation, Method
from kotodom.demo.botapi.files import MAX_UPLOAD, StoredFile
from kotodom.demo.botapi.media import Media
from kotodom.demo.botapi.params import Upload
from kotodom.demo.botapi.values import ApiError, Json, bad_request

MAX_PHOTO = 10 * 1024 * 1024
"""Bytes."""
MAX_SIDES = 10_000
"""Pixels: a photo's width and height together."""
MAX_RATIO = 20


def send_document(call: Invocation) -> Json:
    """sendDocument."""
    text, entities = call.caption()
    chat = call.chat_to_send("can_send_documents", "documents")
    return call.post(chat, text, entities, media=_document(call))


def send_photo(call: Invocation) -> Json:
    """sendPhoto."""
    text, entities = call.caption()
    chat = call.chat_to_send("can_send_photos", "photos")
    return call.post(chat, text, entities, media=_photo(call))


def _document(call: Invocation) -> Media:
    upload = _upload(call, "document")
    if upload is not None:
        name = PurePath(upload.name.replace("\\", "/")).name or "file"
        return media.document(call.world.files, upload.data, name)
    file = _known(call, "document", "documents")
    name = PurePath(file.path).name
    return media.resent(file, {"file_name": name, "mime_type": media.mime_of(name)})


def _photo(call: Invocation) -> Media:
    spoiler = call.params.flag("has_spoiler")
    upload = _upload(call, "photo")
    if upload is None:
        file = _known(call, "photo", "photos")
        return media.resent_photo(file, _measure(call.world.files.data(file) or b""), spoiler)
    if len(upload.data) > MAX_PHOTO:
        size = f"file of size {len(upload.data)} bytes is too big for a photo"
        raise bad_request(f"{size}; the maximum size is {MAX_PHOTO} bytes")
    width, height = _measure(upload.data)
    if width + height > MAX_SIDES or max(width, height) > MAX_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return media.photo(call.world.files, upload.data, spoiler=spoiler)


def _measure(data: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            return picture.size
    except (OSError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None


def _upload(call: Invocation, field: str) -> Upload | None:
    upload = call.params.upload(field)
    if upload is not None and not upload.data:
        raise bad_request("file must be non-empty")
    if upload is not None and len(upload.data) > MAX_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    return upload


def _known(call: Invocation, field: str, folder: str) -> StoredFile:
    """The file of that kind which the bot names by its id."""
    address = call.params.text(field)
    if not address:
        raise bad_request(f"there is no {field} in the request")
    file = call.world.files.find(call.bot, address)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if file.folder != folder:
        raise bad_request(f"can't use the file as a {field}: its type is another")
    return file


MEDIA_METHODS: dict[str, Method] = {"senddocument": send_document, "sendphoto": send_photo}
