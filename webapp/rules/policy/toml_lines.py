"""Line numbers of the keys in a TOML file, for error messages; `tomllib` doesn't give any."""

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
    """Return the line, from 1, of each dotted key and table; array items are ``key[n]``, from 0.

    The text has to be valid TOML: `tomllib` must have parsed it. Quoted keys are without quotation marks.
    """
    return _Scanner(text).lines


class _Scanner:
    """Scans a document once; the result is in ``lines``.

    Attributes:
        lines: The line of each dotted key.
    """

    def __init__(self, text: str) -> None:
        self.lines: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._tokens = list(_tokens(text))
        self._position = 0
        table = ""
        while self._next:
            if self._next == "[":
                table = self._header()
            elif not self._accept("\n"):
                self._pair(table)

    @property
    def _next(self) -> str:
        """The next token; empty at the end."""
        return self._tokens[self._position][0] if self._position < len(self._tokens) else ""

    def _accept(self, *tokens: str) -> bool:
        """Consume the next token if it is one of ``tokens``; return whether it was."""
        is_accepted = self._next in tokens
        self._position += is_accepted
        return is_accepted

    def _header(self) -> str:
        """Scan ``[table]`` or ``[[array]]``, and return its path."""
        line = self._tokens[self._position][1]
        self._position += 1
        is_array = self._accept("[")
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
        while self._accept("]"):
            pass
        return path

    def _last_table(self, path: str) -> str:
        """Return the path of the latest table if ``path`` is an array of tables; else ``path``."""
        return f"{path}[{self._counts[path]}]" if path in self._counts else path

    def _pair(self, table: str) -> None:
        """Scan ``key = value`` in ``table``."""
        line = self._tokens[self._position][1]
        path = table
        for name in self._key():
            path = _joined(path, name)
            self.lines.setdefault(path, line)
        self._accept("=")
        self._value(path)

    def _key(self) -> list[str]:
        """Scan a dotted key, and return its parts without quotation marks."""
        names = []
        while self._next not in {"", "=", "]"}:
            if not self._accept("."):
                names.append(_unquoted(self._next))
                self._position += 1
        return names

    def _value(self, path: str) -> None:
        if self._accept("["):
            self._array(path)
        elif self._accept("{"):
            while self._next and not self._accept("}"):
                if not self._accept(",", "\n"):
                    self._pair(path)
        else:
            while self._next not in {"", "\n", ",", "]", "}"}:
                self._position += 1

    def _array(self, path: str) -> None:
        index = 0
        while self._next and not self._accept("]"):
            if self._accept(","):
                index += 1
            elif not self._accept("\n"):
                item = f"{path}[{index}]"
                self.lines[item] = self._tokens[self._position][1]
                self._value(item)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Yield each token with its line; comments and spaces are skipped."""
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "skipped":
            yield match[0], line
        line += match[0].count("\n")


def _unquoted(name: str) -> str:
    return str(tomllib.loads(f"name = {name}")["name"]) if name[0] in "\"'" else name


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
