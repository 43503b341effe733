"""What the README shows works as it stands there."""

import re
from pathlib import Path

from webapp.rules.policy_file import parse_policy

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_policy_that_is_shown_is_sound_and_shows_every_table() -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", README, flags=re.DOTALL)
    policy = parse_policy(shown, "README.md")
    assert policy.frequency[0].months == 2
    assert policy.elections[0].roles_barred == ("candidate", "campaign staff")
    assert policy.retention_days


def test_one_line_tests_the_product() -> None:
    assert len(re.findall(r"^.*\.venv/bin/pytest.*$", README, flags=re.MULTILINE)) == 1
