"""A PostgreSQL of one's own: own port, folder and unprivileged user; stopped by its pid."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

STARTS_WITHIN_S = 30.0
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""Where nothing needs to survive a power cut."""


class NoPostgres(RuntimeError):
    """It is not installed, or did not start; the text says which."""


class Postgres:
    """One server on one folder; `address` is HOST:PORT, the user is ekyc."""

    def __init__(self, folder: Path, settings: Sequence[str]) -> None:
        self._folder, self._programs = folder, _programs()
        port = _free_port()
        self.address = f"127.0.0.1:{port}"
        own = ("listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=")
        self._options = [word for setting in (*settings, *own) for word in ("-c", setting)]
        self._server: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextmanager
    def running(cls, *settings: str) -> Iterator[Self]:
        """A fresh one, removed afterwards; raises `NoPostgres`."""
        folder = Path(tempfile.mkdtemp(prefix="ekyc-postgres-"))
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")  # PostgreSQL refuses to run as root
        server = cls(folder, settings)
        try:
            server.make()
            server.start()
            yield server
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)

    @classmethod
    @contextmanager
    def kept(cls, folder: Path, *settings: str) -> Iterator[Self]:
        """One whose data stay in this folder; raises `NoPostgres`."""
        is_new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
        server = cls(folder, settings)
        try:
            if is_new:
                server.make()
            server.start()
            yield server
        finally:
            server.stop()

    def make(self) -> None:
        """An empty cluster."""
        options = ("--username=ekyc", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        subprocess.run(  # noqa: S603 - our own words
            [*_as_nobody(), f"{self._programs}/initdb", f"--pgdata={self._folder}/data", *options],
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=STARTS_WITHIN_S * 2,
        )

    def start(self) -> None:
        """Until it answers; after a crash too: it recovers first."""
        place = self._folder / "log"
        before = place.stat().st_size if place.exists() else 0
        with place.open("ab") as log:
            self._server = subprocess.Popen(  # noqa: S603 - our own words
                [
                    *_as_nobody(),
                    f"{self._programs}/postgres",
                    "-D",
                    f"{self._folder}/data",
                    *self._options,
                ],
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until and self._server.poll() is None:
            # It listens before it is ready, but the log says when.
            if b"ready to accept connections" in place.read_bytes()[before:]:
                return
            time.sleep(0.02)
        raise NoPostgres(f"PostgreSQL did not start:\n{place.read_text()}")

    def crash(self) -> None:
        """As when the database's machine fails: no last word, nothing flushed ("immediate")."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """ "fast": ends connections, then itself."""
        self._end(signal.SIGINT)

    def _end(self, by: signal.Signals) -> None:
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(by)
            self._server.wait(timeout=STARTS_WITHIN_S)


def _programs() -> Path:
    """Debian keeps them out of the PATH, by version; the newest counts."""
    found = shutil.which("postgres")
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name)
    )
    if found is None and not folders:
        raise NoPostgres("PostgreSQL is not installed; ./run test brings it")
    return Path(found).parent if found else folders[-1]


def _as_nobody() -> list[str]:
    """Ends the server with us even when we are killed; as root, in another's name."""
    words = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        words += ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
    return words


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
