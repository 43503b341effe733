"""Starts `lettersdesk` commands by forking a process that has imported everything: in 30 ms and not in 1 s.

Each is a real process that does all that the real command does; only the time of the imports is saved, and
that of compiling the templates, which each worker of a server would do anew. Run as a program, this module is
the fork server; it exits when the process of the tests has exited.
"""

import functools
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy.orm import configure_mappers

from tests.shortcuts import compile_all_templates
from webapp.cli import COMMANDS, main

IMPORTED_LATE = (
    "alembic.command",
    "alembic.config",
    "gunicorn.workers.base",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
)
"""What commands import only where they need it, besides their own modules."""
LONGEST_REQUEST = 100_000
"""Bytes."""
ROOT = Path(__file__).resolve().parent.parent.parent


class ForkedCommand:
    """A running command, with what the tests use of `subprocess.Popen`."""

    def __init__(self, report: IO[str], stdout: IO[str] | None, stderr: IO[str] | None) -> None:
        """Read the process ID from ``report``, to which the exit code is written at the end."""
        self._report = report
        self.stdout = stdout
        self.stderr = stderr
        self.pid = int(report.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, or ``None`` while the command runs."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit code and return it: ``-number`` after a signal.

        Raises:
            subprocess.TimeoutExpired: the command still runs after ``timeout`` seconds.
        """
        if self.returncode is None:
            if timeout is not None and not select.select([self._report], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("lettersdesk", timeout)
            with self._report:
                self.returncode = int(self._report.readline())
        return self.returncode

    def communicate(self) -> tuple[str, str]:
        """Read what is left in both pipes, standard output first, and wait for the exit code."""
        read = _read_to_end(self.stdout), _read_to_end(self.stderr)
        self.wait()
        return read

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the command has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)


def _read_to_end(pipe: IO[str] | None) -> str:
    if pipe is None or pipe.closed:
        return ""
    with pipe:
        return pipe.read()


def fork(
    arguments: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: IO[bytes] | None = None,
    stdout: IO[bytes] | int | None = None,
    stderr: IO[bytes] | int | None = None,
) -> ForkedCommand:
    """Start a command in a session of its own.

    Args:
        arguments: The command's name and its arguments.
        cwd: Its working directory.
        env: All of its environment variables.
        stdin: Its standard input; empty by default.
        stdout: A file or ``subprocess.PIPE``; by default that of this process.
        stderr: The same for standard error.
    """
    request = {"arguments": list(arguments), "cwd": str(cwd), "env": dict(env)}
    report, its_report = os.pipe()
    out, its_stdout = os.pipe() if stdout == subprocess.PIPE else (None, _descriptor(stdout, 1))
    errors, its_stderr = os.pipe() if stderr == subprocess.PIPE else (None, _descriptor(stderr, 2))
    with Path(os.devnull).open("rb") as nothing:
        files = [(stdin or nothing).fileno(), its_stdout, its_stderr, its_report]
        socket.send_fds(_requests(), [json.dumps(request).encode()], files)
    os.close(its_report)
    if out is not None:
        os.close(its_stdout)
    if errors is not None:
        os.close(its_stderr)
    return ForkedCommand(
        os.fdopen(report, encoding="ascii"),
        None if out is None else os.fdopen(out, encoding="utf-8"),
        None if errors is None else os.fdopen(errors, encoding="utf-8"),
    )


def _descriptor(file: IO[bytes] | int | None, default: int) -> int:
    if file is None:
        return default
    return file if isinstance(file, int) else file.fileno()


def run(
    arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], typed: str = "", timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, as `subprocess.run` does with captured output.

    Args:
        arguments: The command's name and its arguments.
        cwd: Its working directory.
        env: All of its environment variables.
        typed: Its standard input.
        timeout: Seconds.

    Raises:
        subprocess.TimeoutExpired: the command still runs after ``timeout`` seconds; it is killed.
    """
    with TemporaryFile() as stdin, TemporaryFile() as stdout, TemporaryFile() as stderr:
        stdin.write(typed.encode())
        stdin.seek(0)
        command = fork(arguments, cwd=cwd, env=env, stdin=stdin, stdout=stdout, stderr=stderr)
        try:
            exit_code = command.wait(timeout)
        finally:
            command.kill()
        stdout.seek(0)
        stderr.seek(0)
        output, errors = stdout.read().decode(), stderr.read().decode()
    return subprocess.CompletedProcess(["lettersdesk", *arguments], exit_code, output, errors)


@functools.cache
def _requests() -> socket.socket:
    """Start the fork server; return the socket to it, which stays open until this process exits."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(its.fileno())],
            cwd=ROOT,
            pass_fds=[its.fileno()],
            start_new_session=True,
        )
    # It exits after this process, which can't wait for it: without a return code Python would warn of that.
    process.returncode = 0
    return ours


def _serve(requests: socket.socket) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nobody waits for the processes that report.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    while True:
        request, files, _, _ = socket.recv_fds(requests, LONGEST_REQUEST, 4)
        if not request:
            return
        if os.fork() == 0:
            requests.close()
            _report(json.loads(request), files)
        for file in files:
            os.close(file)


def _report(request: dict[str, Any], files: list[int]) -> None:
    """Fork the command; write its process ID and, when it has ended, its exit code to the last file."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *standard_files, report = files
    pid = os.fork()
    if pid == 0:
        os.close(report)
        _become(request, standard_files)
    for file in standard_files:
        os.close(file)
    with suppress(BrokenPipeError):
        os.write(report, f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        os.write(report, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(request: dict[str, Any], standard_files: list[int]) -> None:
    os.setsid()
    for number, file in enumerate(standard_files):
        os.dup2(file, number)
        os.close(file)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = ["lettersdesk", *request["arguments"]]
    main()


if __name__ == "__main__":
    for module in {*COMMANDS.values(), *IMPORTED_LATE}:
        importlib.import_module(module)
    configure_mappers()
    compile_all_templates()
    _serve(socket.socket(fileno=int(sys.argv[1])))
