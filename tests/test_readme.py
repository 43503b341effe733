"""What the README shows works as it stands there."""

import re
from pathlib import Path

from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from webapp.app import LARGEST_REQUEST
from webapp.installation.server import GRACE
from webapp.rules.policy.file import parse_policy

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_policy_that_is_shown_is_sound_and_shows_every_table() -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", README, flags=re.DOTALL)
    policy = parse_policy(shown, "README.md")
    assert policy.frequency[0].months == 2
    assert policy.elections[0].roles_barred == ("candidate", "campaign staff")
    assert policy.retention_days


def test_one_line_tests_the_product() -> None:
    assert len(re.findall(r"^.*\.venv/bin/pytest.*$", README, flags=re.MULTILINE)) == 1


def test_every_setting_is_explained() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "webapp").rglob("*.py"))
    settings = set(re.findall(r"LETTERSDESK_[A-Z]+(?:_[A-Z]+)*", code))
    explained = set(re.findall(r"^\| `(LETTERSDESK_[A-Z_]+)`", README, flags=re.MULTILINE))
    assert settings - explained == set()


def test_every_number_is_explained_and_there_is_no_other(app: Flask) -> None:
    told = text_string_to_metric_families(app.test_client().get("/metrics").text)
    # The library adds since when it counts, where one process serves alone.
    families = [family for family in told if not family.name.endswith("_created")]
    numbers = {f"{family.name}{'_total' if family.type == 'counter' else ''}" for family in families}
    assert set(re.findall(r"`(lettersdesk_[a-z_]+)`", README)) == numbers


def test_the_service_and_the_proxy_leave_the_product_room() -> None:
    (stops_within,) = re.findall(r"^TimeoutStopSec=(\d+)$", README, flags=re.MULTILINE)
    assert int(stops_within) > GRACE
    (largest,) = re.findall(r"client_max_body_size (\d+)m;", README)
    assert int(largest) * 1024 * 1024 > LARGEST_REQUEST
    (port,) = re.findall(r"^ExecStart=.* run --port (\d+)$", README, flags=re.MULTILINE)
    assert f"proxy_pass http://127.0.0.1:{port};" in README
