"""Drawing SVG: a few shapes, text of a known width, everything escaped."""

from base64 import b64encode
from html import escape

from tests.pictures.measure import width

SANS = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans',sans-serif"
MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"


def text(
    x: float,
    y: float,
    words: str,
    size: float,
    *,
    fill: str = "#000",
    bold: bool = False,
    italic: bool = False,
    mono: bool = False,
    decoration: str = "",
    anchor: str = "start",
) -> str:
    """One line of text with its baseline at *y*, exactly as wide as it was measured."""
    if not words.strip():
        return ""
    # Blanks at the ends take no ink, and programs differ about counting them.
    lead = len(words) - len(words.lstrip())
    x += width(words[:lead], size, bold=bold, mono=mono)
    words = words.strip()
    attributes = {
        "x": _number(x),
        "y": _number(y),
        "font-size": _number(size),
        "fill": fill,
        "textLength": _number(width(words, size, bold=bold, mono=mono)),
        "lengthAdjust": "spacingAndGlyphs",
        "class": "m" if mono else "",
        "font-weight": "600" if bold else "",
        "font-style": "italic" if italic else "",
        "text-decoration": decoration,
        "text-anchor": "" if anchor == "start" else anchor,
    }
    return _element("text", attributes, escape(words, quote=False))


def box(
    x: float,
    y: float,
    wide: float,
    high: float,
    *,
    fill: str,
    radius: float = 0,
    stroke: str = "",
) -> str:
    """A rectangle, maybe with round corners."""
    attributes = {
        "x": _number(x),
        "y": _number(y),
        "width": _number(wide),
        "height": _number(high),
        "rx": _number(radius) if radius else "",
        "fill": fill,
        "stroke": stroke,
    }
    return _element("rect", attributes)


def circle(x: float, y: float, radius: float, fill: str) -> str:
    """A disc."""
    return _element(
        "circle", {"cx": _number(x), "cy": _number(y), "r": _number(radius), "fill": fill}
    )


def path(data: str, *, fill: str = "none", stroke: str = "", wide: float = 1) -> str:
    """Any outline."""
    return _element(
        "path",
        {
            "d": data,
            "fill": fill,
            "stroke": stroke,
            "stroke-width": _number(wide) if stroke else "",
            "stroke-linecap": "round" if stroke else "",
            "stroke-linejoin": "round" if stroke else "",
        },
    )


def image(x: float, y: float, wide: float, high: float, jpeg: bytes, name: str) -> str:
    """A photo with round corners; *name* is unique within the picture."""
    clip = _element("clipPath", {"id": name}, box(x, y, wide, high, fill="#fff", radius=10))
    data = f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
    shown = _element(
        "image",
        {
            "x": _number(x),
            "y": _number(y),
            "width": _number(wide),
            "height": _number(high),
            "href": data,
            "clip-path": f"url(#{name})",
            "preserveAspectRatio": "xMidYMid slice",
        },
    )
    return clip + shown


def document(wide: float, high: float, title: str, shapes: list[str]) -> str:
    """The whole file; *title* is what people hear who cannot see it."""
    style = f"text{{font-family:{SANS};white-space:pre}}.m{{font-family:{MONO}}}"
    body = "\n".join(shape for shape in shapes if shape)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_number(wide)}" '
        f'height="{_number(high)}" viewBox="0 0 {_number(wide)} {_number(high)}" role="img" '
        f'xml:space="preserve">\n'
        f"<title>{escape(title)}</title>\n<style>{escape(style, quote=False)}</style>\n{body}\n"
        "</svg>\n"
    )


def _element(name: str, attributes: dict[str, str], content: str = "") -> str:
    given = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if value)
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
