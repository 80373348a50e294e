"""What the offline model writes when somebody asks for a certain kind of text, in Markdown."""

import math

_MOST_CHARS = 100_000
_MOST_ROWS = 1_000
"""Asked for more, it stops here."""


def filled(length: int) -> str:
    """Exactly *length* characters of numbered paragraphs."""
    length = min(length, _MOST_CHARS)
    parts: list[str] = []
    have = 0
    number = 0
    while have < length:
        number += 1
        part = (
            f"## Paragraph {number}\n\nThis is paragraph **{number}** of a text that says nothing "
            "in particular. It is here to show that long answers arrive whole, in order, and "
            "without a single word missing.\n\n"
        )
        parts.append(part)
        have += len(part)
    text = "".join(parts)[:length]
    # An answer that ends in white space would be shorter once it is shown.
    return text if text == text.rstrip() else text.rstrip() + "." * (length - len(text.rstrip()))


_SENTENCE = (
    "every",
    "word",
    "of",
    "this",
    "long",
    "answer",
    "has",
    "its",
    "place",
    "and",
    "number",
)
_SENTENCES = 5
"""In a paragraph."""


def words(count: int) -> str:
    """Exactly *count* words, in sentences and paragraphs."""
    count = min(count, _MOST_CHARS // 6)
    sentences: list[str] = []
    for start in range(0, count, len(_SENTENCE)):
        said = _SENTENCE[: count - start]
        sentences.append(" ".join(said).capitalize() + ".")
    paragraphs = (
        " ".join(sentences[at : at + _SENTENCES]) for at in range(0, len(sentences), _SENTENCES)
    )
    return "\n\n".join(paragraphs)


def table(rows: int) -> str:
    """Numbers with their squares and cubes."""
    last = min(max(rows, 1), _MOST_ROWS)
    body = "\n".join(f"| {n} | {n * n} | {n**3} |" for n in range(1, last + 1))
    return f"Squares and cubes:\n\n| n | n² | n³ |\n|---:|---:|---:|\n{body}"


WIDE_TABLE = (
    "The planets, in a table that is too wide for a phone:\n\n"
    "| Planet | Diameter, km | Distance, million km | Day | Year | Moons | Known for |\n"
    "|:---|---:|---:|---:|---:|---:|:---|\n"
    "| Mercury | 4,879 | 57.9 | 176 days | 88 days | 0 | Almost no air, so its nights are "
    "the coldest beside its hot days |\n"
    "| Venus | 12,104 | 108.2 | 117 days | 225 days | 0 | The hottest surface of all |\n"
    "| Earth | 12,756 | 149.6 | 24 h | 365 days | 1 | Oceans, *life* and `kotodom` |\n"
    "| Mars | 6,792 | 228.0 | 24.7 h | 687 days | 2 | **Olympus Mons**, 22 km high |\n"
    "| Jupiter | 142,984 | 778.5 | 9.9 h | 12 years | over 90 | A storm older than any of us |\n"
    "| Saturn | 120,536 | 1,432 | 10.7 h | 29 years | over 140 | Rings of ice and stone |\n"
    "| Uranus | 51,118 | 2,867 | 17.2 h | 84 years | over 25 | It lies on its side |\n"
    "| Neptune | 49,528 | 4,515 | 16.1 h | 165 years | over 10 | The strongest winds |"
)

LIST = (
    "How a message travels here:\n\n"
    "1. Telegram hands it over.\n"
    "2. It is **stored** before anything else happens.\n"
    "3. The model is asked, together with\n"
    "   - the bot's prompt,\n"
    "   - what was said before.\n"
    "4. The answer is stored, then sent *exactly once*."
)

_EXAMPLES = {
    "fibonacci": (
        "def fibonacci(n: int) -> int:\n"
        '    """The n-th Fibonacci number, counting from fibonacci(0) == 0."""\n'
        "    a, b = 0, 1\n"
        "    for _ in range(n):\n"
        "        a, b = b, a + b\n"
        "    return a\n\n\n"
        "print([fibonacci(n) for n in range(10)])"
    ),
    "prime": (
        "def primes(limit: int) -> list[int]:\n"
        '    """All primes up to and including limit."""\n'
        "    sieve = [True] * (limit + 1)\n"
        "    sieve[:2] = [False] * len(sieve[:2])\n"
        "    for n in range(2, int(limit**0.5) + 1):\n"
        "        if sieve[n]:\n"
        "            sieve[n * n :: n] = [False] * len(sieve[n * n :: n])\n"
        "    return [n for n, prime in enumerate(sieve) if prime]\n\n\n"
        "print(primes(30))"
    ),
    "": (
        "def greet(name: str) -> str:\n"
        '    """Greet somebody politely."""\n'
        '    return f"Hello, {name}!"\n\n\n'
        'print(greet("world"))'
    ),
}
_OUTPUTS = {
    "fibonacci": "[0, 1, 1, 2, 3, 5, 8, 13, 21, 34]",
    "prime": "[2, 3, 5, 7, 11, 13, 17, 19, 23, 29]",
    "": "Hello, world!",
}


def code(question: str) -> str:
    """A short program about what *question* names, and what it prints."""
    topic = next(word for word in _EXAMPLES if word in question.lower())
    return f"Here you are:\n\n```python\n{_EXAMPLES[topic]}\n```\n\nIt prints `{_OUTPUTS[topic]}`."


_FUNCTION_LINES = 4


def long_code(lines: int) -> str:
    """A program of that many lines, rounded up to whole functions."""
    count = math.ceil(min(max(lines, 1), 10 * _MOST_ROWS) / _FUNCTION_LINES)
    functions = "\n\n".join(
        f"def multiply_by_{n}(value: int) -> int:\n"
        f'    """{n} times the value."""\n'
        f"    return value * {n}"
        for n in range(1, count + 1)
    )
    return f"Here you are:\n\n```python\n{functions}\n```\n\nThat were **{count} functions**."


FORMULAS = r"""Some mathematics. The roots of $ax^2 + bx + c = 0$ are

$$x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$$

and Euler found that \(e^{i\pi} + 1 = 0\). A sum and an integral:

\[
\sum_{n=1}^{\infty} \frac{1}{n^2} = \frac{\pi^2}{6},
\qquad
\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}
\]

For all $\alpha, \beta \in \mathbb{R}$ with $\alpha \neq \beta$ there is a $\gamma$ such that
$\alpha < \gamma < \beta$ or $\beta < \gamma < \alpha$."""

DETAILS = (
    "The short answer is **yes**.\n\n"
    "<details>\n<summary>The long answer</summary>\n\n"
    "It takes a moment to explain:\n\n"
    "- what is inside can be folded away,\n"
    "- and unfolded again.\n\n"
    "</details>\n\nThat is all."
)

FORMATTING = r"""# Everything at once

## Words

**Bold**, *italic*, ***both***, ~~struck out~~, ||a spoiler||, `code`, and a
[link](https://example.org/path?a=1&b=2). Emoji 👩‍👩‍👧‍👦 🇯🇵, עברית, العربية, 日本語.

## Lists

1. First
   - with a part
     - and a part of that part
2. Second

- [x] done
- [ ] still to do

## Blocks

> A quotation of two lines,
> of which this is the second.

```python
def answer() -> int:
    return 6 * 7
```

| left | right |
|:-----|------:|
| a    |     1 |
| b    |    22 |

Water is H<sub>2</sub>O, and $E = mc^2$.

---

The end."""
