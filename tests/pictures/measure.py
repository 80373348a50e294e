"""How wide a text is, before anybody knows with which font it will be shown.

The widths are those of Helvetica and Arial, which the fonts of all systems resemble; every piece of
text is then set to exactly the width measured here, so nothing overflows with any of them.
"""

import unicodedata
from functools import lru_cache

_WIDTHS = {
    19: "'", 22: "ijl‘’", 26: "|", 28: " !,./:;I[\\]ft·", 33: "()-`r{}“”²³", 35: '"•', 36: "г",
    39: "*", 40: "°", 44: "к", 46: "зт", 47: "^", 50: "Jcksvxyzсух", 51: "э", 52: "чь", 53: "в",
    54: "Гпя", 55: "н√", 56: "#$0123456789?L_abdeghnopquаеёийор«»–€", 57: "бц", 58: "+<=>~Кдл×",
    60: "З", 61: "FTZТ", 62: "ъ", 64: "У", 66: "БЛЬ", 67: "&ABEKPSVXYАВЕЁРХЧж", 68: "Д", 69: "м",
    72: "CDHNRUwИЙНПСЭЯы", 74: "Ц", 75: "ю", 76: "Ф", 78: "GOQО", 79: "Ъ", 80: "ш", 82: "фщ",
    83: "MmМ", 89: "%Ы", 92: "ЖШ", 94: "WЩ", 100: "—…→", 101: "Ю", 102: "@", 107: "№",
}  # fmt: skip
"""Characters by their width in hundredths of the font's size."""
_WIDTH = {char: width / 100 for width, chars in _WIDTHS.items() for char in chars}
_UNKNOWN = 0.6
_WIDE = 1.25
"""An emoji, or a character of the far East."""
_BOLD = 1.07
MONO = 0.6
"""Of every character in a monospaced font."""


@lru_cache(maxsize=4096)
def _char(char: str) -> float:
    if char in _WIDTH:
        return _WIDTH[char]
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0.0
    return _WIDE if unicodedata.east_asian_width(char) in {"W", "F"} else _UNKNOWN


def width(text: str, size: float, *, bold: bool = False, mono: bool = False) -> float:
    """Pixels that *text* takes at that font size."""
    if mono:
        return len(text) * MONO * size
    return sum(map(_char, text)) * size * (_BOLD if bold else 1)
