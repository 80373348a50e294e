r"""Formulas of LaTeX as readable Unicode: ``\frac{a+1}{b^2}`` becomes ``(a+1)/b²``.

Written for this house after a look at what there is: pylatexenc drops commands it does not know
and writes ``\frac{a+b}{c+d}`` as ``a+b/c+d``, unicodeit leaves fractions as they are, flatlatex
has rested since 2021. Here a formula is turned as a whole and faithfully, or not at all.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kotodom.text import grids
from kotodom.text.fidelity import formula_kept
from kotodom.text.symbols import (
    ACCENTS,
    FONTS,
    FUNCTIONS,
    IGNORED,
    LETTERS,
    LINES,
    OPERATORS,
    OVER_MANY,
    PLAIN,
    PREFIXES,
    SPACES,
    TEXTS,
    in_font,
    script,
)
from kotodom.text.tokens import Tokens, Unfaithful

DEEPEST = 20
"""Groups within each other."""

_SPACES = re.compile(r" {2,}")
# What needs no brackets above and below a fraction's line: 12.5, x₁, f(x) — and below it dx, but
# not xy, which would read as a product after the fraction.
_TOP = re.compile(r"-?[∂√]?[\w.,′°∞\u0300-\u036f\u20d7²³¹⁰-₎]+|\w+[²³¹⁰-₎]*\([^()]*\)")
_BOTTOM = re.compile(
    r"[\d.,]+|[d∂]?[^\W\d_][\u0300-\u036f\u20d7′]*[²³¹⁰-₎ᵢⱼₐ-ₜᵃ-ᶻⁿ]*|∞|\w+[²³¹⁰-₎]*\([^()]*\)"
)
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A formula to be read; in *monospace* when its lines only stand right in such a font."""

    text: str
    monospace: bool = False


@lru_cache(maxsize=512)
def convert(source: str, *, display: bool = False) -> Shown | None:
    """The formula (without its delimiters) as Unicode; None when it had better stay as it is.

    Only one on *display*, which stands by itself, has lines. What was found is kept for a while,
    because a draft shows the same formulas again and again.
    """
    shown = _converted(source, display)
    return shown if shown and formula_kept(source, shown.text) else None


def _converted(source: str, display: bool) -> Shown | None:
    try:
        if display:
            wide = _Formula(source, grids_at=0).whole()
            if grids.narrow(wide.text):
                return wide
        shown = _Formula(source, grids_at=-1).whole()
    except Unfaithful:
        return None
    return shown if display else Shown(shown.text.replace("\n", "; "))


