"""Answers that no text file holds well: very long ones, and what is not even text."""

from collections.abc import Iterator
from pathlib import Path


def _words() -> dict[str, list[str]]:
    """The lists of ``corpus/words.txt`` by their names."""
    text = (Path(__file__).parent / "corpus" / "words.txt").read_text("utf-8")
    paragraphs = (paragraph.partition(":\n") for paragraph in text.split("\n\n"))
    return {name: words.split() for name, _, words in paragraphs}


_WORDS = _words()
_RIVERS, _VERBS, _NOUNS = _WORDS["rivers"], _WORDS["verbs"], _WORDS["nouns"]


def built(written: dict[str, str]) -> dict[str, str]:
    """Names and answers; some gather the answers of the files, *written*."""
    return {
        **{f"long/{name}": text for name, text in _long()},
        **{f"huge/{name}": text for name, text in _huge(written)},
        **{f"border/{name}": text for name, text in _border()},
        **{f"raw/{name}": text for name, text in _raw()},
        **{f"extreme/{name}": text for name, text in _extreme()},
    }


def _long() -> Iterator[tuple[str, str]]:
    yield "commands", "# All subcommands\n\n" + "\n".join(map(_command, range(90)))
    yield (
        "module",
        "The module:\n\n```python\n" + "\n\n\n".join(map(_function, range(60))) + "\n```",
    )
    yield "log", "```\n" + "\n".join(map(_log_line, range(110))) + "\n```\nLook at the last line."
    yield "rivers", _table(["River", "km", "Rank"], ([r, str(6800 - 97 * i), str(i + 1)]
        for i, r in enumerate(_RIVERS * 3)))  # fmt: skip
    yield (
        "wide-table",
        _table(
            [
                "River",
                "Where the measurements were taken",
                "Flow in m³/s",
                "Remark of the observer",
            ],
            (
                [
                    river,
                    f"{_of(_NOUNS, i)} {i} km above the {_of(_NOUNS, -i)}",
                    str(40 + i * i),
                    f"**{i}**",
                ]
                for i, river in enumerate(_RIVERS)
            ),
        ),
    )
    yield "prose", " ".join(map(_sentence, range(130)))
    yield "one-line", ", ".join(f"{verb} the {_of(_NOUNS, i)}" for i, verb in enumerate(_VERBS * 3))
    yield "nested-list", "\n".join(map(_outline, range(120)))
    yield "quote", "\n>\n".join(f"> {_sentence(i)}" for i in range(90))
    yield (
        "links",
        "\n".join(
            f"{i}. [The {noun} at the {river}](https://example.org/{river.lower()}/{noun}?page={i})"
            for i, (noun, river) in enumerate(zip(_NOUNS * 3, _RIVERS * 4, strict=False), 1)
        ),
    )
    yield "по-русски", "\n\n".join(map(_abzac, range(40)))
    yield "schema", "```sql\n" + "\n\n".join(map(_create, range(32))) + "\n```"
    yield (
        "formulas",
        "\n\n".join(
            rf"**{i}.** \[ x_{{{i}}} = \frac{{{i * i}}}{{{i + 1}}} + \sqrt{{{i + 2}}} \]"
            for i in range(1, 120)
        ),
    )
    yield (
        "emphasis",
        " ".join(f"**{v}** *{_of(_NOUNS, i)}* `{i}`" for i, v in enumerate(_VERBS * 2)),
    )
    starts = range(0x4E00, 0x4E00 + 80 * 60, 60)
    yield "汉字", "\n\n".join("".join(map(chr, range(s, s + 60))) + "。" for s in starts)


