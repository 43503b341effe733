"""Settings of one installation: reading and checking the ``LETTERSDESK_…`` environment variables; an error.

Commands that need no database read `LETTERSDESK_PAPERS` alone, by `webapp.installation.papers`.
"""

import importlib.util
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from webapp.installation.house import House
from webapp.installation.instance_folder import (
    PARTICULARS_KEY_FILE,
    SECRET_KEY_FILE,
    UNEXPANDED,
    create_private_folder,
    instance_folder,
    is_unexpanded,
    read_or_create_secret,
)
from webapp.installation.package import installed_program
from webapp.installation.papers import read_policies
from webapp.installation.setting_names import unknown_setting_errors
from webapp.messages.server_urls import ENCODING_HINT, ServerUrlError, split_server_url
from webapp.messages.smtp import MailAddressError, MailServer
from webapp.rules.policy import Policy, policies_by_slug
from webapp.store.seal import KEY_BYTES, KeyRefusedError, Seal, new_key

MIN_SECRET_LENGTH = 16
"""Characters of the secret key and of the metrics token."""
WORKERS = 2
"""Default number of server processes: one serves while the other restarts, and each can use one processor."""
MAX_WORKERS = 64
POSTGRES_DRIVER = "postgresql+psycopg"
POSTGRES_NAMES = frozenset({"postgresql", "postgres", POSTGRES_DRIVER})
"""What the URL of a PostgreSQL database may begin with."""
LOG_LEVELS = ("debug", "info", "warning", "error")

EXAMPLE_SQLITE_URL = "sqlite:////var/lib/letters/letters.db"
MEMORY = "memory://"
"""`Settings.limiter_url` where no Redis counts the rate limits."""
BUSY_FROM = 60
"""Default of `Settings.busy_from`: more letters a minute than any paper gets on an ordinary day."""
MAX_NUMBER = 1_000_000
"""The default upper limit of a setting that is a number."""


