"""Collecting every regular expression in `webapp`, and generating texts that make each one backtrack.

Run as a program it prints the expressions as JSON: it replaces `re`'s compiler before it imports `webapp`.
"""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

# Private modules: only the parser's syntax tree says exactly what an expression repeats.
from re import _compiler as compiler, _parser as parser  # type: ignore[attr-defined]  # isort: skip

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PACKAGE = CHECKOUT / "webapp"
FUNCTIONS = {"match", "search", "fullmatch", "split", "sub", "subn", "findall", "finditer"}
CATEGORY_SAMPLES = {
    "DIGIT": "0",
    "SPACE": " ",
    "WORD": "a",
    "NOT_DIGIT": "a",
    "NOT_SPACE": "a",
    "NOT_WORD": "-",
}
MAX_CLASS_SAMPLES = 12
"""Characters that stand for one character class: the ends of its ranges are enough."""


def product_patterns() -> dict[str, re.Pattern[Any]]:
    """Return the regular expressions of `webapp` by file, line and beginning."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.web.patterns"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    found = {}
    for place, pattern, flags, is_bytes in json.loads(run.stdout):
        text = pattern.encode("latin-1") if is_bytes else pattern
        # re.compile refuses the flag for bytes, and implies it for text.
        found[f"{place} {pattern[:60]}"] = re.compile(text, flags & ~re.UNICODE)
    return found


def hostile_pieces(pattern: re.Pattern[Any]) -> list[str]:
    """Return short texts that ``pattern`` matches in part: its characters, repeated parts and prefixes."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(
        text, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    )
    characters = _characters(tree)
    pieces = {*_parts(tree), *characters}
    pieces |= {first + second for first in characters[:6] for second in characters[:6] if first != second}
    return sorted(piece for piece in pieces if piece)


def _sample(tree: Iterable[Any]) -> str:
    """Return a short text that ``tree`` matches, or nearly does."""
    return "".join(_node_sample(str(operator), value) for operator, value in tree)


def _node_sample(operator: str, value: Any) -> str:  # noqa: PLR0911 - one for each kind of node
    match operator:
        case "LITERAL":
            return chr(int(value))
        case "NOT_LITERAL" | "ANY":
            return "a"
        case "IN":
            return str(next(iter(_class_samples(value)), "\u0100"))
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


def _class_samples(members: Iterable[Any]) -> list[str]:
    samples: list[str] = []
    listed = list(members)
    if listed and str(listed[0][0]) == "NEGATE":
        return ["a"]
    for kind, value in listed:
        if str(kind) == "LITERAL":
            samples.append(chr(value))
        elif str(kind) == "RANGE":
            samples += [chr(value[0]), chr(value[1])]
        elif str(kind) == "CATEGORY":
            samples.append(CATEGORY_SAMPLES.get(str(value).removeprefix("CATEGORY_"), "a"))
    return samples[:MAX_CLASS_SAMPLES]


def _nodes(tree: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the nodes of a syntax tree with their operators, depth first."""
    for operator, value in tree:
        yield str(operator), value
        match str(operator):
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


def _characters(tree: Any) -> list[str]:
    """Return the characters that occur in an expression; of letters and digits only some."""
    characters: dict[str, None] = {}
    for operator, value in _nodes(tree):
        if operator == "LITERAL":
            characters[chr(value)] = None
        elif operator == "IN":
            characters |= dict.fromkeys(_class_samples(value))
    # Any letter of a word backtracks like the others, so four are enough.
    letters = [character for character in characters if character.isalnum()]
    return [character for character in characters if character not in letters] + letters[:4] + ["a", " "]


def _parts(tree: Any) -> Iterator[str]:
    yield _sample(tree)
    for operator, value in _nodes(tree):
        if operator.endswith("_REPEAT"):
            yield _sample(value[2])
        elif operator == "SUBPATTERN":
            yield _sample(value[3])
    # Prefixes: repeated, they make a search begin anew at each of them.
    for length in range(1, len(tree)):
        yield _sample(tree[:length])


def _print_patterns() -> None:
    """Import `webapp` and print what it compiles, and the patterns in calls such as ``re.sub("…", …)``."""
    found: dict[tuple[str, str, bool], int] = {}
    original_compile = compiler.compile

    def recording_compile(pattern: Any, flags: int = 0) -> Any:
        frame = sys._getframe(1)  # noqa: SLF001 - the caller's file and line are known only from its frame
        while frame.f_back and (
            "/re/" in frame.f_code.co_filename or "functools" in frame.f_code.co_filename
        ):
            frame = frame.f_back
        compiled = original_compile(pattern, flags)
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(PACKAGE):
            is_bytes = isinstance(compiled.pattern, bytes)
            text = compiled.pattern.decode("latin-1") if is_bytes else compiled.pattern
            found[f"{file.relative_to(CHECKOUT)}:{frame.f_lineno}", text, is_bytes] = compiled.flags
        return compiled

    compiler.compile = recording_compile
    for file in sorted(PACKAGE.rglob("*.py")):
        if "migrations" in file.parts:
            continue
        __import__(".".join(file.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__"))
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
                place, text = f"{file.relative_to(CHECKOUT)}:{node.lineno}", node.args[0].value
                found[place, text, False] = re.compile(text).flags
    sys.stdout.write(
        json.dumps([(place, text, flags, is_bytes) for (place, text, is_bytes), flags in found.items()])
    )


if __name__ == "__main__":
    _print_patterns()
