"""Every regular expression of the product, and hostile texts made from each one's own parts.

Run as a program it prints the expressions: they are watched as they are compiled, from the first import on.
"""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

# The parser's own tree is the only exact account of what an expression repeats.
from re import _compiler as compiler, _parser as parser  # type: ignore[attr-defined]  # isort: skip

HOUSE = Path(__file__).resolve().parent.parent.parent
PACKAGE = HOUSE / "webapp"
FUNCTIONS = {"match", "search", "fullmatch", "split", "sub", "subn", "findall", "finditer"}
OF_CATEGORY = {"DIGIT": "0", "SPACE": " ", "WORD": "a", "NOT_DIGIT": "a", "NOT_SPACE": "a", "NOT_WORD": "-"}
MOST_SIGNS = 12
"""Of one class of characters: its ends are enough."""


def product_patterns() -> dict[str, re.Pattern[Any]]:
    """Return the expressions of the product by the places where they stand."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.web.patterns"], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    found = {}
    for place, pattern, flags, is_bytes in json.loads(run.stdout):
        text = pattern.encode("latin-1") if is_bytes else pattern
        # The flag for Unicode is implied in texts.
        found[f"{place} {pattern[:60]}"] = re.compile(text, flags & ~re.UNICODE)
    return found


def hostile_pieces(pattern: re.Pattern[Any]) -> list[str]:
    """Return short texts that ``pattern`` goes on with: its signs, its repeated parts and its beginnings."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(
        text, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    )
    pieces = {*_parts(tree), *_signs(tree)}
    pieces |= {first + second for first in _signs(tree)[:6] for second in _signs(tree)[:6] if first != second}
    return sorted(piece for piece in pieces if piece)


def _sample(tree: Iterable[Any]) -> str:
    """Return a short text that ``tree`` matches, or nearly does."""
    return "".join(_sample_of(str(sign), value) for sign, value in tree)


def _sample_of(sign: str, value: Any) -> str:  # noqa: PLR0911 - one for each kind of part
    match sign:
        case "LITERAL":
            return chr(int(value))
        case "NOT_LITERAL" | "ANY":
            return "a"
        case "IN":
            return str(next(iter(_of_class(value)), "\u0100"))
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, _, inner = value
            return _sample(inner) * max(1, min(int(least), 3))
        case "SUBPATTERN":
            return _sample(value[3])
        case "ATOMIC_GROUP":
            return _sample(value)
        case "BRANCH":
            return _sample(value[1][0])
        case _:
            return ""


def _of_class(members: Iterable[Any]) -> list[str]:
    signs: list[str] = []
    listed = list(members)
    if listed and str(listed[0][0]) == "NEGATE":
        return ["a"]
    for kind, value in listed:
        if str(kind) == "LITERAL":
            signs.append(chr(value))
        elif str(kind) == "RANGE":
            signs += [chr(value[0]), chr(value[1])]
        elif str(kind) == "CATEGORY":
            signs.append(OF_CATEGORY.get(str(value).removeprefix("CATEGORY_"), "a"))
    return signs[:MOST_SIGNS]


def _nodes(tree: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    for sign, value in tree:
        yield str(sign), value
        match str(sign):
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                yield from _nodes(value[2])
            case "SUBPATTERN":
                yield from _nodes(value[3])
            case "ATOMIC_GROUP":
                yield from _nodes(value)
            case "ASSERT" | "ASSERT_NOT":
                yield from _nodes(value[1])
            case "BRANCH":
                for branch in value[1]:
                    yield from _nodes(branch)


def _signs(tree: Any) -> list[str]:
    signs: dict[str, None] = {}
    for sign, value in _nodes(tree):
        if sign == "LITERAL":
            signs[chr(value)] = None
        elif sign == "IN":
            signs |= dict.fromkeys(_of_class(value))
    # One letter of a word stands for all of them, beside those of the classes.
    letters = [sign for sign in signs if sign.isalnum()]
    return [sign for sign in signs if sign not in letters] + letters[:4] + ["a", " "]


def _parts(tree: Any) -> Iterator[str]:
    yield _sample(tree)
    for sign, value in _nodes(tree):
        if sign.endswith("_REPEAT"):
            yield _sample(value[2])
        elif sign == "SUBPATTERN":
            yield _sample(value[3])
    # All that comes before each part, to have it begin again and again.
    for length in range(1, len(tree)):
        yield _sample(tree[:length])


def _print_patterns() -> None:
    """Import the product, note what it compiles, and add what its functions compile when they are called."""
    found: dict[tuple[str, str, bool], int] = {}
    compile_one = compiler.compile

    def watched(pattern: Any, flags: int = 0) -> Any:
        frame = sys._getframe(1)  # noqa: SLF001 - whose expression it is, no function of re says
        while frame.f_back and (
            "/re/" in frame.f_code.co_filename or "functools" in frame.f_code.co_filename
        ):
            frame = frame.f_back
        compiled = compile_one(pattern, flags)
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(PACKAGE):
            is_bytes = isinstance(compiled.pattern, bytes)
            text = compiled.pattern.decode("latin-1") if is_bytes else compiled.pattern
            found[f"{file.relative_to(HOUSE)}:{frame.f_lineno}", text, is_bytes] = compiled.flags
        return compiled

    compiler.compile = watched
    for file in sorted(PACKAGE.rglob("*.py")):
        if "migrations" in file.parts:
            continue
        __import__(".".join(file.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.func.attr in FUNCTIONS
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                place, text = f"{file.relative_to(HOUSE)}:{node.lineno}", node.args[0].value
                found[place, text, False] = re.compile(text).flags
    sys.stdout.write(
        json.dumps([(place, text, flags, is_bytes) for (place, text, is_bytes), flags in found.items()])
    )


if __name__ == "__main__":
    _print_patterns()
