"""The offline model's mind: a few honest rules, no intelligence, the same answer every time.

It reads nothing but the request, so whatever it remembers it was told through the history.
"""

import ast
import operator
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

_MOST_CHARS = 100_000
_MOST_COUNT = 5_000
"""Asked for more, it stops here."""

_LONG = 9_000
"""Characters of a "long" answer: three Telegram messages."""


def answer(items: list[dict[str, Any]], body: dict[str, Any]) -> str:
    """The Markdown answer to the last user message of *items*, a Responses API input.

    *body* is the whole request; only its instructions are looked at.
    """
    heard = [text for role, text in map(_spoken, items) if role == "user"]
    question, earlier = (heard[-1].strip(), heard[:-1]) if heard else ("", [])
    for rule in _RULES:
        found = rule(question, earlier)
        if found is not None:
            return found
    return _consider(question, earlier, str(body.get("instructions") or ""))


def _spoken(item: dict[str, Any]) -> tuple[str, str]:
    content = item.get("content", "")
    if isinstance(content, list):
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(item.get("role", "")), str(content)


_Rule = Callable[[str, list[str]], str | None]

_NAME_GIVEN = re.compile(r"\b(?:my name is|call me|меня зовут)\s+([\w'’-]+)", re.IGNORECASE)
_NAME_ASKED = re.compile(r"what(?:'s|’s| is) my name|who am i|как меня зовут", re.IGNORECASE)
_NOTE_GIVEN = re.compile(
    r"^(?:please\s+)?(?:remember|запомни)\b[\s:,]*(?:that\s+)?(.+)", re.I | re.S
)
_SAID_ASKED = re.compile(
    r"what did i (?:say|ask|tell)|do you remember|what do you remember|что я (?:сказал|говорил)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|evening|day)|привет|здравствуй\w*)\b", re.I
)
_WHO = re.compile(r"who are you|what are you|what can you do|^help\b|кто ты|что ты умеешь", re.I)
_COUNT = re.compile(r"\bcount (?:up )?to (\d+)|посчитай до (\d+)", re.IGNORECASE)
_CHARS = re.compile(r"(\d+)\s*(?:characters?|chars|letters|символ\w*)", re.IGNORECASE)
_SUM = re.compile(r"(?<!\w)-?[\d(][\d\s+\-*/%().^×÷]*[+\-*/%^×÷][\d\s+\-*/%().^×÷]*[\d)]")


def _name(question: str, earlier: list[str]) -> str | None:
    if _NAME_ASKED.search(question):
        for text in reversed(earlier):
            if given := _NAME_GIVEN.search(text):
                return f"Your name is **{given[1]}**: you told me so earlier."
        return "You have not told me your name yet. Say *my name is …* and ask again."
    if given := _NAME_GIVEN.search(question):
        return f"Nice to meet you, **{given[1]}**! Ask me *what is my name* whenever you like."
    return None


def _memory(question: str, earlier: list[str]) -> str | None:
    if _SAID_ASKED.search(question):
        if not earlier:
            return "Nothing yet: this is the first message that I see of our conversation."
        said = "\n".join(f"{i}. “{_short(text)}”" for i, text in enumerate(earlier[-10:], 1))
        return f"So far you said:\n\n{said}"
    if note := _NOTE_GIVEN.match(question):
        return f"I will remember: “{_short(note[1])}”. Ask me *what did I say*."
    return None


def _greeting(question: str, earlier: list[str]) -> str | None:
    if not _GREETING.match(question):
        return None
    again = " again" if earlier else ""
    return (
        f"Hello{again}! I am the **offline model** of this demo. I follow a few rules instead of "
        "thinking, but I am fast, free and always the same.\n\nAsk me for *help* to see what I do."
    )


def _help(question: str, earlier: list[str]) -> str | None:
    if not _WHO.search(question):
        return None
    return (
        "I am a small **rule-based model** that runs offline, so that you can see the bot work "
        "without an account anywhere.\n\nTry:\n\n"
        "- `my name is Ada`, then `what is my name`\n"
        "- `remember that the cat is grey`, then `what did I say`\n"
        "- `12 * (3 + 4)`\n"
        "- a *list*, a *table*, some *python code*\n"
        "- `count to 20`, `write 9000 characters`, something *long*"
    )


def _counting(question: str, earlier: list[str]) -> str | None:
    if not (asked := _COUNT.search(question)):
        return None
    last = min(int((asked[1] or asked[2])[:9]), _MOST_COUNT)
    return ", ".join(map(str, range(1, last + 1))) or "There is nothing to count."


