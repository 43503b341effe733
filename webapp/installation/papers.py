"""Policy files on disk: those that LETTERSDESK_PAPERS names, the bundled sample, the starter policy."""

from collections.abc import Mapping
from pathlib import Path

from webapp.rules.policy import Policy
from webapp.rules.policy.loading import check_policies
from webapp.rules.policy.sections.paper import MAX_SLUG_LENGTH, RESERVED_SLUGS

BUNDLED_PAPERS = Path(__file__).resolve().parent / "sample_papers"
STARTER_POLICY = Path(__file__).resolve().parent / "starter_policy.toml"
STARTER_SLUG, STARTER_TITLE = "our-paper", "Our Paper"
"""The slug and title that are written in the starter policy."""


def read_policies(environment: Mapping[str, str], errors: list[str]) -> tuple[Policy, ...]:
    """Return the papers' policies, sorted by title; if one can't be used, append the reasons to ``errors``.

    Then an empty tuple is returned, and no exception raised. Without LETTERSDESK_PAPERS the policies are
    those of the bundled sample. The files are read at each call.
    """
    given = environment.get("LETTERSDESK_PAPERS")
    path = Path(given) if given else BUNDLED_PAPERS
    try:
        if path.exists():
            policies, faults = check_policies(path)
            errors.extend(line for fault in faults for line in fault.lines())
            return () if faults else policies
        errors.append(f"LETTERSDESK_PAPERS names {path}, and there is no such file or folder.")
    except OSError as error:
        # Where it, or a folder above it, may not be read, or its name is too long.
        errors.append(f"LETTERSDESK_PAPERS names {path}, which can’t be read: {error.strerror or error}.")
    return ()


def starter_policy(slug: str) -> str:
    """Return a valid policy to begin with, in which every key has a comment.

    Args:
        slug: The paper's slug, from which its title is made. Where it is empty, reserved or too long, the
            starter policy keeps its own slug and title. Its characters aren't checked: the caller gives lower
            case letters, digits and hyphens.
    """
    text = STARTER_POLICY.read_text(encoding="utf-8")
    if not slug or slug in RESERVED_SLUGS or len(slug) > MAX_SLUG_LENGTH:
        return text
    title = slug.replace("-", " ").title()
    return text.replace(f'"{STARTER_SLUG}"', f'"{slug}"').replace(f'"{STARTER_TITLE}"', f'"{title}"')