def _huge(written: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Handbooks: everything the files say, as chapters of one answer."""
    for name, groups in {
        "handbook": ("chat/", "articles/", "lists/", "quotes/", "misc/", "emphasis/"),
        "programming": ("code/", "data/", "tables/", "links/", "math/"),
        "world": ("russian/", "asian/", "rtl/", "languages/", "emoji/"),
    }.items():
        chapters = [
            f"# {title}\n\n{_closed(text)}"
            for title, text in written.items()
            if title.startswith(groups)
        ]
        appendix = [f"## {river}\n\n{_sentence(i)}" for i, river in enumerate(_RIVERS)]
        body = "\n\n".join([*chapters, *appendix])
        yield (
            name,
            body + "\n\n" + "\n".join(map(_command, range(max(0, 31_000 - len(body)) // 20))),
        )


def _closed(text: str) -> str:
    fences = sum(line.lstrip().startswith("```") for line in text.split("\n"))
    return text + "\n```" if fences % 2 else text


def _border() -> Iterator[tuple[str, str]]:
    """Where the first message ends, to the unit."""
    words = " ".join(map(_sentence, range(80)))
    for size in (4095, 4096, 4097):
        yield f"prose-{size}", words[: size - 1] + "Z"
    yield (
        "pair-crosses",
        words[:4095].rstrip() + "x" * (4095 - len(words[:4095].rstrip())) + "😀 end",
    )
    yield "pairs-only", "".join(chr(0x1F600 + i % 64) for i in range(2048))
    yield "pairs-one-more", "".join(chr(0x1F400 + i % 192) for i in range(2049))
    yield "unit-then-pairs", "a" + "".join(chr(0x1F900 + i % 200) for i in range(2100))
    yield "family-crosses", "y" * 4090 + "👨‍👩‍👧‍👦 together"
    yield "flag-crosses", "z" * 4093 + "🇳🇴🇸🇪🇩🇰"
    yield "bold-crosses", "q " * 2040 + "**" + "bold over the border " * 3 + "**"
    yield "bold-pair-crosses", "w" * 4090 + " **😀😀😀😀😀**"
    yield "code-crosses", "v " * 2030 + "`" + "x = y + z; " * 9 + "`"
    yield "link-crosses", "u " * 2040 + "[a text over the border of two](https://example.com/u)"
    yield (
        "fence-fits",
        "```python\n" + "\n".join(f"a{i:03} = {i}" for i in range(400))[:4096] + "\n```",
    )
    yield (
        "fence-too-long",
        "```c\n" + "\n".join(f"int f{i:04}(void);" for i in range(260)) + "\n```",
    )
    yield "no-space", "".join(f"{i:04}" for i in range(2100))


def _raw() -> Iterator[tuple[str, str]]:
    """Characters that Telegram takes out or refuses."""
    yield "nul", "before\x00after **bo\x00ld** `co\x00de`"
    yield (
        "controls",
        "bell\x07 escape\x1b[31mred\x1b[0m backspace\x08 delete\x7f form\x0cfeed c1\x85end",
    )
    yield "lone-high", "half of an emoji: \ud83d and on"
    yield "lone-low", "**other \ude00 half** `\udfff`"
    yield "swapped-pair", "swapped: \ude00\ud83d!"
    yield "lone-in-link", "[t\ud800](https://example.com/\udc00)"
    yield "zero-width", "in\u200bvis\u200cib\u200dle\u2060 \ufeffmarks, so\u00adft hy\u00adphen"
    yield "only-zero-width", "\u200b\u200d\u2060\ufeff"
    yield "only-spaces", " \t\u00a0\u2003\n\n\u3000 "
    yield "empty", ""
    yield (
        "overrides",
        "see \u202egnp.exe\u202c and \u2066isolated\u2069 and \u200e\u200f\u200emarks",
    )
    yield "crlf", "# Title\r\n\r\n- one\r\n- two\r\n\r\n```sh\r\nls\r\n```\r\n\r\nlast\rMac line"
    yield "separators", "one\u2028two\u2029three\x0bfour\x1cfive"
    yield "ring", "A\u030angstro\u0308m, q\u030a, x\u0333\u033f, \u030aat the start"
    yield "noncharacters", "\ufffe \uffff \U0001fffe \U0010ffff end"
    yield "private-use", "\ue000 \uf8ff \U000f0000 end"
    yield "fillers", "\u3164 \uffa0 \u115f between \u2800 braille blank"
    yield "tags", "a\U000e0041\U000e0042 tagged \U0001f3f4\U000e0067\U000e0062\U000e007f"
    yield "bom-first", "\ufeff# Title after a mark\n\ntext"
    yield "tabs-and-nbsp", "a\tb\u00a0c\u2003d\u202fe 1\u00a0000\u00a0km"
    yield "escape-codes-in-fence", "```\n\x1b[1;32mOK\x1b[0m done\x07\n```"


def _extreme() -> Iterator[tuple[str, str]]:
    yield "asterisks", "*" * 10_000
    yield "asterisks-and-words", "**so** " + "*" * 10_000 + " end"
    yield "nested-quotes", ">" * 3000 + " the bottom"
    yield "nested-quotes-spaced", "> " * 3000 + "the bottom"
    yield "brackets", "[" * 2000 + "middle" + "]" * 2000
    yield "link-brackets", "[" * 2000 + "middle" + "](https://example.com/)" * 40
    yield "parens", "(" * 2000 + "f" + ")" * 2000
    yield "backticks", "word " + "`" * 5001 + " word"
    yield "long-word", "Llanfair" + "pwllgwyngyll" * 900 + "gogogoch"
    yield "long-url", "https://example.com/?" + "&".join(f"key{i}=value{i}" for i in range(700))
    yield (
        "long-link",
        "[a](https://example.com/?" + "&".join(f"k{i}=v{i}" for i in range(400)) + ") b",
    )
    yield "long-cell", "| a | b |\n|---|---|\n| " + "x" * 6000 + " | y |"
    yield "deep-list", "\n".join("  " * depth + f"- level {depth}" for depth in range(70))
    yield "underscores", "a" + "_" * 9000 + "b"
    yield "blank-lines", "first" + "\n" * 9000 + "last"
    yield "spaces", "first" + " " * 9000 + "last"
    yield "hashes", "#" * 5000 + " title"
    yield "dashes", "words\n" + "-" * 6000 + "\nmore"
    yield "backslashes", "x" + "\\" * 4001 + "y"
    yield "ampersands", "&amp;" * 1500 + "end"
    yield "combining", "e" + "\u0301" * 5000 + " end"
    yield "joiners", "👩" + "\u200d👩" * 3000
    yield "flags", "🇳🇴" * 1500
    yield "tags-open", "<b>" * 1000 + "deep" + "</b>" * 900
    yield "many-columns", _table([f"c{i}" for i in range(60)], [[str(i) for i in range(60)]] * 3)
    yield "many-entities", " ".join(f"**b{i}** `c{i}`" for i in range(400))
    yield "dollars", "$" * 5001 + " paid"
    yield "empty-fences", "start\n" + "```\n```\n" * 300 + "end"


def _of(words: list[str], index: int) -> str:
    return words[index % len(words)]


def _command(i: int) -> str:
    verb, noun = _of(_VERBS, i), _of(_NOUNS, i * 7)
    return f"- `{verb}-{noun} --level={i}`: to **{verb}** the {noun}, {i * 13 % 29} at a time"


def _function(i: int) -> str:
    verb, noun = _of(_VERBS, i * 3), _of(_NOUNS, i)
    return (
        f'def {verb}_{noun}_{i}({noun}: str, times: int = {i}) -> list[str]:\n'
        f'    """{verb.capitalize()} the {noun}."""\n'
        f"    return [f'{{{noun}}}*{{n}}*' for n in range(times)]  # {verb}"
    )  # fmt: skip


def _log_line(i: int) -> str:
    level = ("INFO ", "DEBUG", "WARN ", "ERROR")[i * i % 4]
    clock = f"{4 + i // 60:02}:{i % 60:02}:{i * 17 % 60:02}"
    work = f"{_of(_VERBS, i)} {_of(_NOUNS, i)}"
    return f"{clock} {level} [{_of(_RIVERS, i).lower()}] {work} id={i * 7919}"


def _sentence(i: int) -> str:
    first, second = _of(_NOUNS, i), _of(_NOUNS, i * 11 + 5)
    verb, river = _of(_VERBS, i * 13), _of(_RIVERS, i)
    return f"To {verb} the {first} near the {river}, take {i + 2} paces from the {second}."


def _outline(i: int) -> str:
    return "  " * (0, 1, 2, 2, 1, 3)[i % 6] + f"- {_of(_VERBS, i)} the {_of(_NOUNS, i)} no. {i}"


def _abzac(i: int) -> str:
    return " ".join(
        f"{_of(_WORDS['люди'], i * 5 + k).capitalize()} {_of(_WORDS['глаголы'], i + k * 3)} "
        f"{_of(_WORDS['вещи'], i * 2 + k)} № {i * 7 + k}."
        for k in range(5)
    )


def _create(i: int) -> str:
    noun, other = _of(_NOUNS, i), _of(_NOUNS, i + 9)
    return (
        f"CREATE TABLE {noun}_{i} (\n    id bigint PRIMARY KEY,\n"
        f"    {other}_id bigint REFERENCES {other}_{i + 9} (id),\n"
        f"    name varchar({i + 20}) NOT NULL DEFAULT '{_of(_RIVERS, i)}'\n);"
    )


def _table(header: list[str], rows: Iterator[list[str]] | list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
