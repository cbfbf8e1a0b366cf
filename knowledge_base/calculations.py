"""Arithmetic behind an example figure: ``6000 / 21.75 * 2 = 551.72``, checked to the last digit."""

import ast
import operator
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, DecimalException

_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class CalculationError(ValueError):
    """A calculation is not well-formed, or not true."""


def check_calculation(text: str) -> list[Decimal]:
    """Return the operands and the result of a true calculation, in that order.

    The left side may use numbers, ``+ - * /`` and brackets; the right side is a number to
    whose last digit the left side is rounded, halves up.

    Raises:
        CalculationError: the text is anything else, or the two sides differ.
    """
    left, _, right = text.partition("=")
    operands: list[Decimal] = []
    try:
        value = _evaluate(ast.parse(left.strip(), mode="eval").body, left.strip(), operands)
        result = Decimal(right.strip())
        rounded = value.quantize(result, rounding=ROUND_HALF_UP)
    except (SyntaxError, ValueError, DecimalException, RecursionError) as error:
        raise CalculationError(f"{text!r} is not arithmetic with one result") from error
    if rounded != result:
        raise CalculationError(f"{text!r} is not true: the left side is {rounded:f}")
    return [*operands, result]


def _evaluate(node: ast.expr, source: str, operands: list[Decimal]) -> Decimal:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left = _evaluate(node.left, source, operands)
        return _OPERATORS[type(node.op)](left, _evaluate(node.right, source, operands))
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        # The text, not the parsed value: 21.75 has to stay a decimal number.
        operand = Decimal(ast.get_source_segment(source, node) or "")
        operands.append(operand)
        return operand
    raise ValueError(f"{ast.dump(node)} is not arithmetic")
