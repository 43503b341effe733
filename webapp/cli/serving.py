"""Commands `run` (web server and background worker), `worker` (that alone) and `demo` (with sample letters).

`run` and `worker` migrate the database's schema first, and create what `read_settings` does at a first start.
`demo` reads no settings but LETTERSDESK_RATE_LIMITS and keeps nothing.
"""

import os
import secrets
import signal
import socket
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy.engine import URL

from webapp.accounts.administration import add_editor
from webapp.app import MAX_REQUEST_BYTES, create_app
from webapp.cli.opening import migrate_and_open_database, settings_or_give_up
from webapp.cli.output import give_up
from webapp.cli.paper_choice import give_up_if_setting_unknown
from webapp.cli.policy_notices import language_notice, unserved_paper_lines
from webapp.installation.background_worker import BackgroundWorker
from webapp.installation.clock import now
from webapp.installation.instance_folder import PARTICULARS_KEY_FILE, instance_folder
from webapp.installation.papers import BUNDLED_PAPERS
from webapp.installation.server import serve
from webapp.installation.settings import Settings
from webapp.installation.temporary_folders import temporary_folder
from webapp.letters.editing.workflow import Actor
from webapp.monitoring.logs import configure_logs
from webapp.rules.policy.loading import load_policies
from webapp.sample.editors import add_colleagues
from webapp.sample.letters import add_sample_letters
from webapp.store.database import StoreAwayError
from webapp.store.models import Role
from webapp.store.seal import Seal, new_key
from webapp.web import health
from webapp.web.limit_storage import FileStorage
from webapp.web.services import services

LOOPBACK = "127.0.0.1"
HIGHEST_PORT = 65535
DEMO_EDITOR = "editor@example.com"

port_option = click.option(
    "--port", type=click.IntRange(1, HIGHEST_PORT), default=8000, show_default=True, help="Port to serve at."
)


@click.command()
@port_option
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to serve at.")
def run(port: int, host: str) -> None:
    """Serve the reader's form and the desk."""
    address = f"http://{_url_host(host)}:{port}"
    settings = settings_or_give_up(default_base_url=address)
    _give_up_if_port_in_use(host, port)
    unserved = _migrate_and_find_unserved_papers(settings)
    click.echo(f"Letters Desk serves {_paper_titles(settings)} at {address}/ and {address}/desk/.")
    click.echo(_what_belongs_in_front(settings))
    _print_missing_settings(settings)
    _print_policy_notices(settings, unserved)
    if settings.mail_server and not os.environ.get("LETTERSDESK_BASE_URL"):
        click.echo(f"LETTERSDESK_BASE_URL is not set: links in messages lead to {address}.")
    _serve(settings, host, port)


@click.command()
def worker() -> None:
    """Deliver messages and tidy up, as a process of its own."""
    settings = settings_or_give_up()
    configure_logs(settings.log_level)
    unserved = _migrate_and_find_unserved_papers(settings)
    _print_missing_settings(settings)
    _print_policy_notices(settings, unserved)
    background_worker = BackgroundWorker(settings)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    background_worker.start()
    stopped.wait()
    background_worker.stop()


@click.command()
@port_option
def demo(port: int) -> None:
    """Serve the product on a throwaway store filled with sample letters."""
    give_up_if_setting_unknown()
    _give_up_if_port_in_use(LOOPBACK, port)
    with temporary_folder("lettersdesk-demo-") as folder:
        settings = _demo_settings(folder, port)
        password = secrets.token_urlsafe(9)
        letters = _add_sample_data(settings, password)
        click.echo(
            f"{letters} sample letters are in a throwaway store; it goes when you press Ctrl+C.\n\n"
            f"  The reader's form   http://{LOOPBACK}:{port}/\n"
            f"  The editors' desk   http://{LOOPBACK}:{port}/desk/\n"
            f"  Sign in with        {DEMO_EDITOR}\n"
            f"  and the password    {password}\n"
        )
        _serve(settings, LOOPBACK, port)


