"""Reading a paper's policy from TOML, with every mistake in the file reported at once."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from webapp.rules.policy.policy import Policy
from webapp.rules.policy.reading import read_policy
from webapp.rules.policy.toml_table import Mistake, TomlTable


class PolicyError(Exception):
    """A policy file that can't be used, with all its mistakes."""

    def __init__(self, source: str, mistakes: tuple[Mistake, ...]) -> None:
        self.source = source
        self.mistakes = mistakes
        super().__init__("\n".join(self.lines()))

    def lines(self) -> Iterator[str]:
        """Give one line of text a mistake: ``file:line: key: reason``."""
        for mistake in self.mistakes:
            place = f"{self.source}:{mistake.line}" if mistake.line else self.source
            yield ": ".join(part for part in (place, mistake.key, mistake.reason) if part)


def load_policy(path: Path) -> Policy:
    """Read the policy in the file ``path``.

    Raises:
        PolicyError: the file can't be read or breaks the format; it names every mistake.
    """
    try:
        # Windows' Notepad puts a mark before the text.
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(str(path), (Mistake("", 0, f"the file can't be read: {error}"),)) from error
    return parse_policy(text, str(path))


def load_policies(path: Path) -> tuple[Policy, ...]:
    """Read the policy file ``path``, or every ``*.toml`` in the folder ``path``, in the order of titles.

    Raises:
        PolicyError: there is no policy, a file has mistakes, or two files name the same paper.
    """
    if not path.is_dir():
        return (load_policy(path),)
    policies: list[Policy] = []
    for file in sorted(path.glob("*.toml")):
        policy = load_policy(file)
        if any(other.paper.slug == policy.paper.slug for other in policies):
            reason = f"another file in the folder has the slug “{policy.paper.slug}” too"
            raise PolicyError(str(file), (Mistake("paper.slug", 0, reason),))
        policies.append(policy)
    if not policies:
        raise PolicyError(str(path), (Mistake("", 0, "there is no policy file (*.toml) in this folder"),))
    return tuple(sorted(policies, key=lambda policy: policy.paper.title.casefold()))


def parse_policy(text: str, source: str = "policy") -> Policy:
    """Read a policy from TOML text; ``source`` names it in messages.

    Raises:
        PolicyError: the text breaks the format; it names every mistake.
    """
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Not only TOMLDecodeError: a number can have too many digits, and tables can be nested too deeply.
        raise PolicyError(source, (_syntax_mistake(error),)) from error
    table = TomlTable(document, text)
    policy = read_policy(table)
    if table.mistakes:
        raise PolicyError(source, tuple(sorted(table.mistakes, key=lambda mistake: mistake.line)))
    return policy


def _syntax_mistake(error: Exception) -> Mistake:
    # tomllib tells the place only at the end of its message.
    place = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
    reason = str(error)[: place.start()] if place else str(error)
    return Mistake("", int(place[1]) if place else 0, f"this is not TOML: {reason}")
