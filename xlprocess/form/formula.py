"""The small language in which an edition writes formulas and conditions.

`a + b - c`, `a / b`, `a * b`, numbers, texts, `min(a, b)`, `max(a, b)`, `round(a, 2)`, comparisons (chained too),
`and`, `or`, `not`, `sum(table.field)` over the lines of a list, `shown(field)`, `typed(field)`, `filled(a)`,
`blank(a)`, `said(a)`, `completion(target, actual)`.

A name means its figure from the leaves up; `shown(field)` is what its cell shows, typed or derived, and `typed(field)`
what somebody typed there, or blank. Rules compare them.

Blank is not zero: a sum of blanks is blank, a blank beside figures is nothing, a product or quotient with a blank is
blank, a quotient by zero is blank, and a comparison with a blank is neither true nor false (None). A figure that could
not be read is NaN, and so is whatever is computed from it: never taken as zero, never left out in silence.
"""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Protocol

from xlprocess.typed import read_number, rounded

Value = Decimal | str | bool | dt.date | None


class Scope(Protocol):
    """What names mean while a formula is evaluated."""

    def __call__(self, name: str) -> Value: ...

    def typed(self, name: str) -> Value: ...

    def shown(self, name: str) -> Value: ...

    def column(self, table: str, field: str) -> Sequence[Value]: ...


class FormulaError(ValueError):
    """A formula that the language does not know."""


Evaluate = Callable[[Scope], Value]
FUNCTIONS: dict[str, tuple[int, Callable[..., Value]]] = {}
CONDITIONS = frozenset({"filled", "blank", "said"})
"""The functions that give a truth and no figure."""


def function(name: str, arguments: int) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Adds a named function of its arguments' values to the language."""

    def add(body: Callable[..., Value]) -> Callable[..., Value]:
        FUNCTIONS[name] = (arguments, body)
        return body

    return add