class SettingsError(Exception):
    """Settings that the application can't start with; the message has a line about each error.

    ``sentences`` has these lines one by one.
    """

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of an installation; immutable.

    Attributes:
        database_url: The database, SQLite or PostgreSQL.
        secret_key: Signs session cookies and links, and keys the digests of clients and submissions.
        seal: Encrypts and decrypts people's particulars.
        policies: The policies of the papers served, in the order of their titles.
        base_url: Scheme, host and port as readers see them, without a slash at the end.
        mail_server: The SMTP server; messages wait in the outbox where there is none.
        limiter_url: Where rate limits are counted: `MEMORY` (on this machine alone) or a Redis URL.
        limits_file: The file in which the server processes of this machine count rate limits together,
            without Redis or while it can't be reached; not read from the environment. Without one each
            process counts by itself.
        rate_limits: Whether rate limits apply at all.
        workers: The number of server processes.
        log_level: The lowest level that is logged, one of `LOG_LEVELS`.
        metrics_token: Bearer token of the metrics page; without one only this machine may read it.
        metrics_folder: The folder in which the server processes share their metrics; not read from the
            environment.
        busy_from: Letters a minute from which on each must carry a proof of work; counted as rate limits are.
        trusted_proxies: The number of reverse proxies before the server that set X-Forwarded-For.
        is_demo: Whether the database is a temporary one with sample letters; not read from the environment.
    """

    database_url: URL
    secret_key: str = field(repr=False)
    seal: Seal
    policies: tuple[Policy, ...]
    base_url: str = "http://127.0.0.1:8000"
    mail_server: MailServer | None = None
    limiter_url: str = field(default=MEMORY, repr=False)
    limits_file: Path | None = None
    rate_limits: bool = True
    workers: int = WORKERS
    log_level: str = "info"
    metrics_token: str = field(default="", repr=False)
    metrics_folder: Path | None = None
    busy_from: int = BUSY_FROM
    trusted_proxies: int = 0
    is_demo: bool = False

    @property
    def house(self) -> House:
        """All papers taken together."""
        return House(self.policies, self.base_url)

    @property
    def common_country(self) -> str:
        """The country of all papers (ISO 3166-1); empty if they are of several, or there is no paper."""
        countries = {policy.paper.country for policy in self.policies}
        return countries.pop() if len(countries) == 1 else ""

    @property
    def is_https(self) -> bool:
        """Whether readers use HTTPS; it decides on secure cookies and HSTS."""
        return self.base_url.startswith("https://")

    def policy(self, slug: str) -> Policy | None:
        """Return the policy of the paper that ``slug`` names or named; None where no such paper is served."""
        return next((policy for policy in self.policies if slug in policy.paper.slugs), None)

    @property
    def policies_by_slug(self) -> dict[str, Policy]:
        """The policies by the slugs of their papers, the former slugs too."""
        return policies_by_slug(self.policies)

    @property
    def titles_by_slug(self) -> dict[str, str]:
        """The titles of the papers by their slugs, the former slugs too."""
        return {slug: policy.paper.title for slug, policy in self.policies_by_slug.items()}

    def local_date(self, moment: datetime, slug: str) -> date:
        """Return the date of ``moment`` at the paper that ``slug`` names or named; in UTC without one."""
        policy = self.policy(slug)
        return policy.paper.local_date(moment) if policy else moment.astimezone(UTC).date()


def read_settings(
    environment: Mapping[str, str] = os.environ, *, default_base_url: str = "http://127.0.0.1:8000"
) -> Settings:
    """Read the settings from ``environment``.

    At the first start this creates the folder of a SQLite database and, in the instance folder, the files of
    the keys that are not set; also if another setting is wrong. With PostgreSQL both keys must be set. An
    empty variable counts as not set, except LETTERSDESK_SECRET_KEY. No connection is opened.

    Args:
        environment: The environment variables.
        default_base_url: The base URL where LETTERSDESK_BASE_URL is not set.

    Raises:
        SettingsError: at least one setting is wrong, and the message names all that are. Where a variable is
            named like a setting and is none, or the instance folder isn't clear, nothing is created.
    """
    if unknown := unknown_setting_errors(environment):
        # At once: what follows would create things in places that nobody meant.
        raise SettingsError(unknown)
    if is_unexpanded(environment.get("LETTERSDESK_INSTANCE", "")):
        raise SettingsError([f"LETTERSDESK_INSTANCE {UNEXPANDED}."])
    errors: list[str] = []
    instance = instance_folder(environment)
    database_url = _database_url(environment, instance, errors)
    settings = Settings(
        database_url=database_url,
        secret_key=_secret_key(environment, instance, database_url, errors),
        seal=_seal(environment, instance, database_url, errors),
        policies=read_policies(environment, errors),
        base_url=_base_url(environment, errors) or default_base_url,
        mail_server=_mail_server(environment, errors),
        limiter_url=_limiter_url(environment, errors),
        rate_limits=_on_or_off(environment, "LETTERSDESK_RATE_LIMITS", errors),
        workers=_number(
            environment, "LETTERSDESK_WORKERS", errors, minimum=1, maximum=MAX_WORKERS, default=WORKERS
        ),
        log_level=_log_level(environment, errors),
        metrics_token=_metrics_token(environment, errors),
        busy_from=_number(environment, "LETTERSDESK_BUSY_FROM", errors, minimum=1, default=BUSY_FROM),
        trusted_proxies=_number(environment, "LETTERSDESK_TRUSTED_PROXIES", errors, minimum=0, default=0),
    )
    if errors:
        raise SettingsError(errors)
    return settings


def existing_database_url(environment: Mapping[str, str] = os.environ) -> URL | None:
    """Return the URL of the database that the settings name; ``None`` if it is invalid, or of a missing file.

    Nothing is created, and no connection is opened: a PostgreSQL database may be missing or unreachable.
    """
    given = environment.get("LETTERSDESK_DATABASE_URL")
    try:
        url = make_url(given or _embedded_url(instance_folder(environment)))
    except (ArgumentError, ValueError):
        return None
    if url.drivername == "sqlite":
        return url if url.database and Path(url.database).is_file() else None
    return url.set(drivername=POSTGRES_DRIVER) if url.drivername in POSTGRES_NAMES else None


def _embedded_url(instance: Path) -> URL:
    return URL.create("sqlite", database=str(instance / "letters.db"))


def _database_url(environment: Mapping[str, str], instance: Path, errors: list[str]) -> URL:
    embedded = _embedded_url(instance)
    given = environment.get("LETTERSDESK_DATABASE_URL")
    if not given:
        return _with_folder(embedded, errors)
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        # The value isn't repeated: it may hold a password. ValueError: the port is no number.
        errors.append(f"LETTERSDESK_DATABASE_URL is not a database address such as {EXAMPLE_SQLITE_URL}.")
        return embedded
    if url.drivername == "sqlite":
        return _sqlite_url(url, given, errors)
    if url.drivername in POSTGRES_NAMES:
        if "@" in f"{url.host}{url.database}":
            errors.append(f"LETTERSDESK_DATABASE_URL can’t be read: {ENCODING_HINT}.")
        return url.set(drivername=POSTGRES_DRIVER)
    errors.append(
        f"LETTERSDESK_DATABASE_URL starts with {url.drivername}://; it has to start with sqlite:/// or "
        "postgresql+psycopg://."
    )
    return embedded


def _sqlite_url(url: URL, given: str, errors: list[str]) -> URL:
    if url.host:
        errors.append(
            "LETTERSDESK_DATABASE_URL has two slashes after “sqlite:”; write four before the path of a file, "
            f"such as {EXAMPLE_SQLITE_URL}, or three for one in the current folder."
        )
    elif "?" in given:
        errors.append("LETTERSDESK_DATABASE_URL has a “?”; in the path of a file write it as %3F.")
    elif not url.database or url.database == ":memory:":
        errors.append(
            f"LETTERSDESK_DATABASE_URL has to name a file, such as {EXAMPLE_SQLITE_URL}; a store in memory "
            "forgets letters."
        )
    elif is_unexpanded(url.database):
        errors.append(f"LETTERSDESK_DATABASE_URL {UNEXPANDED}.")
    elif Path(url.database).is_dir():
        errors.append("LETTERSDESK_DATABASE_URL names a folder; add the name of a file in it.")
    else:
        return _with_folder(url, errors)
    return url


def _with_folder(url: URL, errors: list[str]) -> URL:
    """Create the folder of a SQLite file and return the URL with the absolute path."""
    folder = Path(url.database or "").absolute().parent
    try:
        create_private_folder(folder)
    except OSError as error:
        errors.append(f"The folder {folder} for the store can't be made: {error.strerror}.")
        return url
    if not os.access(folder, os.W_OK):
        errors.append(f"The folder {folder} for the store can't be written to.")
    return url.set(database=str(Path(url.database or "").absolute()))


def _secret_key(environment: Mapping[str, str], instance: Path, database_url: URL, errors: list[str]) -> str:
    given = environment.get("LETTERSDESK_SECRET_KEY")
    if given is not None:
        if len(given) < MIN_SECRET_LENGTH:
            errors.append(
                f"LETTERSDESK_SECRET_KEY needs at least {MIN_SECRET_LENGTH} characters. "
                'Make one with: python3 -c "import secrets; print(secrets.token_hex())"'
            )
        return given
    if database_url.drivername != "sqlite":
        errors.append(
            "LETTERSDESK_SECRET_KEY is missing. Every process that serves the papers needs the same one. "
            'Make it with: python3 -c "import secrets; print(secrets.token_hex())"'
        )
        return ""
    file = instance / SECRET_KEY_FILE
    try:
        secret = read_or_create_secret(file)
    except OSError as error:
        errors.append(f"The secret key in {instance} can't be read or made: {error.strerror}.")
        return ""
    except UnicodeDecodeError:
        errors.append(f"{file} is no secret key: it has other characters than a key has.")
        return ""
    if len(secret) < MIN_SECRET_LENGTH:
        errors.append(f"The secret key in {file} needs at least {MIN_SECRET_LENGTH} characters.")
    return secret


def _seal(environment: Mapping[str, str], instance: Path, database_url: URL, errors: list[str]) -> Seal:
    given = environment.get("LETTERSDESK_PARTICULARS_KEY")
    placeholder = Seal([bytes(KEY_BYTES)])
    if not given and database_url.drivername != "sqlite":
        errors.append(
            "LETTERSDESK_PARTICULARS_KEY is missing. Without it nobody's address can be kept or read. "
            f"Make it with: {installed_program('lettersdesk')} new-key"
        )
        return placeholder
    try:
        return Seal.from_text(given or read_or_create_secret(instance / PARTICULARS_KEY_FILE, new_key))
    except KeyRefusedError as error:
        # The value isn't repeated: whoever has it can read everybody's address.
        program = installed_program("lettersdesk")
        errors.append(f"LETTERSDESK_PARTICULARS_KEY is no key: {error}. Make one with: {program} new-key")
    except UnicodeDecodeError:
        errors.append(f"{instance / PARTICULARS_KEY_FILE} is no key: it has other characters than a key has.")
    except OSError as error:
        errors.append(f"The particulars key in {instance} can't be read or made: {error.strerror}.")
    return placeholder


_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?P<port>:[0-9]{1,5})?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def _base_url(environment: Mapping[str, str], errors: list[str]) -> str:
    given = environment.get("LETTERSDESK_BASE_URL", "").rstrip("/")
    if not given:
        return ""
    origin = _ORIGIN.fullmatch(given.lower())
    if origin is None:
        errors.append(
            f"LETTERSDESK_BASE_URL is “{given}”; it has to be like https://letters.example.com, with no path."
        )
        return given
    # As browsers write the origin: they compare it exactly when they verify a passkey.
    port = "" if origin["port"] == _DEFAULT_PORTS[origin["scheme"]] else origin["port"] or ""
    return f"{origin['scheme']}://{origin['host']}{port}"


def _mail_server(environment: Mapping[str, str], errors: list[str]) -> MailServer | None:
    given = environment.get("LETTERSDESK_SMTP_URL")
    if not given:
        return None
    try:
        return MailServer.from_url(given)
    except MailAddressError as error:
        # The value isn't repeated: it may hold a password.
        errors.append(f"LETTERSDESK_SMTP_URL {error}.")
        return None


_LIMITER_URL = re.compile(r"memory://|rediss?(\+sentinel|\+cluster)?://.+")
_REDIS_URL = re.compile(r"rediss?://")
_REDIS_TAIL = re.compile(r"(/[0-9]*)?(\?[^#]*)?")
"""The number of a database, and options."""


def _limiter_url(environment: Mapping[str, str], errors: list[str]) -> str:
    given = environment.get("LETTERSDESK_LIMITER_URL") or MEMORY
    if not _LIMITER_URL.fullmatch(given):
        errors.append("LETTERSDESK_LIMITER_URL has to be memory:// or start with redis://.")
    elif given != MEMORY and importlib.util.find_spec("redis") is None:
        pip = installed_program("pip")
        errors.append(f"LETTERSDESK_LIMITER_URL names Redis; install its client with: {pip} install redis")
    elif _REDIS_URL.match(given):
        try:
            split_server_url(given, tail=_REDIS_TAIL)
        except ServerUrlError as error:
            # The value isn't repeated: it may hold a password.
            errors.append(f"LETTERSDESK_LIMITER_URL {error}.")
    return given


def _on_or_off(environment: Mapping[str, str], name: str, errors: list[str]) -> bool:
    given = environment.get(name) or "on"
    if given not in {"on", "off"}:
        errors.append(f"{name} is “{given}”; it has to be on or off.")
    return given != "off"


def _log_level(environment: Mapping[str, str], errors: list[str]) -> str:
    given = environment.get("LETTERSDESK_LOG_LEVEL") or "info"
    if given not in LOG_LEVELS:
        errors.append(f"LETTERSDESK_LOG_LEVEL is “{given}”; it has to be one of {', '.join(LOG_LEVELS)}.")
    return given


def _metrics_token(environment: Mapping[str, str], errors: list[str]) -> str:
    given = environment.get("LETTERSDESK_METRICS_TOKEN") or ""
    if given and len(given) < MIN_SECRET_LENGTH:
        errors.append(f"LETTERSDESK_METRICS_TOKEN needs at least {MIN_SECRET_LENGTH} characters.")
    return given


def _number(
    environment: Mapping[str, str],
    name: str,
    errors: list[str],
    *,
    minimum: int,
    default: int,
    maximum: int = MAX_NUMBER,
) -> int:
    given = environment.get(name)
    if not given:
        return default
    if re.fullmatch(r"[0-9]{1,7}", given) and minimum <= int(given) <= maximum:
        return int(given)
    errors.append(f"{name} is “{given}”; it has to be a whole number from {minimum} to {maximum}.")
    return default
