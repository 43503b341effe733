"""The settings of one installation, read once from the environment."""

import importlib.util
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from webapp.installation.instance_folder import (
    PARTICULARS_KEY_FILE,
    SECRET_KEY_FILE,
    instance_folder,
    kept_secret,
    make_folder,
)
from webapp.installation.papers import read_policies
from webapp.messages.smtp import MailAddressError, MailServer
from webapp.rules.policy import Policy
from webapp.store.seal import KEY_BYTES, KeyRefusedError, Seal, new_key

SHORTEST_SECRET = 16
"""Characters of the key that signs sessions and links, and of whatever else must not be guessed."""
WORKERS = 2
"""Processes that serve: one is there while another starts, and each keeps one processor busy."""
MOST_WORKERS = 64
LOG_LEVELS = ("debug", "info", "warning", "error")

BUSY_FROM = 60
"""Letters a minute, in each process or, with Redis, in all: more than any paper gets on an ordinary day."""
MOST = 1_000_000
"""Of whatever a setting counts."""


class SettingsError(Exception):
    """Settings that the product can't start with; the message names each of them in a sentence."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation runs with.

    Attributes:
        database_url: The store.
        secret_key: Signs sessions and links.
        seal: Seals what is kept of people.
        policies: The papers served, in the order of their titles.
        base_url: The address that readers see, without a slash at its end.
        mail_server: Where messages are delivered; they wait where there is none.
        limiter_url: Where attempts are counted.
        rate_limits: Whether attempts are limited at all.
        workers: Processes that serve.
        log_level: The least that is logged.
        metrics_token: Opens the page of numbers; without one it is open to this machine alone.
        metrics_folder: Where the processes that serve one port keep their numbers.
        busy_from: Letters sent in a minute from which on each has to carry a proof of work.
        trusted_proxies: How many proxies stand before the server, each of which names its client.
        is_demo: Whether the store is a throwaway one with sample letters.
    """

    database_url: URL
    secret_key: str
    seal: Seal
    policies: tuple[Policy, ...]
    base_url: str = "http://127.0.0.1:8000"
    mail_server: MailServer | None = None
    limiter_url: str = "memory://"
    rate_limits: bool = True
    workers: int = WORKERS
    log_level: str = "info"
    metrics_token: str = field(default="", repr=False)
    metrics_folder: Path | None = None
    busy_from: int = BUSY_FROM
    trusted_proxies: int = 0
    is_demo: bool = False

    @property
    def is_https(self) -> bool:
        """Whether readers come over an encrypted connection."""
        return self.base_url.startswith("https://")


def read_settings(
    environment: Mapping[str, str] = os.environ, *, served_at: str = "http://127.0.0.1:8000"
) -> Settings:
    """Read the settings from ``environment``; ``served_at`` is the address where none is given in it.

    Raises:
        SettingsError: at least one of them is wrong; all are named.
    """
    wrong: list[str] = []
    instance = instance_folder(environment)
    database_url = _database_url(environment, instance, wrong)
    settings = Settings(
        database_url=database_url,
        secret_key=_secret_key(environment, instance, database_url, wrong),
        seal=_seal(environment, instance, database_url, wrong),
        policies=read_policies(environment, wrong),
        base_url=_base_url(environment, wrong) or served_at,
        mail_server=_mail_server(environment, wrong),
        limiter_url=_limiter_url(environment, wrong),
        rate_limits=_on_or_off(environment, "LETTERSDESK_RATE_LIMITS", wrong),
        workers=_number(
            environment, "LETTERSDESK_WORKERS", wrong, least=1, most=MOST_WORKERS, otherwise=WORKERS
        ),
        log_level=_log_level(environment, wrong),
        metrics_token=_metrics_token(environment, wrong),
        busy_from=_number(environment, "LETTERSDESK_BUSY_FROM", wrong, least=1, otherwise=BUSY_FROM),
        trusted_proxies=_number(environment, "LETTERSDESK_TRUSTED_PROXIES", wrong, least=0, otherwise=0),
    )
    if wrong:
        raise SettingsError(wrong)
    return settings


def _database_url(environment: Mapping[str, str], instance: Path, wrong: list[str]) -> URL:
    embedded = URL.create("sqlite", database=str(instance / "letters.db"))
    given = environment.get("LETTERSDESK_DATABASE_URL")
    if not given:
        return _with_folder(embedded, wrong)
    try:
        url = make_url(given)
    except ArgumentError:
        # The value isn't repeated: it may hold a password.
        wrong.append("LETTERSDESK_DATABASE_URL is not a database address such as sqlite:////srv/letters.db.")
        return embedded
    if url.drivername == "sqlite":
        return _sqlite_url(url, wrong)
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    wrong.append(
        f"LETTERSDESK_DATABASE_URL starts with {url.drivername}://; it has to start with sqlite:/// or "
        "postgresql+psycopg://."
    )
    return embedded


def _sqlite_url(url: URL, wrong: list[str]) -> URL:
    if not url.database or url.database == ":memory:":
        wrong.append("LETTERSDESK_DATABASE_URL has to name a file; a store in memory forgets letters.")
        return url
    return _with_folder(url, wrong)


def _with_folder(url: URL, wrong: list[str]) -> URL:
    folder = Path(url.database or "").absolute().parent
    try:
        make_folder(folder)
    except OSError as error:
        wrong.append(f"The folder {folder} for the store can't be made: {error.strerror}.")
        return url
    if not os.access(folder, os.W_OK):
        wrong.append(f"The folder {folder} for the store can't be written to.")
    return url.set(database=str(Path(url.database or "").absolute()))


