"""A real nginx for the tests, with `server` blocks that are given to it."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REMEDY = "apt-get install nginx-light"

_SECONDS_TO_START = 10
_CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 100; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/temporary;
    proxy_temp_path {folder}/temporary;
    fastcgi_temp_path {folder}/temporary;
    uwsgi_temp_path {folder}/temporary;
    scgi_temp_path {folder}/temporary;
    {servers}
}}
"""


class NginxMissingError(Exception):
    """There is no nginx on this machine."""


@dataclass(frozen=True)
class Nginx:
    """A running nginx and the folder with its logs."""

    folder: Path

    @property
    def logs(self) -> str:
        """All that it has logged."""
        return "".join(log.read_text(encoding="utf-8", errors="replace") for log in self.folder.glob("*.log"))


@contextmanager
def running_nginx(servers: str, ports: list[int]) -> Iterator[Nginx]:
    """Run nginx until the end of the block; its temporary folders can't be written to.

    Args:
        servers: Its `server` blocks.
        ports: The ports that they listen on.

    Raises:
        NginxMissingError: there is none on this machine.
    """
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise NginxMissingError
    with tempfile.TemporaryDirectory(prefix="nginx-") as name:
        folder = Path(name)
        configuration = folder / "nginx.conf"
        configuration.write_text(_CONFIGURATION.format(folder=folder, servers=servers), encoding="utf-8")
        process = subprocess.Popen(
            [program, "-p", folder, "-e", folder / "error.log", "-c", configuration],
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_until_listening(process, ports)
            # In place of the folder there is a file, which nobody can write into, root included.
            temporary = folder / "temporary"
            shutil.rmtree(temporary)
            temporary.touch()
            yield Nginx(folder)
        finally:
            process.terminate()
            process.wait()


def _wait_until_listening(process: subprocess.Popen[bytes], ports: list[int]) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    for port in ports:
        while not _listens(port):
            assert process.poll() is None, "nginx has ended"
            assert time.monotonic() < deadline, "nginx does not start"
            time.sleep(0.02)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
