"""Where the papers' policies are found."""

from collections.abc import Mapping
from pathlib import Path

from webapp.rules.policy import Policy
from webapp.rules.policy.file import PolicyError, load_policies

BUNDLED_PAPERS = Path(__file__).resolve().parent / "sample_papers"


def read_policies(environment: Mapping[str, str], wrong: list[str]) -> tuple[Policy, ...]:
    """Return the papers' policies, noting in ``wrong`` what is wrong with them."""
    given = environment.get("LETTERSDESK_PAPERS")
    path = Path(given) if given else BUNDLED_PAPERS
    if not path.exists():
        wrong.append(f"LETTERSDESK_PAPERS names {path}, and there is no such file or folder.")
        return ()
    try:
        return load_policies(path)
    except PolicyError as error:
        wrong.extend(error.lines())
        return ()
