"""Loads policies from TOML files; `PolicyError` reports all mistakes of a file at once, with their lines."""

import contextlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from webapp.rules.policy.policy import Policy, policies_by_slug
from webapp.rules.policy.reading import read_policy
from webapp.rules.policy.toml_table import Mistake, TomlTable

DEEPEST_KEY = 50
"""Names in one dotted key. `tomllib` takes quadratic time for a longer one."""
_TOO_DEEP = re.compile(
    rf"""(?<![\w.-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{DEEPEST_KEY}}}""", re.ASCII
)


class PolicyError(Exception):
    """A policy file is unreadable or invalid.

    Attributes:
        source: The path of the file or folder, or another name of the text.
        mistakes: All mistakes, in the order of their lines, those without a line first; a single one if the
            file is unreadable or not TOML.
    """

    def __init__(self, source: str, mistakes: tuple[Mistake, ...]) -> None:
        self.source = source
        self.mistakes = mistakes
        super().__init__("\n".join(self.lines()))

    def lines(self) -> Iterator[str]:
        """Yield each mistake as ``file:line: key: reason``; without the line or the key if it is unknown."""
        for mistake in self.mistakes:
            place = f"{self.source}:{mistake.line}" if mistake.line else self.source
            yield ": ".join(part for part in (place, mistake.key, mistake.reason) if part)


def load_policy(path: Path) -> Policy:
    """Read a policy file, anew at each call; a byte order mark is skipped.

    Raises:
        PolicyError: The file can't be read, isn't UTF-8, isn't TOML or has mistakes.
    """
    return parse_policy(_read_text(path), str(path))


def defaults_by_slug(path: Path) -> dict[str, Mapping[str, object]]:
    """Return the values that hold for the keys that policy files don't have, by slug and by dotted key.

    Faulty files are left out, and so are keys for which nothing holds, such as a limit that there isn't
    without its key.

    Args:
        path: A policy file, or a folder of them.

    Raises:
        OSError: The folder can't be read.
    """
    found: dict[str, Mapping[str, object]] = {}
    for file in _policy_files(path):
        with contextlib.suppress(PolicyError):
            policy, defaults = _parse(_read_text(file), str(file))
            found[policy.paper.slug] = defaults
    return found


def _read_text(path: Path) -> str:
    try:
        # utf-8-sig: Notepad on Windows writes a byte order mark.
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(str(path), (Mistake("", 0, f"the file can't be read: {error}"),)) from error


def load_policies(path: Path) -> tuple[Policy, ...]:
    """Load the policy file ``path``, or every ``*.toml`` in the folder ``path``; sorted by title.

    Folders inside it aren't searched. Only the mistakes of the first faulty file are reported.

    Raises:
        PolicyError: The folder has no policy file, a file is unreadable or has mistakes, or two files have
            the same slug, present or former.
        OSError: The folder can't be read.
    """
    policies, errors = check_policies(path)
    if errors:
        raise errors[0]
    return policies


def check_policies(path: Path) -> tuple[tuple[Policy, ...], tuple[PolicyError, ...]]:
    """Load what `load_policies` loads; return the sound policies, by title, and an error of each faulty file.

    Raises:
        OSError: The folder can't be read.
    """
    policies: list[Policy] = []
    errors: list[PolicyError] = []
    files = _policy_files(path)
    for file in files:
        try:
            policy = load_policy(file)
            _refuse_taken_slug(policy, policies, file)
        except PolicyError as error:
            errors.append(error)
        else:
            policies.append(policy)
    if not files:
        errors.append(
            PolicyError(str(path), (Mistake("", 0, "there is no policy file (*.toml) in this folder"),))
        )
    return tuple(sorted(policies, key=lambda policy: policy.paper.title.casefold())), tuple(errors)


def _policy_files(path: Path) -> list[Path]:
    """Return the policy files in the folder ``path``, sorted by name; ``path`` itself if it is no folder.

    Raises:
        OSError: The folder can't be read.
    """
    # Unlike glob, this fails where the folder may not be read.
    return sorted(file for file in path.iterdir() if file.suffix == ".toml") if path.is_dir() else [path]


def _refuse_taken_slug(policy: Policy, others: Iterable[Policy], file: Path) -> None:
    taken = policies_by_slug(others)
    for slug in policy.paper.slugs:
        if other := taken.get(slug):
            key = "paper.slug" if slug == policy.paper.slug else "paper.former_slugs"
            reason = f"another file in the folder, that of {other.paper.title}, has the slug “{slug}” too"
            raise PolicyError(str(file), (Mistake(key, 0, reason),))


def parse_policy(text: str, source: str = "policy") -> Policy:
    """Parse a policy from TOML text; ``source`` is its name in error messages.

    Raises:
        PolicyError: The text isn't TOML or has mistakes.
    """
    return _parse(text, source)[0]


def _parse(text: str, source: str) -> tuple[Policy, Mapping[str, object]]:
    """Return the policy, and the values of the keys that the text doesn't have, by dotted key."""
    if too_deep := _TOO_DEEP.search(text):
        line = text.count("\n", 0, too_deep.start()) + 1
        reason = f"a key has more than {DEEPEST_KEY} names with dots between them"
        raise PolicyError(source, (Mistake("", line, reason),))
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Not only TOMLDecodeError: too many digits raise ValueError, too deep nesting RecursionError.
        raise PolicyError(source, (_syntax_mistake(error),)) from error
    table = TomlTable(document, text)
    policy = read_policy(table)
    if table.mistakes:
        raise PolicyError(source, tuple(sorted(table.mistakes, key=lambda mistake: mistake.line)))
    return policy, table.defaults


def _syntax_mistake(error: Exception) -> Mistake:
    # tomllib gives line and column only at the end of its message.
    place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
    reason = str(error)[: place.start()] if place else str(error)
    return Mistake("", int(place[1]) if place else 0, f"this is not TOML: {reason}")
