"""A PostgreSQL server for the tests: start, stop, crash, suspend, create databases; removed afterwards."""

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
from sqlalchemy import URL, make_url

from tests.services.postgres_programs import copied_from_package, find_programs

_PORT = 5432
_APPLICATION_ROLE = "letters"
_SECONDS_TO_START_OR_STOP = 60
# Linux allows 107 bytes for the path of a Unix socket; PostgreSQL refuses more.
_MAX_SOCKET_PATH = 100

_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
port = {port}
fsync = {fsync}
shared_buffers = 32MB
timezone = 'UTC'
log_timezone = 'UTC'
"""

# Waits until its standard input is closed: the kernel does that however the tests end, also by kill -9.
_CLEANUP_SCRIPT = """
cat >/dev/null
"$1/pg_ctl" stop -D "$2/data" -m immediate -w
rm -rf "$2"
"""


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL server that listens on a Unix socket in its own temporary folder.

    Attributes:
        folder: The folder with its data, log and socket.
        programs: The folder with ``initdb``, ``pg_ctl`` and ``postgres``.
        uid: The user ID that it runs as; None for that of the tests.
        gid: The group ID that it runs as; None for that of the tests.
    """

    folder: Path
    programs: Path
    uid: int | None
    gid: int | None
    syncs: bool

    @property
    def data(self) -> Path:
        """The data directory (PGDATA)."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.folder / "server.log"

    def create_database(self, tablespace: str = "pg_default", *, encoding: str = "UTF8") -> str:
        """Create an empty database with a random name and return its SQLAlchemy URL.

        Its owner is an ordinary role, as in an installation, not the superuser.
        """
        return self._create_database(
            sql.SQL("TEMPLATE template0 TABLESPACE {} ENCODING {} LOCALE {}").format(
                sql.Identifier(tablespace),
                sql.Literal(encoding),
                sql.Literal("C.UTF-8" if encoding == "UTF8" else "C"),
            )
        )

    def copy_database(self, url: str | URL) -> str:
        """Create a copy of a database that nobody is connected to, and return its SQLAlchemy URL."""
        original = sql.Identifier(make_url(url).database or "")
        return self._create_database(sql.SQL("TEMPLATE {}").format(original))

    def configure_database(self, url: str, statement: str) -> None:
        """Execute ``ALTER DATABASE`` with the rest of a statement, which is a constant of a test."""
        name = sql.Identifier(make_url(url).database or "")
        self._as_superuser(sql.SQL("ALTER DATABASE {} {}").format(name, sql.SQL(statement)))

    def drop_database(self, url: str) -> None:
        """Drop a database that `create_database` has created, and end the connections to it."""
        name = make_url(url).database or ""
        self._as_superuser(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def tablespace(self, folder: Path) -> Iterator[str]:
        """Create a tablespace in an empty folder and yield its name; drop it at the end of the block."""
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
        """Limit the number of connections to a database; -1 removes the limit."""
        name = sql.Identifier(make_url(url).database or "")
        self._as_superuser(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(name, sql.Literal(most)))

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        self._control("start")

    def stop(self) -> None:
        """Stop the server, which ends all connections, and wait until it has ended."""
        self._control("stop", "--mode=fast")

    def restart(self) -> None:
        """Stop the server and start it again; all connections are lost."""
        self._control("restart", "--mode=fast")

    def crash(self) -> None:
        """Stop the server without a clean shutdown and start it again; it recovers from its log (WAL)."""
        self._control("restart", "--mode=immediate")

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Suspend all processes of the server (SIGSTOP) until the end of the block; connections stay open."""
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
        # Suspended first, so that it starts no more processes.
        os.kill(postmaster, signal.SIGSTOP)
        listed = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="utf-8")
        return [postmaster, *map(int, listed.split())]

    def prepare(self) -> None:
        """Run initdb, start the server, and create the application's role."""
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
            settings.write(
                _SETTINGS.format(folder=self.folder, port=_PORT, fsync="on" if self.syncs else "off")
            )
        self.start()
        self._as_superuser(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(_APPLICATION_ROLE)))

    @contextmanager
    def removed_afterwards(self) -> Iterator[None]:
        """Stop the server and remove its folder when the block or this process ends, even if it is killed."""
        cleanup = subprocess.Popen(
            ["/bin/sh", "-c", _CLEANUP_SCRIPT, "sh", self.programs, self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            # A session of its own, so that Ctrl-C in the terminal is not sent to it as well.
            start_new_session=True,
            user=self.uid,
            group=self.gid,
            extra_groups=self._extra_groups(),
        )
        try:
            yield
        finally:
            cleanup.communicate(timeout=_SECONDS_TO_START_OR_STOP)

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
                # The server's account may not be able to enter the tests' working directory.
                cwd=self.folder,
                # Without the PGDATA, PGPORT etc. of whoever runs the tests.
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

    def _create_database(self, options: sql.Composed) -> str:
        name = f"letters_{uuid.uuid4().hex[:12]}"
        self._as_superuser(
            sql.SQL("CREATE DATABASE {} OWNER {} {}").format(
                sql.Identifier(name), sql.Identifier(_APPLICATION_ROLE), options
            )
        )
        where = f"host={quote(str(self.folder))}&port={_PORT}"
        return f"postgresql+psycopg://{_APPLICATION_ROLE}@/{name}?{where}"

    def _as_superuser(self, statement: sql.Composed) -> None:
        with psycopg.connect(
            host=str(self.folder), port=_PORT, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)


@contextmanager
def running_postgres(*, syncs: bool = True) -> Iterator[PostgresServer]:
    """Run a new PostgreSQL server until the end of the block, and remove its files.

    Args:
        syncs: Whether it waits for the disk (fsync): durability tests would prove nothing without it, and all
            other tests are faster.

    Raises:
        PostgresMissingError: no PostgreSQL programs were found.
        OSError: the temporary folder's path is too long for a Unix socket.
    """
    found = find_programs()
    with tempfile.TemporaryDirectory(prefix="ld-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _refuse_long_socket(folder)
        programs = copied_from_package(found, folder)
        uid, gid = _give_to_unprivileged(folder)
        server = PostgresServer(folder, programs, uid, gid, syncs)
        with server.removed_afterwards():
            server.prepare()
            yield server


def _give_to_unprivileged(folder: Path) -> tuple[int | None, int | None]:
    """As root, give the folder to the account ``nobody`` and return its IDs: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None, None
    account = pwd.getpwnam("nobody")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)
    return account.pw_uid, account.pw_gid


def _refuse_long_socket(folder: Path) -> None:
    socket = folder / f".s.PGSQL.{_PORT}"
    if len(os.fsencode(socket)) > _MAX_SOCKET_PATH:
        raise OSError(f"{socket} is too long a path for a Unix socket: set TMPDIR to a shorter one")
