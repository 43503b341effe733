"""A real PostgreSQL, private to the tests."""

import os
import pwd
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.services.postgres_programs import copied_from_package, find_programs

_PORT = 5432
_APPLICATION_ROLE = "letters"
_SECONDS_TO_START_OR_STOP = 60
# The kernel takes 107 bytes for the address of a Unix socket; PostgreSQL refuses more.
_LONGEST_SOCKET = 100

# fsync stays on: a test of "acknowledged means durable" would be worth nothing without it.
_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
port = {port}
fsync = on
shared_buffers = 32MB
timezone = 'UTC'
log_timezone = 'UTC'
"""

# Waits for the end of its input, which comes however the tests end, kill -9 included.
_CLEAR_AWAY = """
cat >/dev/null
"$1/pg_ctl" stop -D "$2/data" -m immediate -w
rm -rf "$2"
"""


@dataclass(frozen=True)
class PostgresServer:
    """A server of the tests' own, reached through a Unix socket in its private folder."""

    folder: Path
    programs: Path
    uid: int | None
    gid: int | None

    @property
    def data(self) -> Path:
        """The folder that holds the databases."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server wrote about itself."""
        return self.folder / "server.log"

    def create_database(self, tablespace: str = "pg_default") -> str:
        """Make an empty database that nobody else uses, and give its SQLAlchemy URL.

        Its owner is a plain role, as in an installation, and not the superuser.
        """
        name = f"letters_{uuid.uuid4().hex[:12]}"
        self._as_superuser(
            sql.SQL("CREATE DATABASE {} OWNER {} TABLESPACE {}").format(
                sql.Identifier(name), sql.Identifier(_APPLICATION_ROLE), sql.Identifier(tablespace)
            )
        )
        where = f"host={quote(str(self.folder))}&port={_PORT}"
        return f"postgresql+psycopg://{_APPLICATION_ROLE}@/{name}?{where}"

    def drop_database(self, url: str) -> None:
        """Remove a database made by `create_database`, ending whatever is still connected."""
        name = make_url(url).database or ""
        self._as_superuser(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def tablespace(self, folder: Path) -> Iterator[str]:
        """Let databases be made in ``folder``, which is empty, and give the name of the place."""
        name = f"place_{uuid.uuid4().hex[:12]}"
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)
        self._as_superuser(
            sql.SQL("CREATE TABLESPACE {} LOCATION {}").format(sql.Identifier(name), sql.Literal(str(folder)))
        )
        try:
            yield name
        finally:
            self._as_superuser(sql.SQL("DROP TABLESPACE {}").format(sql.Identifier(name)))

    def limit_connections(self, url: str, most: int) -> None:
        """Let only so many be connected to a database at once; -1 takes the limit away."""
        name = sql.Identifier(make_url(url).database or "")
        self._as_superuser(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(name, sql.Literal(most)))

    def start(self) -> None:
        """Start the server and return when it takes connections."""
        self._control("start")

    def stop(self) -> None:
        """Stop the server, ending every connection to it, and return when it is gone."""
        self._control("stop", "--mode=fast")

    def restart(self) -> None:
        """Stop the server and start it again: every connection to it is lost."""
        self._control("restart", "--mode=fast")

    def crash(self) -> None:
        """Stop the server in the middle of everything, and start it again; it recovers from its log."""
        self._control("restart", "--mode=immediate")

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Let the server do nothing for as long as the block lasts, with every connection left open."""
        processes = self._processes()
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)

    def _processes(self) -> list[int]:
        postmaster = int((self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        # It makes no more once it stands still itself.
        os.kill(postmaster, signal.SIGSTOP)
        listed = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="utf-8")
        return [postmaster, *map(int, listed.split())]

    def prepare(self) -> None:
        """Make the server's files, start it, and let the application's role in."""
        self._run(
            "initdb",
            f"--pgdata={self.data}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(_SETTINGS.format(folder=self.folder, port=_PORT))
        self.start()
        self._as_superuser(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(_APPLICATION_ROLE)))

    @contextmanager
    def cleared_away_afterwards(self) -> Iterator[None]:
        """Stop the server and remove its folder when the block ends, or when this process does."""
        undertaker = subprocess.Popen(
            ["/bin/sh", "-c", _CLEAR_AWAY, "sh", self.programs, self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            # Its own session, so that Ctrl-C in the terminal does not end it first.
            start_new_session=True,
            user=self.uid,
            group=self.gid,
            extra_groups=self._extra_groups(),
        )
        try:
            yield
        finally:
            undertaker.communicate(timeout=_SECONDS_TO_START_OR_STOP)

    def _control(self, *arguments: str) -> None:
        self._run(
            "pg_ctl",
            *arguments,
            f"--pgdata={self.data}",
            f"--log={self.log}",
            f"--timeout={_SECONDS_TO_START_OR_STOP}",
            "--wait",
        )

    def _run(self, program: str, *arguments: str) -> None:
        try:
            subprocess.run(
                [self.programs / program, *arguments],
                check=True,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                # The tests' own folder may be closed to the server's account.
                cwd=self.folder,
                # Without PGDATA, PGPORT and the like of whoever runs the tests.
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
                user=self.uid,
                group=self.gid,
                extra_groups=self._extra_groups(),
            )
        except subprocess.CalledProcessError as failure:
            failure.add_note(str(failure.stdout))
            if self.log.exists():
                failure.add_note(self.log.read_text(encoding="utf-8", errors="replace"))
            raise

    def _extra_groups(self) -> list[str | int] | None:
        return None if self.uid is None else []

    def _as_superuser(self, statement: sql.Composed) -> None:
        with psycopg.connect(
            host=str(self.folder), port=_PORT, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Run a PostgreSQL for as long as the block lasts, and leave nothing of it behind.

    Raises PostgresMissing where there is none to run.
    """
    found = find_programs()
    with tempfile.TemporaryDirectory(prefix="ld-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _refuse_long_socket(folder)
        programs = copied_from_package(found, folder)
        uid, gid = _give_to_unprivileged(folder)
        server = PostgresServer(folder, programs, uid, gid)
        with server.cleared_away_afterwards():
            server.prepare()
            yield server


def _give_to_unprivileged(folder: Path) -> tuple[int | None, int | None]:
    """Hand the folder to an unprivileged account when we are root: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None, None
    account = pwd.getpwnam("nobody")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)
    return account.pw_uid, account.pw_gid


def _refuse_long_socket(folder: Path) -> None:
    socket = folder / f".s.PGSQL.{_PORT}"
    if len(os.fsencode(socket)) > _LONGEST_SOCKET:
        raise OSError(f"{socket} is too long a path for a Unix socket: set TMPDIR to a shorter one")