def _print_missing_settings(settings: Settings) -> None:
    if not os.environ.get("LETTERSDESK_PARTICULARS_KEY"):
        key = instance_folder(os.environ) / PARTICULARS_KEY_FILE
        click.echo(
            f"The key to everybody’s address is in {key}: keep a copy "
            "of it apart from the store. Without it nobody can read them, and with it anybody can."
        )
    if settings.mail_server is None:
        click.echo("LETTERSDESK_SMTP_URL is not set: messages to writers wait until it is.")


def _migrate_and_find_unserved_papers(settings: Settings) -> list[str]:
    """Migrate the database, and return the lines about letters of papers that no policy has."""
    database = migrate_and_open_database(settings)
    try:
        return list(unserved_paper_lines(database, settings.policies))
    except StoreAwayError:
        # It answered just now; serving says itself that it is away.
        return []
    finally:
        database.dispose()


def _print_policy_notices(settings: Settings, unserved: Sequence[str]) -> None:
    for policy in settings.policies:
        if notice := language_notice(policy):
            click.echo(f"{policy.paper.title}: {notice}")
    for line in unserved:
        click.echo(line, err=True)


def _serve(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, with logs on standard error, and folders for what the workers share."""
    configure_logs(settings.log_level)
    with (
        temporary_folder("lettersdesk-metrics-") as metrics,
        temporary_folder("lettersdesk-limits-") as limits,
    ):
        shared = replace(settings, metrics_folder=metrics, limits_file=limits / "counts")
        # Before the workers are forked, so that they don't create it at once and in each other's way.
        FileStorage(limits / "counts")
        serve(
            lambda: create_app(shared),
            lambda: BackgroundWorker(shared),
            host=host,
            port=port,
            workers=settings.workers,
            max_body_bytes=MAX_REQUEST_BYTES,
            own_threads=health.PATHS,
        )


def _what_belongs_in_front(settings: Settings) -> str:
    """Return the sentence on what has to stand between this server and readers."""
    if settings.trusted_proxies:
        return "It trusts the proxy in front of it for readers’ addresses: let nobody else reach this port."
    if settings.is_https:
        return (
            "LETTERSDESK_BASE_URL begins with https: a proxy in front has to encrypt connections, and "
            "LETTERSDESK_TRUSTED_PROXIES has to count it, or all readers count as one."
        )
    return (
        "It needs nothing in front on this machine; readers elsewhere need a proxy that encrypts connections."
    )


def _paper_titles(settings: Settings) -> str:
    return ", ".join(policy.paper.title for policy in settings.policies)


def _give_up_if_port_in_use(host: str, port: int) -> None:
    """Check the port before anything is printed or created; gunicorn itself would retry for seconds."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        give_up(f"Port {port} at {host} can’t be served at: {error.strerror or error}.")


def _url_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _demo_settings(folder: Path, port: int) -> Settings:
    return Settings(
        base_url=f"http://{LOOPBACK}:{port}",
        database_url=URL.create("sqlite", database=str(folder / "letters.db")),
        secret_key=secrets.token_hex(),
        seal=Seal.from_text(new_key()),
        policies=load_policies(BUNDLED_PAPERS),
        # Keeps the printed URLs and the password from scrolling out of sight.
        log_level="warning",
        # The only setting that the demo reads: load tests and security scanners turn rate limits off.
        rate_limits=os.environ.get("LETTERSDESK_RATE_LIMITS") != "off",
        is_demo=True,
    )


def _add_sample_data(settings: Settings, password: str) -> int:
    """Create the demo's accounts and letters in its database; return the number of letters."""
    database = migrate_and_open_database(settings)
    editor_id = add_editor(
        database, email=DEMO_EDITOR, name="Dana", role=Role.CHIEF, password=password, now=now()
    )
    add_colleagues(database, by_id=editor_id, now=now())
    app = create_app(settings, database)
    with app.app_context():
        letters = add_sample_letters(
            database, services().intake, settings.policies[0], by=Actor(editor_id, Role.CHIEF), now=now()
        )
    database.dispose()
    return letters
