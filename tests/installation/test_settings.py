"""`read_settings`: defaults, generated keys, parsing of each variable, and the errors for wrong ones."""

import os
import stat
from pathlib import Path

import pytest

from webapp.installation.settings import SettingsError, read_settings

pytestmark = pytest.mark.usefixtures("empty_folder")
OWN_KEYS = {"SECRET_KEY": "k" * 32, "PARTICULARS_KEY": "a" * 43 + "="}
KEY = {f"LETTERSDESK_{name}": value for name, value in OWN_KEYS.items()}


def refusals(**environment: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        read_settings({f"LETTERSDESK_{name}": value for name, value in environment.items()})
    return list(refused.value.sentences)


def test_nothing_set_is_enough_to_begin_with(empty_folder: Path) -> None:
    settings = read_settings({})
    assert settings.database_url.database == str(empty_folder / "instance" / "letters.db")
    assert [policy.paper.slug for policy in settings.policies] == ["harbour-herald"]
    assert not settings.is_https
    assert settings.rate_limits


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(empty_folder: Path) -> None:
    first = read_settings({}).secret_key
    assert len(first) >= 32
    assert read_settings({}).secret_key == first
    for name in ("secret-key", "particulars-key"):
        assert stat.S_IMODE((empty_folder / "instance" / name).stat().st_mode) == 0o600


def test_a_secret_is_on_the_disk_before_anything_is_sealed_with_it(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_disk: list[str] = []
    sync = os.fsync

    def note(descriptor: int) -> None:
        on_disk.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    read_settings({})
    instance = str(empty_folder / "instance")
    for _ in range(2):
        secret, *folders = on_disk[:3]
        assert secret.startswith(f"{instance}/")
        assert folders == [instance, str(empty_folder)]
        del on_disk[:3]
    assert on_disk == []


def test_a_folder_that_is_made_is_its_owners_alone(empty_folder: Path) -> None:
    read_settings({})
    assert stat.S_IMODE((empty_folder / "instance").stat().st_mode) == 0o700


def test_the_instance_can_be_elsewhere(tmp_path: Path) -> None:
    settings = read_settings({"LETTERSDESK_INSTANCE": str(tmp_path / "elsewhere")})
    assert settings.database_url.database == str(tmp_path / "elsewhere" / "letters.db")


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_postgres(scheme: str) -> None:
    settings = read_settings({"LETTERSDESK_DATABASE_URL": f"{scheme}://desk@db/letters", **KEY})
    assert settings.database_url.drivername == "postgresql+psycopg"


def test_every_wrong_setting_is_named_at_once_and_no_secret_is_repeated() -> None:
    sentences = refusals(
        DATABASE_URL="mysql://user:hunter2@db/letters",
        SECRET_KEY="short",
        PAPERS="nowhere",
        BASE_URL="letters.example.com",
        LIMITER_URL="memcached://x",
        RATE_LIMITS="perhaps",
        BUSY_FROM="0",
        TRUSTED_PROXIES="-1",
    )
    assert len(sentences) == 8
    text = " ".join(sentences)
    assert "hunter2" not in text
    assert "short" not in text
    for name in ("DATABASE_URL", "SECRET_KEY", "PAPERS", "BASE_URL", "LIMITER_URL", "RATE_LIMITS"):
        assert f"LETTERSDESK_{name}" in text
    assert "LETTERSDESK_BUSY_FROM is “0”; it has to be a whole number from 1 to 1000000." in sentences
    assert "LETTERSDESK_TRUSTED_PROXIES is “-1”; it has to be a whole number from 0 to 1000000." in sentences


def test_numbers_are_read() -> None:
    settings = read_settings({"LETTERSDESK_BUSY_FROM": "600", "LETTERSDESK_TRUSTED_PROXIES": "2"})
    assert (settings.busy_from, settings.trusted_proxies) == (600, 2)
    assert (read_settings({}).busy_from, read_settings({}).trusted_proxies) == (60, 0)


@pytest.mark.parametrize("path", ["~/letters", "$HOME/letters", "${HOME}/letters"])
def test_a_path_that_no_shell_has_expanded_is_refused(empty_folder: Path, path: str) -> None:
    assert "write the whole path" in refusals(INSTANCE=path)[0]
    assert list(empty_folder.iterdir()) == []
    assert "write the whole path" in refusals(DATABASE_URL=f"sqlite:///{path}/letters.db", **OWN_KEYS)[0]
    assert list(empty_folder.iterdir()) == []


def test_a_store_in_memory_is_refused() -> None:
    assert "has to name a file" in refusals(DATABASE_URL="sqlite://")[0]


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://Letters.Example.com/", "https://letters.example.com"),
        ("HTTPS://letters.example.com:443", "https://letters.example.com"),
        ("https://letters.example.com:8443", "https://letters.example.com:8443"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_address_that_readers_see_is_written_as_browsers_write_it(given: str, origin: str) -> None:
    assert read_settings({"LETTERSDESK_BASE_URL": given}).base_url == origin


@pytest.mark.parametrize(
    "given",
    [
        "https://letters.example.com/desk",
        "https://letters.example.com?desk",
        "https://letters.example.com#desk",
        "https://dana@letters.example.com",
        "ftp://letters.example.com",
        "https://letters.example.com\r\nX: y",
        "https://",
    ],
)
def test_what_is_no_address_for_readers_is_refused(given: str) -> None:
    assert "no path" in refusals(BASE_URL=given)[0]


def test_what_is_no_address_of_a_store_is_refused() -> None:
    assert "not a database address" in refusals(DATABASE_URL="nonsense")[0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("sqlite://letters.db", "write four before the path of a file, such as sqlite:////var/lib/letters/"),
        ("sqlite://srv/letters.db", "two slashes after “sqlite:”"),
        ("sqlite:///", "has to name a file, such as sqlite:////"),
        ("sqlite:////tmp/what?.db", "write it as %3F"),
        ("sqlite:////tmp", "names a folder"),
        ("postgresql://letters:p@ss@db/letters", "@ as %40"),
        ("postgresql://letters/x:hunter2@db/letters", "@ as %40"),
        ("postgresql://letters:hunter2@db:port/letters", "not a database address"),
    ],
)
def test_an_address_of_a_store_that_means_another_one_is_refused(
    empty_folder: Path, given: str, said: str
) -> None:
    (sentence,) = (each for each in refusals(DATABASE_URL=given, **OWN_KEYS) if "DATABASE_URL" in each)
    assert said in sentence
    assert "hunter2" not in sentence
    assert "p@ss" not in sentence
    assert not list(empty_folder.rglob("*.db"))


@pytest.mark.parametrize(
    "given",
    [
        "redis://:p/hunter2@localhost:6379",
        "redis://:p?hunter2@localhost:6379",
        "redis://:p#hunter2@localhost:6379",
        "redis://:p[hunter2@localhost:6379",
        "redis://localhost/name",
        "redis://localhost:hunter2",
        "rediss://localhost#hunter2",
    ],
)
def test_an_address_of_redis_that_means_another_host_is_refused(given: str) -> None:
    (sentence,) = refusals(LIMITER_URL=given)
    assert sentence.startswith("LETTERSDESK_LIMITER_URL ")
    assert "hunter2" not in sentence


@pytest.mark.parametrize(
    "given",
    [
        "redis://redis.example.com",
        "redis://letters:p%2Fss@redis.example.com:6379/1",
        "rediss://:p@ss@localhost/0?ssl_cert_reqs=required",
        "redis+sentinel://one:26379,two:26379/desk",
    ],
)
def test_an_address_of_redis_is_read(given: str) -> None:
    assert read_settings({"LETTERSDESK_LIMITER_URL": given}).limiter_url == given


def test_the_client_of_redis_is_installed_into_this_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr("sys.executable", "/opt/letters desk/bin/python3")
    assert "'/opt/letters desk/bin/pip' install redis" in refusals(LIMITER_URL="redis://localhost")[0]
    assert "'/opt/letters desk/bin/lettersdesk' new-key" in refusals(PARTICULARS_KEY="short")[0]


@pytest.mark.parametrize("content", ["", "short", "mit Umlauten: äöüäöüäöüäöü"])
def test_a_damaged_file_of_the_secret_key_is_refused(empty_folder: Path, content: str) -> None:
    (empty_folder / "instance").mkdir()
    (empty_folder / "instance" / "secret-key").write_text(content, encoding="utf-8")
    (sentence,) = refusals()
    assert "secret key" in sentence


def test_a_damaged_file_of_the_particulars_key_is_refused(empty_folder: Path) -> None:
    (empty_folder / "instance").mkdir()
    (empty_folder / "instance" / "particulars-key").write_text("ä" * 44, encoding="utf-8")
    (sentence,) = refusals()
    assert "particulars-key is no key" in sentence


def test_many_machines_need_a_secret_that_they_share() -> None:
    assert "SECRET_KEY is missing" in refusals(DATABASE_URL="postgresql://desk@db/letters")[0]


def test_a_paper_with_mistakes_is_refused_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "paper.toml").write_text("[paper]\nslug = 3\n", encoding="utf-8")
    sentences = refusals(PAPERS=str(tmp_path / "paper.toml"))
    assert any(
        sentence.endswith("paper.slug: has to be a text in quotes that isn't empty, not 3")
        for sentence in sentences
    )


def test_what_watches_an_installation_can_be_set() -> None:
    plain = read_settings({})
    assert (plain.workers, plain.log_level, plain.metrics_token) == (2, "info", "")
    settings = read_settings(
        {
            "LETTERSDESK_WORKERS": "8",
            "LETTERSDESK_LOG_LEVEL": "warning",
            "LETTERSDESK_METRICS_TOKEN": "t" * 16,
        }
    )
    assert (settings.workers, settings.log_level, settings.metrics_token) == (8, "warning", "t" * 16)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("WORKERS", value) for value in ("0", "65", "-1", "two", "²", "1.5", "9" * 5000)),
        ("LOG_LEVEL", "loud"),
        ("METRICS_TOKEN", "hunter2"),
    ],
)
def test_nor_can_it_be_set_to_nonsense(name: str, value: str) -> None:
    (sentence,) = refusals(**{name: value})
    assert sentence.startswith(f"LETTERSDESK_{name} ")
    assert "hunter2" not in sentence


def test_the_settings_printed_show_no_secret() -> None:
    """A traceback or a log may hold them."""
    secrets = {
        "SECRET_KEY": "k" * 32,
        "PARTICULARS_KEY": "a" * 43 + "=",
        "METRICS_TOKEN": "m" * 32,
        "LIMITER_URL": "redis://:hidden-word@localhost:6379",
        "DATABASE_URL": "postgresql+psycopg://letters:hidden-word@localhost/letters",
        "SMTP_URL": "smtp://letters:hidden-word@localhost:25",
    }
    settings = read_settings({f"LETTERSDESK_{name}": value for name, value in secrets.items()})
    printed = repr(settings)
    assert "kkkk" not in printed
    assert "aaaa" not in printed
    assert "mmmm" not in printed
    assert "hidden-word" not in printed
