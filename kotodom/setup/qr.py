"""A link as a QR code of characters: the phone is not the machine where the terminal is.

ISO/IEC 18004, as little of it as a link needs: bytes, error correction level L, versions 1 to 5,
where one block holds everything and no version is written into the code.
"""

from collections.abc import Callable, Iterator

_SIZES = ((19, 7), (34, 10), (55, 15), (80, 20), (108, 26))
"""Codewords of data and of error correction by version (table 9, level L)."""
_FIELD = 0x11D
"""x^8 + x^4 + x^3 + x^2 + 1, the polynomial of the code's field."""
_LEVEL = 0b01000
"""Level L with mask 0 in the format information."""
_FORMAT, _FORMAT_MASK = 0x537, 0x5412
_QUIET = 4
"""Blank modules around the code."""
_HALVES = " ▄▀█"
"""Two modules, one above the other, by which of them are dark."""

Modules = list[list[bool]]


def drawn(text: str) -> str:
    """The code as lines, black on white in every terminal; empty: *text* is too long."""
    modules = encoded(text)
    if not modules:
        return ""
    blank = [False] * (len(modules) + 2 * _QUIET)
    side = [False] * _QUIET
    rows = [blank] * _QUIET + [side + row + side for row in modules] + [blank] * (_QUIET + 1)
    return "\n".join(
        "\x1b[30;107m" + "".join(_HALVES[2 * up + low] for up, low in zip(*pair, strict=True))
        + "\x1b[0m"
        for pair in zip(rows[::2], rows[1::2], strict=False)
    )  # fmt: skip


def encoded(text: str) -> Modules:
    """The rows of the code, True where it is dark; empty: *text* is too long."""
    data = text.encode()
    for version, (room, correction) in enumerate(_SIZES, 1):
        if len(data) + 2 <= room:
            words = _codewords(data, room)
            return _placed(version, words + _remainder(words, correction))
    return []


def _codewords(data: bytes, room: int) -> list[int]:
    # Four bits say "bytes", eight how many, four end it: everything is moved by half a byte.
    bits = (0b0100 << 8 | len(data)) << 8 * len(data) | int.from_bytes(data, "big")
    words = list((bits << 4).to_bytes(len(data) + 2, "big"))
    return words + [(0xEC, 0x11)[number % 2] for number in range(room - len(words))]


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = a << 1 ^ (_FIELD if a & 0x80 else 0)
        b >>= 1
    return product


def _remainder(words: list[int], count: int) -> list[int]:
    """The Reed-Solomon codewords of *words*."""
    divisor, root = [1], 1
    for _ in range(count):
        shifted, scaled = [*divisor, 0], [0, *(_times(one, root) for one in divisor)]
        divisor = [a ^ b for a, b in zip(shifted, scaled, strict=True)]
        root = _times(root, 2)
    rest = [*words, *[0] * count]
    for position in range(len(words)):
        factor = rest[position]
        for offset, one in enumerate(divisor):
            rest[position + offset] ^= _times(one, factor)
    return rest[len(words) :]


def _placed(version: int, words: list[int]) -> Modules:
    size = 17 + 4 * version
    modules = [[False] * size for _ in range(size)]
    fixed = [[False] * size for _ in range(size)]

    def put(x: int, y: int, dark: bool) -> None:
        if 0 <= x < size and 0 <= y < size:
            modules[y][x], fixed[y][x] = dark, True

    _draw_patterns(size, version, put)
    bits = iter([word >> shift & 1 for word in words for shift in range(7, -1, -1)])
    for x, y in _path(size):
        if not fixed[y][x]:
            # Bits may run out a few modules before the end; mask 0 turns every second module.
            modules[y][x] = bool(next(bits, 0)) != ((x + y) % 2 == 0)
    return modules


def _draw_patterns(size: int, version: int, put: Callable[[int, int, bool], None]) -> None:
    for index in range(size):
        put(index, 6, index % 2 == 0)
        put(6, index, index % 2 == 0)
    for left, top in ((3, 3), (size - 4, 3), (3, size - 4)):
        for x in range(-4, 5):
            for y in range(-4, 5):
                put(left + x, top + y, max(abs(x), abs(y)) not in (2, 4))
    if version > 1:
        for x in range(-2, 3):
            for y in range(-2, 3):
                put(size - 7 + x, size - 7 + y, max(abs(x), abs(y)) != 1)
    _draw_format(size, put)


def _draw_format(size: int, put: Callable[[int, int, bool], None]) -> None:
    rest = _LEVEL << 10
    for shift in range(14, 9, -1):
        if rest >> shift & 1:
            rest ^= _FORMAT << shift - 10
    bits = (_LEVEL << 10 | rest) ^ _FORMAT_MASK
    around = [*range(6), 7, 8]
    for index in range(15):
        dark = bool(bits >> index & 1)
        if index < 8:
            put(8, around[index], dark)
            put(size - 1 - index, 8, dark)
        else:
            put(around[14 - index], 8, dark)
            put(8, size - 15 + index, dark)
    put(8, size - 8, True)


def _path(size: int) -> Iterator[tuple[int, int]]:
    """The modules in the order of the bits: up and down in pairs of columns, from the right."""
    upward = True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        for step in range(size):
            y = size - 1 - step if upward else step
            yield right, y
            yield right - 1, y
        upward = not upward