class Formula:
    """A parsed formula. `names`: the fields that it speaks of; `typed`: those of them that it takes as they were typed;
    `members`: (table, field) pairs that it adds up."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self.tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise FormulaError(f"{text!r} is no formula") from error
        self.names: tuple[str, ...] = ()
        self.typed: tuple[str, ...] = ()
        self.members: tuple[tuple[str, str], ...] = ()
        self._evaluate = self._compile(self.tree)
        self._signed = _linear(self.tree)

    def __call__(self, scope: Scope) -> Value:
        return self._evaluate(scope)

    def number(self, scope: Scope) -> Decimal | None:
        value = self._evaluate(scope)
        return value if isinstance(value, Decimal) else None

    @property
    def is_condition(self) -> bool:
        """It holds or does not hold, and gives no figure."""
        match self.tree:
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                return True
            case ast.Call(func=ast.Name(id=called)):
                return called in CONDITIONS
        return False

    def linear(self) -> tuple[tuple[int, str], ...] | None:
        """The signed names, when the formula only adds and subtracts; else None."""
        return self._signed

    def _compile(self, node: ast.expr) -> Evaluate:
        match node:
            case ast.Constant(value=bool()):
                raise FormulaError(f"{self.text!r}: true and false are no figures")
            case ast.Constant(value=int() | float() | str() as constant):
                fixed: Value = constant if isinstance(constant, str) else Decimal(str(constant))
                return lambda scope: fixed
            case ast.Name(id=name):
                self.names = (*self.names, name)
                return lambda scope: scope(name)
            case ast.BinOp() if signed := _linear(node):
                self.names = (*self.names, *(name for _, name in signed))
                return _added(signed)
            case ast.BinOp(left=left, op=op, right=right):
                return self._arithmetic(op, self._compile(left), self._compile(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self._compile(operand)

                def negative(scope: Scope) -> Value:
                    value = inner(scope)
                    return -value if isinstance(value, Decimal) else None

                return negative
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._compile(operand)

                def negated(scope: Scope) -> Value:
                    value = inner(scope)
                    return None if value is None else not value

                return negated
            case ast.BoolOp(op=op, values=values):
                return _connect(isinstance(op, ast.And), [self._compile(v) for v in values])
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                terms = [self._compile(n) for n in (left, *comparators)]
                return _compare([_comparison(o, self.text) for o in ops], terms)
            case ast.Call(func=ast.Name(id="sum"), args=[ast.Attribute(value=ast.Name(id=table), attr=field)], keywords=[]):
                self.members = (*self.members, (table, field))
                return lambda scope: _total(scope.column(table, field))
            case ast.Call(func=ast.Name(id="typed"), args=[ast.Name(id=name)], keywords=[]):
                self.names = (*self.names, name)
                self.typed = (*self.typed, name)
                return lambda scope: scope.typed(name)
            case ast.Call(func=ast.Name(id="shown"), args=[ast.Name(id=name)], keywords=[]):
                self.names = (*self.names, name)
                return lambda scope: scope.shown(name)
            case ast.Call(func=ast.Name(id=called), args=arguments, keywords=[]) if called in FUNCTIONS:
                count, body = FUNCTIONS[called]
                if len(arguments) != count:
                    raise FormulaError(f"{self.text!r}: {called} takes {count} values")
                inners = [self._compile(a) for a in arguments]
                return lambda scope: body(*(i(scope) for i in inners))
        raise FormulaError(f"{self.text!r}: {ast.unparse(node)!r} is not of the language")

    def _arithmetic(self, op: ast.operator, left: Evaluate, right: Evaluate) -> Evaluate:
        match op:
            case ast.Add() | ast.Sub():
                sign = 1 if isinstance(op, ast.Add) else -1

                def add(scope: Scope) -> Value:
                    a, b = left(scope), right(scope)
                    if not isinstance(b, Decimal):
                        return a if isinstance(a, Decimal) else None
                    return (a + sign * b) if isinstance(a, Decimal) else sign * b

                return add
            case ast.Mult():

                def multiply(scope: Scope) -> Value:
                    a, b = left(scope), right(scope)
                    return a * b if isinstance(a, Decimal) and isinstance(b, Decimal) else None

                return multiply
            case ast.Div():

                def divide(scope: Scope) -> Value:
                    a, b = left(scope), right(scope)
                    return a / b if isinstance(a, Decimal) and isinstance(b, Decimal) and b else None

                return divide
        raise FormulaError(f"{self.text!r}: an operator that is not of the language")


def placeholders(message: str) -> tuple[str, ...]:
    """The expressions between braces in a message."""
    return tuple(re.findall(r"\{([^{}]*)\}", message))


def _linear(tree: ast.expr) -> tuple[tuple[int, str], ...] | None:
    found: list[tuple[int, str]] = []

    def walk(node: ast.expr, sign: int) -> bool:
        if isinstance(node, ast.Name):
            found.append((sign, node.id))
            return True
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            return walk(node.left, sign) and walk(node.right, sign if isinstance(node.op, ast.Add) else -sign)
        return False

    return tuple(found) if walk(tree, 1) else None


def _added(terms: Sequence[tuple[int, str]]) -> Evaluate:
    """As one sum after the other would give it, but quicker: most formulas are of this kind."""

    def added(scope: Scope) -> Value:
        total: Decimal | None = None
        for sign, name in terms:
            value = scope(name)
            if not isinstance(value, Decimal):
                continue
            if total is None:
                total = value if sign > 0 else sign * value
            elif sign > 0:
                total += value
            else:
                total -= value
        return total

    return added


def _total(values: Sequence[Value]) -> Value:
    numbers = [v for v in values if isinstance(v, Decimal)]
    return sum(numbers, Decimal(0)) if numbers else None


def _connect(conjunction: bool, inners: list[Evaluate]) -> Evaluate:
    def connected(scope: Scope) -> Value:
        unknown = False
        for inner in inners:
            value = inner(scope)
            if value is None:
                unknown = True
            elif bool(value) is not conjunction:
                return not conjunction
        return None if unknown else conjunction

    return connected


def _comparison(op: ast.cmpop, text: str) -> Callable[[Any, Any], bool]:
    import operator

    found = {
        ast.Lt: operator.lt,
        ast.LtE: operator.le,
        ast.Gt: operator.gt,
        ast.GtE: operator.ge,
        ast.Eq: operator.eq,
        ast.NotEq: operator.ne,
    }.get(type(op))
    if found is None:
        raise FormulaError(f"{text!r}: a comparison that is not of the language")
    return found


def _compare(ops: list[Callable[[Any, Any], bool]], terms: list[Evaluate]) -> Evaluate:
    def compared(scope: Scope) -> Value:
        values = [t(scope) for t in terms]
        kind = type(values[0])
        for v in values:
            if v is None or type(v) is not kind or (isinstance(v, Decimal) and v.is_nan()):
                return None
        return all(map(lambda op, a, b: op(a, b), ops, values, values[1:]))

    return compared


@function("filled", 1)
def _filled(value: Value) -> Value:
    return value is not None


@function("blank", 1)
def _blank(value: Value) -> Value:
    return value is None


@function("said", 1)
def _said(value: Value) -> Value:
    """Something is said: neither blank nor one of the ways to write that there is nothing (无, —, /)."""
    return value is not None and not (isinstance(value, str) and read_number(value).state in ("blank", "nothing"))


@function("min", 2)
def _least(a: Value, b: Value) -> Value:
    return _extreme(a, b, Decimal.min)


@function("max", 2)
def _greatest(a: Value, b: Value) -> Value:
    return _extreme(a, b, Decimal.max)


@function("round", 2)
def _rounded(value: Value, places: Value) -> Value:
    """Half away from zero, as spreadsheets round."""
    if not isinstance(value, Decimal) or not isinstance(places, Decimal) or value.is_nan():
        return value if isinstance(value, Decimal) else None
    return rounded(value, int(places))


def _extreme(a: Value, b: Value, choose: Callable[[Decimal, Decimal], Decimal]) -> Value:
    if not isinstance(a, Decimal) or not isinstance(b, Decimal):
        return None
    return a + b if a.is_nan() or b.is_nan() else choose(a, b)


@function("year_end", 1)
def _year_end(year: Value) -> Value:
    if not isinstance(year, Decimal) or year.is_nan() or not 1 <= year <= 9999:
        return None
    return dt.date(int(year), 12, 31)