class _Formula(Tokens):
    """A recursive descent through the tokens of one formula."""

    def __init__(self, source: str, *, grids_at: int) -> None:
        super().__init__(source)
        self._depth = 0
        self._grids_at = grids_at
        """The depth at which matrices are drawn over several lines."""

    def whole(self) -> Shown:
        """The formula; raises Unfaithful."""
        rows = [self._row(("\\\\",))]
        while self._take("\\\\"):
            self._skip_size()
            rows.append(self._row(("\\\\",)))
        if self._at < len(self._tokens):
            raise Unfaithful
        lines = [row for row in map(grids.join, rows) if row.strip()]
        if not lines:
            raise Unfaithful
        text = unicodedata.normalize("NFC", "\n".join(lines))
        return Shown(text, any(len(grids.lines_of(row)) > 1 for row in rows))

    # -- rows ---------------------------------------------------------------------------------

    def _row(self, until: Collection[str]) -> list[grids.Piece]:
        """What stands in one line, up to one of the tokens *until*, which stays."""
        if self._depth > DEEPEST:
            raise Unfaithful
        self._depth += 1
        pieces: list[grids.Piece] = []
        while (sign := self._peek()) and sign not in until:
            self._at += 1
            if sign == "}":
                raise Unfaithful
            before = pieces[-1] if pieces and isinstance(pieces[-1], str) else ""
            piece = self._piece(sign, before)
            if piece:
                pieces.append(piece)
        self._depth -= 1
        return pieces

    def _text(self, until: Collection[str]) -> str:
        return _tidy(grids.join(self._row(until)))

    def _group(self) -> str:
        """The rest of a group whose brace is open."""
        inside = self._text(("}",))
        if not self._take("}"):
            raise Unfaithful
        return inside

    def _argument(self) -> str:
        self._skip_spaces()
        sign = self._next()
        if sign == "{":
            return self._group()
        if sign in ("}", "&", "^", "_"):
            raise Unfaithful
        if self._depth > DEEPEST:
            raise Unfaithful
        self._depth += 1
        piece = self._piece(sign, "")
        self._depth -= 1
        if not isinstance(piece, str):
            raise Unfaithful
        return piece.strip()

    def _piece(self, sign: str, before: str) -> grids.Piece:
        if sign.isspace() or sign == "~":
            return " "
        if sign == "{":
            return self._group()
        if sign in "^_":
            return script(self._argument(), sign)
        if sign == "'":
            return "′"
        if sign == "&":
            return " "
        if sign.startswith("\\"):
            return self._command(sign[1:], before)
        return sign

    # -- commands -----------------------------------------------------------------------------

    def _command(self, name: str, before: str) -> grids.Piece:
        if name in LETTERS:
            if name in PREFIXES:
                self._skip_spaces()
            return LETTERS[name]
        if name in OPERATORS:
            apart = before.strip() and not before.endswith(("(", "[", "{"))
            return f" {OPERATORS[name]} " if apart else OPERATORS[name]
        if name in SPACES:
            return " "
        if name in IGNORED:
            if name in ("left", "right"):
                self._take(".")
            return ""
        if name in FUNCTIONS:
            space = " " if before[-1:].isalnum() else ""
            return space + name + self._after_word()
        if name in TEXTS:
            return self._words()
        if name in PLAIN:
            self._take("*")
            word = self._argument()
            return word + self._after_word() if name == "operatorname" else word
        if name in FONTS:
            return in_font(self._argument(), name)
        if name in ACCENTS:
            return self._accent(name)
        built: Callable[[str], grids.Piece] | None = getattr(self, f"_build_{name}", None)
        if built is None:
            raise Unfaithful
        return built(before)

    def _after_word(self) -> str:
        return "" if self._peek() in ("_", "^", "(", "{", "\\left", "") else " "

    def _words(self) -> str:
        self._skip_spaces()
        if not self._take("{"):
            raise Unfaithful
        words = re.sub(r"\\([%$#&_{} ])", r"\1", self._raw("}"))
        if any(sign in words for sign in "\\{}$"):
            raise Unfaithful
        return words

    def _accent(self, name: str) -> str:
        base = self._argument()
        if not base or (len(base) > 1 and name not in OVER_MANY):
            raise Unfaithful
        return "".join(char + ACCENTS[name] for char in base)

    def _before_atom(self) -> bool:
        """Whether what follows would read as a part of what has just been written."""
        self._skip_spaces()
        sign = self._peek()
        if sign in ("^", "_", "(", "{", "[") or sign.isalnum():
            return True
        name = sign[1:]
        if not sign.startswith("\\") or name in OPERATORS or name in SPACES:
            return False
        return name not in ("right", "\\", "end", "}", "%", "text", "quad")

    def _build_frac(self, before: str) -> str:
        top, bottom = self._argument(), self._argument()
        top = top if _TOP.fullmatch(top) else f"({top})"
        bottom = bottom if _BOTTOM.fullmatch(bottom) else f"({bottom})"
        glued = before[-1:].isalnum() or before.endswith((")", "/", "^"))
        spaced = self._peek().isspace()
        if self._before_atom() or glued:
            return f"({top}/{bottom})"
        return f"{top}/{bottom}" + " " * spaced

    _build_dfrac = _build_tfrac = _build_cfrac = _build_frac

    def _build_binom(self, before: str) -> str:
        return f"C({self._argument()}, {self._argument()})"

    _build_dbinom = _build_tbinom = _build_binom

    def _build_sqrt(self, before: str) -> str:
        degree = ""
        if self._take("["):
            degree = self._text(("]",))
            self._next()
        inside = self._argument()
        root = _ROOTS.get(degree) or script(degree, "^") + "√"
        if root.startswith("^"):
            raise Unfaithful
        if len(root) > 1 and before[-1:].isalnum():
            root = f" {root}"
        spaced = " " * self._peek().isspace()
        alone = len(inside) == 1 or inside.isdecimal()
        return (
            f"{root}{inside}{spaced}" if alone and not self._before_atom() else f"{root}({inside})"
        )

    def _build_overset(self, before: str) -> str:
        over, base = self._argument(), self._argument()
        return base + script(over, "^")

    _build_stackrel = _build_overset

    def _build_underset(self, before: str) -> str:
        under, base = self._argument(), self._argument()
        return base + script(under, "_")

    def _build_underbrace(self, before: str) -> str:
        return f"({self._argument()})"

    _build_overbrace = _build_underbrace

    def _build_xrightarrow(self, before: str) -> str:
        return f" ─({self._argument()})→ "

    def _build_pmod(self, before: str) -> str:
        return f" (mod {self._argument()})"

    def _build_tag(self, before: str) -> str:
        return f"  ({self._words()})"

    def _build_not(self, before: str) -> str:
        return f" {self._argument()}\u0338 "

    def _build_begin(self, before: str) -> grids.Piece:
        self._skip_spaces()
        if not self._take("{"):
            raise Unfaithful
        name = self._raw("}")
        kind = name.rstrip("*")
        if kind in ("array", "alignat"):
            self._skip_spaces()
            self._skip_size()
            if not self._take("{"):
                raise Unfaithful
            self._raw("}")
        rows = self._rows()
        if not self._take("{") or self._raw("}") != name:
            raise Unfaithful
        if kind in LINES:
            lines = [_tidy(" ".join(cells)) for cells in rows]
            return ("\n" if self._depth == 1 else "; ").join(filter(None, lines))
        if kind not in grids.BRACKETS:
            raise Unfaithful
        drawn = self._depth - 1 == self._grids_at
        return grids.grid(rows, kind) if drawn else grids.line(rows, kind)

    def _rows(self) -> Sequence[Sequence[str]]:
        """The cells of an environment, past its ``\\end``."""
        rows: list[list[str]] = [[]]
        while True:
            rows[-1].append(self._text(("&", "\\\\", "\\end")))
            sign = self._next()
            if sign == "\\\\":
                self._skip_size()
                rows.append([])
            elif sign == "\\end":
                return [row for row in rows if any(row)]


def _tidy(text: str) -> str:
    return grids.tight(_SPACES.sub(" ", text).strip())