def _secret_key(environment: Mapping[str, str], instance: Path, database_url: URL, wrong: list[str]) -> str:
    given = environment.get("LETTERSDESK_SECRET_KEY")
    if given is not None:
        if len(given) < SHORTEST_SECRET:
            wrong.append(
                f"LETTERSDESK_SECRET_KEY has {len(given)} characters; it needs at least {SHORTEST_SECRET}. "
                'Make one with: python3 -c "import secrets; print(secrets.token_hex())"'
            )
        return given
    if database_url.drivername != "sqlite":
        wrong.append(
            "LETTERSDESK_SECRET_KEY is missing. Every process that serves the papers needs the same one. "
            'Make it with: python3 -c "import secrets; print(secrets.token_hex())"'
        )
        return ""
    try:
        return kept_secret(instance / SECRET_KEY_FILE)
    except OSError as error:
        wrong.append(f"The secret key in {instance} can't be read or made: {error.strerror}.")
        return ""


def _seal(environment: Mapping[str, str], instance: Path, database_url: URL, wrong: list[str]) -> Seal:
    given = environment.get("LETTERSDESK_PARTICULARS_KEY")
    unusable = Seal([bytes(KEY_BYTES)])
    if not given and database_url.drivername != "sqlite":
        wrong.append(
            "LETTERSDESK_PARTICULARS_KEY is missing. Without it nobody's address can be kept or read. "
            "Make it with: lettersdesk new-key"
        )
        return unusable
    try:
        return Seal.from_text(given or kept_secret(instance / PARTICULARS_KEY_FILE, new_key))
    except KeyRefusedError as error:
        # The value isn't repeated: whoever has it can read everybody's address.
        wrong.append(f"LETTERSDESK_PARTICULARS_KEY is no key: {error}. Make one with: lettersdesk new-key")
    except OSError as error:
        wrong.append(f"The particulars key in {instance} can't be read or made: {error.strerror}.")
    return unusable


_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?P<port>:[0-9]{1,5})?")
_USUAL_PORTS = {"http": ":80", "https": ":443"}


def _base_url(environment: Mapping[str, str], wrong: list[str]) -> str:
    given = environment.get("LETTERSDESK_BASE_URL", "").rstrip("/")
    if not given:
        return ""
    origin = _ORIGIN.fullmatch(given.lower())
    if origin is None:
        wrong.append(
            f"LETTERSDESK_BASE_URL is “{given}”; it has to be like https://letters.example.com, with no path."
        )
        return given
    # As browsers write it, who bind a passkey to it sign by sign.
    port = "" if origin["port"] == _USUAL_PORTS[origin["scheme"]] else origin["port"] or ""
    return f"{origin['scheme']}://{origin['host']}{port}"


def _mail_server(environment: Mapping[str, str], wrong: list[str]) -> MailServer | None:
    given = environment.get("LETTERSDESK_SMTP_URL")
    if not given:
        return None
    try:
        return MailServer.from_url(given)
    except MailAddressError as error:
        # The value isn't repeated: it may hold a password.
        wrong.append(f"LETTERSDESK_SMTP_URL {error}.")
        return None


_LIMITER = re.compile(r"memory://|rediss?(\+sentinel|\+cluster)?://.+")


def _limiter_url(environment: Mapping[str, str], wrong: list[str]) -> str:
    given = environment.get("LETTERSDESK_LIMITER_URL") or "memory://"
    if not _LIMITER.fullmatch(given):
        wrong.append("LETTERSDESK_LIMITER_URL has to be memory:// or start with redis://.")
    elif given != "memory://" and importlib.util.find_spec("redis") is None:
        wrong.append("LETTERSDESK_LIMITER_URL names Redis; install its client with: pip install redis")
    return given


def _on_or_off(environment: Mapping[str, str], name: str, wrong: list[str]) -> bool:
    given = environment.get(name) or "on"
    if given not in {"on", "off"}:
        wrong.append(f"{name} is “{given}”; it has to be on or off.")
    return given != "off"


def _log_level(environment: Mapping[str, str], wrong: list[str]) -> str:
    given = environment.get("LETTERSDESK_LOG_LEVEL") or "info"
    if given not in LOG_LEVELS:
        wrong.append(f"LETTERSDESK_LOG_LEVEL is “{given}”; it has to be one of {', '.join(LOG_LEVELS)}.")
    return given


def _metrics_token(environment: Mapping[str, str], wrong: list[str]) -> str:
    given = environment.get("LETTERSDESK_METRICS_TOKEN") or ""
    if given and len(given) < SHORTEST_SECRET:
        wrong.append(
            f"LETTERSDESK_METRICS_TOKEN has {len(given)} characters; it needs at least {SHORTEST_SECRET}."
        )
    return given


def _number(
    environment: Mapping[str, str],
    name: str,
    wrong: list[str],
    *,
    least: int,
    otherwise: int,
    most: int = MOST,
) -> int:
    given = environment.get(name)
    if not given:
        return otherwise
    if re.fullmatch(r"[0-9]{1,7}", given) and least <= int(given) <= most:
        return int(given)
    wrong.append(f"{name} is “{given}”; it has to be a whole number from {least} to {most}.")
    return otherwise
