"""What people can send besides words: pictures, files, voices, albums, places and other things."""

from collections.abc import Sequence
from typing import Unpack

from kotodom.demo.botapi import media
from kotodom.demo.botapi.speaking import Captioned, Sending, Speaking

MAX_ALBUM = 10


class SendingMedia(Speaking):
    """The part of a :class:`ChatView` that sends media; every method returns the message's id."""

    # -- files ------------------------------------------------------------------------------

    async def photo(
        self,
        data: bytes,
        *,
        spoiler: bool = False,
        size: tuple[int, int] | None = None,
        **how: Unpack[Captioned],
    ) -> int:
        """Send a photo; *size* is what Telegram says of it, measured when left out."""
        made = media.photo(self._world.files, data, spoiler=spoiler, size=size)
        return self._send(made, **how)

    async def document(
        self,
        data: bytes,
        name: str,
        mime: str = "",
        *,
        claimed_size: int = 0,
        **how: Unpack[Captioned],
    ) -> int:
        """Send a file; *claimed_size* makes it look larger than what is really stored."""
        files = self._world.files
        made = media.document(files, data, name, mime, claimed_size=claimed_size)
        return self._send(made, **how)

    async def voice(
        self,
        data: bytes,
        duration: int,
        mime: str = "audio/ogg",
        *,
        claimed_size: int = 0,
        **how: Unpack[Captioned],
    ) -> int:
        """Send a voice message of that many seconds."""
        files = self._world.files
        return self._send(
            media.voice(files, data, duration, mime, claimed_size=claimed_size), **how
        )

    async def audio(
        self,
        data: bytes,
        duration: int,
        *,
        name: str = "audio.mp3",
        title: str = "",
        performer: str = "",
        claimed_size: int = 0,
        **how: Unpack[Captioned],
    ) -> int:
        """Send a piece of music."""
        made = media.audio(
            self._world.files,
            data,
            duration,
            name=name,
            title=title,
            performer=performer,
            claimed_size=claimed_size,
        )
        return self._send(made, **how)

    async def video(
        self,
        data: bytes,
        duration: int,
        *,
        name: str = "video.mp4",
        spoiler: bool = False,
        claimed_size: int = 0,
        **how: Unpack[Captioned],
    ) -> int:
        """Send a video."""
        files = self._world.files
        made = media.video(
            files, data, duration, name=name, spoiler=spoiler, claimed_size=claimed_size
        )
        return self._send(made, **how)

    async def video_note(
        self, data: bytes, duration: int, *, claimed_size: int = 0, **how: Unpack[Sending]
    ) -> int:
        """Send a round video."""
        files = self._world.files
        return self._send(media.video_note(files, data, duration, claimed_size=claimed_size), **how)

    async def animation(
        self,
        data: bytes,
        duration: int,
        *,
        name: str = "animation.mp4",
        claimed_size: int = 0,
        **how: Unpack[Captioned],
    ) -> int:
        """Send a GIF."""
        files = self._world.files
        made = media.animation(files, data, duration, name=name, claimed_size=claimed_size)
        return self._send(made, **how)

    async def album(
        self,
        items: Sequence[bytes | tuple[bytes, str]],
        captions: str | Sequence[str] = "",
        **how: Unpack[Sending],
    ) -> list[int]:
        """Send 2 to 10 photos (bytes) or documents (bytes and name) as one album.

        They are separate messages with one ``media_group_id``. A single caption stands on the
        first; for a document's album clients put it on the last, which a list can say.
        """
        if not 2 <= len(items) <= MAX_ALBUM:
            raise ValueError(f"an album has 2 to {MAX_ALBUM} parts")
        if len({isinstance(item, bytes) for item in items}) > 1:
            raise ValueError("photos and documents do not mix in an album")
        said = [captions] if isinstance(captions, str) else list(captions)
        said += [""] * (len(items) - len(said))
        group = str(self._world.next_number() + 13_000_000_000_000_000)
        ids = []
        for item, caption in zip(items, said, strict=True):
            files = self._world.files
            made = (
                media.photo(files, item)
                if isinstance(item, bytes)
                else media.document(files, *item)
            )
            ids.append(self._send(made.in_group(group), caption=caption, **how))
        return ids

    # -- things -----------------------------------------------------------------------------

    async def sticker(
        self,
        emoji: str,
        *,
        is_animated: bool = False,
        is_video: bool = False,
        **how: Unpack[Sending],
    ) -> int:
        """Send a sticker."""
        made = media.sticker(self._world.files, emoji, is_animated=is_animated, is_video=is_video)
        return self._send(made, **how)

    async def location(self, latitude: float, longitude: float, **how: Unpack[Sending]) -> int:
        """Send a place on the map."""
        return self._send(media.location(latitude, longitude), **how)

    async def venue(
        self,
        latitude: float,
        longitude: float,
        title: str,
        address: str,
        **how: Unpack[Sending],
    ) -> int:
        """Send a named place."""
        return self._send(media.venue(latitude, longitude, title, address), **how)

    async def contact(
        self,
        phone: str,
        first_name: str,
        last_name: str = "",
        user_id: int = 0,
        **how: Unpack[Sending],
    ) -> int:
        """Send somebody's card."""
        return self._send(media.contact(phone, first_name, last_name, user_id), **how)

    async def poll(self, question: str, options: Sequence[str], **how: Unpack[Sending]) -> int:
        """Send a poll."""
        made = media.poll(question, options, str(self._world.next_number()))
        return self._send(made, **how)

    async def dice(self, value: int = 6, emoji: str = "🎲", **how: Unpack[Sending]) -> int:
        """Throw a die."""
        return self._send(media.dice(value, emoji), **how)
