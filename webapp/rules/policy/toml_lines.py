"""On which line of a TOML file each key stands, as `tomllib` gives values without their places."""

import re
import tomllib
from collections.abc import Iterator

_TOKEN = re.compile(
    r"(?P<skipped>[ \t\r]+|\#[^\n]*)"
    r"|(?P<end>\n)"
    r'|(?P<quoted>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\])*"|\'[^\']*\')'
    r"|(?P<mark>[\[\]{}=.,])"
    r"|(?P<bare>[^\s\[\]{}=.,\"'\#]+)",
    re.DOTALL,
)


def lines_of_keys(text: str) -> dict[str, int]:
    """Map each dotted key and table to its line, from 1; the n-th table of an array is ``table[n]``, from 0.

    The text has to be TOML that `tomllib` can read.
    """
    return _Scanner(text).lines


class _Scanner:
    """One walk through a document."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._tokens = list(_tokens(text))
        self._at = 0
        table = ""
        while self._next:
            if self._next == "[":
                table = self._header()
            elif not self._took("\n"):
                self._pair(table)

    @property
    def _next(self) -> str:
        """The next token; empty at the end."""
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _took(self, *tokens: str) -> bool:
        """Go past the next token if it is one of ``tokens``."""
        took = self._next in tokens
        self._at += took
        return took

    def _header(self) -> str:
        """Read ``[table]`` or ``[[array]]``, and return its path."""
        line = self._tokens[self._at][1]
        self._at += 1
        is_array = self._took("[")
        path = ""
        *parents, name = self._key()
        for parent in parents:
            path = self._last_table(_joined(path, parent))
            self.lines.setdefault(path, line)
        path = _joined(path, name)
        if is_array:
            self.lines.setdefault(path, line)
            self._counts[path] = self._counts.get(path, -1) + 1
            path = self._last_table(path)
        self.lines[path] = line
        while self._took("]"):
            pass
        return path

    def _last_table(self, path: str) -> str:
        return f"{path}[{self._counts[path]}]" if path in self._counts else path

    def _pair(self, table: str) -> None:
        line = self._tokens[self._at][1]
        path = table
        for name in self._key():
            path = _joined(path, name)
            self.lines.setdefault(path, line)
        self._took("=")
        self._value(path)

    def _key(self) -> list[str]:
        names = []
        while self._next not in {"", "=", "]"}:
            if not self._took("."):
                names.append(_unquoted(self._next))
                self._at += 1
        return names

    def _value(self, path: str) -> None:
        if self._took("["):
            self._array(path)
        elif self._took("{"):
            while self._next and not self._took("}"):
                if not self._took(",", "\n"):
                    self._pair(path)
        else:
            while self._next not in {"", "\n", ",", "]", "}"}:
                self._at += 1

    def _array(self, path: str) -> None:
        index = 0
        while self._next and not self._took("]"):
            if self._took(","):
                index += 1
            elif not self._took("\n"):
                item = f"{path}[{index}]"
                self.lines[item] = self._tokens[self._at][1]
                self._value(item)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "skipped":
            yield match[0], line
        line += match[0].count("\n")


def _unquoted(name: str) -> str:
    return str(tomllib.loads(f"name = {name}")["name"]) if name[0] in "\"'" else name


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
