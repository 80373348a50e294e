"""What the offline model says about pictures: their measures, in English or in Russian."""

import re
from collections.abc import Sequence

from kotodom.demo.model_pictures import Picture

_ASKED = re.compile(
    r"\b(?:pictures?|photos?|images?|картин\w*|фото\w*|изображени\w*|снимк\w*)\b", re.IGNORECASE
)
_RUSSIAN = re.compile(r"[а-яё]", re.IGNORECASE)
_QUOTED = 200


def about_pictures(heard: Sequence[str], seen: Sequence[Sequence[Picture]]) -> str | None:
    """The answer to a message with pictures, or to a question about some; None to any other.

    *heard* and *seen* are the texts and the pictures of each message, oldest first.
    """
    if not heard:
        return None
    question, pictures = heard[-1].strip(), seen[-1]
    earlier = [picture for message in seen[:-1] for picture in message]
    words = _RU if _speaks_russian(heard) else _EN
    if not pictures and not _ASKED.search(question):
        return None
    if not pictures:
        return _said(words["earlier"], earlier, words) if earlier else words["none"]
    text = _said(words["seen"], pictures, words)
    if question:
        text += "\n\n" + words["caption"].format(_short(question))
    if earlier:
        text += "\n\n" + words["also"].format(len(earlier))
    return text


def _speaks_russian(heard: Sequence[str]) -> bool:
    said = next((text for text in reversed(heard) if text.strip()), "")
    return bool(_RUSSIAN.search(said))


def _said(heading: str, pictures: Sequence[Picture], words: dict[str, str]) -> str:
    lines = [
        f"{number}. {picture.format}, {picture.width}×{picture.height}, "
        f"{words['size'].format(max(round(picture.size / 1000), 1))}"
        for number, picture in enumerate(pictures, 1)
    ]
    return "\n".join((heading.format(len(pictures)), "", *lines, "", words["honest"]))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1].rstrip() + "…"


_EN = {
    "seen": "Pictures in your message: **{}**.",
    "earlier": "Pictures from earlier that I still see: **{}**.",
    "none": "I see no picture here.",
    "caption": "You wrote with it: “{}”.",
    "also": "Pictures from earlier that I still see: {}.",
    "size": "{} kB",
    "honest": "I am an offline model: I measure pictures, but I cannot look at them.",
}
_RU = {
    "seen": "Картинок в сообщении: **{}**.",
    "earlier": "Картинок, которые я помню: **{}**.",
    "none": "Я не вижу здесь картинок.",
    "caption": "Подпись: «{}».",
    "also": "Картинок, которые я помню: {}.",
    "size": "{} кБ",
    "honest": "Я офлайн-модель: измеряю картинки, но смотреть на них не умею.",
}
