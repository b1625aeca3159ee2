"""A step's formula with its numbers put in, only where working it out gives the step's value."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_DOUBLED = re.compile(r"\(\((-[^()]+)\)\)")
_MAGNITUDE = re.compile(r"\|([^|]+)\|")
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "floor": math.floor,
    "max": max,
    "min": min,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "ln": math.log,
    "abs": abs,
    "round": round,
}
_OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


def with_numbers(formula: str, inputs: Mapping[str, Any], value: Any, write: Callable[[float], str]) -> str | None:
    """The formula with every name replaced by `write(number)`, or None when it is not plain arithmetic.

    A formula names its inputs shortly (`price` for `futures.2026-06-17.price_index_points`). A name is bound
    to the one input it fits; the text is given only if the arithmetic on the bound numbers gives `value`
    (to 1e-9), so that a wrong binding is never shown.
    """
    arithmetic = _MAGNITUDE.sub(r"abs(\1)", formula.partition(";")[0].strip())
    numbers = {name: float(item) for name, item in inputs.items() if isinstance(item, (int, float)) and not isinstance(item, bool)}
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not numbers:
        return None
    words = dict.fromkeys(word for word in _NAME.findall(arithmetic) if word not in _FUNCTIONS)
    names = _bound(list(words), list(numbers))
    if names is None:
        return None
    bound = {word: numbers[name] for word, name in names.items()}
    result = _worked_out(_NAME.sub(lambda match: _bare(match.group(), bound), arithmetic))
    if result is None or not math.isclose(result, float(value), rel_tol=1e-9, abs_tol=1e-9):
        return None
    return _DOUBLED.sub(r"(\1)", _NAME.sub(lambda match: _put(match.group(), bound, write), arithmetic))


def _bound(words: Sequence[str], names: Sequence[str]) -> dict[str, str] | None:
    """The input that each short name stands for: that very name, its last part, its beginning, or a part of it.

    The closest ways come first, and an input is bound once. None where a word fits no input or two.
    """
    ways: tuple[Callable[[str, str], bool], ...] = (
        lambda word, name: name == word,
        lambda word, name: name.endswith(f".{word}"),
        lambda word, name: _last(name).startswith(f"{word}_"),
        lambda word, name: f"_{word}_" in f"_{_last(name)}_",
    )
    found: dict[str, str] = {}
    for fits in ways:
        for word in words:
            near = [] if word in found else [name for name in names if name not in found.values() and fits(word, name)]
            if len(near) > 1:
                return None
            if near:
                found[word] = near[0]
    return found if len(found) == len(words) else None


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def _bare(word: str, bound: Mapping[str, float]) -> str:
    return f"({bound[word]!r})" if word in bound else word


def _put(word: str, bound: Mapping[str, float], write: Callable[[float], str]) -> str:
    if word not in bound:
        return word
    text = write(bound[word])
    return f"({text})" if text.startswith("-") else text


def _worked_out(text: str) -> float | None:
    try:
        return float(_value(ast.parse(text, mode="eval").body))
    except (SyntaxError, ValueError, TypeError, ArithmeticError, KeyError, RecursionError, MemoryError):
        return None


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.UnaryOp):
        return _OPERATORS[type(node.op)](_value(node.operand))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return _FUNCTIONS[node.func.id](*(_value(item) for item in node.args))
    raise ValueError("not arithmetic")