def _length(question: str, earlier: list[str]) -> str | None:
    if asked := _CHARS.search(question):
        return _filled(min(int(asked[1][:9]), _MOST_CHARS))
    if re.search(r"\b(?:long|длинн\w*)\b", question, re.IGNORECASE):
        return _filled(_LONG)
    return None


def _filled(length: int) -> str:
    """Exactly *length* characters of numbered paragraphs."""
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


def _table(question: str, earlier: list[str]) -> str | None:
    if not re.search(r"\b(?:table|таблиц\w*)\b", question, re.IGNORECASE):
        return None
    rows = "\n".join(f"| {n} | {n * n} | {n**3} |" for n in range(1, 6))
    return f"Squares and cubes:\n\n| n | n² | n³ |\n|---:|---:|---:|\n{rows}"


def _list(question: str, earlier: list[str]) -> str | None:
    if not re.search(r"\b(?:list|steps|список|списк\w*)\b", question, re.IGNORECASE):
        return None
    return (
        "How a message travels here:\n\n"
        "1. Telegram hands it over.\n"
        "2. It is **stored** before anything else happens.\n"
        "3. The model is asked, together with\n"
        "   - the bot's prompt,\n"
        "   - what was said before.\n"
        "4. The answer is stored, then sent *exactly once*."
    )


_EXAMPLES = {
    r"fibonacci": (
        "def fibonacci(n: int) -> int:\n"
        '    """The n-th Fibonacci number, counting from fibonacci(0) == 0."""\n'
        "    a, b = 0, 1\n"
        "    for _ in range(n):\n"
        "        a, b = b, a + b\n"
        "    return a\n\n\n"
        "print([fibonacci(n) for n in range(10)])"
    ),
    r"prime": (
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
    r"": (
        "def greet(name: str) -> str:\n"
        '    """Greet somebody politely."""\n'
        '    return f"Hello, {name}!"\n\n\n'
        'print(greet("world"))'
    ),
}
_OUTPUTS = {
    r"fibonacci": "[0, 1, 1, 2, 3, 5, 8, 13, 21, 34]",
    r"prime": "[2, 3, 5, 7, 11, 13, 17, 19, 23, 29]",
    r"": "Hello, world!",
}


def _code(question: str, earlier: list[str]) -> str | None:
    if not re.search(r"\b(?:code|python|program|script|function|код\w*)\b", question, re.I):
        return None
    topic = next(word for word in _EXAMPLES if word in question.lower())
    return f"Here you are:\n\n```python\n{_EXAMPLES[topic]}\n```\n\nIt prints `{_OUTPUTS[topic]}`."


_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def _math(question: str, earlier: list[str]) -> str | None:
    if not (found := _SUM.search(question)):
        return None
    asked = found[0].strip()
    source = asked.replace("^", "**").replace("×", "*").replace("÷", "/")
    try:
        value = _value(ast.parse(source, mode="eval").body)
    except ZeroDivisionError:
        return f"`{asked}` has no value: nothing can be divided by zero."
    except (SyntaxError, ValueError, RecursionError):
        return None
    return f"`{asked}` = **{_written(value)}**"


def _value(node: ast.expr) -> Fraction:
    """Work out an expression of numbers; raises ValueError for anything else or anything big."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return Fraction(str(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.Pow) and (right.denominator != 1 or abs(right) > 64):
            raise ValueError("too big a power")
        value = Fraction(_OPERATORS[type(node.op)](left, right))
        if value.numerator.bit_length() > 1_000 or value.denominator.bit_length() > 1_000:
            raise ValueError("too big a number")
        return value
    raise ValueError("no arithmetic")


def _written(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    text = f"{float(value):.10g}"
    return text if Fraction(text) == value else f"{text}…"


_RULES: tuple[_Rule, ...] = (
    _name, _memory, _counting, _length, _table, _list, _code, _greeting, _help, _math,
)  # fmt: skip


def _consider(question: str, earlier: list[str], instructions: str) -> str:
    """The answer to everything that no rule knows."""
    quoted = "\n".join(f"> {line}" for line in _short(question).splitlines()) or "> …"
    remembered = f"{len(earlier)} earlier message{'' if len(earlier) == 1 else 's'}"
    lines = [
        f"You wrote:\n\n{quoted}\n",
        "I am an offline model, so here is what I can honestly say about it:\n",
        f"- It has **{len(question.split())} words** and {len(question)} characters.",
        f"- I remember {remembered} of this conversation.",
    ]
    if instructions:
        lines.append(f"- My instructions begin with “{_short(instructions, 60)}”.")
    lines.append("\nAsk me for *help* to see what I can do.")
    return "\n".join(lines)


def _short(text: str, length: int = 200) -> str:
    text = text.strip()
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
