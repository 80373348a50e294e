"""The offline model's arithmetic: exact, and bounded."""

import ast
import operator
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

_SUM = re.compile(r"(?<!\w)-?[\d(][\d\s+\-*/%().^×÷]*[+\-*/%^×÷][\d\s+\-*/%().^×÷]*[\d)]")

_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def worked_out(question: str) -> str | None:
    """The value of the first sum in *question*; None when there is none."""
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
